// Everybody the server knows: peers, linked cells and exits, with their counters as they move.
import { bytes } from '../lib/format';
import type { Resource } from '../lib/resource';
import { tw } from '../lib/vpntext';
import type { VpnPeer, VpnStatus } from '../lib/vpntypes';
import { Ago } from './ago';
import { Loaded } from './loading';
import { Link } from './link';
import { Card } from './page';
import { peerHref } from './peeritem';
import { Dot } from './state';
import { Table, type Column } from './table';

const heard = (p: VpnPeer) => p.latest_handshake_at ? Date.parse(p.latest_handshake_at) : 0;

const columns: Column<VpnPeer>[] = [
	{ key: 'name', head: tw.name, class: 't-who', sort: (p) => p.name, cell: (p) => <div class="who"><Dot tone={p.online ? 'ok' : 'off'} /><div class="grow">
		{p.kind === 'peer' ? <Link class="clip" href={peerHref(p.name)} title={p.name}>{p.name}</Link> : <span class="strong clip">{p.name}</span>}
		<div class="sub clip" title={p.allowed_ips.join(', ')}>{p.online ? <span class="sr">{tw.online} </span> : null}{p.kind === 'peer' ? '' : `${tw.kinds[p.kind]} · `}{p.allowed_ips.join(', ')}</div></div></div> },
	{ key: 'from', head: tw.from, class: 't-from', sort: (p) => p.endpoint ?? '', cell: (p) => <span class="mono small wrap-any"><span class="lab">{tw.from}: </span>{p.endpoint ?? '–'}</span> },
	{ key: 'contact', head: tw.contact, class: 't-when', sort: heard, cell: (p) => <span class="small muted"><span class="lab">{tw.contact}: </span>{p.latest_handshake_at ? <Ago at={p.latest_handshake_at} /> : tw.never}</span> },
	{ key: 'down', head: tw.down, class: 't-n num', sort: (p) => p.tx_bytes, cell: (p) => <span class="small"><span class="lab">{tw.down}: </span>{bytes(p.tx_bytes)}</span> },
	{ key: 'up', head: tw.up, class: 't-n num', sort: (p) => p.rx_bytes, cell: (p) => <span class="small"><span class="lab">{tw.up}: </span>{bytes(p.rx_bytes)}</span> },
];

export const LiveCard = ({ of }: { of: Resource<VpnStatus> }) => <Card title={tw.live} id="live"><Loaded of={of} lines={3}>{(s) =>
	<Table label={tw.live} find={tw.find} rows={s.peers} class="vpn-live" id={(p) => p.public_key} sort="contact" descending columns={columns}
		text={(p) => `${p.name} ${p.endpoint ?? ''} ${p.allowed_ips.join(' ')}`} empty={<p class="pad muted">{tw.none5}</p>}
		chips={[{ key: 'online', text: tw.online, of: (p) => p.online }]} />}</Loaded></Card>;
