// Domains for which the cell asks other servers than its name services.
import { useSignal, useSignalEffect } from '@preact/signals';
import { del, post } from '../lib/api';
import { useForm } from '../lib/form';
import { isDomain, lines, servers } from '../lib/lines';
import { tn } from '../lib/nettext';
import { useResource } from '../lib/resource';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import type { Forward } from '../lib/types';
import { Confirm } from './confirm';
import { Dialog } from './dialog';
import { TextField } from './field';
import { FormBox, Submit } from './form';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Menu } from './menu';
import { Card } from './page';
import { toast } from './toast';

const MAX = 64, SERVERS = 4;

function checkZone(s: string, all: Forward[]) {
	if (!s)
		return t.check.needDomain;
	if (s.length > 253)
		return t.check.nameTooLong;
	if (all.some((f) => f.zone === s.toLowerCase()))
		return tn.check.forwarded;
	return isDomain(s) ? undefined : tn.check.zone;
}

const bare = (s: string) => s.trim().replace(/\.$/, '');

function ForwardDialog({ all, onClose, done }: { all: Forward[]; onClose: () => void; done: () => Promise<void> }) {
	const form = useForm({
		initial: { zone: '', servers: '' },
		check: (x) => ({ zone: checkZone(bare(x.zone), all), servers: servers(x.servers, SERVERS) }),
		send: async (x) => {
			const f = await post<Forward>('/api/dns/forwards', { zone: bare(x.zone), servers: lines(x.servers) });
			toast(tn.forwards.added(f.zone));
			await done();
		},
	});
	return <Dialog title={tn.forwards.add} onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="forward">{tn.forwards.add}</Submit></>}>
		<FormBox form={form} id="forward">
			<TextField form={form} name="zone" label={tn.forwards.zone} mono focus placeholder="corp.example" help={tn.forwards.zoneHelp} />
			<TextField form={form} name="servers" label={tn.forwards.servers} mono rows={3} placeholder="192.168.9.1" help={tn.forwards.serversHelp} />
		</FormBox>
	</Dialog>;
}

const Row = ({ f, remove }: { f: Forward; remove: () => void }) => <li>
	<span class="glyph"><Icon name="network" /></span>
	<div class="grow"><div class="strong mono clip" title={f.zone}>{f.zone}</div>
		<div class="sub mono wrap-any">{f.servers.join(', ')}</div></div>
	<Menu label={t.table.more(f.zone)} items={[{ text: t.form.remove, icon: 'trash', danger: true, act: remove }]} />
</li>;

export function Forwards() {
	const list = useResource<Forward[]>('/api/dns/forwards', ['config']);
	const adding = useSignal(false), removing = useSignal<Forward | null>(null);
	useSignalEffect(() => {
		if (query.value.has('forward') && list.data.value) {
			adding.value = true;
			go('/network/resolver', 'replace');
		}
	});
	const all = list.data.value ?? [];
	const add = <button type="button" class="btn sm" disabled={!list.data.value || all.length >= MAX} onClick={() => { adding.value = true; }}>
		<Icon name="plus" />{tn.forwards.add}</button>;
	return <Card title={tn.forwards.title} id="forwards" acts={all.length ? add : null}>
		<Loaded of={list}>{(rows) => rows.length ? <>
			<p class="pad-x muted small">{tn.forwards.text}</p>
			<ul class="list">{rows.map((f) => <Row key={f.zone} f={f} remove={() => { removing.value = f; }} />)}</ul>
		</> : <Empty icon="network" title={tn.forwards.none} action={add}>{tn.forwards.noneText}</Empty>}</Loaded>
		{adding.value ? <ForwardDialog all={all} onClose={() => { adding.value = false; }} done={async () => {
			adding.value = false;
			await list.load();
		}} /> : null}
		{removing.value ? <Confirm title={tn.forwards.removeTitle(removing.value.zone)} verb={t.form.remove} danger onClose={() => { removing.value = null; }} act={async () => {
			const f = removing.value!;
			await del(`/api/dns/forwards/${encodeURIComponent(f.zone)}`, undefined, f.rev === undefined ? null : `"r${f.rev}"`);
			toast(tn.forwards.removed(f.zone), { undo: () => void post('/api/dns/forwards', { zone: f.zone, servers: f.servers }).then(() => list.load()) });
			await list.load();
		}}><p>{tn.forwards.removeText}</p></Confirm> : null}
	</Card>;
}
