// A modal window; a sheet from below on a phone. The browser keeps focus inside and
// gives it back. With unsaved edits, closing asks in place.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../lib/text';
import { Icon } from './icon';

interface Props {
	title: string;
	onClose: () => void;
	dirty?: () => boolean;
	wide?: boolean;
	/** Shown once and gone: only the buttons inside close it. */
	sticky?: boolean;
	footer?: ComponentChildren;
	children: ComponentChildren;
	role?: 'alertdialog';
}

export function Dialog({ title, onClose, dirty, wide, sticky, footer, children, role }: Props) {
	const ref = useRef<HTMLDialogElement>(null), id = useId();
	const asking = useSignal(false);
	// before the browser paints or takes the next key: who types on must type into it
	useLayoutEffect(() => {
		const before = document.activeElement;
		ref.current?.showModal();
		return () => {
			ref.current?.close();
			if (before instanceof HTMLElement && before.isConnected)
				before.focus();
		};
	}, []);
	const tryClose = () => {
		if (sticky)
			return;
		if (dirty?.())
			asking.value = true;
		else
			onClose();
	};
	return <dialog ref={ref} class={wide ? 'dialog wide' : 'dialog'} role={role} aria-labelledby={id}
		onCancel={(e) => {
			e.preventDefault();
			tryClose();
		}}>
		<header>
			<h2 id={id}>{title}</h2>
			{sticky ? null : <button type="button" class="icon-btn" aria-label={t.form.close} onClick={tryClose}><Icon name="close" /></button>}
		</header>
		<div class="body">{children}</div>
		{asking.value ? <footer>
			<span class="grow strong" role="alert">{t.form.discardAsk}</span>
			<button type="button" class="btn" autofocus onClick={() => { asking.value = false; }}>{t.form.keepEditing}</button>
			<button type="button" class="btn danger" onClick={onClose}>{t.form.discard}</button>
		</footer> : footer ? <footer>{footer}</footer> : null}
	</dialog>;
}
