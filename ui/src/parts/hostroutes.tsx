// Which way packets go: the cell's own static routes, and all routes of this machine.
import { useSignal } from '@preact/signals';
import { isAddress } from '../lib/address';
import { etagOf, type HostRoute, type RoutingStatus, type StaticRoute } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { num } from '../lib/format';
import { useResource } from '../lib/resource';
import { isPrefix } from '../lib/rights';
import { t } from '../lib/text';
import { TextField } from './field';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Note } from './note';
import { Card } from './page';
import { Ask, RowDialog, type Asked } from './rowdialog';
import { Badge } from './state';
import { Table } from './table';

const PATH = '/api/routing/static', MAX = 64;

interface Values {
	destination: string;
	via: string;
	interface: string;
	metric: string;
}

const check = (v: Values) => ({
	destination: !v.destination.trim() ? tf.check.needCidr : !isPrefix(v.destination.trim()) ? tf.check.cidr : /\/0$/.test(v.destination.trim()) ? tf.check.everything : undefined,
	via: !v.via.trim() ? v.interface.trim() ? undefined : tf.check.needWay : isAddress(v.via.trim()) ? v.via.includes(':') === v.destination.includes(':') ? undefined : tf.check.sameVersion : t.check.address,
	interface: /^\S{0,15}$/.test(v.interface.trim()) ? undefined : tf.check.interface,
	metric: /^[1-9]\d{0,4}$/.test(v.metric.trim()) && Number(v.metric) <= 65535 ? undefined : tf.check.metric,
});

const body = (v: Values) => ({ destination: v.destination.trim(), via: v.via.trim() || null, interface: v.interface.trim() || null, metric: Number(v.metric) });

const removal = (r: StaticRoute): Asked =>
	({ what: { method: 'DELETE', path: `${PATH}/${r.id}`, etag: etagOf(r) }, title: tf.removeTitle(r.destination), verb: t.form.remove, danger: true, text: tf.removeRoute, said: tf.removed(r.destination) });

function Statics({ done }: { done: () => Promise<void> }) {
	const list = useResource<StaticRoute[]>(PATH, ['config']), all = list.data.value ?? [];
	const adding = useSignal(false), asked = useSignal<Asked | null>(null);
	const changed = async () => {
		await list.load();
		await done();
	};
	const add = <button type="button" class="btn sm primary" disabled={!list.data.value || all.length >= MAX} onClick={() => { adding.value = true; }}><Icon name="plus" />{tf.addRoute}</button>;
	return <Card title={tf.statics} id="statics" acts={all.length ? add : null}>
		<p class="pad-x small muted">{tf.staticsText}</p>
		<Loaded of={list}>{(rows) => <Table label={tf.statics} find={tf.routeFind} class="fw" rows={rows} id={(r) => r.id} text={(r) => `${r.destination} ${r.via ?? ''} ${r.interface ?? ''}`}
			empty={<Empty icon="network" title={tf.noRoutes} action={add}>{tf.noRoutesText}</Empty>}
			columns={[
				{ key: 'rule', head: tf.destination, class: 't-rule', sort: (r) => r.destination, cell: (r) => <><div class="strong mono wrap-any">{r.destination}</div>
					<div class="small muted wrap-any">{tf.routeText(r.via ?? '', r.interface ?? '')}</div></> },
				{ key: 'metric', head: tf.metric, class: 't-state num', sort: (r) => r.metric, cell: (r) => <><span class="lab">{tf.metric} </span>{num(r.metric)}</> },
				{ key: 'act', head: tf.menu, mute: true, class: 't-act end', cell: (r) => <button type="button" class="icon-btn" aria-label={`${t.form.remove} ${r.destination}`} onClick={() => { asked.value = removal(r); }}><Icon name="trash" /></button> },
			]} />}</Loaded>
		{adding.value ? <RowDialog<StaticRoute, Values> title={tf.addRoute} verb={tf.addRoute} path={PATH} old={null} onClose={() => { adding.value = false; }} done={changed}
			values={() => ({ destination: '', via: '', interface: '', metric: '100' })} check={check} body={body} name={(v) => v.destination.trim()}>{(form) => <>
				<TextField form={form} name="destination" label={tf.destination} mono focus placeholder="192.168.50.0/24" />
				<TextField form={form} name="metric" label={tf.metric} inputmode="numeric" help={tf.metricHelp} />
				<TextField form={form} name="via" label={tf.gateway} mono placeholder="192.168.1.2" help={tf.gatewayHelp} />
				<TextField form={form} name="interface" label={tf.interface} mono maxLength={15} help={tf.interfaceHelp} />
			</>}</RowDialog> : null}
		{asked.value ? <Ask key={JSON.stringify(asked.value.what)} a={asked.value} onClose={() => { asked.value = null; }} done={changed} /> : null}
	</Card>;
}

