// The second factor of the own account: set up with a code to scan, recovery codes
// shown once, switch off.
import { useSignal } from '@preact/signals';
import { del, post } from '../lib/api';
import { useForm } from '../lib/form';
import { me, refreshMe } from '../lib/session';
import { t } from '../lib/text';
import type { TotpStart } from '../lib/types';
import * as v from '../lib/validate';
import { Copy, CopyButton } from './copy';
import { Dialog } from './dialog';
import { TextField } from './field';
import { FormBox, Submit } from './form';
import { Note } from './note';
import { Card } from './page';
import { QrCode } from './qr';
import { Badge } from './state';
import { toast } from './toast';

export function FactorCard() {
	const open = useSignal<'' | 'on' | 'off'>('');
	const on = me.value?.totp_enabled ?? false;
	const close = () => { open.value = ''; };
	return <Card title={t.factor.title} id="factor" acts={on ? <Badge tone="ok">{t.factor.on}</Badge> : <Badge tone="off">{t.factor.off}</Badge>}>
		<div class="body stack">
			<p>{on ? t.factor.textOn : t.factor.textOff}</p>
			<div><button type="button" class={on ? 'btn' : 'btn primary'} onClick={() => { open.value = on ? 'off' : 'on'; }}>
				{on ? t.factor.turnOff : t.factor.setUp}</button></div>
		</div>
		{open.value === 'on' ? <SetUp onClose={close} /> : open.value === 'off' ? <TurnOff onClose={close} /> : null}
	</Card>;
}

function SetUp({ onClose }: { onClose: () => void }) {
	const started = useSignal<TotpStart | null>(null), codes = useSignal<string[] | null>(null);
	if (codes.value)
		return <RecoveryCodes codes={codes.value} onClose={onClose} />;
	return started.value
		? <Scan totp={started.value} onClose={onClose} done={(c) => {
			codes.value = c;
			void refreshMe();
		}} />
		: <Ask onClose={onClose} done={(s) => { started.value = s; }} />;
}

function Ask({ onClose, done }: { onClose: () => void; done: (s: TotpStart) => void }) {
	const form = useForm({
		initial: { password: '' },
		check: (x) => ({ password: x.password ? undefined : t.check.needPassword }),
		send: async (x) => done(await post<TotpStart>('/api/auth/totp', x)),
	});
	return <Dialog title={t.factor.setUp} onClose={onClose} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="totp-ask">{t.form.next}</Submit></>}>
		<p>{t.factor.askText}</p>
		<FormBox form={form} id="totp-ask">
			<TextField form={form} name="password" label={t.password.current} type="password" autocomplete="current-password" focus />
		</FormBox>
	</Dialog>;
}

function Scan({ totp, onClose, done }: { totp: TotpStart; onClose: () => void; done: (codes: string[]) => void }) {
	const form = useForm({
		initial: { code: '' },
		check: (x) => ({ code: v.code(x.code) }),
		send: async (x) => done((await post<{ recovery_codes: string[] }>('/api/auth/totp/confirm', { code: x.code.replace(/\s/g, '') })).recovery_codes),
	});
	return <Dialog title={t.factor.setUp} onClose={onClose} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="totp-code">{t.factor.turnOn}</Submit></>}>
		<ol class="how">{t.factor.steps.map((s) => <li key={s}>{s}</li>)}</ol>
		<QrCode svg={totp.qr_svg} label={t.factor.qr} />
		<div class="field"><span class="legend">{t.factor.byHand}</span><div><Copy text={totp.secret} what={t.factor.secret} /></div></div>
		<FormBox form={form} id="totp-code">
			<TextField form={form} name="code" label={t.signin.code} mono inputmode="numeric" autocomplete="one-time-code" maxLength={7} focus />
		</FormBox>
	</Dialog>;
}

function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
	const kept = useSignal(false);
	return <Dialog title={t.factor.codes} sticky onClose={onClose} footer={
		<button type="button" class="btn primary" aria-disabled={!kept.value || undefined} onClick={() => {
			if (kept.value)
				onClose();
		}}>{t.form.done}</button>}>
		<Note kind="ok">{t.factor.codesText}</Note>
		<ul class="codes mono" aria-label={t.factor.codes}>{codes.map((c) => <li key={c}>{c}</li>)}</ul>
		<div class="row"><CopyButton text={codes.join('\n')} /></div>
		<label class="check"><input type="checkbox" checked={kept.value} onChange={(e) => { kept.value = e.currentTarget.checked; }} />
			<span>{t.factor.codesKept}</span></label>
	</Dialog>;
}

function TurnOff({ onClose }: { onClose: () => void }) {
	const form = useForm({
		initial: { password: '', code: '' },
		check: (x) => ({ password: x.password ? undefined : t.check.needPassword, code: x.code.trim() ? undefined : t.check.code }),
		field: (name) => name === 'recovery_code' ? 'code' : name,
		send: async (x) => {
			const c = x.code.replace(/\s/g, '');
			await del('/api/auth/totp', { password: x.password, ...(/^\d{6}$/.test(c) ? { code: c } : { recovery_code: x.code.trim() }) });
			await refreshMe();
			toast(t.factor.isOff);
			onClose();
		},
	});
	return <Dialog title={t.factor.turnOff} onClose={onClose} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} danger of="totp-off">{t.factor.turnOff}</Submit></>}>
		<p>{t.factor.offText}</p>
		<FormBox form={form} id="totp-off">
			<TextField form={form} name="password" label={t.password.current} type="password" autocomplete="current-password" focus />
			<TextField form={form} name="code" label={t.factor.codeOrRecovery} mono autocomplete="one-time-code" />
		</FormBox>
	</Dialog>;
}
