// A new password: shown or hidden, how long it would hold in words, and one made here.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Form } from '../lib/form';
import { makePassword, strength } from '../lib/secret';
import { t } from '../lib/text';
import { TextField } from './field';
import { Icon } from './icon';

interface Props<T> {
	form: Form<T & object>;
	name: keyof T & string;
	label: string;
	min: number;
	focus?: boolean;
	help?: ComponentChildren;
}

const TONE = { short: '', weak: 'warn-t', good: 'ok', strong: 'ok' };

export function NewPasswordField<T extends object>({ form, name, label, min, focus, help }: Props<T>) {
	const f = form as unknown as Form<Record<string, unknown>>;
	const value = String(f.values.value[name] ?? '');
	const s = strength(value, min), shown = useSignal(false);
	return <div class="stack tight">
		<TextField form={form} name={name} label={label} type="password" autocomplete="new-password" shown={shown} {...(focus ? { focus } : {})}
			help={<span class={`saved ${value ? TONE[s] : ''}`} role="status">
				{value && s !== 'short' ? <Icon name={s === 'weak' ? 'alert' : 'check'} small /> : null}
				{value ? t.password.strength[s](min - [...value].length) : t.password.rule(min)}</span>} />
		{help}
		<button type="button" class="btn sm self-start" onClick={() => {
			f.set(name, makePassword());
			f.touch(name);
			// nobody has seen it yet, so it must be readable
			shown.value = true;
		}}><Icon name="refresh" />{t.password.make}</button>
	</div>;
}
