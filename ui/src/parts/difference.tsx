// What a change would make reachable or not, asked of the cell before it is saved.
import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Problem, request } from '../lib/api';
import { sayPlace, sayWho } from '../lib/firewall';
import { sayProblem, sentence } from '../lib/form';
import { td } from '../lib/peertext';
import type { Difference, PeerTry } from '../lib/vpntypes';
import { Note } from './note';
import { Badge } from './state';

export interface Proposal {
	method: 'POST' | 'PUT' | 'DELETE';
	path: string;
	body?: unknown;
	etag?: string | null;
}

/** Said is what would come of it, or why it cannot be. */
export type Said = { would: PeerTry; problem?: undefined } | { would?: undefined; problem: Problem };

const PAUSE_MS = 400, SHOWN = 12;

/** Asked when nothing was typed for a moment; null: there is nothing to ask. `doing`: it is being done, so what would come
 *  of it is not asked any more: the cell might be asked about what is there already. */
export function useTry(what: Proposal | null, doing: boolean, pause = PAUSE_MS): Signal<Said | null> {
	const said = useSignal<Said | null>(null), key = JSON.stringify(what);
	useEffect(() => {
		if (doing)
			return;
		const stop = new AbortController();
		said.value = null;
		if (!what)
			return;
		const ask = () => request<PeerTry>(what.method, what.path, { query: { dry_run: 1 }, signal: stop.signal, ...(what.body === undefined ? {} : { body: what.body }) })
			.then((r) => { said.value = { would: r.data }; }, (e) => {
				if (e instanceof Problem)
					said.value = { problem: e };
				else if (!stop.signal.aborted)
					throw e;
			});
		const timer = setTimeout(() => void ask(), pause);
		return () => {
			clearTimeout(timer);
			stop.abort();
		};
	}, [key, doing]);
	return said;
}

const word = (s: string | null) => <Badge tone={s === 'allow' ? 'ok' : s === 'deny' ? 'bad' : 'off'}>{td.verdict[s ?? 'none'] ?? s}</Badge>;

const Line = ({ d }: { d: Difference }) => <li><span class="grow wrap-any"><span class="strong">{sayWho(d.subject)}</span> → {sayPlace(d.target)}</span>
	<span class="row nowrap">{word(d.before)}<span aria-hidden="true">→</span>{word(d.after)}</span></li>;

/** Saving says what else is wrong; that a promise would break is what this is for. */
export function Differences({ said }: { said: Signal<Said | null> }) {
	const s = said.value, diff = s?.would?.reachability;
	if (s?.problem)
		return s.problem.kind === 'assertion' ? <Note kind="bad">{sayProblem(s.problem)}</Note> : null;
	if (!s)
		return null;
	return <section class="stack tight" aria-labelledby="h-diff" id="diff">
		{diff ? <><h3 id="h-diff">{td.diff}</h3>
			{diff.length ? <ul class="list inset-list">{diff.slice(0, SHOWN).map((d) => <Line key={`${d.subject} ${d.target}`} d={d} />)}</ul> : <p class="small muted">{td.noDiff}</p>}
			{diff.length > SHOWN ? <p class="small muted">{td.diffMore(diff.length - SHOWN)}</p> : null}</> : null}
		{s.would.warnings.map((w) => <Note kind="warn" key={w}>{sentence(w)}</Note>)}
	</section>;
}
