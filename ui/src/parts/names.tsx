// The names the cell serves: those it makes by itself and those the person gave.
import { useSignal, useSignalEffect, type Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { del } from '../lib/api';
import { status } from '../lib/cell';
import { useResource } from '../lib/resource';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import type { DnsRecord, DnsZone } from '../lib/types';
import { sayZones } from '../lib/zones';
import { Confirm } from './confirm';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Lookup } from './lookup';
import { Menu } from './menu';
import { RecordDialog } from './recorddialog';
import { Secondaries } from './secondaries';
import { Badge } from './state';
import { Table, type Column } from './table';
import { toast } from './toast';
import { Zones } from './zones';

export const fullName = (r: Pick<DnsRecord, 'name' | 'zone'>) => r.name === '@' ? r.zone : `${r.name}.${r.zone}`;

/** A row of the table: an own record, or all that the cell makes for one name. */
interface Row extends DnsRecord {
	/** Which answer goes to whom, where that differs. */
	detail?: string;
}

const union = (lists: string[][]) => [...new Set(lists.flat())];

/** The cell makes a dozen records for each of its names; one row tells of all. */
function grouped(all: DnsRecord[]): Row[] {
	const made = new Map<string, DnsRecord[]>();
	for (const r of all.filter((x) => x.generated))
		made.set(fullName(r), [...made.get(fullName(r)) ?? [], r]);
	return [...all.filter((r) => !r.generated), ...[...made.values()].map((list) => ({
		...list[0]!,
		type: union(list.map((r) => [r.type])).join(', '),
		value: union(list.map((r) => [r.value])).join(', '),
		views: union(list.map((r) => r.views)),
		detail: list.map((r) => `${r.type} ${r.value}: ${views(r)}`).join('\n'),
	}))];
}

const views = (r: DnsRecord) => sayZones(r.views).join(', ');

function columns(edit: (r: DnsRecord) => void, remove: (r: DnsRecord) => void): Column<Row>[] {
	return [
		{ key: 'name', head: t.names.name, class: 't-name', sort: (r) => fullName(r), cell: (r) => <div class="cut" title={fullName(r)}>
			<span class="strong">{r.name === '@' ? r.zone : r.name}</span>{r.name === '@' ? null : <span class="muted small">.{r.zone}</span>}</div> },
		{ key: 'type', head: t.names.type, class: 't-type', sort: (r) => r.type, cell: (r) => <span class="mono small">{r.type}</span> },
		{ key: 'value', head: t.names.value, class: 't-value', sort: (r) => r.value, cell: (r) => <div class="cut mono small" title={r.detail ?? r.value}>{r.value}</div> },
		{ key: 'views', head: t.names.views, class: 't-views', cell: (r) => <span class="small muted">{views(r)}</span> },
		{ key: 'source', head: t.names.source, class: 't-source', sort: (r) => `${r.generated ? 1 : 0} ${fullName(r)}`, cell: (r) =>
			r.generated ? <Badge icon={false}>{t.names.automatic}</Badge> : <Badge tone="info" icon={false}>{t.names.you}</Badge> },
		{ key: 'act', head: t.table.actions, mute: true, class: 't-act end', cell: (r) => r.generated ? null
			: <Menu label={t.table.more(`${fullName(r)} ${r.type}`)} items={[
				{ text: t.form.edit, icon: 'edit', act: () => edit(r) },
				{ text: t.form.remove, icon: 'trash', danger: true, act: () => remove(r) },
			]} /> },
	];
}

interface ListProps {
	records: DnsRecord[];
	query: Signal<string>;
	add: ComponentChildren;
	edit: (r: DnsRecord) => void;
	remove: (r: DnsRecord) => void;
}

function List({ records, query: find, add, edit, remove }: ListProps) {
	const rows = grouped(records);
	return <Table label={t.network.tabNames} find={t.names.find} rows={rows} class="names" query={find} sort="source" bar={add}
		id={(r) => r.id ?? fullName(r)} columns={columns(edit, remove)} text={(r) => `${fullName(r)} ${r.type} ${r.value}`}
		chips={[{ key: 'own', text: t.names.yours, of: (r) => !r.generated }, { key: 'auto', text: t.names.automatic, of: (r) => !!r.generated }]}
		empty={<Empty icon="network" title={t.names.none} action={add}>{t.names.noneText}</Empty>}
		foot={t.names.count(rows.filter((r) => !r.generated).length, rows.length)} />;
}

export function NamesTab() {
	const list = useResource<DnsRecord[]>('/api/dns/records', ['config'], { generated: 1 });
	const zones = useResource<DnsZone[]>('/api/dns/zones', ['config']);
	const editing = useSignal<DnsRecord | 'new' | null>(null), removing = useSignal<DnsRecord | null>(null);
	const find = useSignal(query.value.get('q') ?? '');
	// "/network/names?add" opens the dialog, and reading it away keeps a reload from doing so again
	useSignalEffect(() => {
		if (query.value.has('add') && zones.data.value) {
			editing.value = 'new';
			go('/network/names', 'replace');
		}
	});
	const add = <button type="button" class="btn primary bar-end" disabled={!zones.data.value} onClick={() => { editing.value = 'new'; }}>
		<Icon name="plus" />{t.names.add}</button>;
	const close = () => { editing.value = null; };
	return <>
		<section class="card" aria-label={t.network.tabNames} id="names"><Loaded of={list} lines={6}>{(records) => <List records={records} query={find} add={add}
			edit={(r) => { editing.value = r; }} remove={(r) => { removing.value = r; }} />}</Loaded></section>
		<Zones of={zones} />
		<Secondaries />
		<Lookup />
		{editing.value && zones.data.value ? <RecordDialog record={editing.value === 'new' ? null : editing.value}
			all={list.data.value ?? []} zones={zones.data.value} home={status.value?.effective_domain ?? ''} onClose={close} done={async () => {
				close();
				await list.load();
			}} /> : null}
		{removing.value ? <Confirm title={t.names.removeTitle(fullName(removing.value))} verb={t.form.remove} danger
			onClose={() => { removing.value = null; }} act={async () => {
				const r = removing.value!;
				await del(`/api/dns/records/${r.id}`);
				toast(t.names.removed(fullName(r)));
				await list.load();
			}}><p>{t.names.removeText(removing.value.type, removing.value.value)}</p></Confirm> : null}
	</>;
}
