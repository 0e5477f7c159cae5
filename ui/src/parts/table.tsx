// A table with search, sorting and sets to choose from. On a phone its rows become
// cards, and stay a table for screen readers: hence the explicit roles.
import { useComputed, useSignal, useSignalEffect, type Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId, useMemo } from 'preact/hooks';
import { t } from '../lib/text';
import { Icon } from './icon';

export interface Column<T> {
	key: string;
	head: string;
	/** The head is for screen readers only (actions). */
	mute?: boolean;
	class?: string;
	sort?: (row: T) => string | number;
	cell: (row: T) => ComponentChildren;
}

export interface Chip<T> {
	key: string;
	text: string;
	of: (row: T) => boolean;
}

interface Props<T> {
	label: string;
	find: string;
	rows: T[];
	id: (row: T) => string;
	columns: Column<T>[];
	/** The text that searching looks at. */
	text: (row: T) => string;
	chips?: Chip<T>[];
	sort?: string;
	descending?: boolean;
	class?: string;
	empty: ComponentChildren;
	query?: Signal<string>;
	foot?: ComponentChildren;
	bar?: ComponentChildren;
}

const collator = new Intl.Collator(undefined, { numeric: true });
const compare = (a: string | number, b: string | number) =>
	typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));

const FEW = 7;	// longer lists get search, sorting and sets
const PAGE = 50;	// rows drawn at once

export function Table<T>(p: Props<T>) {
	const own = useSignal(''), query = p.query ?? own;
	const chip = useSignal('all');
	const order = useSignal({ key: p.sort ?? p.columns[0]!.key, down: p.descending ?? false });
	const first = useSignal(0);
	// another search, set or order starts at its top
	useSignalEffect(() => {
		query.value;
		chip.value;
		order.value;
		first.value = 0;
	});
	const set = p.chips?.find((c) => c.key === chip.value);
	const q = query.value.trim().toLowerCase();
	const column = p.columns.find((c) => c.key === order.value.key);
	// thousands of rows are not sorted again for a look at the next page
	const rows = useMemo(() => p.rows
		.filter((r) => (!set || set.of(r)) && (!q || p.text(r).toLowerCase().includes(q)))
		.sort((a, b) => column?.sort ? compare(column.sort(a), column.sort(b)) * (order.value.down ? -1 : 1) : 0),
	[p.rows, set?.key, q, order.value]);
	if (!p.rows.length)
		return <>{p.empty}</>;
	const full = p.rows.length > FEW || q !== '' || chip.value !== 'all';
	const at = Math.min(first.value, Math.floor(Math.max(0, rows.length - 1) / PAGE) * PAGE);
	return <>
		{full || p.bar ? <Bar {...p} query={query} chip={chip} order={order} full={full} /> : null}
		{rows.length ? <table class={`table ${p.class ?? ''}`} role="table" aria-label={p.label}>
			<Head columns={p.columns} order={order} sortable={p.rows.length > 1} />
			<tbody role="rowgroup">{rows.slice(at, at + PAGE).map((r) => <tr role="row" key={p.id(r)}>
				{p.columns.map((c) => <td role="cell" class={c.class} key={c.key}>{c.cell(r)}</td>)}
			</tr>)}</tbody>
		</table> : <div class="empty"><p>{t.table.noneMatch}</p>
			<button type="button" class="btn" onClick={() => {
				query.value = '';
				chip.value = 'all';
			}}>{t.table.showAll}</button></div>}
		{rows.length > PAGE ? <Pager all={rows.length} at={at} first={first} /> : null}
		{p.foot ? <footer>{p.foot}</footer> : null}
	</>;
}

/** Long lists come by the page: what is not drawn is found by searching. */
function Pager({ all, at, first }: { all: number; at: number; first: Signal<number> }) {
	const go = (to: number) => (e: Event) => {
		first.value = to;
		(e.currentTarget as HTMLElement).closest('.card')?.scrollIntoView({ block: 'start' });
	};
	const button = (to: number, can: boolean, word: string) =>
		<button type="button" class="btn sm" aria-disabled={!can || undefined} onClick={can ? go(to) : undefined}>{word}</button>;
	return <footer><span class="grow num" role="status">{t.table.rows(at + 1, Math.min(all, at + PAGE), all)}</span>
		{button(at - PAGE, at > 0, t.table.previous)}{button(at + PAGE, at + PAGE < all, t.table.following)}</footer>;
}

type Order = Signal<{ key: string; down: boolean }>;

function Head<T>({ columns, order, sortable }: { columns: Column<T>[]; order: Order; sortable: boolean }) {
	return <thead role="rowgroup"><tr role="row">{columns.map((c) => {
		const on = order.value.key === c.key, down = on && order.value.down;
		return <th role="columnheader" scope="col" key={c.key} class={c.class}
			aria-sort={sortable && on && c.sort ? (down ? 'descending' : 'ascending') : undefined}>
			{c.mute ? <span class="sr">{c.head}</span>
				: c.sort && sortable ? <button type="button" onClick={() => { order.value = { key: c.key, down: on && !down }; }}>
					{c.head}{on ? <Icon name={down ? 'down' : 'up'} small /> : null}
				</button> : c.head}
		</th>;
	})}</tr></thead>;
}

type BarProps<T> = Props<T> & { query: Signal<string>; chip: Signal<string>; order: Order; full: boolean };

function Bar<T>({ rows, chips, columns, find, query, chip, order, full, bar }: BarProps<T>) {
	const id = useId();
	const sets = useComputed(() => chip.value);
	const counts = useMemo(() => new Map(chips?.map((c) => [c.key, rows.filter(c.of).length])), [rows]);
	return <div class="bar">
		{full ? <div class="input-wrap find"><Icon name="search" />
			<input class="input" type="search" placeholder={find} aria-label={find} value={query.value} data-find
				onInput={(e) => { query.value = e.currentTarget.value; }} /></div> : null}
		{full && chips ? <div class="chips" role="group" aria-label={t.table.show}>
			{[{ key: 'all', text: t.table.all, of: () => true }, ...chips].map((c) => <button type="button" class="chip" key={c.key}
				aria-pressed={sets.value === c.key} onClick={() => { chip.value = c.key; }}>
				{c.text} <span class="num muted">{counts.get(c.key) ?? rows.length}</span></button>)}
		</div> : null}
		{full ? <div class="sorter"><label class="sr" for={id}>{t.table.sortBy}</label>
			<select class="input" id={id} value={order.value.key} onChange={(e) => { order.value = { key: e.currentTarget.value, down: false }; }}>
				{columns.filter((c) => c.sort).map((c) => <option key={c.key} value={c.key}>{t.table.sortedBy(c.head)}</option>)}
			</select></div> : null}
		{bar}
	</div>;
}
