// A form that saves itself, with the word that says how far it is.
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Saving, Settings } from './autosave';
import { tn } from '../lib/nettext';
import { t } from '../lib/text';
import { FormBox } from './form';
import { Icon } from './icon';
import { Note } from './note';

/** Stands in the head of the card. */
export function SaveState({ of }: { of: Signal<Saving> }) {
	const s = of.value;
	return <span class={`saved ${s === 'saved' ? 'ok' : s === 'not' ? 'bad' : ''}`} role="status">
		{s === 'saved' ? <Icon name="check" small /> : s === 'not' ? <Icon name="alert" small /> : null}{s ? tn.save[s] : ''}</span>;
}

export function SettingsBox<V extends object>({ of, id, class: cls = 'stack', children }: { of: Settings<V>; id: string; class?: string; children: ComponentChildren }) {
	const { form, theirs } = of;
	return <FormBox form={form} id={id} class={cls}>
		{theirs.value ? <Note kind="warn" alert action={<span class="row">
			<button type="button" class="btn sm" onClick={() => {
				form.reset(theirs.value!);
				theirs.value = null;
				of.saving.value = '';
			}}>{t.form.takeTheirs}</button>
			<button type="submit" class="btn sm">{t.form.save}</button></span>}>
			<span class="strong">{t.form.changedMeanwhile}</span> {t.form.saveKeeps}</Note> : null}
		{children}
	</FormBox>;
}
