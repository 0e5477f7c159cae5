// The shapes of firewall, routes and reach as the cell describes them, and how the two
// sides of a rule are said and typed.
import { accessName } from './accessname';
import { tf } from './firewalltext';
import { isPrefix } from './rights';
import { t } from './text';

/** One side: exactly one member. */
export type End = Partial<Record<EndKind, string>>;
export type EndKind = 'peer' | 'group' | 'zone' | 'cidr' | 'service' | 'target';

export interface Rule {
	id: string;
	rev?: number;
	name: string;
	enabled: boolean;
	action: 'accept' | 'drop' | 'reject';
	from: End;
	to: End;
	proto: string;
	ports: string[];
	packets: number | null;
}

export interface Forward {
	id: string;
	rev?: number;
	name: string;
	enabled: boolean;
	zone: string;
	proto: string;
	port: number;
	to_ip: string;
	to_port: number;
	packets: number | null;
}

export interface Assertion {
	id: string;
	rev?: number;
	name: string;
	from: End;
	to: End;
	expect: 'allow' | 'deny';
	/** null: it cannot be said, for `reason`. */
	holds: boolean | null;
	reason: string | null;
}

export interface FirewallSection {
	vpn_default: string;
	forward_default: string;
	host_guard: string;
	log_drops: boolean;
}

export interface FirewallStatus {
	backend: 'nftables' | 'none';
	table: string;
	rules: number;
	sets: number;
	drift: boolean;
	fault: string | null;
	last_commit_at: string | null;
	last_drift_at: string | null;
	last_drift: string | null;
	drops: number;
}

export interface Drop {
	ts: string;
	from: string;
	to: string;
	proto: string;
	port: number | null;
	interface_in: string | null;
	interface_out: string | null;
	rule: string | null;
	peer: string | null;
	reason: string | null;
}

export interface StaticRoute {
	id: string;
	rev?: number;
	destination: string;
	via: string | null;
	interface: string | null;
	metric: number;
}

export interface HostRoute {
	destination: string;
	via: string | null;
	interface: string | null;
	table: number;
	metric: number;
	protocol: string;
	owned: boolean;
}

export interface RoutingStatus {
	ip_forward: boolean;
	ip6_forward: boolean;
	tables: number;
	rules: number;
	drift: boolean;
}

export interface ReachCell {
	subject: string;
	target: string;
	verdict: 'allow' | 'deny' | 'unknown';
	path: string | null;
	reason: string;
}

export interface Reach {
	subjects: string[];
	targets: string[];
	cells: ReachCell[];
	next_cursor: string | null;
}

export const TARGETS = ['admin', 'internet', 'dns'];

export const etagOf = (x: { rev?: number }) => x.rev === undefined ? null : `"r${x.rev}"`;

export function endKind(e: End): EndKind {
	return (Object.keys(e)[0] ?? 'peer') as EndKind;
}

/** A side in words. */
export function sayEnd(e: End) {
	const kind = endKind(e), name = e[kind] ?? '';
	switch (kind) {
	case 'group': return tf.group(name);
	case 'zone': return t.zone[name] ?? name;
	case 'service': return accessName(name);
	case 'target': return tf.targets[name] ?? name;
	default: return name;
	}
}

/** Who asks: a peer stands there by its name alone. */
export const sayWho = (x: string) => x.includes(':') ? sayPlace(x) : x;

/** What is reached, as the cell names it. */
export function sayPlace(x: string) {
	const [kind, name] = x.split(':');
	return name === undefined ? tf.places[x] ?? x : kind === 'zone' ? t.zone[name] ?? name : kind === 'peer' ? tf.peerNamed(name) : name;
}

export const sayFlow = (r: Pick<Rule, 'proto' | 'ports'>) =>
	r.proto === 'any' ? '' : [tf.protos[r.proto] ?? r.proto, r.ports.join(', ')].filter(Boolean).join(' ');

/** What stands behind a row that counts; nothing while nothing is counted. */
export const sayMatched = (r: { enabled: boolean; packets: number | null }) => r.enabled && r.packets !== null ? ` · ${tf.matched(r.packets)}` : '';

/** Both sides as the fields of a form hold them. */
export interface Ends {
	from_kind: EndKind;
	from: string;
	to_kind: EndKind;
	to: string;
}

export const endsOf = (r: { from: End; to: End } | null): Ends => {
	const from = r?.from ?? { peer: '' }, to = r?.to ?? { target: 'internet' };
	return { from_kind: endKind(from), from: from[endKind(from)] ?? '', to_kind: endKind(to), to: to[endKind(to)] ?? '' };
};

export const endsBody = (v: Ends) => ({ from: { [v.from_kind]: v.from.trim() }, to: { [v.to_kind]: v.to.trim() } });

function checkEnd(kind: EndKind, s: string) {
	if (kind === 'cidr')
		return !s.trim() ? tf.check.needCidr : isPrefix(s.trim()) ? undefined : tf.check.cidr;
	return s.trim() ? undefined : kind === 'peer' ? tf.check.needPeer : tf.pick;
}

export function checkEnds(v: Ends) {
	const from = checkEnd(v.from_kind, v.from), to = checkEnd(v.to_kind, v.to);
	const mixed = !from && !to && v.from_kind === 'cidr' && v.to_kind === 'cidr' && v.from.includes(':') !== v.to.includes(':');
	return { from, to: mixed ? tf.check.sameVersion : to };
}

/** The cell names a member of a side; the form has one field for all. */
export const endField = (name: string) =>
	/(?:^|\.)(from|to)(?:\.|$)/.exec(name)?.[1] ?? /(\w+)(\[\d+\])?$/.exec(name)?.[1] ?? name;

const inPorts = (n: number) => n >= 1 && n <= 65535;

/** "631" or "8000-8010". */
export function isPorts(s: string) {
	const m = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(s), low = Number(m?.[1]), high = Number(m?.[2] ?? low);
	return inPorts(low) && inPorts(high) && low <= high;
}
