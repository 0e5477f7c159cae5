// Tokens for programs: named, limited in what and how long, shown once, revocable.
import { useSignal, useSignalEffect } from '@preact/signals';
import { del, post } from '../lib/api';
import { useForm } from '../lib/form';
import { useResource } from '../lib/resource';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import type { Token } from '../lib/types';
import * as v from '../lib/validate';
import { Ago } from './ago';
import { Confirm } from './confirm';
import { CopyButton } from './copy';
import { Dialog } from './dialog';
import { ChecksField, SelectField, TextField } from './field';
import { FormBox, Submit } from './form';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Note } from './note';
import { Badge } from './state';
import { Table, type Column } from './table';
import { toast } from './toast';

// families that this cell has something behind
const FAMILIES = ['config', 'dns', 'blocklists', 'ntp', 'network', 'ddns', 'peers', 'wireguard', 'firewall', 'routing', 'proxy', 'certificates', 'vault',
	'diagnosis', 'jobs'];
const SCOPES = ['*:read', ...FAMILIES.flatMap((f) => [`${f}:read`, `${f}:write`])];
const DAY = 86_400;
const LIVES = [7, 30, 90, 365];

const over = (x: Token) => new Date(x.expires_at).getTime() <= Date.now();

const columns = (revoke: (x: Token) => void): Column<Token>[] => [
	{ key: 'name', head: t.tokens.name, class: 't-name', sort: (x) => x.name, cell: (x) => <div class="cut strong clip" title={x.name}>{x.name}</div> },
	{ key: 'scopes', head: t.tokens.scopes, class: 't-scopes', cell: (x) => <span class="row wrap">{x.scopes.slice(0, 5).map((s) => <Badge icon={false} key={s}>{t.tokens.scope(s)}</Badge>)}
		{x.scopes.length > 5 ? <span class="small muted">{t.tokens.andMore(x.scopes.length - 5)}</span> : null}</span> },
	{ key: 'ends', head: t.tokens.ends, class: 't-ends', sort: (x) => x.expires_at, cell: (x) => over(x) ? <Badge tone="warn">{t.tokens.ended}</Badge>
		: <span class="small"><span class="lab">{t.tokens.ends}: </span><Ago at={x.expires_at} /></span> },
	{ key: 'used', head: t.tokens.used, class: 't-used', sort: (x) => x.last_used_at ?? '', cell: (x) => <span class="small muted"><span class="lab">{t.tokens.used}: </span>{x.last_used_at ? <Ago at={x.last_used_at} /> : t.users.never}</span> },
	{ key: 'by', head: t.tokens.by, class: 't-by', sort: (x) => x.created_by, cell: (x) => <span class="small muted"><span class="lab">{t.tokens.by}: </span>{x.created_by}</span> },
	{ key: 'act', head: t.table.actions, mute: true, class: 't-act end', cell: (x) => <button type="button" class="btn sm" aria-label={t.tokens.revokeOf(x.name)} onClick={() => revoke(x)}>{t.tokens.revoke}</button> },
];

export function TokensTab() {
	const list = useResource<Token[]>('/api/tokens', ['config']);
	const adding = useSignal(false), revoking = useSignal<Token | null>(null);
	useSignalEffect(() => {
		if (query.value.has('add')) {
			adding.value = true;
			go('/users/tokens', 'replace');
		}
	});
	const add = <button type="button" class="btn primary bar-end" onClick={() => { adding.value = true; }}><Icon name="plus" />{t.tokens.add}</button>;
	return <>
		<section class="card" aria-label={t.tokens.tab}><Loaded of={list}>{(rows) => <Table label={t.tokens.tab} find={t.tokens.find} rows={rows} class="tokens"
			id={(x) => x.id} text={(x) => `${x.name} ${x.scopes.join(' ')} ${x.created_by}`} sort="name" bar={add} columns={columns((x) => { revoking.value = x; })}
			empty={<Empty icon="key" title={t.tokens.none} action={add}>{t.tokens.noneText}</Empty>} />}</Loaded></section>
		{adding.value ? <AddToken onClose={() => { adding.value = false; }} done={() => list.load()} /> : null}
		{revoking.value ? <Confirm title={t.tokens.revokeTitle(revoking.value.name)} verb={t.tokens.revoke} danger onClose={() => { revoking.value = null; }} act={async () => {
			const x = revoking.value!;
			await del(`/api/tokens/${encodeURIComponent(x.id)}`);
			toast(t.tokens.revoked(x.name));
			await list.load();
		}}><p>{t.tokens.revokeText}</p></Confirm> : null}
	</>;
}

function AddToken({ onClose, done }: { onClose: () => void; done: () => Promise<void> }) {
	const made = useSignal<Token | null>(null);
	const form = useForm({
		initial: { name: '', scopes: ['*:read'] as string[], days: '90' },
		check: (x) => ({ name: v.tokenName(x.name.trim()), scopes: x.scopes.length ? undefined : t.check.needScope }),
		field: (name) => name === 'expires_in_s' ? 'days' : name.replace(/\[\d+\]$/, ''),
		send: async (x) => {
			made.value = await post<Token>('/api/tokens', { name: x.name.trim(), scopes: x.scopes, expires_in_s: Number(x.days) * DAY });
			await done();
		},
	});
	if (made.value)
		return <Once token={made.value} onClose={onClose} />;
	return <Dialog title={t.tokens.add} wide onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="token">{t.tokens.create}</Submit></>}>
		<FormBox form={form} id="token" class="fields">
			<TextField form={form} name="name" label={t.tokens.name} focus help={t.tokens.nameHelp} />
			<SelectField form={form} name="days" label={t.tokens.lives} options={LIVES.map((d) => ({ value: String(d), label: t.tokens.days(d) }))} />
			<ChecksField form={form} name="scopes" two label={t.tokens.scopes} help={t.tokens.scopesHelp} options={SCOPES.map((s) => ({ value: s, label: t.tokens.scope(s) }))} />
		</FormBox>
	</Dialog>;
}

function Once({ token, onClose }: { token: Token; onClose: () => void }) {
	return <Dialog title={t.tokens.onceTitle(token.name)} sticky onClose={onClose} footer={
		<button type="button" class="btn primary" onClick={onClose}>{t.form.done}</button>}>
		<Note kind="warn">{t.tokens.onceText}</Note>
		<div class="once"><code class="wrap-any" id="token-text">{token.token}</code></div>
		<div><CopyButton text={token.token ?? ''} label={t.tokens.copy} /></div>
		<details class="why"><summary>{t.tokens.howAsk}</summary><p><code class="wrap-any">curl -H "Authorization: Bearer {t.tokens.placeholder}" {location.origin}/api/status</code></p></details>
	</Dialog>;
}
