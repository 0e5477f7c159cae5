// Every way in from outside: what the cell listens on, and ports that lead to others.
import type { Forward } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { sentence } from '../lib/form';
import { list } from '../lib/format';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import type { Listener } from '../lib/types';
import { Empty, Loaded } from './loading';
import { Card } from './page';
import { Badge } from './state';
import { Table } from './table';

interface Door {
	id: string;
	what: string;
	where: string;
	zones: string[];
	reason: string;
	open: boolean;
	error: string | null;
}

const at = (address: string, port: number) => `${address.includes(':') ? `[${address}]` : address}:${port}`;

/** A port that leads to another machine is named by its forward. */
function doorOf(l: Listener, forwards: Forward[]): Door {
	const f = forwards.find((x) => l.protocol === `forward/${x.proto}` && x.port === l.port && l.zones.includes(x.zone));
	return { id: `${l.protocol} ${l.address} ${l.port} ${l.zones[0]}`, what: f ? `${f.proto.toUpperCase()} ${f.port}` : l.protocol.toUpperCase(),
		where: f ? `→ ${at(f.to_ip, f.to_port)}` : at(l.address, l.port), zones: l.zones, reason: f ? tf.forwardNamed(f.name) : l.reason, open: l.open, error: l.error };
}

const zones = (d: Door) => list(d.zones.map((z) => t.zone[z] ?? z));

export function Doors() {
	const of = useResource<Listener[]>('/api/network/listeners', ['config', 'health']);
	const forwards = useResource<Forward[]>('/api/firewall/forwards', ['config']).data.value ?? [];
	return <Card title={tf.doors} id="doors">
		<p class="pad-x small muted">{tf.doorsText}</p>
		<Loaded of={of} lines={6}>{(all) => <Table label={tf.doors} find={tf.doorFind} class="fw" rows={all.map((l) => doorOf(l, forwards))} id={(d) => d.id}
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
