// Reading IPv4 and IPv6 addresses the way the cell does: strict, canonical.

export function isIpv4(s: string) {
	const parts = s.split('.');
	return parts.length === 4 && parts.every((p) => /^(0|[1-9]\d{0,2})$/.test(p) && Number(p) <= 255);
}

export function isIpv6(s: string) {
	if (!/^[0-9a-fA-F:.]+$/.test(s))
		return false;
	let text = s, groups = 8;
	const tail = /^(.*:)([^:]*\.[^:]*)$/.exec(s);
	if (tail) {
		if (!isIpv4(tail[2]!))
			return false;
		text = tail[1]!.endsWith('::') ? tail[1]! : tail[1]!.slice(0, -1);
		groups = 6;
	}
	const halves = text.split('::');
	if (halves.length > 2)
		return false;
	const count = (h: string) => h === '' ? 0 : h.split(':').every((g) => /^[0-9a-fA-F]{1,4}$/.test(g)) ? h.split(':').length : -1;
	const n = halves.map(count);
	if (n.some((c) => c < 0))
		return false;
	const sum = n.reduce((a, b) => a + b, 0);
	return halves.length === 2 ? sum < groups : sum === groups;
}

export const isAddress = (s: string) => isIpv4(s) || isIpv6(s);