const Forwards = ({ yes }: { yes: boolean }) => <Badge tone={yes ? 'ok' : 'off'}>{yes ? tf.forwards4 : tf.forwardsNot}</Badge>;

function Forwarding() {
	const of = useResource<RoutingStatus>('/api/routing/status', ['config', 'health']), s = of.data.value;
	return <>
		{s?.drift ? <Note kind="warn">{tf.routeDrift}</Note> : null}
		<Card title={tf.forwarding} id="forwarding"><Loaded of={of}>{(x) => <dl class="kv pad">
			<dt>{tf.ip4}</dt><dd><Forwards yes={x.ip_forward} /></dd>
			<dt>{tf.ip6}</dt><dd><Forwards yes={x.ip6_forward} /></dd>
			<dt>{tf.tables}</dt><dd class="num">{num(x.tables)}</dd>
			<dt>{tf.policy}</dt><dd class="num">{num(x.rules)}</dd>
		</dl>}</Loaded></Card>
	</>;
}

const network = (r: HostRoute) => /^(0\.0\.0\.0|::)\/0$/.test(r.destination) ? tf.everywhere : r.destination;

export function Routes() {
	const live = useResource<HostRoute[]>('/api/routing/routes', ['config', 'health']);
	return <>
		<Statics done={() => live.load()} />
		<Card title={tf.hostRoutes} id="host-routes">
			<p class="pad-x small muted">{tf.hostText}</p>
			<Loaded of={live}>{(rows) => <Table label={tf.hostRoutes} find={tf.routeFind} class="fw routes" rows={rows} id={(r) => `${r.table} ${r.destination} ${r.via} ${r.interface} ${r.metric}`}
				text={(r) => `${r.destination} ${r.via ?? ''} ${r.interface ?? ''} ${r.protocol}`} chips={[{ key: 'own', text: tf.ownChip, of: (r) => r.owned }]}
				empty={<Empty icon="network" title={tf.noHostRoutes} />}
				columns={[
					{ key: 'rule', head: tf.destination, class: 't-rule', sort: (r) => r.destination, cell: (r) => <><div class="strong mono wrap-any">{network(r)}</div>
						<div class="small muted wrap-any">{tf.routeText(r.via ?? '', r.interface ?? '')}</div></> },
					{ key: 'own', head: tf.madeBy, class: 't-state', sort: (r) => r.owned ? '' : r.protocol, cell: (r) => r.owned ? <Badge tone="info" icon={false}>{tf.own}</Badge> : <span class="muted">{r.protocol}</span> },
					{ key: 'table', head: tf.table, class: 't-n', sort: (r) => r.table, cell: (r) => <><span class="lab">{tf.table} </span>{tf.tableOf(r.table)}</> },
					{ key: 'metric', head: tf.metric, class: 't-n num', sort: (r) => r.metric, cell: (r) => <><span class="lab">{tf.metric} </span>{num(r.metric)}</> },
				]} />}</Loaded>
		</Card>
		<Forwarding />
	</>;
}
