// Who may reach what. Of thousands of peers a few are asked about at a time; a target
// chosen shows way and reason as well.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get, Problem } from '../lib/api';
import { status } from '../lib/cell';
import { explainHref } from '../lib/explain';
import { sayPlace, sayWho, type Reach as Matrix, type ReachCell } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { sayProblem, sentence } from '../lib/form';
import { useResource } from '../lib/resource';
import { go, query } from '../lib/router';
import type { Route } from '../lib/types';
import type { Group, Peer } from '../lib/vpntypes';
import { Icon } from './icon';
import { Link } from './link';
import { Empty, Loaded } from './loading';
import { Note } from './note';
import { Card } from './page';
import { Badge, type Tone } from './state';

const PATH = '/api/reachability', ROWS = 25, ROWS_ONE = 100, OFFERED = 20;
const VERDICTS = ['allow', 'deny', 'unknown'] as const;
const TONE: Record<string, Tone> = { allow: 'ok', deny: 'bad', unknown: 'off' };
type Host = (target: string) => { host?: string; port?: number; proto?: string };

/** How a target is typed into the form that explains it. */
function useHosts(): Host {
	const routes = useResource<Route[]>('/api/proxy/routes', ['config']).data.value ?? [], cell = status.value?.effective_domain;
	return (target) => {
		const route = routes.find((r) => target === `route:${r.name}`);
		if (route)
			return { host: new URL(route.url).hostname };
		return target === 'admin' && cell ? { host: cell } : {};
	};
}

const hrefOf = (c: ReachCell, hosts: Host) => {
	const h = hosts(c.target);
	return explainHref(c.subject, h.host, h.port, h.proto);
};

const Chip = ({ c, hosts }: { c: ReachCell; hosts: Host }) => <Link href={hrefOf(c, hosts)} class={`badge reach-chip ${TONE[c.verdict] === 'off' ? '' : TONE[c.verdict]}`} title={sentence(c.reason)}
	aria-label={tf.explainCell(c.subject, sayPlace(c.target), (tf[c.verdict] as string).toLowerCase())}>
	<Icon name={c.verdict === 'allow' ? 'check' : c.verdict === 'deny' ? 'close' : 'minus'} />{sayPlace(c.target)}</Link>;

function Row({ who, cells, one, hosts }: { who: string; cells: ReachCell[]; one: boolean; hosts: Host }) {
	const c = cells[0];
	return <li class="reach">
		<span class="strong wrap-any who-name">{sayWho(who)}</span>
		{one && c ? <div class="grow"><div class="row wrap"><Badge tone={TONE[c.verdict]!}>{tf[c.verdict]}</Badge><span class="wrap-any">{sentence(c.reason)}</span></div>
			<div class="small muted wrap-any">{c.path ? `${c.path} · ` : ''}<Link href={hrefOf(c, hosts)}>{tf.explain}</Link></div></div>
		: <dl class="grow verdicts">{VERDICTS.map((v) => {
			const some = cells.filter((x) => x.verdict === v);
			return some.length ? <div key={v}><dt>{tf[v]}</dt><dd>{some.map((x) => <Chip key={x.target} c={x} hosts={hosts} />)}</dd></div> : null;
		})}</dl>}
	</li>;
}

/** Who and what is asked about stands in the address, so that it can be given to others. */
function Filter({ targets }: { targets: string[] }) {
	const peers = useResource<Peer[]>('/api/peers').data.value ?? [], groups = useResource<Group[]>('/api/groups', ['config']).data.value ?? [];
	const who = query.value.get('subject') ?? '', what = query.value.get('target') ?? '', typed = useSignal(who);
	useEffect(() => { typed.value = who; }, [who]);
	const show = (subject: string, target: string) => {
		const q = new URLSearchParams({ ...(subject ? { subject } : {}), ...(target ? { target } : {}) });
		go(`/firewall/reach${q.size ? `?${q}` : ''}`, 'replace');
	};
	const low = typed.value.trim().toLowerCase();
	const found = [...peers.map((p) => p.name), ...groups.map((g) => `group:${g.name}`), 'zone:lan', 'zone:public'].filter((n) => n.toLowerCase().includes(low)).slice(0, OFFERED);
	return <form class="bar" onSubmit={(e) => {
		e.preventDefault();
		show(typed.value.trim(), what);
	}}>
		<div class="input-wrap find"><Icon name="search" /><input class="input" type="search" list="reach-who" aria-label={tf.who} placeholder={tf.whoHelp} value={typed.value} maxLength={80} data-find
			onInput={(e) => { typed.value = e.currentTarget.value; }} onChange={(e) => show(e.currentTarget.value.trim(), what)} />
			<datalist id="reach-who">{found.map((n) => <option key={n} value={n} />)}</datalist></div>
		<div class="chips" role="group" aria-label={tf.what}>{['', ...targets].map((x) => <button type="button" class="chip" key={x} aria-pressed={x === what} onClick={() => show(typed.value.trim(), x)}>{x ? sayPlace(x) : tf.everything}</button>)}</div>
	</form>;
}

function Rows({ of, one, ask }: { of: Matrix; one: boolean; ask: Record<string, string> }) {
	const more = useSignal<Matrix[]>([]), hosts = useHosts(), problem = useSignal('');
	useEffect(() => { more.value = []; }, [of]);
	const all = [of, ...more.value], next = all.at(-1)!.next_cursor;
	const by = new Map<string, ReachCell[]>();
	for (const c of all.flatMap((m) => m.cells))
		by.set(c.subject, [...(by.get(c.subject) ?? []), c]);
	const load = async () => {
		try {
			more.value = [...more.value, await get<Matrix>(PATH, { ...ask, limit: one ? ROWS_ONE : ROWS, cursor: next! })];
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			problem.value = sayProblem(e);
		}
	};
	const subjects = all.flatMap((m) => m.subjects);
	return <>
		{subjects.length ? <ul class="list">{subjects.map((s) => <Row key={s} who={s} cells={by.get(s) ?? []} one={one} hosts={hosts} />)}</ul> : <Empty icon="devices" title={tf.noPeers} />}
		{problem.value ? <div class="pad"><Note kind="warn" alert>{problem.value}</Note></div> : null}
		<footer><span class="grow num" role="status">{tf.next(subjects.length)}</span>{next ? <button type="button" class="btn sm" onClick={() => void load()}>{tf.more}</button> : null}</footer>
	</>;
}

export function Reach() {
	const subject = query.value.get('subject') ?? '', target = query.value.get('target') ?? '';
	const ask = { ...(subject ? { subject } : {}), ...(target ? { target } : {}) };
	const of = useResource<Matrix>(PATH, ['config'], { ...ask, limit: target ? ROWS_ONE : ROWS }), known = useSignal<string[]>([]);
	const m = of.data.value, bad = of.error.value;
	// with one target chosen the others are still offered
	useEffect(() => {
		if (m && !target)
			known.value = m.targets;
	}, [m]);
	const all = useResource<Matrix>(PATH, ['config'], { limit: 1 }).data.value?.targets ?? [];
	return <Card title={tf.reach} id="reach">
		<p class="pad-x small muted">{tf.reachText}</p>
		<Filter targets={known.value.length ? known.value : all} />
		{bad?.status === 404 ? <Empty icon="search" title={sentence(bad.message)} action={<button type="button" class="btn" onClick={() => go('/firewall/reach', 'replace')}>{tf.showAll}</button>} />
			: <Loaded of={of} lines={8}>{(x) => <Rows of={x} one={target !== ''} ask={ask} />}</Loaded>}
	</Card>;
}
