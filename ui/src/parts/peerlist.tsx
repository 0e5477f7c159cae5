// The list of peers, moving by itself.
import type { Signal } from '@preact/signals';
import { glyph } from '../lib/glyph';
import { bytes } from '../lib/format';
import { needsLook, stateOf } from '../lib/peers';
import { td } from '../lib/peertext';
import type { Resource } from '../lib/resource';
import { lost } from '../lib/live';
import { t } from '../lib/text';
import type { Peer } from '../lib/vpntypes';
import { Copy } from './copy';
import { Icon } from './icon';
import { Link } from './link';
import { Empty, Loaded } from './loading';
import { Menu, type MenuItem } from './menu';
import { peerHref } from './peeritem';
import { PeerRate, PeerSpark, PeerStatus } from './peerstate';
import { Dot } from './state';
import { Table, type Column } from './table';

// the most urgent first
const ORDER = ['blocked', 'expired', 'online', 'offline', 'fresh', 'paused'];

const heard = (p: Peer) => p.latest_handshake_at ? Date.parse(p.latest_handshake_at) : 0;

const Who = ({ p }: { p: Peer }) => <div class="who">
	<span class="glyph"><Icon name={glyph(p.name)} /></span>
	<div class="grow"><Link class="clip" href={peerHref(p.name)} title={p.name}>{p.name}</Link>
		<div class="sub clip" title={p.description}>{[p.owner, ...p.groups, p.description].filter(Boolean).join(' · ')}</div></div>
</div>;

const columns = (menu: (p: Peer) => MenuItem[], code: (p: Peer) => void): Column<Peer>[] => [
	{ key: 'name', head: td.name, class: 't-who', sort: (p) => p.name, cell: (p) => <Who p={p} /> },
	{ key: 'status', head: td.status, class: 't-st', sort: (p) => ORDER.indexOf(stateOf(p)) * 1e13 + (1e13 - 1 - heard(p)), cell: (p) => <PeerStatus p={p} /> },
	{ key: 'address', head: td.address, class: 't-ip', sort: (p) => p.ip, cell: (p) => <Copy text={p.ip} what={td.address} /> },
	{ key: 'spark', head: td.last5, class: 't-sp', cell: (p) => <PeerSpark name={p.name} /> },
	{ key: 'now', head: td.now, class: 't-rt', cell: (p) => stateOf(p) === 'fresh' && p.has_private_key
		? <button type="button" class="btn sm" onClick={() => code(p)}>{td.showCode}<span class="sr"> {p.name}</span></button> : <PeerRate name={p.name} /> },
	{ key: 'total', head: td.total, class: 't-tot num end small muted nowrap', sort: (p) => p.rx_bytes + p.tx_bytes, cell: (p) => bytes(p.rx_bytes + p.tx_bytes) },
	{ key: 'act', head: t.table.actions, mute: true, class: 't-act end', cell: (p) => <Menu label={t.table.more(p.name)} items={menu(p)} /> },
];

interface Props {
	of: Resource<Peer[]>;
	query: Signal<string>;
	menu: (p: Peer) => MenuItem[];
	code: (p: Peer) => void;
	add: () => void;
}

export function PeerList({ of, query, menu, code, add }: Props) {
	return <section class="card" aria-label={t.nav.peers} id="peers"><Loaded of={of} lines={7}>{(rows) => <Table label={t.nav.peers} find={td.find} rows={rows} class="peers"
		id={(p) => p.name} text={(p) => `${p.name} ${p.owner ?? ''} ${p.groups.join(' ')} ${p.ip} ${p.ip6 ?? ''} ${p.description}`} sort="name" query={query} columns={columns(menu, code)}
		chips={[{ key: 'online', text: td.online, of: (p) => stateOf(p) === 'online' }, { key: 'offline', text: td.offline, of: (p) => stateOf(p) === 'offline' },
			{ key: 'fresh', text: td.fresh, of: (p) => stateOf(p) === 'fresh' }, { key: 'look', text: td.look, of: needsLook }]}
		foot={<><span class="grow">{td.count(rows.length)}</span>{lost.value ? null : <span class="row"><Dot tone="ok" />{td.live}</span>}</>}
		empty={<Empty icon="devices" title={td.none} action={<button type="button" class="btn primary" onClick={add}><Icon name="plus" />{td.add}</button>}>{td.noneText}</Empty>} />}</Loaded></section>;
}
