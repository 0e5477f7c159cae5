// The domains the cell answers for: its own, those it keeps inside, and the person's.
import { useSignal, useSignalEffect } from '@preact/signals';
import { del, get, Problem } from '../lib/api';
import { download } from '../lib/download';
import { sayProblem } from '../lib/form';
import { num } from '../lib/format';
import { tn } from '../lib/nettext';
import type { Resource } from '../lib/resource';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import type { DnsZone, ZoneFile } from '../lib/types';
import { sayZones } from '../lib/zones';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Menu } from './menu';
import { Card } from './page';
import { Badge } from './state';
import { Table, type Column } from './table';
import { toast } from './toast';
import { TypedConfirm } from './typedconfirm';
import { ZoneDialog } from './zonedialog';

const x = tn.zones;
const MAX = 64;
const url = (z: DnsZone) => `/api/dns/zones/${encodeURIComponent(z.name)}`;

async function save(z: DnsZone) {
	try {
		download(`${z.name.slice(0, 200)}.zone`, (await get<ZoneFile>(url(z))).zonefile);
	} catch (e) {
		if (!(e instanceof Problem))
			throw e;
		toast(sayProblem(e), { tone: 'bad' });
	}
}

const views = (z: DnsZone) => sayZones(z.views).join(', ');

const columns = (edit: (z: DnsZone) => void, remove: (z: DnsZone) => void): Column<DnsZone>[] => [
	{ key: 'name', head: x.name, class: 't-name', sort: (z) => z.name, cell: (z) => <div class="cut strong mono" title={z.name}>{z.name}</div> },
	{ key: 'kind', head: x.kind, class: 't-kind', sort: (z) => `${z.kind === 'extra' ? 0 : 1} ${x.kinds[z.kind]}`, cell: (z) => <><Badge {...(z.kind === 'extra' ? { tone: 'info' } : {})} icon={false}>{x.kinds[z.kind] ?? z.kind}</Badge>{z.served === false ? <> <Badge tone="bad">{x.notServed}</Badge></> : null}</> },
	{ key: 'records', head: x.records, class: 't-n', sort: (z) => z.records, cell: (z) => <span class="small num"><span class="lab">{x.records}: </span>{num(z.records)}</span> },
	{ key: 'serial', head: x.serial, class: 't-n', sort: (z) => z.serial, cell: (z) => <span class="small num"><span class="lab">{x.serial}: </span>{z.serial}</span> },
	{ key: 'views', head: x.views, class: 't-views', cell: (z) => <span class="small muted">{views(z)}</span> },
	{ key: 'act', head: t.table.actions, mute: true, class: 't-act end', cell: (z) => z.kind !== 'extra' ? null : <Menu label={t.table.more(z.name)} items={[
		{ text: x.replace, icon: 'edit', act: () => edit(z) },
		{ text: x.exportIt, icon: 'download', act: () => void save(z) },
		{ text: t.form.remove, icon: 'trash', danger: true, act: () => remove(z) },
	]} /> },
];

function List({ all, edit, remove }: { all: DnsZone[]; edit: (z: DnsZone) => void; remove: (z: DnsZone) => void }) {
	const rows = all.filter((z) => z.kind !== 'local'), inside = all.filter((z) => z.kind === 'local');
	return <>
		<Table label={x.title} find={x.find} rows={rows} class="zones" id={(z) => z.name} sort="kind" text={(z) => `${z.name} ${x.kinds[z.kind]}`} columns={columns(edit, remove)}
			chips={[{ key: 'own', text: x.yours, of: (z) => z.kind === 'extra' }, { key: 'cell', text: x.cells, of: (z) => z.kind !== 'extra' }]}
			empty={<Empty icon="network" title={x.none} />} />
		{inside.length ? <details class="more"><summary>{x.inside(inside.length)}</summary>
			<div class="pad small muted"><p>{x.insideText}</p><p class="mono wrap-any inset">{inside.map((z) => z.name).join(', ')}</p></div></details> : null}
	</>;
}

export function Zones({ of }: { of: Resource<DnsZone[]> }) {
	const editing = useSignal<DnsZone | 'new' | null>(null), removing = useSignal<DnsZone | null>(null);
	useSignalEffect(() => {
		if (query.value.has('zone') && of.data.value) {
			editing.value = 'new';
			go('/network/names', 'replace');
		}
	});
	const own = of.data.value?.filter((z) => z.kind === 'extra').length ?? 0;
	const add = <button type="button" class="btn sm" disabled={!of.data.value || own >= MAX} onClick={() => { editing.value = 'new'; }}><Icon name="plus" />{x.add}</button>;
	return <Card title={x.title} id="zones" acts={add}>
		<p class="pad-x muted small">{x.text}</p>
		<Loaded of={of}>{(all) => <List all={all} edit={(z) => { editing.value = z; }} remove={(z) => { removing.value = z; }} />}</Loaded>
		{editing.value ? <ZoneDialog zone={editing.value === 'new' ? null : editing.value} all={of.data.value ?? []} onClose={() => { editing.value = null; }} done={async () => {
			editing.value = null;
			await of.load();
		}} /> : null}
		{removing.value ? <TypedConfirm title={x.removeTitle(removing.value.name)} text={x.removeText(removing.value.records)} label={x.typeName(removing.value.name)} name={removing.value.name}
			onClose={() => { removing.value = null; }} act={async () => {
				const z = removing.value!;
				await del(url(z));
				toast(x.removed(z.name));
				await of.load();
			}} /> : null}
	</Card>;
}
