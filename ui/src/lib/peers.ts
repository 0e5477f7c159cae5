// The peers as they move. Events come one by one, for each of up to sixteen thousand:
// they are gathered and shown together, once a second.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { listen } from './live';
import { useResource, type Resource } from './resource';
import type { Peer, PeerEvent } from './vpntypes';

const SHOW_MS = 1000;
const SLOT_MS = 10_000;	// the cell counts as often while anything moves
const SLOTS = 30;

export interface Moving {
	/** Bits a second; null: nothing known. */
	down: (number | null)[];
	up: (number | null)[];
	at: number;
	rx: number;
	tx: number;
}

/** By name; kept while this tab lives, so that another page and back loses nothing. */
const moving = new Map<string, Moving>();
/** Counts what was added, so that who shows a rate follows. */
export const moved = signal(0);

const blank = (): (number | null)[] => Array(SLOTS).fill(null);

function shift(a: (number | null)[], slots: number, last: number | null) {
	const idle = Math.min(SLOTS, Math.max(0, slots - 1));
	// a device that sends nothing is not spoken of: the time between is silence
	return [...a, ...Array<number>(idle).fill(0), last].slice(-SLOTS);
}

/** What the counters say of the last ten seconds. */
function count(e: PeerEvent, now: number) {
	const was = moving.get(e.name);
	if (was && now - was.at < SHOW_MS)
		return;
	const back = !was || e.rx_bytes < was.rx || e.tx_bytes < was.tx;
	const s = was ? Math.min(now - was.at, SLOT_MS) / 1000 : 1;
	const slots = was ? Math.round((now - was.at) / SLOT_MS) : 1;
	moving.set(e.name, {
		down: shift(was?.down ?? blank(), slots, back ? null : (e.tx_bytes - was.tx) * 8 / s),
		up: shift(was?.up ?? blank(), slots, back ? null : (e.rx_bytes - was.rx) * 8 / s),
		at: now, rx: e.rx_bytes, tx: e.tx_bytes,
	});
}

export function traffic(name: string, now: number) {
	const m = moving.get(name);
	if (!m)
		return null;
	const silent = now - m.at > 1.5 * SLOT_MS;
	return { now: silent ? null : { down: m.down.at(-1) ?? null, up: m.up.at(-1) ?? null },
		line: silent ? shift(m.down, Math.round((now - m.at) / SLOT_MS), 0) : m.down };
}

/** Call f with what was said of which peers, at most once a second, while the component is shown. */
export function usePeerEvents(f: (said: Map<string, PeerEvent>) => void) {
	useEffect(() => {
		let said = new Map<string, PeerEvent>(), timer = 0;
		const show = () => {
			const all = said, now = Date.now();
			timer = 0;
			said = new Map();
			all.forEach((e) => count(e, now));
			moved.value++;
			f(all);
		};
		const undo = listen('peer', (d) => {
			const e = d as PeerEvent;
			said.set(e.name, e);
			timer ||= setTimeout(show, SHOW_MS);
		});
		return () => {
			undo();
			clearTimeout(timer);
		};
	}, []);
}

const fresh = <P extends { name: string }>(p: P, e: PeerEvent | undefined): P => e ? { ...p,
	online: e.online, latest_handshake_at: e.latest_handshake_at, rx_bytes: e.rx_bytes, tx_bytes: e.tx_bytes } : p;

/** Keep a list of things called like peers as fresh as the events are. */
export function useFresh<T>(of: Resource<T>, take: (data: T, by: (name: string) => PeerEvent | undefined) => T) {
	usePeerEvents((said) => {
		if (of.data.peek() !== null)
			of.data.value = take(of.data.peek()!, (name) => said.get(name));
	});
}

export function usePeers(): Resource<Peer[]> {
	const all = useResource<Peer[]>('/api/peers', ['config']);
	useFresh(all, (list, by) => list.map((p) => fresh(p, by(p.name))));
	return all;
}

export function usePeer(name: string): Resource<Peer> {
	const one = useResource<Peer>(`/api/peers/${encodeURIComponent(name)}`, ['config']);
	useFresh(one, (p, by) => fresh(p, by(p.name)));
	return one;
}

export { fresh };

export type PeerState = 'online' | 'offline' | 'fresh' | 'paused' | 'expired' | 'blocked';

export function stateOf(p: Peer): PeerState {
	if (!p.enabled)
		return p.expires_at && Date.parse(p.expires_at) <= Date.now() ? 'expired' : 'paused';
	// without the right to the Internet nothing of it is held back
	if (p.internet_access && p.exit_effective === 'blocked')
		return 'blocked';
	return p.online ? 'online' : p.latest_handshake_at ? 'offline' : 'fresh';
}

/** Set up with another file than it would get now. In a list that is no news where the code waits to be shown anyway. */
export const isOutdated = (p: Pick<Peer, 'config_needs_reinstall' | 'has_private_key' | 'latest_handshake_at'>) =>
	p.config_needs_reinstall && !(p.has_private_key && !p.latest_handshake_at);

/** Something about it waits for a person. */
export const needsLook = (p: Peer) => isOutdated(p) || ['expired', 'blocked'].includes(stateOf(p));
