// The wizard's pages but the address and the last one.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { get } from '../lib/api';
import { useForm, type Form } from '../lib/form';
import { useResource } from '../lib/resource';
import { answers, page, refused, sendIdentity, sendStart, state, useToken, type Answers, type WizardPage } from '../lib/setup';
import { t } from '../lib/text';
import type { Check } from '../lib/types';
import * as v from '../lib/validate';
import { useEffect } from 'preact/hooks';
import { CheckList } from './checks';
import { TextField } from './field';
import { FormBox, Submit } from './form';
import { Icon } from './icon';
import { Loaded } from './loading';
import { NewPasswordField } from './passwordfield';

export function Heading({ title, children }: { title: string; children: ComponentChildren }) {
	return <div><h1 tabIndex={-1}>{title}</h1><p class="muted">{children}</p></div>;
}

export function Buttons({ form, back, next }: { form: Pick<Form<object>, 'busy'>; back?: WizardPage; next: string }) {
	return <footer class="row">
		{back ? <button type="button" class="btn" onClick={() => { page.value = back; }}>{t.form.back}</button> : null}
		<span class="grow" />
		<Submit form={form}>{next}</Submit>
	</footer>;
}

export const keepAnswers = (some: Partial<Answers>) => { answers.value = { ...answers.value, ...some }; };

/** What the completion said about this page's fields is shown when it opens again. */
export function useRefusal(form: Form<never> | { refuse: Form<object>['refuse'] }) {
	useEffect(() => {
		if (refused.value)
			form.refuse(refused.value);
		refused.value = null;
	}, []);
}

export function TokenStep() {
	const form = useForm({
		initial: { token: '' },
		check: (x) => ({ token: /^[a-z2-7]{26}$/i.test(x.token.trim()) ? undefined : t.wizard.tokenShape }),
		send: async (x) => useToken(x.token.trim()),
	});
	return <FormBox form={form}>
		<Heading title={t.wizard.tokenTitle}>{t.wizard.tokenText}</Heading>
		<TextField form={form} name="token" label={t.wizard.token} mono focus help={<>{t.wizard.tokenHelp} <code>pic setup token</code></>} />
		<Buttons form={form} next={t.form.next} />
	</FormBox>;
}

function Diagnosis() {
	const found = useResource<Check[]>('/api/setup/diagnosis');
	return <section class="card" aria-labelledby="h-found">
		<header><h2 id="h-found">{t.wizard.found}</h2><div class="acts">
			<button type="button" class="btn sm" onClick={() => void found.load()} aria-busy={found.loading.value || undefined}>{t.wizard.checkAgain}</button></div></header>
		<Loaded of={found} lines={5}>{(list) => <CheckList checks={list} />}</Loaded>
	</section>;
}

export function WelcomeStep() {
	const form = useForm({ initial: {}, check: () => ({}), send: async () => {
		await sendStart();
		page.value = 'name';
	} });
	return <FormBox form={form}>
		<Heading title={t.wizard.welcome}>{t.wizard.welcomeText}</Heading>
		<Diagnosis />
		{state.value?.fingerprint ? <details class="why"><summary>{t.wizard.certAsk}</summary>
			<p>{t.wizard.certText}<br /><code class="wrap-any">{state.value.fingerprint}</code></p></details> : null}
		<Buttons form={form} next={t.wizard.begin} />
	</FormBox>;
}

export function NameStep() {
	const form = useForm({
		initial: { cell_name: answers.value.cell_name },
		check: (x) => ({ cell_name: v.cellName(x.cell_name.trim()) }),
		send: async (x) => {
			keepAnswers({ cell_name: x.cell_name.trim().toLowerCase() });
			await sendIdentity();
			page.value = 'address';
		},
	});
	useRefusal(form);
	const name = form.values.value.cell_name.trim().toLowerCase();
	return <FormBox form={form}>
		<Heading title={t.wizard.nameTitle}>{t.wizard.nameText}</Heading>
		<TextField form={form} name="cell_name" label={t.wizard.name} help={t.wizard.nameHelp} />
		{v.cellName(name) ? null : <ul class="small preview">
			<li><Icon name="home" small /><span>{t.wizard.previewHome} <code class="wrap-any">{name}.home.arpa</code></span></li>
			<li><Icon name="lock" small /><span>{t.wizard.previewVpn} <code class="wrap-any">{name}.cell</code></span></li></ul>}
		<Buttons form={form} back="welcome" next={t.form.next} />
	</FormBox>;
}

export function PasswordStep() {
	const a = answers.value;
	const form = useForm({
		initial: { username: a.username, password: a.password },
		check: (x) => ({ username: v.username(x.username.trim()), password: v.password(x.password, 12) }),
		send: async (x) => {
			keepAnswers({ username: x.username.trim(), password: x.password });
			page.value = 'device';
		},
	});
	useRefusal(form);
	return <FormBox form={form}>
		<Heading title={t.wizard.passwordTitle}>{t.wizard.passwordText}</Heading>
		<TextField form={form} name="username" label={t.signin.name} autocomplete="username" help={t.wizard.userHelp} />
		<NewPasswordField form={form} name="password" label={t.signin.password} min={12} />
		<Buttons form={form} back="address" next={t.form.next} />
	</FormBox>;
}

/** Whether a name of the free service can be had, asked while it is typed. */
export function useNameCheck(name: string, wanted: boolean) {
	const said = useSignal<{ name: string; available: boolean | null; reason: string | null } | null>(null);
	useEffect(() => {
		if (!wanted || v.cellName(name))
			return;
		const timer = setTimeout(() => {
			get<NonNullable<typeof said.value>>(`/api/setup/check-name/${encodeURIComponent(name)}`, {}, { quiet: true })
				.then((r) => { said.value = r; }, () => { said.value = null; });
		}, 400);
		return () => clearTimeout(timer);
	}, [name, wanted]);
	return said.value?.name === name ? said.value : null;
}
