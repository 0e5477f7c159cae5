// Name and password, then the second factor where the account has one. A refusal is
// said at the field; a lock counts down until the next try.
import { useSignal, type Signal } from '@preact/signals';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { post, Problem } from '../lib/api';
import { everySecond } from '../lib/clock';
import { sayProblem, useForm, type Form } from '../lib/form';
import { countdown } from '../lib/format';
import { signedIn, typedPassword } from '../lib/session';
import { t } from '../lib/text';
import type { SignedIn } from '../lib/types';
import * as v from '../lib/validate';
import { TextField } from './field';
import { FormBox, Submit } from './form';
import { Note } from './note';

interface Values {
	username: string;
	password: string;
	code: string;
}

type Step = 'password' | 'code' | 'recovery';

function check(x: Values, step: Step) {
	if (step === 'password')
		return { username: x.username ? undefined : t.check.needName, password: x.password ? undefined : t.check.needPassword };
	return { code: step === 'code' ? v.code(x.code) : x.code.trim() ? undefined : t.check.needRecovery };
}

function request(x: Values, step: Step) {
	const base = { username: x.username.trim(), password: x.password };
	if (step === 'password')
		return base;
	return step === 'code' ? { ...base, totp: x.code.replace(/\s/g, '') } : { ...base, recovery_code: x.code.trim() };
}

/** The cell's no: which field it stands at and whether to wait. */
function refuse(p: Problem, form: Form<Values>, step: Signal<Step>, until: Signal<number>) {
	if (p.status === 401 && p.body.totp_required && step.value === 'password') {
		step.value = 'code';
	} else if (p.status === 423 || p.status === 429) {
		until.value = Date.now() + (p.retryAfter || 60) * 1000;
	} else {
		form.refuse(new Problem(p.status, { ...p.body, errors: [{ field: step.value === 'password' ? 'password' : 'code', message: sayProblem(p) }] }));
	}
}

export function SignInForm({ username, focus = true }: { username?: string; focus?: boolean }) {
	const step = useSignal<Step>('password'), until = useSignal(0);
	const form: Form<Values> = useForm<Values>({
		initial: { username: username ?? '', password: '', code: '' },
		check: (x) => check(x, step.value),
		send: async (x) => {
			if (until.value > Date.now())
				return;
			try {
				const answer = await post<SignedIn>('/api/auth/login', request(x, step.value), { quiet: true });
				typedPassword.value = x.password;
				await signedIn(answer);
			} catch (e) {
				if (!(e instanceof Problem))
					throw e;
				refuse(e, form, step, until);
			}
		},
	});
	return <FormBox form={form}>
		<Wait until={until} />
		{step.value === 'password' ? <>
			<TextField form={form} name="username" label={t.signin.name} autocomplete="username" focus={focus && !username} />
			<TextField form={form} name="password" label={t.signin.password} type="password" autocomplete="current-password" focus={focus && !!username} />
			<Submit form={form} class="wide">{t.signin.go}</Submit>
		</> : <Code form={form} step={step} />}
	</FormBox>;
}

function Wait({ until }: { until: Signal<number> }) {
	const left = until.value ? Math.ceil((until.value - everySecond.value) / 1000) : 0;
	return left > 0 ? <Note kind="warn" alert>
		<span class="strong">{t.signin.locked}</span> <span class="num">{t.signin.wait(countdown(left))}</span>
	</Note> : null;
}

function Code({ form, step }: { form: Form<Values>; step: Signal<Step> }) {
	const field = useRef<HTMLDivElement>(null), id = useId();
	useLayoutEffect(() => field.current?.querySelector('input')?.focus(), [step.value]);
	const change = (to: Step) => {
		form.set('code', '');
		step.value = to;
	};
	const recovery = step.value === 'recovery';
	return <>
		<p id={id}>{recovery ? t.signin.recoveryText : t.signin.codeText}</p>
		<div ref={field} key={step.value}>{recovery
			? <TextField form={form} name="code" label={t.signin.recovery} mono />
			: <TextField form={form} name="code" label={t.signin.code} mono inputmode="numeric" autocomplete="one-time-code" maxLength={7} />}</div>
		<Submit form={form} class="wide">{t.signin.go}</Submit>
		<div class="row spread">
			<button type="button" class="btn link" onClick={() => change('password')}>{t.form.back}</button>
			<button type="button" class="btn link" onClick={() => change(recovery ? 'code' : 'recovery')}>{recovery ? t.signin.useCode : t.signin.useRecovery}</button>
		</div>
	</>;
}
