// Issue a certificate to another device; a key that was made here is shown once.
import { useSignal } from '@preact/signals';
import { request } from '../lib/api';
import { download } from '../lib/download';
import { useForm } from '../lib/form';
import { t } from '../lib/text';
import type { IssuedCertificate } from '../lib/types';
import { tv } from '../lib/vaulttext';
import { CopyButton } from './copy';
import { Dialog } from './dialog';
import { TextField } from './field';
import { FormBox, Submit } from './form';
import { Icon } from './icon';
import { Note } from './note';

interface Values {
	names: string;
	days: string;
	csr: string;
}

const lines = (s: string) => s.split(/[\s,]+/).filter((x) => x);

const body = (v: Values) => ({
	...(lines(v.names).length ? { names: lines(v.names) } : {}), days: Number(v.days), ...(v.csr.trim() ? { csr: `${v.csr.trim()}\n` } : {}),
});

const check = (v: Values) => ({
	names: lines(v.names).length || v.csr.trim() ? undefined : tv.needNames,
	days: /^[1-9]\d{0,2}$/.test(v.days.trim()) && Number(v.days) <= 397 ? undefined : tv.daysWrong,
});

function Made({ c, onClose }: { c: IssuedCertificate; onClose: () => void }) {
	const name = c.names[0] ?? c.id, chain = `${c.certificate ?? ''}${c.chain ?? ''}`;
	return <Dialog title={tv.onceTitle(name)} sticky onClose={onClose} footer={<button type="button" class="btn primary" onClick={onClose}>{t.form.done}</button>}>
		<Note kind={c.private_key ? 'warn' : 'info'}>{c.private_key ? tv.onceText : tv.madeText}</Note>
		<div class="row wrap">
			<button type="button" class="btn primary sm" onClick={() => download(`${name.replace('*', 'any')}.pem`, chain + (c.private_key ?? ''))}><Icon name="download" />{tv.save}</button>
			<CopyButton text={chain} label={tv.copyCert} />
			{c.private_key ? <CopyButton text={c.private_key} label={tv.copyKey} /> : null}
		</div>
	</Dialog>;
}

export function IssueDialog({ onClose, done }: { onClose: () => void; done: () => Promise<void> }) {
	const made = useSignal<IssuedCertificate | null>(null);
	const form = useForm<Values>({
		initial: { names: '', days: '90', csr: '' },
		check,
		field: (name) => /^names/.test(name) ? 'names' : name,
		send: async (v) => {
			made.value = (await request<IssuedCertificate>('POST', '/api/vault/certificates', { body: body(v) })).data;
			await done();
		},
	});
	if (made.value)
		return <Made c={made.value} onClose={onClose} />;
	return <Dialog title={tv.issue} onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="issue">{tv.issue}</Submit></>}>
		<FormBox form={form} id="issue" class="fields">
			<TextField form={form} name="names" label={tv.names} full mono rows={3} focus help={tv.namesHelp} placeholder="nas.home.home.arpa" />
			<TextField form={form} name="days" label={tv.days} inputmode="numeric" help={tv.daysHelp} />
			<TextField form={form} name="csr" label={tv.csr} full mono rows={4} help={tv.csrHelp} />
		</FormBox>
	</Dialog>;
}
