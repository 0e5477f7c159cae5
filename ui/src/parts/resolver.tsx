// Where the cell asks for names that are not its own, and what it remembers of that.
import { useSignal, useSignalEffect } from '@preact/signals';
import { post } from '../lib/api';
import { dns, loadStatus } from '../lib/cell';
import { counters, useDnsLive } from '../lib/dnslive';
import { useForm } from '../lib/form';
import { bytes, num, pct } from '../lib/format';
import { tn } from '../lib/nettext';
import { go, query } from '../lib/router';
import { useSection, type Section } from '../lib/section';
import { t } from '../lib/text';
import type { DnsSection, Upstream, UpstreamState } from '../lib/types';
import { CacheSettings } from './cachesettings';
import { Confirm } from './confirm';
import { TextField } from './field';
import { FormBox, Submit } from './form';
import { Forwards } from './forwards';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Menu, type MenuItem } from './menu';
import { Card } from './page';
import { Fallback, Policy } from './policy';
import { Rebind } from './rebind';
import { Badge, type Tone } from './state';
import { toast } from './toast';
import { UpstreamDialog, USUAL } from './upstreamdialog';

const TONE: Record<string, Tone> = { up: 'ok', down: 'bad', unknown: 'off' };

// nothing measured: it was not needed since the start
const known = (u: UpstreamState) => u.state === 'up' && u.rtt_ms === null ? 'unknown' : u.state;

const MAX = 8;

export function UpstreamRow({ u, items }: { u: UpstreamState; items?: MenuItem[] }) {
	return <li>
		<span class="glyph"><Icon name="server" /></span>
		<div class="grow"><div class="strong mono clip" title={u.address}>{u.address}</div>
			<div class="sub">{t.transport[u.transport] ?? u.transport}{u.port === USUAL[u.transport] ? '' : ` · ${t.upstream.onPort(u.port)}`}{u.rtt_ms === null || u.state === 'down' ? '' : ` · ${t.upstream.rtt(u.rtt_ms)}`}</div></div>
		{u.fallback && known(u) === 'up' ? <Badge tone="warn">{t.upstream.fallback}</Badge>
			: <Badge tone={TONE[known(u)] ?? 'off'}>{t.upstream.state[known(u)] ?? u.state}</Badge>}
		{items ? <Menu label={t.table.more(u.address)} items={items} /> : null}
	</li>;
}

const state = (u: Upstream): UpstreamState => dns.value?.upstreams.find((s) => s.address === u.address && s.port === u.port && s.transport === u.transport)
	?? { address: u.address, port: u.port, transport: u.transport, state: 'unknown', rtt_ms: null, fallback: false };

function Upstreams({ section: { of: section, save: saveSection }, section: whole }: { section: Section<DnsSection> }) {
	const editing = useSignal<number | 'new' | null>(null), removing = useSignal<number | null>(null);
	useSignalEffect(() => {
		if (query.value.has('add') && section.data.value) {
			editing.value = 'new';
			go('/network/resolver', 'replace');
		}
	});
	const save = async (upstreams: Upstream[]) => {
		await saveSection({ upstreams });
		await loadStatus();
	};
	const list = section.data.value?.upstreams ?? [];
	const close = () => { editing.value = null; };
	return <Card title={t.upstream.title} id="upstreams" acts={
		<button type="button" class="btn sm" disabled={!section.data.value || list.length >= MAX} onClick={() => { editing.value = 'new'; }}>
			<Icon name="plus" />{t.upstream.add}</button>}>
		<p class="pad-x muted small">{t.upstream.text}</p>
		<Loaded of={section}>{(s) => s.upstreams.length ? <ul class="list slim">{s.upstreams.map((u, i) => <UpstreamRow key={`${u.address} ${u.port} ${u.transport}`} u={state(u)} items={[
			{ text: t.form.edit, icon: 'edit', act: () => { editing.value = i; } },
			...(s.upstreams.length > 1 ? [{ text: t.form.remove, icon: 'trash', danger: true, act: () => { removing.value = i; } } as const] : []),
		]} />)}</ul> : <Empty icon="server" title={t.upstream.none}>{t.upstream.noneText}</Empty>}</Loaded>
		<Fallback />
		{list.some((u) => u.transport === 'dot') ? <Policy section={whole} /> : null}
		{editing.value === null ? null : <UpstreamDialog list={list} at={editing.value} onClose={close} etagNow={() => section.load()}
			save={async (next) => {
				await save(next);
				toast(t.upstream.saved);
				close();
			}} />}
		{removing.value === null ? null : <Confirm title={t.upstream.removeTitle(list[removing.value]?.address ?? '')} verb={t.form.remove} danger
			onClose={() => { removing.value = null; }} act={async () => {
				const before = list;
				await save(list.filter((_, i) => i !== removing.value));
				toast(t.upstream.removed, { undo: () => void save(before) });
			}}><p>{t.upstream.removeText}</p></Confirm>}
	</Card>;
}

function Cache() {
	const c = dns.value?.cache, live = counters.value;
	const hits = live?.cache_hits ?? c?.hits ?? 0, misses = live?.cache_misses ?? c?.misses ?? 0;
	const flushing = useSignal(false);
	const form = useForm({
		initial: { name: '' },
		check: (x) => ({ name: x.name.trim() ? undefined : t.check.needLookup }),
		send: async (x) => {
			const r = await post<{ flushed: number }>('/api/dns/cache/flush', { name: x.name.trim() });
			form.reset({ name: '' });
			toast(t.cache.flushed(r.flushed));
			await loadStatus();
		},
	});
	return <Card title={t.cache.title} id="cache" acts={
		<button type="button" class="btn sm" onClick={() => { flushing.value = true; }}>{t.cache.flush}</button>}>
		<div class="body stack">
			<p class="muted small">{t.cache.text}</p>
			<dl class="kv live num">
				<dt>{t.cache.rate}</dt><dd>{hits + misses ? pct(hits, hits + misses) : '–'}</dd>
				<dt>{t.cache.hits}</dt><dd>{num(hits)}</dd>
				<dt>{t.cache.misses}</dt><dd>{num(misses)}</dd>
				<dt>{t.cache.entries}</dt><dd>{num(live?.cache_entries ?? c?.entries ?? 0)}</dd>
				{c?.stale === undefined ? null : <><dt>{tn.keep.oldUsed}</dt><dd>{num(c.stale)}</dd></>}
				{c ? <><dt>{t.cache.size}</dt><dd>{bytes(c.bytes)}</dd></> : null}
			</dl>
			<FormBox form={form} class="oneline">
				<TextField form={form} name="name" label={t.cache.one} mono placeholder="example.org" />
				<Submit form={form} plain>{t.cache.forget}</Submit>
			</FormBox>
		</div>
		{flushing.value ? <Confirm title={t.cache.flushTitle} verb={t.cache.flush} onClose={() => { flushing.value = false; }} act={async () => {
			const r = await post<{ flushed: number }>('/api/dns/cache/flush', {});
			toast(t.cache.flushed(r.flushed));
			await loadStatus();
		}}><p>{t.cache.flushText}</p></Confirm> : null}
	</Card>;
}

export function ResolverTab() {
	useDnsLive();
	const section = useSection<DnsSection>('/api/config/sections/dns');
	return <div class="grid top-aligned">
		<div class="c7 stack"><Upstreams section={section} /><Forwards /></div>
		<div class="c5 stack"><Cache /><CacheSettings section={section} /><Rebind section={section} /></div>
	</div>;
}

