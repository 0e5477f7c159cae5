// One intended connection and what would become of it, as the cell says it; how its end is typed and linked to.
import { isIpv6 } from './address';

export interface ExplainStep {
	stage: string;
	verdict: 'pass' | 'fail' | 'skip' | 'unknown';
	detail: string;
	owner: string | null;
	object: string | null;
	changed_by: string | null;
	changed_at: string | null;
	fix: string | null;
}

export interface Explanation {
	from: string;
	to: string;
	verdict: 'allow' | 'deny' | 'unknown';
	steps: ExplainStep[];
}

/** What may be typed as where a connection leads. */
export const isHost = (s: string) => s.length <= 253 && /^[\w.:-]+$/.test(s);

/** The page that explains it; without a host, the person says which. */
export function explainHref(who: string, host = '', port = 0, proto = '') {
	const q = new URLSearchParams();
	q.set(who.startsWith('zone:') ? 'from_zone' : 'peer', who.replace(/^zone:/, ''));
	if (host)
		q.set('host', host);
	if (port)
		q.set('port', String(port));
	if (proto)
		q.set('proto', proto);
	return `/explain?${q}`;
}

export interface Target {
	host: string;
	port: number;
}

const HTTP = 80, HTTPS = 443;

/** What a person types or pastes: a name or an address, with a port, or the address of a page; null: none of them. */
export function readTarget(typed: string): Target | null {
	const s = typed.trim(), link = /^https?:\/\//i.test(s);
	if (!link && s.includes('://'))
		return null;
	try {
		const u = new URL(link ? s : `https://${isIpv6(s) ? `[${s}]` : s}`), host = u.hostname.replace(/[[\]]/g, '');
		const port = Number(u.port || (u.protocol === 'http:' ? HTTP : HTTPS));
		return isHost(host) && port && !u.username ? { host, port } : null;
	} catch {
		return null;
	}
}

/** The same as it is typed; the usual port is left out. */
export const sayTarget = ({ host, port }: Target) => `${host.includes(':') ? `[${host}]` : host}${port === HTTPS ? '' : `:${port}`}`;
