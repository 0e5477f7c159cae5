// The English of the settings: loaded with them. Other languages are typed as this object,
// as with en.ts.

export default {
	text: 'Who your cell is, the address it has in the world, and where its certificates come from.',
	address: 'Name and address', now: 'Now', name: 'Name of the cell', nameHelp: 'Letters, digits and hyphens. It is part of its addresses.',
	kind: 'Kind of address', needsThis: 'What it takes:', needs: {
		pic_ngo: 'a name that is free. The cell keeps its address up to date there.',
		cloudflare: 'a domain whose DNS is at Cloudflare, and an API token that may edit that zone.',
		duckdns: 'a name made at duckdns.org, and the token shown there.',
		http01: 'a domain that leads here, kept by you or by a provider, and port 80 open from the Internet.',
	} as Record<string, string>,
	domain: 'Your domain', ownDomain: 'Domain', ownDomainHelp: (n: string) => `Left empty, it is ${n}.home.arpa.`,
	zone: 'Zone', zoneHelp: 'Left empty, it is looked for.', cloudflare: 'Cloudflare API token', duckName: 'Name', duckToken: 'DuckDNS token',
	provider: 'Who keeps its address', noProvider: 'Nobody: the address never changes, or something else keeps it',
	providers: { none: 'Nobody', pic_ngo: 'pic.ngo', cloudflare: 'Cloudflare', duckdns: 'DuckDNS', noip: 'No-IP', freedns: 'FreeDNS' } as Record<string, string>,
	username: 'User name', password: 'Password', token: 'Token', tokenKept: 'Set. Left empty, it stays.', hostname: 'Host', hostnameHelp: 'Left empty, it is your domain.',
	free: (n: string) => `${n}.pic.ngo is free`, taken: (n: string) => `${n}.pic.ngo is taken by somebody else`, unknown: (why: string | null | undefined) => `The name service does not answer${why ? ` (${why})` : ''}; the cell goes on trying`, ours: 'This is your name',
	save: 'Save', askTitle: 'Change the address?', askText: (from: string, to: string) => `${from} becomes ${to}. Devices that know the old name lose it.`, same: 'The address stays.', change: 'Change it', saved: 'Saved', release: (n: string) => `Give ${n} back, so that somebody else can have it`, checking: 'Looking at what that changes',
	published: 'In the world', publishedText: 'The public address that the provider was told, so that your name leads here.', told: 'Told', never: 'Not yet', address4: 'IPv4', address6: 'IPv6', next: 'Looked at again', registered: 'Registered', notRegistered: 'Not registered yet', upToDate: 'Up to date', waiting: 'Waiting', failing: 'Not working', nothing: 'Nobody outside is told where this cell is.',
	update: 'Tell it now', register: 'Register again', giveBack: 'Give the name back', giveBackTitle: (n: string) => `Give ${n} back?`, giveBackText: 'Somebody else can have it then, and certificates for it cannot be renewed.', gaveBack: 'Given back',
	checks: 'Checks', doorOpen: (p: number) => `Port ${p} is open on this machine. Whether your router lets the Internet through to it cannot be seen from inside.`, doorShut: (p: number) => `Port ${p} is not open on this machine, so nobody can prove that the domain is yours.`, clock: 'The clock is not trusted yet, so names and certificates wait.',
	acme: 'Public certificates', acmeText: 'Ordered and renewed by themselves, where the kind of address allows it.', acmeNone: 'A cell that is only at home signs its certificates itself.', email: 'E-mail for warnings', emailHelp: 'The authority writes there when something is wrong. It may be empty.', directory: 'Authority', directoryHelp: 'Address of its ACME directory', keyType: 'Key', keyTypes: { 'ec-p256': 'P-256, small and fast', 'rsa-2048': 'RSA 2048, for very old devices' } as Record<string, string>,
	needsHttps: 'Must begin with https://',
};
