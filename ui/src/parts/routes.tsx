// The list of addresses that lead to web servers in the network.
import { useSignal, useSignalEffect } from '@preact/signals';
import { del, put } from '../lib/api';
import { sentence } from '../lib/form';
import { tp } from '../lib/proxytext';
import { useResource } from '../lib/resource';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import type { Route } from '../lib/types';
import { sayZones } from '../lib/zones';
import { Ago } from './ago';
import { Confirm } from './confirm';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Menu, type MenuItem } from './menu';
import { Card } from './page';
import { RouteDialog } from './routedialog';
import { RouteTest } from './routetest';
import { Badge } from './state';
import { toast } from './toast';

const MAX = 512;

function State({ r }: { r: Route }) {
	if (!r.enabled)
		return <Badge tone="off">{tp.off}</Badge>;
	return r.healthy === null ? <Badge tone="off">{tp.waiting}</Badge> : r.healthy ? <Badge tone="ok">{tp.ok}</Badge> : <Badge tone="bad">{tp.bad}</Badge>;
}

function Row({ r, items }: { r: Route; items: MenuItem[] }) {
	const host = r.url.replace(/^https:\/\//, '').replace(/\/$/, '');
	return <li>
		<span class="glyph"><Icon name="network" /></span>
		<div class="grow">
			<div class="strong clip">{r.enabled ? <a href={r.url} target="_blank" rel="noreferrer" title={host}>{host}</a> : <span title={host}>{host}</span>}</div>
			<div class="sub wrap-any"><span class="mono">{r.target}</span></div>
			<div class="sub">{sayZones(r.access).join(', ')}{r.login === 'none' ? null : ` · ${r.login === 'user' ? tp.signedIn : tp.forAdmins}`}{r.enabled && r.checked_at ? <> · {tp.checked} <Ago at={r.checked_at} /></> : null}</div>
			{r.enabled && r.last_error ? <div class="small bad-t wrap-any">{sentence(r.last_error)}</div> : null}
		</div>
		<State r={r} />
		<Menu label={t.table.more(r.name)} items={items} />
	</li>;
}

export function Routes() {
	const list = useResource<Route[]>('/api/proxy/routes', ['config', 'route']);
	const editing = useSignal<Route | 'new' | null>(null), removing = useSignal<Route | null>(null), testing = useSignal<Route | null>(null);
	const all = list.data.value ?? [];
	// "/proxy?add" opens the dialog, and reading it away keeps a reload from doing so again
	useSignalEffect(() => {
		if (query.value.has('add') && list.data.value) {
			editing.value = 'new';
			go('/proxy', 'replace');
		}
	});
	const flip = async (r: Route) => {
		await put(`/api/proxy/routes/${r.id}`, { enabled: !r.enabled }, r.rev === undefined ? null : `"r${r.rev}"`);
		await list.load();
	};
	const add = <button type="button" class="btn sm primary" disabled={!list.data.value || all.length >= MAX} onClick={() => { editing.value = 'new'; }}><Icon name="plus" />{tp.add}</button>;
	return <Card title={tp.title} id="routes" acts={all.length ? add : null}>
		<Loaded of={list}>{(rows) => rows.length
			? <ul class="list roomy">{rows.map((r) => <Row key={r.id} r={r} items={[
				{ text: tp.test, icon: 'refresh', act: () => { testing.value = r; } },
				{ text: t.form.edit, icon: 'edit', act: () => { editing.value = r; } },
				{ text: r.enabled ? tp.switchOff : tp.on, icon: r.enabled ? 'close' : 'check', act: () => void flip(r) },
				{ text: t.form.remove, icon: 'trash', danger: true, act: () => { removing.value = r; } },
			]} />)}</ul>
			: <Empty icon="network" title={tp.none} action={add}>{tp.noneText}</Empty>}</Loaded>
		{editing.value ? <RouteDialog old={editing.value === 'new' ? null : editing.value} all={all} onClose={() => { editing.value = null; }} done={() => list.load()} /> : null}
		{testing.value ? <RouteTest r={testing.value} onClose={() => { testing.value = null; }} /> : null}
		{removing.value ? <Confirm title={tp.removeTitle(removing.value.name)} verb={t.form.remove} danger onClose={() => { removing.value = null; }} act={async () => {
			const r = removing.value!;
			await del(`/api/proxy/routes/${r.id}`, undefined, r.rev === undefined ? null : `"r${r.rev}"`);
			toast(tp.removed(r.name));
			await list.load();
		}}><p>{tp.removeText}</p></Confirm> : null}
	</Card>;
}
