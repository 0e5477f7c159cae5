// Add a person, change what is known of one, give a new password. A password chosen
// for somebody else is shown once more, to be handed over.
import { useSignal } from '@preact/signals';
import { post, put } from '../lib/api';
import { useForm } from '../lib/form';
import { t } from '../lib/text';
import type { Role, User } from '../lib/types';
import * as v from '../lib/validate';
import { CopyButton } from './copy';
import { Dialog } from './dialog';
import { SelectField, TextField } from './field';
import { FormBox, Submit } from './form';
import { Note } from './note';
import { NewPasswordField } from './passwordfield';

interface Props {
	onClose: () => void;
	done: (said: string) => Promise<void>;
}

const MIN: Record<Role, number> = { admin: 12, peer: 10 };

const Footer = ({ form, of, verb, onClose }: { form: { busy: { value: boolean } }; of: string; verb: string; onClose: () => void }) => <>
	<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
	<Submit form={form as never} of={of}>{verb}</Submit>
</>;

/** What to give to the person, shown until they say it is kept. */
function HandOver({ username, password, onClose }: { username: string; password: string; onClose: () => void }) {
	return <Dialog title={t.users.handTitle(username)} sticky onClose={onClose} footer={
		<button type="button" class="btn primary" autofocus onClick={onClose}>{t.form.done}</button>}>
		<p>{t.users.handText}</p>
		<dl class="kv"><dt>{t.signin.name}</dt><dd class="mono">{username}</dd><dt>{t.signin.password}</dt><dd class="mono">{password}</dd></dl>
		<div><CopyButton text={password} label={t.users.copyPassword} /></div>
	</Dialog>;
}

export function AddUser({ onClose, done }: Props) {
	const made = useSignal<{ username: string; password: string } | null>(null);
	const form = useForm({
		initial: { username: '', role: 'peer' as Role, display_name: '', email: '', password: '' },
		check: (x) => ({ username: v.username(x.username.trim()), email: v.email(x.email.trim()), password: v.password(x.password, MIN[x.role]) }),
		send: async (x) => {
			const username = x.username.trim();
			await post('/api/auth/users', { username, role: x.role, password: x.password,
				...(x.display_name.trim() ? { display_name: x.display_name.trim() } : {}), ...(x.email.trim() ? { email: x.email.trim() } : {}) });
			await done(t.users.added(username));
			made.value = { username, password: x.password };
		},
	});
	if (made.value)
		return <HandOver {...made.value} onClose={onClose} />;
	return <Dialog title={t.users.add} onClose={onClose} dirty={() => form.dirty} footer={<Footer form={form} of="user" verb={t.users.add} onClose={onClose} />}>
		<FormBox form={form} id="user" class="fields">
			<TextField form={form} name="username" label={t.users.name} focus help={t.users.nameHelp} />
			<SelectField form={form} name="role" label={t.users.role} help={t.roleText[form.values.value.role]} options={(['peer', 'admin'] as Role[]).map((r) => ({ value: r, label: t.role[r]! }))} />
			<TextField form={form} name="display_name" label={t.users.displayName} />
			<TextField form={form} name="email" label={t.users.email} type="email" inputmode="email" />
			<div class="full"><NewPasswordField form={form} name="password" label={t.users.firstPassword} min={MIN[form.values.value.role]} /></div>
		</FormBox>
	</Dialog>;
}

export function EditUser({ u, onClose, done }: Props & { u: User }) {
	const form = useForm({
		initial: { display_name: u.display_name, email: u.email ?? '' },
		check: (x) => ({ email: v.email(x.email.trim()) }),
		send: async (x) => {
			const rev = (u as User & { rev?: number }).rev;
			await put(`/api/auth/users/${encodeURIComponent(u.username)}`, { display_name: x.display_name.trim(), email: x.email.trim() || null }, rev === undefined ? null : `"r${rev}"`);
			await done(t.users.changed(u.username));
			onClose();
		},
	});
	return <Dialog title={t.users.editTitle(u.username)} onClose={onClose} dirty={() => form.dirty} footer={<Footer form={form} of="user-edit" verb={t.form.save} onClose={onClose} />}>
		<FormBox form={form} id="user-edit">
			<TextField form={form} name="display_name" label={t.users.displayName} focus />
			<TextField form={form} name="email" label={t.users.email} type="email" inputmode="email" />
		</FormBox>
	</Dialog>;
}

export function ResetPassword({ u, onClose, done }: Props & { u: User }) {
	const made = useSignal('');
	const form = useForm({
		initial: { new_password: '' },
		check: (x) => ({ new_password: v.password(x.new_password, MIN[u.role]) }),
		send: async (x) => {
			await post('/api/auth/admin/reset-password', { username: u.username, new_password: x.new_password });
			await done(t.users.wasReset(u.username));
			made.value = x.new_password;
		},
	});
	if (made.value)
		return <HandOver username={u.username} password={made.value} onClose={onClose} />;
	return <Dialog title={t.users.resetTitle(u.username)} onClose={onClose} dirty={() => form.dirty} footer={<Footer form={form} of="user-pw" verb={t.users.reset} onClose={onClose} />}>
		<Note kind="info">{t.users.resetText}</Note>
		<FormBox form={form} id="user-pw"><NewPasswordField form={form} name="new_password" label={t.password.next} min={MIN[u.role]} focus /></FormBox>
	</Dialog>;
}
