// The kind of address a cell has, as its form sees it and as the cell takes it.
import * as v from './validate';
import { t } from './text';
import type { DdnsSection, WholeConfig } from './types';

export interface AddressValues {
	cell_name: string;
	domain_mode: string;
	domain_name: string;
	provider: string;
	subdomain: string;
	zone: string;
	hostname: string;
	username: string;
	token: string;		// whichever secret the provider has; never what is kept
}

export const modes = ['pic_ngo', 'cloudflare', 'duckdns', 'http01', 'lan'];
export const providers = ['none', 'duckdns', 'noip', 'freedns', 'cloudflare'];

const ownDomain = (c: WholeConfig) => c.identity.domain_mode === 'lan' && c.identity.domain_name === `${c.identity.cell_name}.home.arpa`;

export const from = (c: WholeConfig): AddressValues => ({
	cell_name: c.identity.cell_name, domain_mode: c.identity.domain_mode, domain_name: ownDomain(c) ? '' : c.identity.domain_name,
	provider: c.ddns.provider, subdomain: c.ddns.subdomain ?? '', zone: c.ddns.zone ?? '', hostname: c.ddns.hostname ?? '',
	username: c.ddns.username ?? '', token: '',
});

/** The provider that the values mean: in most kinds the kind says it. */
export const providerOf = (x: AddressValues) => x.domain_mode === 'lan' ? 'none' : x.domain_mode === 'http01' ? x.provider : x.domain_mode;

const SECRET: Record<string, 'api_token' | 'token' | 'password'> = { cloudflare: 'api_token', duckdns: 'token', freedns: 'token', noip: 'password' };

/** Is a secret kept that the provider of the values can use? */
export const keeps = (x: AddressValues, c: WholeConfig) => c.ddns.has_token && providerOf(x) === c.ddns.provider;

export function check(x: AddressValues, c: WholeConfig) {
	const p = providerOf(x), own = x.domain_mode === 'cloudflare' || x.domain_mode === 'http01';
	return {
		cell_name: v.cellName(x.cell_name.trim()),
		domain_name: own || (x.domain_mode === 'lan' && x.domain_name.trim()) ? v.domain(x.domain_name.trim().toLowerCase()) : undefined,
		subdomain: p === 'duckdns' ? v.cellName(x.subdomain.trim()) : undefined,
		username: p === 'noip' && !x.username.trim() ? t.check.needName : undefined,
		token: SECRET[p] && !x.token && !keeps(x, c) ? t.check.needToken : undefined,
	};
}

/** What PUT /api/config takes: the members that the kind has. */
export function body(x: AddressValues, release: boolean) {
	const p = providerOf(x), name = x.cell_name.trim().toLowerCase(), secret = SECRET[p], or = (s: string) => s.trim() || null;
	const identity: Partial<WholeConfig['identity']> = { cell_name: name, domain_mode: x.domain_mode };
	const ddns: Partial<DdnsSection> & Record<string, unknown> = { provider: p };
	if (x.domain_mode === 'cloudflare' || x.domain_mode === 'http01')
		identity.domain_name = x.domain_name.trim().toLowerCase();
	else if (x.domain_mode === 'lan')
		identity.domain_name = x.domain_name.trim().toLowerCase() || `${name}.home.arpa`;
	if (p === 'duckdns')
		ddns.subdomain = x.subdomain.trim().toLowerCase();
	if (p === 'cloudflare')
		ddns.zone = or(x.zone);
	if (p === 'noip')
		Object.assign(ddns, { username: x.username.trim(), hostname: or(x.hostname) });
	if (secret && x.token)
		ddns[secret] = x.token;
	return { identity, ddns, ...(release ? { release_name: true } : {}) };
}

/** The address that the values would give. */
export function domainOf(x: AddressValues) {
	const name = x.cell_name.trim().toLowerCase();
	switch (x.domain_mode) {
	case 'pic_ngo': return `${name}.pic.ngo`;
	case 'duckdns': return `${x.subdomain.trim().toLowerCase()}.duckdns.org`;
	case 'lan': return x.domain_name.trim().toLowerCase() || `${name}.home.arpa`;
	default: return x.domain_name.trim().toLowerCase();
	}
}
