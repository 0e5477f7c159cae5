// One address that leads to a web server: add or change it.
import { useSignal } from '@preact/signals';
import { get, put, request } from '../lib/api';
import { status } from '../lib/cell';
import { useForm } from '../lib/form';
import { tp } from '../lib/proxytext';
import { t } from '../lib/text';
import type { Route } from '../lib/types';
import { namesSomebody, zoneChoices } from '../lib/zones';
import { Dialog } from './dialog';
import { ChecksField, ChoiceField, SwitchField, TextField } from './field';
import { FormBox, Submit } from './form';
import { Note } from './note';
import { toast } from './toast';

const x = tp.check;
const LOGINS = ['none', 'user', 'admin'];
const MIB = 1 << 20;

interface Values {
	name: string;
	host: string;
	target: string;
	access: string[];
	login: string;
	request_headers: string;
	response_headers: string;
	path: string;
	max_body_bytes: string;
	tls_verify: boolean;
	preserve_host: boolean;
	websocket: boolean;
}

const start = (r: Route | null): Values => ({
	name: r?.name ?? '', host: r?.host ?? '', target: r?.target ?? 'http://', access: r?.access ?? ['vpn', 'lan'], login: r?.login ?? 'none',
	request_headers: (r?.request_headers ?? []).join('\n'), response_headers: (r?.response_headers ?? []).join('\n'), path: r?.path ?? '/',
	max_body_bytes: r?.max_body_bytes ? String(Math.ceil(r.max_body_bytes / MIB)) : '',
	tls_verify: r?.tls_verify ?? true, preserve_host: r?.preserve_host ?? true, websocket: r?.websocket ?? true,
});

const bare = (s: string) => s.trim().replace(/[./]+$/, '').toLowerCase();
const target = (v: Values) => v.target.trim().replace(/\/+$/, '').toLowerCase();
const host = (v: Values) => bare(v.host) || bare(v.name);

const lines = (s: string) => s.split('\n').map((l) => l.trim()).filter(Boolean);

const body = (v: Values) => ({
	name: bare(v.name), host: host(v), target: target(v), access: v.access, login: v.login, path: v.path.trim() || '/',
	request_headers: lines(v.request_headers), response_headers: lines(v.response_headers),
	max_body_bytes: v.max_body_bytes.trim() ? Number(v.max_body_bytes) * MIB : null,
	tls_verify: v.tls_verify, preserve_host: v.preserve_host, websocket: v.websocket,
});

function checkName(v: Values, others: Route[]) {
	if (!bare(v.name))
		return t.check.needName;
	if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(bare(v.name)))
		return x.name;
	return others.some((r) => r.name === bare(v.name)) ? x.same : undefined;
}

function checkHost(v: Values, others: Route[]) {
	if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(host(v)))
		return host(v) ? x.host : x.needHost;
	return others.some((r) => r.host === host(v) && r.path === (v.path.trim() || '/')) ? x.sameHost : undefined;
}

function checkTarget(v: Values) {
	if (/^https?:\/\/$/.test(v.target.trim()) || !v.target.trim())
		return x.needTarget;
	return /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[1-9]\d{0,4})?$/.test(target(v)) ? undefined : x.target;
}

/** As conf/header.c has it, but which names are the cell's own is for the cell to say. */
const checkHeaders = (s: string) => lines(s).every((l) => /^[\w!#$%&'*+.^`|~-]{1,64}:[ -~]*$/.test(l)) ? undefined : x.headers;

const check = (v: Values, old: Route | null, others: Route[]) => ({
	name: checkName(v, others), host: checkHost(v, others), target: checkTarget(v),
	path: /^\/$|^(\/[^/\s%?#\\]+)+$/.test(v.path.trim() || '/') ? undefined : x.path,
	request_headers: checkHeaders(v.request_headers), response_headers: checkHeaders(v.response_headers),
	access: namesSomebody(v.access, old?.access) ? undefined : x.needAccess,
	max_body_bytes: /^([1-9]\d{0,4})?$/.test(v.max_body_bytes.trim()) && Number(v.max_body_bytes) <= 65_536 ? undefined : x.body,
});

interface Props {
	/** null adds one. */
	old: Route | null;
	all: Route[];
	onClose: () => void;
	done: () => Promise<void>;
}

export function RouteDialog({ old, all, onClose, done }: Props) {
	const theirs = useSignal<Route | null>(null);
	const form = useForm<Values>({
		initial: start(old),
		check: (v) => check(v, old, all.filter((r) => r.id !== old?.id)),
		field: (name) => name.replace(/\[\d+\]$/, ''),
		send: async (v) => {
			const rev = (theirs.value ?? old)?.rev;
			const r = old ? await put<Route>(`/api/proxy/routes/${old.id}`, body(v), rev === undefined ? null : `"r${rev}"`)
				: (await request<Route>('POST', '/api/proxy/routes', { body: body(v) })).data;
			toast(old ? tp.changed(r.name) : tp.added(r.name));
			await done();
			onClose();
		},
		conflict: async () => {
			theirs.value = (await get<Route[]>('/api/proxy/routes')).find((r) => r.id === old?.id) ?? null;
			if (!theirs.value)
				form.problem.value = tp.gone;
		},
	});
	const secure = target(form.values.value).startsWith('https:');
	return <Dialog title={old ? tp.edit : tp.add} onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="route">{old ? t.form.save : tp.add}</Submit></>}>
		{theirs.value ? <Note kind="warn" alert action={<button type="button" class="btn sm" onClick={() => form.reset(start(theirs.value))}>{t.form.takeTheirs}</button>}>
			<span class="strong">{t.form.changedMeanwhile}</span> {t.form.saveKeeps}</Note> : null}
		<FormBox form={form} id="route" class="fields">
			<TextField form={form} name="name" label={tp.name} mono placeholder="ha" focus={!old} help={tp.nameHelp} />
			<TextField form={form} name="host" label={tp.host} mono placeholder={bare(form.values.value.name) || 'ha'} help={tp.hostHelp(status.value?.effective_domain ?? '')} />
			<TextField form={form} name="target" label={tp.target} full mono placeholder="http://192.168.1.5:8123" help={tp.targetHelp} />
			<ChecksField form={form} name="access" label={tp.access} help={tp.accessHelp} options={zoneChoices()} />
			<ChoiceField form={form} name="login" label={tp.login} options={LOGINS.map((l) => ({ value: l, ...tp.logins[l]! }))} />
			{secure ? <SwitchField form={form} name="tls_verify" label={tp.verify} help={tp.verifyHelp} /> : null}
			<SwitchField form={form} name="websocket" label={tp.ws} help={tp.wsHelp} />
			<SwitchField form={form} name="preserve_host" label={tp.keepHost} help={tp.keepHostHelp} />
			<TextField form={form} name="path" label={tp.onlyPath} mono help={tp.pathHelp} />
			<TextField form={form} name="request_headers" label={tp.toTarget} full mono rows={2} placeholder="X-Api-Key: 1234" help={tp.headersHelp} />
			<TextField form={form} name="response_headers" label={tp.toVisitor} full mono rows={2} placeholder="X-Frame-Options: SAMEORIGIN" help={tp.headersHelp} />
			<TextField form={form} name="max_body_bytes" label={tp.body} inputmode="numeric" suffix={tp.mib} help={tp.bodyHelp} />
		</FormBox>
	</Dialog>;
}
