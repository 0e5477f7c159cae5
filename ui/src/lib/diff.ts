// A list of changes (JSON pointers with old and new) as a person reads it: one block
// per thing that changed, with its name instead of its key.
import { t } from './text';
import type { Change } from './types';

export interface Row {
	label: string;
	before: string | null;
	after: string | null;
}

export interface Block {
	key: string;
	section: string;
	title: string;
	op: 'add' | 'remove' | 'replace';
	rows: Row[];
}

type Doc = Record<string, unknown>;

// where arrays of records live; their elements are addressed by key
const RECORDS = ['users', 'tokens', 'groups', 'peers', 'cells', 'dns/records', 'dns/zones', 'dns/forwards', 'dns/secondaries',
	'blocklists/lists', 'firewall/rules', 'firewall/forwards', 'firewall/assertions', 'routing/static_routes', 'proxy/routes', 'connectivity/connections', 'notifications/channels'];
const KEYS = ['id', 'name', 'username', 'zone', 'cell_name'];
const QUIET = new Set(['id', 'rev', 'secret_ref', 'created_at']);
// what a person looks for first
const FIRST = ['name', 'username', 'zone', 'type', 'value'];
const rank = (k: string) => FIRST.includes(k) ? FIRST.indexOf(k) : FIRST.length;

const decode = (s: string) => s.replace(/~1/g, '/').replace(/~0/g, '~');
const isObject = (x: unknown): x is Doc => typeof x === 'object' && x !== null && !Array.isArray(x);

/** A value as one line. */
export function sayValue(x: unknown, of = ''): string {
	if (x === null || x === undefined || x === '')
		return t.diff.none;
	if (typeof x === 'boolean')
		return x ? t.diff.yes : t.diff.no;
	if (Array.isArray(x))
		return x.length ? x.map((v) => sayValue(v, of)).join(of === 'upstreams' ? '; ' : ', ') : t.diff.none;
	if (isObject(x))
		return Object.entries(x).filter(([, v]) => v !== null).map(([k, v]) => `${k} ${sayValue(v, k)}`).join(', ');
	const words = of === 'views' || of === 'zones' ? t.zone : of === 'role' ? t.role : of === 'transport' ? t.transport : null;
	return words?.[String(x)] ?? String(x);
}

function findRecord(doc: Doc | null, list: string, key: string): Doc | null {
	let at: unknown = doc;
	for (const word of list.split('/'))
		at = isObject(at) ? at[word] : undefined;
	if (!Array.isArray(at))
		return null;
	return at.find((r): r is Doc => isObject(r) && KEYS.some((k) => r[k] === key)) ?? null;
}

function nameOf(r: Doc | null, list: string, key: string) {
	if (!r)
		return key;
	if (list === 'dns/records')
		return `${r.name === '@' ? '' : `${r.name}.`}${r.zone} ${r.type}`;
	return String(r.name ?? r.username ?? r.zone ?? r.cell_name ?? key);
}

const label = (words: string[]) => t.option[words.join('.')] ?? words.join(' › ');

function rowsOf(c: Change, rest: string[]): Row[] {
	const whole = c.op === 'remove' ? c.old : c.new;
	if (rest.length === 0 && isObject(whole))
		return Object.entries(whole).filter(([k]) => !QUIET.has(k)).sort(([a], [b]) => rank(a) - rank(b)).map(([k, v]) => ({
			label: label([k]), before: c.op === 'remove' ? sayValue(v, k) : null, after: c.op === 'remove' ? null : sayValue(v, k),
		}));
	const last = rest.at(-1) ?? '';
	return [{ label: label(rest), before: c.op === 'add' ? null : sayValue(c.old, last), after: c.op === 'remove' ? null : sayValue(c.new, last) }];
}

/** `before` and `after` are the documents of the two generations, for the names. */
export function readable(changes: Change[], before: Doc | null, after: Doc | null): Block[] {
	const blocks = new Map<string, Block>();
	for (const c of changes) {
		const words = c.path.split('/').slice(1).map(decode);
		const list = RECORDS.find((r) => `${words.join('/')}/`.startsWith(`${r}/`) && words.length > r.split('/').length);
		const depth = list ? list.split('/').length + 1 : 1;
		const key = words.slice(0, depth).join('/'), rest = words.slice(depth);
		const record = list ? words[depth - 1]! : '';
		const whole = list && rest.length === 0 ? c.op : 'replace';
		const known = list ? findRecord(after, list, record) ?? findRecord(before, list, record)
			?? (isObject(c.new) ? c.new : isObject(c.old) ? c.old : null) : null;
		const block = blocks.get(key) ?? {
			key, section: t.section[list ?? words[0]!] ?? words[0]!, op: whole,
			title: list ? nameOf(known, list, record) : t.section[words[0]!] ?? words[0]!, rows: [],
		};
		block.rows.push(...rowsOf(c, rest));
		blocks.set(key, block);
	}
	return [...blocks.values()];
}
