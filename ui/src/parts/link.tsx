// A link to another page of ours: no reload, but a real address that opens in a new tab.
import type { ComponentChildren } from 'preact';
import { go } from '../lib/router';

interface Props {
	href: string;
	class?: string;
	title?: string;
	'aria-current'?: 'page' | undefined;
	'aria-label'?: string;
	children: ComponentChildren;
	onClick?: () => void;
}

export function Link({ href, onClick, ...rest }: Props) {
	return <a href={href} {...rest} onClick={(e) => {
		if (e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey)
			return;
		e.preventDefault();
		onClick?.();
		go(href);
	}} />;
}
