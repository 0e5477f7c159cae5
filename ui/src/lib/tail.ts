// The end of the query log, kept current while it is looked at. While paused, what
// arrives is counted.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { get, Problem } from './api';
import { listen, resync } from './live';
import type { LogEntry, LogPage } from './types';

const LINES = 200;	// on the page; older ones are found by filtering
const PAUSE_MS = 500;	// between two looks at a busy cell

export interface LogFilter {
	/** Part of a name. */
	name: string;
	/** A name, or an address. */
	peer: string;
	/** Or BLOCKED. */
	rcode: string;
}

/** As the cell filters. */
const matches = (e: LogEntry, f: LogFilter) => (!f.peer || e.address === f.peer || e.peer.toLowerCase() === f.peer.toLowerCase()) && (!f.name || (e.name ?? '').toLowerCase().includes(f.name.toLowerCase()))
	&& (!f.rcode || (f.rcode === 'BLOCKED' ? e.source === 'blocked' : e.rcode === f.rcode));

interface News {
	entries: LogEntry[];
	/** How many more there were. */
	missed: number;
}

export function useTail(filter: LogFilter) {
	const shown = useSignal<LogEntry[] | null>(null), waiting = useSignal(0), paused = useSignal(false);
	const error = useSignal<Problem | null>(null);
	const now = useRef({ filter, turn: 0, timer: 0 });
	now.current.filter = filter;
	const load = async () => {
		const mine = ++now.current.turn;
		try {
			const page = await get<LogPage>('/api/dns/log', { limit: LINES, ...Object.fromEntries(Object.entries(now.current.filter).filter(([, v]) => v)) });
			if (mine !== now.current.turn)
				return;
			error.value = null;
			shown.value = page.entries.reverse();	// the cell has the newest first
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			error.value = e;
		}
	};
	const soon = () => {
		now.current.timer ||= setTimeout(() => {
			now.current.timer = 0;
			if (!paused.peek())
				void load();
		}, PAUSE_MS);
	};
	const resume = () => {
		paused.value = false;
		waiting.value = 0;
		void load();
	};
	useEffect(resume, [JSON.stringify(filter)]);
	useEffect(() => {
		const undo = [listen('query', (d) => {
			const { entries, missed } = d as News;
			if (paused.peek())
				waiting.value += missed + entries.filter((e) => matches(e, now.current.filter)).length;
			else
				soon();
		}), resync.subscribe(() => paused.peek() ? undefined : soon())];
		return () => {
			undo.forEach((f) => f());
			clearTimeout(now.current.timer);
		};
	}, []);
	return { shown, waiting, paused, error, resume };
}
