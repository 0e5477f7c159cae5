// One peer: how it is, what it may use, what sets it up anew.
import { useSignal } from '@preact/signals';
import { accessNames } from '../lib/accessname';
import { bytes, day, exactTime, list } from '../lib/format';
import { glyph } from '../lib/glyph';
import { peerUrl } from '../lib/peeracts';
import { stateOf, usePeer } from '../lib/peers';
import { td } from '../lib/peertext';
import type { Resource } from '../lib/resource';
import { path } from '../lib/router';
import { t } from '../lib/text';
import type { Peer } from '../lib/vpntypes';
import { Ago } from '../parts/ago';
import { Copy } from '../parts/copy';
import { Icon } from '../parts/icon';
import { Link } from '../parts/link';
import { Empty, Loaded } from '../parts/loading';
import { Menu } from '../parts/menu';
import { Note } from '../parts/note';
import { Card, PageHead } from '../parts/page';
import { PeerAccess } from '../parts/peeraccess';
import { installed, pause, PeerDoing, peerHref, peerMenu, type Doing } from '../parts/peeritem';
import { PeerRate, TONE } from '../parts/peerstate';
import { Badge } from '../parts/state';
import { Tabs } from '../parts/tabs';
import { TrafficCard } from '../parts/trafficchart';

/** The name in the address; what is no text there is no peer either. */
function nameIn(address: string) {
	try {
		return decodeURIComponent(address.split('/')[2] ?? '');
	} catch {
		return '';
	}
}

/** Ours, that begin large only where they begin. */
const inside = new Set([td.lan, td.peers]);

function Facts({ p }: { p: Peer }) {
	const may = [p.internet_access ? td.internet : '', p.lan_access ? td.lan : '', p.peer_access ? td.peers : '', ...accessNames(p.service_access)].filter(Boolean);
	return <Card title={td.connection} id="connection"><dl class="kv pad">
		<dt>{td.contact}</dt><dd>{p.latest_handshake_at ? <Ago at={p.latest_handshake_at} /> : td.never}</dd>
		<dt>{td.now}</dt><dd><PeerRate name={p.name} /></dd>
		<dt>{td.total}</dt><dd class="num">{td.trafficSum(bytes(p.tx_bytes), bytes(p.rx_bytes))}</dd>
		<dt>{td.from}</dt><dd>{p.endpoint ? <Copy text={p.endpoint} what={td.from} /> : td.never5}</dd>
		<dt>{td.address}</dt><dd><Copy text={p.ip} what={td.ip} />{p.ip6 ? <> <Copy text={p.ip6} what={td.ip6} /></> : null}</dd>
		<dt>{td.key}</dt><dd><Copy text={p.public_key} what={td.key} /></dd>
		<dt>{td.mayTitle}</dt><dd>{may.length ? list(may.map((m, i) => i && inside.has(m) ? m[0]!.toLowerCase() + m.slice(1) : m)) : td.noServices}</dd>
		<dt>{td.groups}</dt><dd>{p.groups.length ? list(p.groups) : td.groupsNone}</dd>
		<dt>{td.owner}</dt><dd>{p.owner ?? td.ownerNone}</dd>
		{p.expires_at ? <><dt>{td.expires}</dt><dd>{exactTime(p.expires_at)}</dd></> : null}
		<dt>{td.since}</dt><dd>{day(p.created_at)}</dd>
	</dl></Card>;
}

function Head({ p, of }: { p: Peer; of: Resource<Peer> }) {
	const doing = useSignal<Doing>(null), changed = () => of.load(), s = stateOf(p), fresh = s === 'fresh';
	return <>
		<Link class="back" href="/peers"><Icon name="chevron" small />{td.all}</Link>
		<PageHead long title={p.name} acts={<>
			{fresh ? <button type="button" class="btn primary" onClick={() => { doing.value = { kind: 'code', p }; }}><Icon name="phone" />{td.showCode}</button>
				: <button type="button" class="btn" onClick={() => { doing.value = { kind: 'renew', p }; }}><Icon name="key" />{td.newCode}</button>}
			<button type="button" class="btn" onClick={() => pause(p, changed)}><Icon name={p.enabled ? 'minus' : 'check'} />{p.enabled ? td.pause : td.resume}</button>
			<Menu label={t.table.more(p.name)} items={peerMenu(p, { doing, changed }, fresh ? 'new' : 'code')} /></>}>
			<span class="row wrap"><Icon name={glyph(p.name)} small /><Badge tone={TONE[s]}>{td[s]}</Badge>
				{p.description ? <span class="wrap-any">{p.description}</span> : null}</span></PageHead>
		{p.config_needs_reinstall ? <Note kind="warn" action={<span class="row wrap">
			<button type="button" class="btn sm" onClick={() => { doing.value = { kind: p.has_private_key ? 'code' : 'renew', p }; }}>{p.has_private_key ? td.showCode : td.newCode}</button>
			<button type="button" class="btn sm quiet" onClick={() => installed(p, changed)}>{td.reinstalled}</button></span>}>
			<span class="strong">{td.reinstall}</span> {td.reinstallText}</Note> : null}
		<PeerDoing doing={doing} changed={changed} away />
	</>;
}

function One({ name }: { name: string }) {
	const of = usePeer(name), at = path.value;
	if (of.error.value?.status === 404 && !of.loading.value)
		return <Empty page icon="devices" title={td.notFound} action={<Link class="btn primary" href="/peers">{td.all}</Link>}>{td.notFoundText}</Empty>;
	return <Loaded of={of} lines={8}>{(p) => <>
		<Head p={p} of={of} />
		<Tabs label={name} items={[{ href: peerHref(name), text: td.tabs.overview }, { href: peerHref(name, '/access'), text: td.tabs.access }]} />
		{at === peerHref(name, '/access') ? <PeerAccess of={of} /> : <><TrafficCard path={peerUrl(name, '/stats')} /><Facts p={p} /></>}
	</>}</Loaded>;
}

export default function PeerPage() {
	const name = nameIn(path.value);
	return <One key={name} name={name} />;
}
