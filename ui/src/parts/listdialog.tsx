// One block list: add or change it.
import { useSignal } from '@preact/signals';
import { get, put, request } from '../lib/api';
import { useForm } from '../lib/form';
import { lines } from '../lib/lines';
import { tn } from '../lib/nettext';
import { t } from '../lib/text';
import type { Blocklist } from '../lib/types';
import { ChoiceField, SelectField, TextField } from './field';
import { Dialog } from './dialog';
import { FormBox, Submit } from './form';
import { Note } from './note';
import { toast } from './toast';

const x = tn.lists;
const FORMATS = ['auto', 'hosts', 'domains', 'adblock'] as const;
const SPANS = [3600, 21_600, 86_400, 604_800];

// asked for everywhere; their addresses have been the same for years
const KNOWN = [
	{ name: 'StevenBlack', url: 'https://raw.githubusercontent.com/StevenBlack/hosts/master/hosts' },
	{ name: 'AdGuard', url: 'https://adguardteam.github.io/HostlistsRegistry/assets/filter_1.txt' },
	{ name: 'OISD small', url: 'https://small.oisd.nl' },
];

interface Values {
	name: string;
	url: string;
	format: string;
	refresh_s: string;
	who: string;
	peers: string;
}

const start = (l: Blocklist | null): Values => ({
	name: l?.name ?? '', url: l?.url ?? '', format: l?.format ?? 'auto', refresh_s: String(l?.refresh_s ?? 86_400),
	who: l && !l.apply_to.all ? 'some' : 'all', peers: l?.apply_to.peers.join('\n') ?? '',
});

// groups come with the devices of the VPN; those that are set stay
const body = (v: Values, old: Blocklist | null) => ({
	name: v.name.trim(), url: v.url.trim(), format: v.format, refresh_s: Number(v.refresh_s),
	apply_to: v.who === 'all' ? { all: true, groups: [], peers: [] } : { all: false, groups: old?.apply_to.groups ?? [], peers: lines(v.peers) },
});

function checkUrl(s: string) {
	if (!s)
		return x.needUrl;
	if (!s.startsWith('https://'))
		return x.httpsOnly;
	return s.length <= 2048 && /^https:\/\/[!-.0-9;-?A-~][!-?A-~]*(\/[!-~]*)?$/.test(s) ? undefined : x.url;
}

function checkPeers(v: Values, old: Blocklist | null) {
	const list = lines(v.peers), bad = list.find((a) => !/^\w[\w.-]{0,63}$/.test(a));
	if (v.who === 'all')
		return undefined;
	return bad ? x.noPeer(bad) : list.length || old?.apply_to.groups.length ? undefined : x.needWho;
}

const check = (v: Values, old: Blocklist | null) => ({
	name: !v.name.trim() ? t.check.needName : [...v.name.trim()].length > 64 ? t.check.nameLong64 : undefined,
	url: checkUrl(v.url.trim()),
	peers: checkPeers(v, old),
});

function Suggestions({ all, choose }: { all: Blocklist[]; choose: (k: { name: string; url: string }) => void }) {
	const left = KNOWN.filter((k) => !all.some((l) => l.url === k.url));
	return left.length ? <div class="field full"><span class="legend" id="known-lists">{x.known}</span>
		<div class="row wrap" role="group" aria-labelledby="known-lists">{left.map((k) => <button type="button" class="chip" key={k.url} onClick={() => choose(k)}>{k.name}</button>)}</div></div> : null;
}

interface Props {
	/** null adds a new one. */
	old: Blocklist | null;
	all: Blocklist[];
	onClose: () => void;
	done: (l: Blocklist) => Promise<void>;
}

export function ListDialog({ old, all, onClose, done }: Props) {
	const theirs = useSignal<Blocklist | null>(null);
	const form = useForm<Values>({
		initial: start(old),
		check: (v) => check(v, old),
		field: (name) => /apply_to/.test(name) ? 'peers' : /(\w+)$/.exec(name)?.[1] ?? name,
		send: async (v) => {
			const rev = (theirs.value ?? old)?.rev;
			const l = old ? await put<Blocklist>(`/api/blocklists/${encodeURIComponent(old.id)}`, body(v, old), rev === undefined ? null : `"r${rev}"`)
				: (await request<Blocklist>('POST', '/api/blocklists', { body: body(v, null) })).data;
			toast(old ? x.changed(l.name) : x.added(l.name));
			await done(l);
		},
		conflict: async () => {
			theirs.value = (await get<Blocklist[]>('/api/blocklists')).find((l) => l.id === old?.id) ?? null;
			if (!theirs.value)
				form.problem.value = x.gone;
		},
	});
	const some = form.values.value.who === 'some';
	return <Dialog title={old ? x.edit : x.add} onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="blocklist">{old ? t.form.save : x.add}</Submit></>}>
		{theirs.value ? <Note kind="warn" alert action={<button type="button" class="btn sm" onClick={() => form.reset(start(theirs.value))}>{t.form.takeTheirs}</button>}>
			<span class="strong">{t.form.changedMeanwhile}</span> {t.form.saveKeeps}</Note> : null}
		<FormBox form={form} id="blocklist" class="fields">
			{old ? null : <Suggestions all={all} choose={(k) => {
				form.set('name', k.name);
				form.set('url', k.url);
			}} />}
			<TextField form={form} name="name" label={x.name} full focus={!old} />
			<TextField form={form} name="url" label={x.address} full mono placeholder="https://example.org/hosts.txt" help={x.addressHelp} />
			<SelectField form={form} name="format" label={x.format} options={FORMATS.map((k) => ({ value: k, label: x.formats[k] }))} />
			<SelectField form={form} name="refresh_s" label={x.refresh} options={[...new Set([...SPANS, old?.refresh_s ?? 86_400])].sort((a, b) => a - b).map((s) => ({ value: String(s), label: x.every(s) }))} />
			<ChoiceField form={form} name="who" label={x.who} options={[{ value: 'all', ...x.everybody }, { value: 'some', ...x.some }]} />
			{some ? <TextField form={form} name="peers" label={x.peers} full rows={2} placeholder="anna-phone" help={x.peersHelp} /> : null}
		</FormBox>
	</Dialog>;
}
