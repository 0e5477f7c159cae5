// The head of a page: what it is, one sentence of what it is for, its main action.
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { cellName } from '../lib/cell';

/** `long`: the title may be, so on a phone the buttons stand below it. */
export function PageHead({ title, children, acts, long }: { title: string; children?: ComponentChildren; acts?: ComponentChildren; long?: boolean }) {
	const cell = cellName.value;
	useEffect(() => { document.title = `${title} · ${cell}`; }, [title, cell]);
	return <div class={long ? 'page-head long' : 'page-head'}>
		<div><h1 class={long ? 'wrap-any' : undefined}>{title}</h1>{children ? <p>{children}</p> : null}</div>
		{acts ? <div class="acts">{acts}</div> : null}
	</div>;
}

export function Card({ title, id, acts, class: cls = '', children, sub }: {
	title: string; id: string; acts?: ComponentChildren; class?: string; children: ComponentChildren; sub?: ComponentChildren;
}) {
	return <section class={`card ${cls}`} aria-labelledby={`h-${id}`} id={id}>
		<header><h2 id={`h-${id}`}>{title}</h2>{sub}{acts ? <div class="acts">{acts}</div> : null}</header>
		{children}
	</section>;
}
