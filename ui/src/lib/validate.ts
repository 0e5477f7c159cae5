// The same checks the cell makes, so that a form can say so while it is filled in.
// Each returns the sentence to show, or undefined.
import { isAddress, isIpv4, isIpv6 } from './address';
import { t } from './text';
import type { DnsRecord, RecordType } from './types';

const e = t.check;
const NAME64 = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
// in records `_` may stand anywhere in a label (service names)
const OWNER_LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

export function cellName(s: string) {
	if (!s)
		return e.needName;
	if (s.length > 63)
		return e.nameLong;
	return LABEL.test(s) ? undefined : e.label;
}

export function domain(s: string) {
	const labels = s.split('.');
	if (!s)
		return e.needDomain;
	if (s.length > 253)
		return e.nameTooLong;
	if (labels.length < 2)
		return e.domainTwo;
	return labels.every((l) => LABEL.test(l)) ? undefined : e.domain;
}

const user = (s: string) => !s ? e.needName : NAME64.test(s) ? undefined : e.username;
export { user as username };

export function password(s: string, min: number) {
	if (!s)
		return e.needPassword;
	const n = [...s].length;
	if (n < min)
		return e.passwordShort(min);
	return n > 256 ? e.passwordLong : undefined;
}

export const email = (s: string) =>
	!s || (s.length <= 254 && /^[^@\s]+@[^@\s]+$/.test(s)) ? undefined : e.email;

export const code = (s: string) => /^\d{6}$/.test(s.replace(/\s/g, '')) ? undefined : e.code;

export const port = (s: string) =>
	/^\d{1,5}$/.test(s) && Number(s) >= 1 && Number(s) <= 65535 ? undefined : e.port;

export const address = (s: string) => isAddress(s) ? undefined : e.address;

export const tokenName = (s: string) => !s ? e.needName : [...s].length > 64 ? e.nameLong64 : undefined;

/** A host name as the target of a record; one label is relative to nothing, so refused. */
function target(s: string) {
	const plain = s.endsWith('.') ? s.slice(0, -1) : s;
	return plain.length <= 253 && plain.split('.').every((l) => OWNER_LABEL.test(l)) ? undefined : e.target;
}

export function recordName(s: string, zone: string) {
	if (!s)
		return e.needRecordName;
	if (s === '@')
		return undefined;
	const labels = s.split('.');
	if (labels[0] === '*')
		labels.shift();
	if (labels.some((l) => !OWNER_LABEL.test(l)))
		return e.recordName;
	return s.length + 1 + zone.length > 253 ? e.nameTooLong : undefined;
}

const VALUE: Record<RecordType, (s: string) => string | undefined> = {
	A: (s) => isIpv4(s) ? undefined : e.ipv4,
	AAAA: (s) => isIpv6(s) ? undefined : e.ipv6,
	CNAME: target,
	PTR: target,
	TXT: (s) => new TextEncoder().encode(s).length > 4096 ? e.txt : undefined,
	MX: (s) => fields(s, /^(\d{1,5}) +(\S+)$/, e.mx),
	SRV: (s) => fields(s, /^(\d{1,5}) +(\d{1,5}) +(\d{1,5}) +(\S+)$/, e.srv),
	CAA: (s) => /^(\d{1,3}) +([a-z0-9]{1,15}) +("[^"]*"|[^\s"]+)$/i.test(s) && Number(s.split(' ')[0]) <= 255 ? undefined : e.caa,
};

// Numbers of 16 bits, then a host name; "." means none.
function fields(s: string, shape: RegExp, error: string) {
	const m = shape.exec(s)?.slice(1);
	const host = m?.pop();
	if (!m || !host || m.some((n) => Number(n) > 65535))
		return error;
	return host === '.' ? undefined : target(host);
}

export function recordValue(type: RecordType, s: string) {
	return s.trim() ? VALUE[type](s.trim()) : e.needValue;
}

export const ttl = (s: string) => /^\d{1,6}$/.test(s) && Number(s) <= 604800 ? undefined : e.ttl;

/** What the cell would refuse with 409: the record beside which others. */
export function recordConflict(r: DnsRecord, others: DnsRecord[]) {
	const same = others.filter((o) => (o.id === undefined || o.id !== r.id) && o.zone === r.zone && o.name.toLowerCase() === r.name.toLowerCase());
	if (same.some((o) => o.generated))
		return e.generated;
	if (same.some((o) => o.type === r.type && o.value === r.value))
		return e.duplicate;
	if (same.some((o) => (o.type === 'CNAME') !== (r.type === 'CNAME')) || (r.type === 'CNAME' && same.length))
		return e.cname;
	return undefined;
}
