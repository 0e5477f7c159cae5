// What the form of a peer's rights holds, how it is checked and what of it is sent.
import { isIpv4, isIpv6 } from './address';
import { lines } from './lines';
import { td } from './peertext';
import { t } from './text';
import * as v from './validate';
import type { Peer } from './vpntypes';

export interface Rights {
	internet_access: boolean;
	lan_access: boolean;
	peer_access: boolean;
	service_access: string[];
	groups: string[];
	subnets: string;
	owner: string;
	expires_at: string;
	description: string;
}

export const NEW_USER = '+';	// no user name has it

/** A moment as the browser's field for it writes one: without zone, in ours. */
function localTime(iso: string | null) {
	if (!iso)
		return '';
	const d = new Date(iso);
	return new Date(d.getTime() - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const toIso = (s: string) => s ? new Date(s).toISOString().replace(/\.\d+Z$/, 'Z') : null;

export const rightsOf = (p: Peer | null): Rights => ({
	internet_access: p?.internet_access ?? true, lan_access: p?.lan_access ?? false, peer_access: p?.peer_access ?? false,
	service_access: p?.service_access ?? [], groups: p?.groups ?? [], subnets: (p?.subnets ?? []).join('\n'),
	owner: p?.owner ?? '', expires_at: localTime(p?.expires_at ?? null), description: p?.description ?? '',
});

export const rightsBody = (r: Rights) => ({
	internet_access: r.internet_access, lan_access: r.lan_access, peer_access: r.peer_access, service_access: r.service_access, groups: r.groups,
	subnets: lines(r.subnets), expires_at: toIso(r.expires_at), description: r.description.trim(),
	...(r.owner === NEW_USER ? {} : { owner: r.owner || null }),
});

export function isPrefix(s: string) {
	const m = /^(.+)\/(\d{1,3})$/.exec(s);
	return !!m && (isIpv4(m[1]!) ? Number(m[2]) <= 32 : isIpv6(m[1]!) && Number(m[2]) <= 128);
}

function checkSubnets(s: string) {
	const all = lines(s), bad = all.find((x) => !isPrefix(x));
	return bad ? td.check.subnets(bad) : all.length > 8 ? td.check.subnetsMany : undefined;
}

/** `was`: a time that passed already may stay. */
export const checkRights = (r: Rights, was = '') => ({
	subnets: checkSubnets(r.subnets),
	groups: r.groups.length > 16 ? td.check.groupsMany : undefined,
	expires_at: r.expires_at && r.expires_at !== was && !(Date.parse(r.expires_at) > Date.now()) ? td.check.expires : undefined,
});

export function checkPeerName(name: string, taken: readonly string[]) {
	if (!name)
		return t.check.needName;
	if (v.username(name))
		return td.check.slug;
	return taken.some((n) => n.toLowerCase() === name.toLowerCase()) ? td.taken : undefined;
}
