// Change the own password. The other sessions of this user end.
import { post } from '../lib/api';
import { useForm } from '../lib/form';
import { me } from '../lib/session';
import { t } from '../lib/text';
import * as v from '../lib/validate';
import { TextField } from './field';
import { FormBox, Submit } from './form';
import { NewPasswordField } from './passwordfield';

const MIN = { admin: 12, peer: 10 };

interface Props {
	/** Known from signing in a moment ago, so not asked again. */
	current?: string;
	done: () => void | Promise<void>;
	submit: string;
}

export function PasswordForm({ current = '', done, submit }: Props) {
	const min = MIN[me.value?.role ?? 'admin'];
	const form = useForm({
		initial: { current_password: current, new_password: '' },
		check: (x) => ({
			current_password: x.current_password ? undefined : t.check.needPassword,
			new_password: v.password(x.new_password, min) ?? (x.new_password === x.current_password ? t.check.samePassword : undefined),
		}),
		field: (name) => name === 'old_password' ? 'current_password' : name,
		send: async (x) => {
			await post('/api/auth/change-password', x);
			form.reset({ current_password: '', new_password: '' });
			await done();
		},
		guarded: true,
	});
	return <FormBox form={form}>
		<input type="text" class="sr" name="username" autocomplete="username" value={me.value?.username} readOnly tabIndex={-1} aria-hidden="true" />
		{current ? null : <TextField form={form} name="current_password" label={t.password.current} type="password" autocomplete="current-password" />}
		<NewPasswordField form={form} name="new_password" label={t.password.next} min={min} {...(current ? { focus: true } : {})} />
		<div><Submit form={form}>{submit}</Submit></div>
	</FormBox>;
}
