// Before something that costs time or cannot be undone: what will happen, and a button
// named by the verb. The first focus is on the way back.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Problem } from '../lib/api';
import { sayProblem } from '../lib/form';
import { t } from '../lib/text';
import { Dialog } from './dialog';
import { Note } from './note';

interface Props {
	title: string;
	verb: string;
	danger?: boolean;
	wide?: boolean;
	children: ComponentChildren;
	onClose: () => void;
	/** Does it; the dialog closes when that succeeds. */
	act: () => Promise<void>;
	ready?: boolean;
}

export function Confirm({ title, verb, danger, wide, children, onClose, act, ready = true }: Props) {
	const busy = useSignal(false), problem = useSignal('');
	const run = async () => {
		if (busy.value || !ready)
			return;
		busy.value = true;
		try {
			await act();
			onClose();
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			problem.value = sayProblem(e);
		}
		busy.value = false;
	};
	return <Dialog role="alertdialog" title={title} onClose={onClose} {...(wide ? { wide } : {})} footer={<>
		<button type="button" class="btn" autofocus onClick={onClose}>{t.form.cancel}</button>
		<button type="button" class={`btn ${danger ? 'danger' : 'primary'}${busy.value ? ' busy' : ''}`}
			aria-disabled={busy.value || !ready || undefined} onClick={run}>{verb}</button>
	</>}>
		{problem.value ? <Note kind="bad" alert>{problem.value}</Note> : null}
		{children}
	</Dialog>;
}
