// The one event stream of this tab. Pages say which events they want; the stream is
// open while somebody wants one and the tab is visible. A broken stream is opened
// again after 1 to 30 s, asking for the session first: a stream that ends because the
// session did must lead to signing in, not to silence.
import { signal } from '@preact/signals';
import { get, on, Problem, stream } from './api';
import { EventReader } from './sse';
import type { Health } from './types';

type Handler = (data: unknown) => void;

/** null while the cell answers; else since when not and when the next try is due. */
export const lost = signal<{ since: number; nextAt: number } | null>(null);
/** The cell runs another version than the one this page came from. */
export const updated = signal(false);
/** Counts reopenings and gaps: whoever shows fetched data fetches again. */
export const resync = signal(0);

const SILENCE_MS = 40_000;	// the cell says something at least every 15 s
// a gap is always of interest, so the stream is open on every page: its end tells that the session ended
const handlers = new Map<string, Set<Handler>>([['resync', new Set([() => { resync.value++; }])]]);
let abort: AbortController | null = null;
let open = '';
let lastId = '';
let pause = 1000;
let timer = 0;
let planned = 0;
let version = '';
let signedIn = false;

function wanted() {
	return [...handlers.keys()].filter((k) => handlers.get(k)!.size).sort().join(',');
}

/** Call h for each event of that type until the returned function is called. */
export function listen(type: string, h: Handler) {
	const set = handlers.get(type) ?? new Set();
	handlers.set(type, set.add(h));
	plan();
	return () => {
		set.delete(h);
		plan();
	};
}

/** The session began or ended. */
export function setSignedIn(yes: boolean) {
	signedIn = yes;
	lastId = '';
	plan();
}

// Several listeners come and go while a page changes: look once, afterwards.
function plan() {
	clearTimeout(planned);
	planned = setTimeout(apply, 30);
}

function apply() {
	const types = signedIn && document.visibilityState === 'visible' ? wanted() : '';
	if (types === open)
		return;
	close();
	open = types;
	if (types)
		void run(types);
}

function close() {
	abort?.abort();
	abort = null;
	clearTimeout(timer);
}

async function run(types: string) {
	const mine = abort = new AbortController();
	const reader = new EventReader();
	let quiet = 0;
	const watch = () => {
		clearTimeout(quiet);
		quiet = setTimeout(() => mine.abort(), SILENCE_MS);
	};
	try {
		watch();
		const body = await stream({ types }, lastId, mine.signal);
		back();
		// without a place to go on from, nobody tells what happened since the page fetched what it shows
		if (!lastId)
			resync.value++;
		for (;;) {
			const { done, value } = await body.read();
			if (done)
				break;
			watch();
			reader.push(value).forEach(deliver);
		}
	} catch (e) {
		if (e instanceof Problem && e.status === 429)
			pause = 30_000;
	}
	clearTimeout(quiet);
	if (abort === mine && open === types)
		retry();
}

function deliver(e: { type: string; id: string; data: string }) {
	lastId = e.id || lastId;
	let data: unknown;
	try {
		data = JSON.parse(e.data);
	} catch {
		return;
	}
	handlers.get(e.type)?.forEach((h) => h(data));
}

// The stream is up. After a loss everything shown may be old.
function back() {
	pause = 1000;
	if (lost.value) {
		lost.value = null;
		resync.value++;
	}
}

function retry() {
	close();
	const wait = pause;
	pause = Math.min(pause * 2, 30_000);
	if (lost.value)
		lost.value = { ...lost.value, nextAt: Date.now() + wait };
	timer = setTimeout(() => void tryNow(), wait);
}

/** Ask the cell now whether it is there and knows us; then stream again. */
export async function tryNow() {
	clearTimeout(timer);
	try {
		const h = await get<Health>('/health', {}, { quiet: true });
		updated.value ||= version !== '' && h.version !== version;
		version ||= h.version;
		await get('/api/auth/me');
	} catch (e) {
		// 503 is a cell that is starting or stopping: it will be back
		if (e instanceof Problem && (e.silent || e.status === 503))
			markLost();
		if (open)
			retry();
		return;
	}
	if (open)
		void run(open);
	else
		back();
}

function markLost() {
	lost.value ??= { since: Date.now(), nextAt: Date.now() };
}

/** The version this page was loaded from; a later one means reload. */
export function setVersion(v: string) { version ||= v; }

on.silent = () => {
	if (!signedIn)
		return;
	const first = !lost.value;
	markLost();
	// The stream notices its own end; without one nobody else would try again.
	if (first && !open)
		retry();
};

document.addEventListener('visibilitychange', () => {
	if (document.visibilityState === 'visible')
		resync.value++;
	plan();
});
