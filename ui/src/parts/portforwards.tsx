// Ports of the cell that lead to other machines at home.
import { useSignal, useSignalEffect } from '@preact/signals';
import { isAddress } from '../lib/address';
import { etagOf, sayMatched, type Forward } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { useResource } from '../lib/resource';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import * as v from '../lib/validate';
import { zoneChoices } from '../lib/zones';
import { SelectField, TextField } from './field';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Menu } from './menu';
import { Card } from './page';
import { Ask, RowDialog, type Asked } from './rowdialog';
import { Badge } from './state';
import { Table } from './table';

const PATH = '/api/firewall/forwards', MAX = 128;

interface Values {
	name: string;
	zone: string;
	proto: string;
	port: string;
	to_ip: string;
	to_port: string;
}

const values = (f: Forward | null): Values => ({
	name: f?.name ?? '', zone: f?.zone ?? 'public', proto: f?.proto ?? 'tcp', port: f ? String(f.port) : '',
	to_ip: f?.to_ip ?? '', to_port: f && f.to_port !== f.port ? String(f.to_port) : '',
});

const check = (x: Values) => ({
	name: x.name.trim() ? undefined : t.check.needName, port: v.port(x.port.trim()), to_port: x.to_port.trim() ? v.port(x.to_port.trim()) : undefined,
	to_ip: !x.to_ip.trim() ? tf.check.needTo : isAddress(x.to_ip.trim()) ? undefined : t.check.address,
});

const body = (x: Values) => ({
	name: x.name.trim(), zone: x.zone, proto: x.proto, port: Number(x.port), to_ip: x.to_ip.trim(), to_port: Number(x.to_port.trim() || x.port),
});

const target = (f: Forward) => `${f.to_ip.includes(':') ? `[${f.to_ip}]` : f.to_ip}:${f.to_port}`;

const flip = (f: Forward): Asked =>
	({ what: { method: 'PUT', path: `${PATH}/${f.id}`, body: { enabled: !f.enabled }, etag: etagOf(f) }, title: tf.changeTitle(f.name), verb: tf.go, said: tf.saved(f.name), quiet: true });

const removal = (f: Forward): Asked =>
	({ what: { method: 'DELETE', path: `${PATH}/${f.id}`, etag: etagOf(f) }, title: tf.removeTitle(f.name), verb: t.form.remove, danger: true, text: tf.removeForward, said: tf.removed(f.name) });

export function PortForwards() {
	const list = useResource<Forward[]>(PATH, ['config']), all = list.data.value ?? [];
	const editing = useSignal<Forward | 'new' | null>(null), asked = useSignal<Asked | null>(null);
	useSignalEffect(() => {
		if (query.value.has('forward') && list.data.value) {
			editing.value = 'new';
			go('/firewall', 'replace');
		}
	});
	const add = <button type="button" class="btn sm" disabled={!list.data.value || all.length >= MAX} onClick={() => { editing.value = 'new'; }}><Icon name="plus" />{tf.addForward}</button>;
	const e = editing.value;
	return <Card title={tf.forwards} id="forwards" acts={all.length ? add : null}>
		<p class="pad-x small muted">{tf.forwardsText}</p>
		<Loaded of={list}>{(rows) => <Table label={tf.forwards} find={tf.find} class="fw" rows={rows} id={(f) => f.id} text={(f) => `${f.name} ${f.port} ${target(f)}`}
			empty={<Empty icon="network" title={tf.noForwards} action={add}>{tf.noForwardsText}</Empty>}
			columns={[
				{ key: 'rule', head: tf.leads, class: 't-rule', sort: (f) => f.name, cell: (f) => <><div class="strong wrap-any">{f.name}</div>
					<div class="small muted"><span class="num">{tf.protos[f.proto]} {f.port}</span> → <span class="mono">{target(f)}</span>{sayMatched(f)}</div></> },
				{ key: 'state', head: tf.state, class: 't-state', sort: (f) => String(f.enabled), cell: (f) => f.enabled ? <Badge tone="ok">{tf.openTo(t.zone[f.zone] ?? f.zone)}</Badge> : <Badge tone="off">{tf.off}</Badge> },
				{ key: 'act', head: tf.menu, mute: true, class: 't-act end', cell: (f) => <Menu label={t.table.more(f.name)} items={[
					{ text: t.form.edit, icon: 'edit', act: () => { editing.value = f; } },
					{ text: f.enabled ? tf.switchOff : tf.on, icon: f.enabled ? 'minus' : 'check', act: () => { asked.value = flip(f); } },
					{ text: t.form.remove, icon: 'trash', danger: true, act: () => { asked.value = removal(f); } }]} /> },
			]} />}</Loaded>
		{e ? <RowDialog<Forward, Values> title={e === 'new' ? tf.addForward : tf.editForward} verb={tf.addForward} path={PATH} old={e === 'new' ? null : e} values={values} check={check} body={body}
			name={(x) => x.name.trim()} onClose={() => { editing.value = null; }} done={() => list.load()}>{(form) => <>
				<TextField form={form} name="name" label={tf.name} focus={e === 'new'} maxLength={64} />
				<SelectField form={form} name="zone" label={tf.zone} options={zoneChoices()} />
				<SelectField form={form} name="proto" label={tf.proto} options={['tcp', 'udp'].map((x) => ({ value: x, label: tf.protos[x]! }))} />
				<TextField form={form} name="port" label={tf.port} inputmode="numeric" />
				<TextField form={form} name="to_ip" label={tf.toIp} mono placeholder="192.168.1.20" />
				<TextField form={form} name="to_port" label={tf.toPort} inputmode="numeric" help={tf.toPortHelp} />
			</>}</RowDialog> : null}
		{asked.value ? <Ask key={JSON.stringify(asked.value.what)} a={asked.value} onClose={() => { asked.value = null; }} done={() => list.load()} /> : null}
	</Card>;
}
