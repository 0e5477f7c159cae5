// Every way in from outside: what the cell listens on, and ports that lead to others.
import type { Forward } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { sentence } from '../lib/form';
import { list } from '../lib/format';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import type { Listener } from '../lib/types';
import { sayZones } from '../lib/zones';
import { Empty, Loaded } from './loading';
import { Card } from './page';
import { Badge } from './state';
import { Table } from './table';

interface Door {
	what: string;
	where: string;
	zones: string[];
	reason: string;
	open: boolean;
	error: string | null;
}

const at = (address: string, port: number) => `${address.includes(':') ? `[${address}]` : address}:${port}`;

const partOf = (protocol: string) => protocol === 'wireguard/udp' ? 'vpn' : protocol.replace(/\/udp$/, '').replace('/', '-');

/** As the list of parts calls it ("dns/udp" is "dns" there); a port that leads to another machine is named by its forward. */
function doorOf(l: Listener, forwards: Forward[]): Door {
	const f = forwards.find((x) => l.protocol === `forward/${x.proto}` && x.port === l.port && l.zones.includes(x.zone));
	const what = f ? `${f.proto.toUpperCase()} ${f.port}` : t.part[partOf(l.protocol)] ?? l.protocol.toUpperCase();
	return { what, where: f ? `→ ${at(f.to_ip, f.to_port)}` : at(l.address, l.port), zones: l.zones, open: l.open, error: l.error,
		reason: f ? tf.forwardNamed(f.name) : /^(network\.ports\.|wireguard\.port$)/.test(l.reason) ? tf.portSet : l.reason };
}

/** One row for all addresses of a door that are alike. */
function doorsOf(all: Listener[], forwards: Forward[]) {
	const by = new Map<string, Door>();
	for (const d of all.map((l) => doorOf(l, forwards))) {
		const { where, ...rest } = d, key = JSON.stringify(rest), same = by.get(key);
		by.set(key, same ? { ...d, where: `${same.where}, ${where}` } : d);
	}
	return [...by.values()];
}

const zones = (d: Door) => list(sayZones(d.zones));

export function Doors() {
	const of = useResource<Listener[]>('/api/network/listeners', ['config', 'health']);
	const forwards = useResource<Forward[]>('/api/firewall/forwards', ['config']).data.value ?? [];
	return <Card title={tf.doors} id="doors">
		<p class="pad-x small muted">{tf.doorsText}</p>
		<Loaded of={of} lines={6}>{(all) => <Table label={tf.doors} find={tf.doorFind} class="fw" rows={doorsOf(all, forwards)} id={(d) => JSON.stringify(d)}
			text={(d) => `${d.what} ${d.where} ${d.reason} ${zones(d)}`} chips={[{ key: 'public', text: t.zone.public!, of: (d) => d.zones.includes('public') }, { key: 'closed', text: tf.closed, of: (d) => !d.open }]}
			empty={<Empty icon="lock" title={tf.noDoors} />}
			columns={[
				{ key: 'rule', head: tf.door, class: 't-rule', sort: (d) => d.what, cell: (d) => <><div class="strong">{d.what}</div><div class="small muted mono">{d.where}</div></> },
				{ key: 'why', head: tf.doorFor, class: 't-why', sort: zones, cell: (d) => <><div>{zones(d)}</div>
					<div class="small muted">{tf.because(d.reason)}</div>{d.error ? <div class="small bad-t">{sentence(d.error)}</div> : null}</> },
				{ key: 'state', head: tf.state, class: 't-open', sort: (d) => String(d.open), cell: (d) => <Badge tone={d.open ? 'ok' : 'bad'}>{d.open ? tf.open : tf.closed}</Badge> },
			]} />}</Loaded>
	</Card>;
}
