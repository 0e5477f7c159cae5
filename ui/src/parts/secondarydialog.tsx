// One name server that copies domains from this cell: add or change it. A secret that
// the cell made is shown once.
import { useSignal } from '@preact/signals';
import { get, put, request } from '../lib/api';
import { useForm } from '../lib/form';
import { isDomain } from '../lib/lines';
import { tn } from '../lib/nettext';
import { t } from '../lib/text';
import type { Secondary } from '../lib/types';
import * as v from '../lib/validate';
import { CopyButton } from './copy';
import { Dialog } from './dialog';
import { SelectField, TextField } from './field';
import { FormBox, Submit } from './form';
import { Note } from './note';
import { toast } from './toast';

const x = tn.secondaries;
const ALGORITHMS = ['hmac-sha256', 'hmac-sha512'];
const LEAST = 32, MOST = 128;	// bytes of a secret

interface Values {
	name: string;
	address: string;
	port: string;
	key_name: string;
	algorithm: string;
	tsig_secret: string;
}

const start = (s: Secondary | null): Values => ({
	name: s?.name ?? '', address: s?.address ?? '', port: String(s?.port ?? 53), key_name: s?.key_name ?? '', algorithm: s?.algorithm ?? 'hmac-sha256', tsig_secret: '',
});

const bare = (s: string) => s.trim().replace(/\.$/, '').toLowerCase();

const body = (f: Values) => ({
	name: bare(f.name), address: f.address.trim(), port: Number(f.port), key_name: bare(f.key_name), algorithm: f.algorithm,
	...(f.tsig_secret.trim() ? { tsig_secret: f.tsig_secret.trim() } : {}),
});

function checkSecret(s: string) {
	if (!s)
		return undefined;
	const n = s.length / 4 * 3 - (s.match(/=/g)?.length ?? 0);
	return /^[A-Za-z0-9+/]+={0,2}$/.test(s) && s.length % 4 === 0 && n >= LEAST && n <= MOST ? undefined : x.secretShort;
}

function checkHost(s: string, need: string, taken: boolean, same: string) {
	if (!s)
		return need;
	return taken ? same : isDomain(s) ? undefined : t.check.target;
}

const check = (f: Values, others: Secondary[]) => ({
	name: checkHost(bare(f.name), t.check.needName, others.some((s) => s.name === bare(f.name)), x.sameName),
	address: v.address(f.address.trim()), port: v.port(f.port), tsig_secret: checkSecret(f.tsig_secret.trim()),
	key_name: checkHost(bare(f.key_name), x.needKey, others.some((s) => s.key_name === bare(f.key_name)), x.sameKey),
});

function Once({ s, onClose }: { s: Secondary; onClose: () => void }) {
	const bind = `key "${s.key_name}" {\n\talgorithm ${s.algorithm};\n\tsecret "${s.tsig_secret}";\n};`;
	return <Dialog title={x.onceTitle(s.name)} sticky onClose={onClose} footer={<button type="button" class="btn primary" onClick={onClose}>{t.form.done}</button>}>
		<Note kind="warn">{x.onceText}</Note>
		<dl class="kv one"><dt>{x.key}</dt><dd class="mono wrap-any">{s.key_name}</dd><dt>{x.algorithm}</dt><dd class="mono">{s.algorithm}</dd></dl>
		<div class="once"><code class="wrap-any" id="secret-text">{s.tsig_secret}</code></div>
		<div class="row wrap"><CopyButton text={s.tsig_secret ?? ''} label={x.copySecret} /><CopyButton text={bind} label={x.copyKey} /></div>
	</Dialog>;
}

interface Props {
	/** null adds one. */
	old: Secondary | null;
	all: Secondary[];
	onClose: () => void;
	done: () => Promise<void>;
}

export function SecondaryDialog({ old, all, onClose, done }: Props) {
	const made = useSignal<Secondary | null>(null), theirs = useSignal<Secondary | null>(null);
	const form = useForm<Values>({
		initial: start(old),
		check: (f) => check(f, all.filter((s) => s.id !== old?.id)),
		send: async (f) => {
			if (old) {
				const rev = (theirs.value ?? old).rev;
				await put(`/api/dns/secondaries/${old.id}`, body(f), rev === undefined ? null : `"r${rev}"`);
				toast(x.changed(bare(f.name)));
				await done();
				onClose();
				return;
			}
			const s = (await request<Secondary>('POST', '/api/dns/secondaries', { body: body(f) })).data;
			await done();
			if (s.tsig_secret && !f.tsig_secret.trim()) {
				made.value = s;
				return;
			}
			toast(x.added(s.name));
			onClose();
		},
		conflict: async () => {
			theirs.value = (await get<Secondary[]>('/api/dns/secondaries')).find((s) => s.id === old?.id) ?? null;
			if (!theirs.value)
				form.problem.value = x.gone;
		},
	});
	if (made.value)
		return <Once s={made.value} onClose={onClose} />;
	return <Dialog title={old ? x.edit : x.add} onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="secondary">{old ? t.form.save : x.add}</Submit></>}>
		{theirs.value ? <Note kind="warn" alert action={<button type="button" class="btn sm" onClick={() => form.reset(start(theirs.value))}>{t.form.takeTheirs}</button>}>
			<span class="strong">{t.form.changedMeanwhile}</span> {t.form.saveKeeps}</Note> : null}
		<FormBox form={form} id="secondary" class="fields">
			<TextField form={form} name="name" label={x.name} full mono placeholder="ns2" focus={!old} help={x.nameHelp} />
			<TextField form={form} name="address" label={x.address} mono placeholder="203.0.113.53" help={x.addressHelp} />
			<TextField form={form} name="port" label={x.port} inputmode="numeric" />
			<TextField form={form} name="key_name" label={x.key} mono placeholder="pic-ns2" help={x.keyHelp} />
			<SelectField form={form} name="algorithm" label={x.algorithm} options={ALGORITHMS.map((a) => ({ value: a, label: a }))} />
			<TextField form={form} name="tsig_secret" label={x.secret} full mono type="password" autocomplete="off" help={old ? x.secretKeep : x.secretHelp} />
		</FormBox>
	</Dialog>;
}
