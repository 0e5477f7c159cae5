// Every state the configuration had: what changed between any two, and the way back.
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { exactTime, num } from '../lib/format';
import { useResource } from '../lib/resource';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import { sayChange } from '../lib/words';
import type { Change, Generation } from '../lib/types';
import { Ago } from '../parts/ago';
import { DiffList } from '../parts/difflist';
import { Icon } from '../parts/icon';
import { Empty, Loaded } from '../parts/loading';
import { Menu, type MenuItem } from '../parts/menu';
import { PageHead } from '../parts/page';
import { RollbackDialog } from '../parts/rollback';
import { Badge } from '../parts/state';
import { Table, type Column } from '../parts/table';

const show = (from: number, to: number) => {
	go(`/history?from=${from}&to=${to}`);
	document.getElementById('compare')?.scrollIntoView({ block: 'nearest' });
};

const columns = (menu: (g: Generation) => MenuItem[]): Column<Generation>[] => [
	{ key: 'n', head: t.history.number, class: 't-n num', sort: (g) => g.generation, cell: (g) => <span class="row"><span class="strong">{num(g.generation)}</span>
		{g.current ? <Badge tone="ok">{t.history.current}</Badge> : null}</span> },
	{ key: 'what', head: t.history.what, class: 't-name', sort: (g) => sayChange(g.summary), cell: (g) => <div class="cut wrap-any">{sayChange(g.summary)}</div> },
	{ key: 'who', head: t.history.who, class: 't-who', sort: (g) => g.written_by, cell: (g) => <span class="small muted">{g.written_by}</span> },
	{ key: 'when', head: t.history.when, class: 't-when', sort: (g) => g.written_at, cell: (g) => <span class="small muted"><Ago at={g.written_at} /></span> },
	{ key: 'act', head: t.table.actions, mute: true, class: 't-act end', cell: (g) => <Menu label={t.table.more(t.history.of(g.generation))} items={menu(g)} /> },
];

export default function History() {
	const list = useResource<Generation[]>('/api/config/generations', ['config']);
	const target = useSignal<Generation | null>(null);
	const current = list.data.value?.find((g) => g.current)?.generation ?? 0;
	const numbers = (list.data.value ?? []).map((g) => g.generation);
	const before = (n: number) => Math.max(...numbers.filter((x) => x < n), 0);
	const menu = (g: Generation): MenuItem[] => [
		...(before(g.generation) ? [{ text: t.history.whatChanged, icon: 'compare', act: () => show(before(g.generation), g.generation) } as const] : []),
		...(g.current ? [] : [
			{ text: t.history.compareNow, icon: 'compare', act: () => show(g.generation, current) },
			{ text: t.history.rollback, icon: 'undo', act: () => { target.value = g; } },
		] as MenuItem[]),
	];
	return <>
		<PageHead title={t.nav.history}>{t.history.text}</PageHead>
		<Loaded of={list} lines={6}>{(rows) => <>
			{rows.length > 1 ? <Compare rows={rows} /> : null}
			<section class="card" aria-label={t.history.list}><Table label={t.history.list} find={t.history.find} rows={rows} class="generations"
				id={(g) => String(g.generation)} text={(g) => `${g.generation} ${sayChange(g.summary)} ${g.summary} ${g.written_by}`} sort="n" descending
				columns={columns(menu)} empty={<Empty icon="history" title={t.history.none} />} foot={t.history.kept} /></section>
		</>}</Loaded>
		{target.value ? <RollbackDialog to={target.value} current={current} onClose={() => { target.value = null; }} done={() => list.load()} /> : null}
	</>;
}

function Pick({ label, rows, value, onPick }: { label: string; rows: Generation[]; value: number; onPick: (n: number) => void }) {
	const id = useId();
	return <div class="field"><label for={id}>{label}</label>
		<select class="input" id={id} value={String(value)} onChange={(e) => onPick(Number(e.currentTarget.value))}>
			{rows.map((g) => <option key={g.generation} value={String(g.generation)}>{t.history.option(g.generation, sayChange(g.summary), exactTime(g.written_at))}</option>)}
		</select></div>;
}

function Compare({ rows }: { rows: Generation[] }) {
	const sorted = [...rows].sort((a, b) => b.generation - a.generation);
	const known = (s: string | null) => sorted.find((g) => String(g.generation) === s)?.generation;
	const to = known(query.value.get('to')) ?? sorted[0]!.generation;
	const from = known(query.value.get('from')) ?? sorted.find((g) => g.generation < to)?.generation ?? to;
	return <section class="card" aria-labelledby="h-compare" id="compare">
		<header><h2 id="h-compare">{t.history.compare}</h2></header>
		<div class="body stack">
			<div class="pair">
				<Pick label={t.history.from} rows={sorted} value={from} onPick={(n) => show(n, to)} />
				<Icon name="chevron" />
				<Pick label={t.history.to} rows={sorted} value={to} onPick={(n) => show(from, n)} />
			</div>
			<Difference key={`${from} ${to}`} from={from} to={to} />
		</div>
	</section>;
}

function Difference({ from, to }: { from: number; to: number }) {
	const changes = useResource<Change[]>('/api/config/diff', [], { from, to });
	const before = useResource<unknown>(`/api/config/generations/${from}`), after = useResource<unknown>(`/api/config/generations/${to}`);
	return <div aria-live="polite" id="difference"><Loaded of={changes}>{(list) => <DiffList changes={list} before={before.data.value} after={after.data.value} />}</Loaded></div>;
}
