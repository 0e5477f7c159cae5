// How a peer is, in a word, and when it was last heard.
import { bitrate } from '../lib/format';
import { everyFewSeconds } from '../lib/clock';
import { isOutdated, moved, stateOf, traffic, type PeerState } from '../lib/peers';
import { td } from '../lib/peertext';
import type { Peer } from '../lib/vpntypes';
import { Ago } from './ago';
import { Icon } from './icon';
import { Spark } from './spark';
import { Badge, Dot, type Tone } from './state';

export const TONE: Record<PeerState, Tone> = { online: 'ok', offline: 'off', fresh: 'off', paused: 'off', expired: 'warn', blocked: 'bad' };

export function PeerStatus({ p }: { p: Peer }) {
	const s = stateOf(p), heard = p.latest_handshake_at;
	return <div class="row">
		<Dot tone={TONE[s]} />
		<div class="st"><span class={s === 'blocked' ? 'bad-t' : undefined}>{td[s]}</span>
			<span class="small muted nowrap">{s === 'fresh' ? td.freshText : heard ? <>{td.seen} <Ago at={heard} /></> : ''}</span></div>
		{isOutdated(p) ? <Badge tone="warn">{td.again}</Badge> : null}
	</div>;
}

export function PeerSpark({ name }: { name: string }) {
	moved.value;
	return <Spark values={traffic(name, everyFewSeconds.value)?.line ?? []} />;
}

export function PeerRate({ name }: { name: string }) {
	moved.value;
	const now = traffic(name, everyFewSeconds.value)?.now;
	if (!now || now.down === null || now.up === null)
		return <span class="small muted">–</span>;
	return <div class="rate">
		<Icon name="down" class="rx" /><span><span class="sr">{td.down} </span>{bitrate(now.down)}</span>
		<Icon name="up" class="tx" /><span><span class="sr">{td.up} </span>{bitrate(now.up)}</span></div>;
}
