// What every admin page needs to know of the cell, and what needs the person now.
import { computed, signal } from '@preact/signals';
import { get, Problem } from './api';
import { counters } from './dnslive';
import { listen, resync, setVersion } from './live';
import { me, stage } from './session';
import { t } from './text';
import { keep, remember } from './theme';
import type { DnsStatus, Status } from './types';

export const status = signal<Status | null>(null);
export const dns = signal<DnsStatus | null>(null);
/** When the status was fetched: the uptime counts on from there. */
export const statusAt = signal(0);

const known = signal(remember('cell'));

/** Who cannot ask for the status was told the name elsewhere; the next visit begins with it. */
export function nameCell(name: string) {
	keep('cell', name);
	known.value = name;
}

export const cellName = computed(() => status.value?.cell_name ?? known.value ?? location.hostname);

export async function loadStatus() {
	try {
		const [s, d] = await Promise.all([get<Status>('/api/status'), get<DnsStatus>('/api/dns/status')]);
		status.value = s;
		dns.value = d;
		statusAt.value = Date.now();
		setVersion(s.version);
		nameCell(s.cell_name);
	} catch (e) {
		if (!(e instanceof Problem))
			throw e;
		// the strip about the silent cell, or signing in, says what there is to say
	}
}

const FRESH_MS = 2000;
let dnsAt = 0, seen = '', last = 0;

async function loadDns() {
	dnsAt = Date.now();
	try {
		dns.value = await get<DnsStatus>('/api/dns/status');
	} catch (e) {
		if (!(e instanceof Problem))
			throw e;
	}
}

// No event tells the state of the upstreams, but the counters tell that they were asked.
// They may come before the state is known: once more, when all is quiet.
function followUpstreams() {
	const c = counters.value, now = c ? `${c.forwarded} ${c.servfail}` : '';
	if (now === seen || Date.now() - dnsAt < FRESH_MS)
		return;
	seen = now;
	void loadDns();
	clearTimeout(last);
	last = setTimeout(() => void loadDns(), FRESH_MS);
}

/** Load now, when an event says so, after each gap, and once a minute for what no event tells. */
export function watchStatus() {
	const again = () => void loadStatus();
	const undo = [listen('config', again), listen('health', again), counters.subscribe(followUpstreams), resync.subscribe(() => {
		if (stage.value === 'in' && me.value?.role === 'admin')
			void loadStatus();
	})];
	const timer = setInterval(() => {
		if (document.visibilityState === 'visible' && stage.value === 'in')
			void loadStatus();
	}, 60_000);
	return () => {
		undo.forEach((f) => f());
		clearInterval(timer);
	};
}

export interface Attention {
	id: string;
	title: string;
	text: string;
	fix: string;
	href: string;
}

export const upstreamsUp = computed(() => dns.value?.upstreams.filter((u) => u.state !== 'down').length ?? 0);
/** One of them was asked since the start, so that there is something to say. */
export const upstreamsAsked = computed(() => dns.value?.upstreams.some((u) => u.state === 'down' || u.rtt_ms !== null) ?? false);

/** Only what a button here can put right. */
export const attention = computed<Attention[]>(() => {
	const d = dns.value, s = status.value, all: Attention[] = [];
	if (d && d.upstreams.length > 0 && upstreamsUp.value === 0)
		all.push({ id: 'upstreams', ...t.attention.upstreams, href: '/network/resolver' });
	if (s && !s.time_trusted)
		all.push({ id: 'time', ...t.attention.time, href: '/network/time' });
	return all;
});
