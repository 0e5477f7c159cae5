// Name servers elsewhere that copy the public part of the domains from this cell.
import { useSignal } from '@preact/signals';
import { del } from '../lib/api';
import { sentence } from '../lib/form';
import { tn } from '../lib/nettext';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import type { Secondary } from '../lib/types';
import { Ago } from './ago';
import { Confirm } from './confirm';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Menu } from './menu';
import { Card } from './page';
import { SecondaryDialog } from './secondarydialog';
import { Badge } from './state';
import { toast } from './toast';

const x = tn.secondaries;
const MAX = 8;

function Row({ s, edit, remove }: { s: Secondary; edit: () => void; remove: () => void }) {
	const at = s.port === 53 ? s.address : s.address.includes(':') ? `[${s.address}]:${s.port}` : `${s.address}:${s.port}`;
	return <li>
		<span class="glyph"><Icon name="server" /></span>
		<div class="grow"><div class="strong clip" title={s.name}>{s.name}</div>
			<div class="sub wrap-any"><span class="mono">{at}</span> · <span class="mono">{s.key_name}</span>, {s.algorithm}</div>
			<div class="sub">{s.last_serial === null ? x.never : x.fetched(String(s.last_serial), s.last_zone ?? '')}{s.notified_serial === null ? '' : ` · ${x.told(String(s.notified_serial), s.notified_zone ?? '')}`}{s.last_transfer_at ? <> · <Ago at={s.last_transfer_at} /></> : null}</div>
			{s.last_error ? <div class="small bad-t wrap-any">{s.error_zone ? x.with(s.error_zone, s.last_error) : sentence(s.last_error)}</div> : null}</div>
		{s.last_error ? <Badge tone="bad">{x.failed}</Badge> : <Badge tone={s.last_serial === null ? 'off' : 'ok'}>{s.last_serial === null ? x.waiting : x.ok}</Badge>}
		<Menu label={t.table.more(s.name)} items={[
			{ text: t.form.edit, icon: 'edit', act: edit },
			{ text: t.form.remove, icon: 'trash', danger: true, act: remove },
		]} />
	</li>;
}

export function Secondaries() {
	const list = useResource<Secondary[]>('/api/dns/secondaries', ['config']);
	const editing = useSignal<Secondary | 'new' | null>(null), removing = useSignal<Secondary | null>(null);
	const all = list.data.value ?? [];
	const add = <button type="button" class="btn sm" disabled={!list.data.value || all.length >= MAX} onClick={() => { editing.value = 'new'; }}><Icon name="plus" />{x.add}</button>;
	return <Card title={x.title} id="secondaries" acts={all.length ? add : null}>
		<Loaded of={list}>{(rows) => rows.length ? <>
			<p class="pad-x muted small">{x.text}</p>
			<ul class="list roomy">{rows.map((s) => <Row key={s.id} s={s} edit={() => { editing.value = s; }} remove={() => { removing.value = s; }} />)}</ul>
		</> : <Empty icon="server" title={x.none} action={add}>{x.noneText}</Empty>}</Loaded>
		{editing.value ? <SecondaryDialog old={editing.value === 'new' ? null : editing.value} all={all} onClose={() => { editing.value = null; }} done={() => list.load()} /> : null}
		{removing.value ? <Confirm title={x.removeTitle(removing.value.name)} verb={t.form.remove} danger onClose={() => { removing.value = null; }} act={async () => {
			const s = removing.value!;
			await del(`/api/dns/secondaries/${s.id}`, undefined, s.rev === undefined ? null : `"r${s.rev}"`);
			toast(x.removed(s.name));
			await list.load();
		}}><p>{x.removeText}</p></Confirm> : null}
	</Card>;
}
