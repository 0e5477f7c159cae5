// Tabs inside a page are addresses of their own.
import { useEffect, useRef } from 'preact/hooks';
import { path } from '../lib/router';
import { Link } from './link';

export function Tabs({ label, items }: { label: string; items: { href: string; text: string; count?: number | undefined }[] }) {
	const row = useRef<HTMLElement>(null), at = path.value;
	// more of them than a phone is wide: the one we are on is seen
	useEffect(() => {
		const el = row.current?.querySelector<HTMLElement>('[aria-current]');
		if (el)
			row.current!.scrollLeft = el.offsetLeft - row.current!.offsetLeft - (row.current!.clientWidth - el.offsetWidth) / 2;
	}, [at]);
	return <nav class="tabs" aria-label={label} ref={row}>
		{items.map((i) => <Link key={i.href} href={i.href} aria-current={at === i.href ? 'page' : undefined}>
			{i.text}{i.count === undefined ? null : <span class="muted num"> {i.count}</span>}
		</Link>)}
	</nav>;
}
