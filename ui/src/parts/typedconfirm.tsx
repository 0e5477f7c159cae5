// Before something that is lost for good: its name must be typed.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../lib/text';
import { Confirm } from './confirm';

interface Props {
	title: string;
	text: string;
	/** What to do, with the name in it. */
	label: string;
	name: string;
	more?: ComponentChildren;
	onClose: () => void;
	act: () => Promise<void>;
}

export function TypedConfirm({ title, text, label, name, more, onClose, act }: Props) {
	const typed = useSignal(''), id = useId();
	return <Confirm title={title} verb={t.form.remove} danger ready={typed.value.trim().toLowerCase() === name} onClose={onClose} act={act}>
		<p class="wrap-any">{text}</p>
		<div class="field"><label class="wrap-any" for={id}>{label}</label>
			<input class="input mono" id={id} name="typed" autocomplete="off" autocapitalize="none" spellcheck={false} value={typed.value}
				onInput={(e) => { typed.value = e.currentTarget.value; }} /></div>
		{more}
	</Confirm>;
}
