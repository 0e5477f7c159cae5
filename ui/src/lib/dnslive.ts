// The name service's counters as they move. The last five minutes of rates stay while
// this tab lives, so that going to another page and back loses nothing.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { listen } from './live';
import type { DnsCounters } from './types';

export const SAMPLES = 300;

export interface Rates {
	questions: (number | null)[];
	forwarded: (number | null)[];
}

export const counters = signal<DnsCounters | null>(null);
export const rates = signal<Rates>({ questions: Array(SAMPLES).fill(null), forwarded: Array(SAMPLES).fill(null) });
/** When the newest sample was taken. */
export const sampledAt = signal(Date.now());

let before: { at: number; c: DnsCounters } | null = null;

const push = (a: (number | null)[], gap: number, v: number | null) => [...a, ...Array<null>(gap).fill(null), v].slice(-SAMPLES);

function take(c: DnsCounters) {
	const at = Date.now(), dt = before ? (at - before.at) / 1000 : 0;
	// counters that went back are a restarted cell: no rate across that
	if (before && dt > 0.2 && c.queries >= before.c.queries) {
		const gap = Math.min(SAMPLES, Math.max(0, Math.round(dt) - 1));
		const wide = gap > 2;	// the stream was closed meanwhile: a gap, not a slope
		rates.value = {
			questions: push(rates.value.questions, gap, wide ? null : (c.queries - before.c.queries) / dt),
			forwarded: push(rates.value.forwarded, gap, wide ? null : (c.forwarded - before.c.forwarded) / dt),
		};
	}
	before = { at, c };
	counters.value = c;
	sampledAt.value = at;
}

/** Keep the counters moving while the component is shown. */
export function useDnsLive() {
	useEffect(() => listen('dns', (d) => take(d as DnsCounters)), []);
}

/** Now, over the last three samples, so that a single burst can be read. */
export function rateNow(a: (number | null)[]) {
	const last = a.slice(-3).filter((v) => v !== null);
	return last.length ? last.reduce((x, y) => x + y, 0) / last.length : null;
}
