// Tabs inside a page are addresses of their own.
import { path } from '../lib/router';
import { Link } from './link';

export function Tabs({ label, items }: { label: string; items: { href: string; text: string; count?: number | undefined }[] }) {
	return <nav class="tabs" aria-label={label}>
		{items.map((i) => <Link key={i.href} href={i.href} aria-current={path.value === i.href ? 'page' : undefined}>
			{i.text}{i.count === undefined ? null : <span class="muted num"> {i.count}</span>}
		</Link>)}
	</nav>;
}
