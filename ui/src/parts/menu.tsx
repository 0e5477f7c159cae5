// A button that opens a short list of actions. Arrow keys move, Escape and a click
// elsewhere close, focus returns to the button.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { go } from '../lib/router';
import { Icon, type IconName } from './icon';

export interface MenuItem {
	text: string;
	icon: IconName;
	danger?: boolean;
	href?: string;
	act?: () => void;
}

interface Props {
	label: string;
	items: MenuItem[];
	children?: ComponentChildren;
	class?: string;
	head?: ComponentChildren;
}

export function Menu({ label, items, children, class: cls = 'icon-btn', head }: Props) {
	const open = useSignal(false);
	const button = useRef<HTMLButtonElement>(null);
	return <span class="menu-at">
		<button type="button" ref={button} class={cls} aria-label={label} aria-haspopup="menu" aria-expanded={open.value}
			onClick={() => { open.value = !open.value; }}
			onKeyDown={(e) => {
				if (e.key === 'ArrowDown') {
					e.preventDefault();
					open.value = true;
				}
			}}>{children ?? <Icon name="more" />}</button>
		{open.value ? <List items={items} head={head} label={label} anchor={button.current!} close={(focus) => {
			open.value = false;
			if (focus)
				button.current?.focus();
		}} /> : null}
	</span>;
}

interface ListProps {
	items: MenuItem[];
	head: ComponentChildren;
	label: string;
	anchor: HTMLElement;
	close: (focus: boolean) => void;
}

// Below its button, above it when there is no room below; a phone's bottom tabs count.
function place(el: HTMLElement, anchor: HTMLElement) {
	const a = anchor.getBoundingClientRect(), h = el.offsetHeight + 12;
	const floor = document.querySelector('.tabbar')?.getBoundingClientRect();
	const room = floor && floor.height ? floor.top : innerHeight;
	el.classList.toggle('above', a.bottom + h > room && a.top > h);
}

function List({ items, head, label, anchor, close }: ListProps) {
	const ref = useRef<HTMLDivElement>(null);
	const all = () => [...ref.current!.querySelectorAll<HTMLElement>('[role="menuitem"]')];
	useLayoutEffect(() => {
		place(ref.current!, anchor);
		all()[0]?.focus({ preventScroll: true });
		const outside = (e: Event) => {
			if (!ref.current?.contains(e.target as Node) && !anchor.contains(e.target as Node))
				close(false);
		};
		document.addEventListener('pointerdown', outside);
		return () => {
			document.removeEventListener('pointerdown', outside);
		};
	}, []);
	const key = (e: KeyboardEvent) => {
		const list = all(), at = list.indexOf(document.activeElement as HTMLElement);
		const to = e.key === 'ArrowDown' ? at + 1 : e.key === 'ArrowUp' ? at - 1 : e.key === 'Home' ? 0 : e.key === 'End' ? -1 : null;
		if (e.key === 'Escape' || e.key === 'Tab') {
			e.preventDefault();
			e.stopPropagation();
			close(true);
		} else if (to !== null) {
			e.preventDefault();
			list.at(to % list.length)?.focus();
		}
	};
	return <div class="menu floating" ref={ref} onKeyDown={key}>
		{head}
		<div role="menu" aria-label={label}>
			{items.map((i) => <button type="button" role="menuitem" tabIndex={-1} key={i.text} class={i.danger ? 'danger' : undefined}
				onClick={() => {
					close(true);
					if (i.href)
						go(i.href);
					i.act?.();
				}}><Icon name={i.icon} />{i.text}</button>)}
		</div>
	</div>;
}
