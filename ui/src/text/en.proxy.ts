// The English of the proxy page: loaded with it. Other languages are typed as this
// object, as with en.ts.

export default {
	text: 'Web servers in your network, with names of your cell and HTTPS.',
	title: 'Addresses', add: 'Add an address', edit: 'Change an address', none: 'No addresses yet',
	noneText: 'Home Assistant, a NAS, a printer: give it a name, and the cell leads there from everywhere you allow.',
	off: 'Off', ok: 'Answers', bad: 'Does not work', waiting: 'Not asked yet', test: 'Test now', on: 'Switch on', switchOff: 'Switch off',
	checked: 'asked',
	name: 'Name', nameHelp: 'What permissions call it, for example ha', host: 'Host name', hostHelp: (domain: string) => `One word is below ${domain}`,
	target: 'Leads to', targetHelp: 'A private address of another device, or a name that has one', access: 'May be used from', accessHelp: 'This host always may.',
	onlyPath: 'Path', pathHelp: 'A single / takes everything; /grafana only what is below it.', body: 'Largest upload', bodyHelp: 'Left empty, as for all addresses.', mib: 'MiB',
	login: 'Who must have signed in', logins: {
		none: { label: 'Nobody', text: 'Everybody from these networks gets in.' }, user: { label: 'Any user of the cell', text: 'Others are led to the sign-in page first. The target is told who it is.' },
		admin: { label: 'Administrators', text: 'Other users are turned away.' },
	} as Record<string, { label: string; text: string }>,
	toTarget: 'Headers for the target', toVisitor: 'Headers for visitors', headersHelp: 'One in each line: “Name: value” sets it, “Name:” takes it away.', signedIn: 'sign-in', forAdmins: 'administrators',
	verify: 'Check the certificate of the target', verifyHelp: 'Only with a host name in the target; its certificate must be one that browsers trust.',
	keepHost: 'Tell the target the name that was asked for', keepHostHelp: 'Off: its own name, for servers that insist on it.',
	ws: 'WebSocket', wsHelp: 'Pages that update by themselves need it.',
	added: (s: string) => `${s} added`, changed: (s: string) => `${s} changed`, removed: (s: string) => `${s} removed`,
	removeTitle: (s: string) => `Remove ${s}?`, removeText: 'Its name leads nowhere any more. The server itself stays as it is.', gone: 'Somebody removed this address meanwhile.',
	testTitle: (s: string) => `Test of ${s}`,
	address: 'Address', connected: 'Takes connections', status: 'Answer', tls: 'Certificate', took: 'Took', ms: (n: number) => `${n} ms`, yes: 'Yes', no: 'No', nothing: 'None',
	tlsWords: { verified: 'Checked', unverified: 'Not checked' } as Record<string, string>, good: 'A visitor would be served.', again: 'Test again', testing: 'Asking…',
	browsers: 'Browsers', hsts: 'They come by HTTPS only, once they have been here',
	hstsHelp: 'Told only where the certificate is one that every browser believes, for 180 days. Off: nothing is told; a browser that was told remembers until then.',
	served: 'What is served', connections: 'Open connections', requests: 'Requests since start', tlsErrors: 'Failed handshakes',
	check: {
		needHost: 'Enter a host name', host: 'One word, for example ha, or a full name below a domain of your cell', needTarget: 'Enter where it leads', target: 'For example http://192.168.1.5:8123, with nothing behind it',
		name: 'Small letters, digits and hyphens, at most 31', same: 'There is an address of this name', sameHost: 'Another address has this host name and path', path: 'Begins with a slash and does not end with one, for example /grafana',
		headers: 'Each line is a name, a colon and a value in ASCII', needAccess: 'Choose at least one', body: 'A whole number from 1 to 65536',
	},
};
