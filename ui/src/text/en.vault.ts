// The English of the page of certificates: loaded with it. Other languages are typed as
// this object, as with en.ts.

export default {
	text: 'What proves to browsers that this is your cell, and what it has issued to other devices.',
	trust: 'Trust this cell', trustText: 'Install the root certificate once on each device: no more warnings.',
	root: 'Root', until: 'Valid until', print: 'Fingerprint (SHA-256)', may: 'Can vouch for', mayMore: 'and names below them; private addresses',
	download: 'Root certificate', steps: 'Steps for each device', apple: 'Profile for Apple devices',
	broken: 'The authority cannot be read', brokenText: 'Nothing is made in its place: it is looked for again every minute. If the disk does not bring it back, “Replace the root” makes another, which every device has to install.',
	none: 'No authority yet', noneText: 'It is made when the clock can be right. Until then the cell signs its certificate itself.',
	rotate: 'Replace the signing key', rotateRoot: 'Replace the root',
	rotateText: 'What the earlier key has signed stays valid, and can be revoked.', rotateRootText: 'Every device that trusts this cell has to install the new root. Browsers warn until then.',
	rotated: 'Replaced',
	served: 'This cell', left: (n: number) => n === 1 ? '1 day left' : `${n} days left`, over: 'Run out', renews: 'renewed by itself on', more: (n: number) => `and ${n} more`,
	state: { internal: 'Valid', pending: 'Provisional', expiring: 'Runs out soon', expired: 'Run out' } as Record<string, string>,
	used: { web: 'Web pages', 'dns-over-tls': 'Names, encrypted (DoT)', 'dns-over-https': 'Names in browsers (DoH)' } as Record<string, string>,
	renew: 'Renew now', renewed: 'Renewed',
	issued: 'Issued to others', issue: 'Issue a certificate', noIssued: 'Nothing issued', noIssuedText: 'A NAS, a printer, a television: give it a certificate that your devices trust.',
	valid: 'Valid', revoked: 'Revoked', by: 'by', revoke: 'Revoke', revokeTitle: (s: string) => `Revoke ${s}?`, revokeText: 'It goes on the revocation list for good. Devices that look at the list refuse it.', wasRevoked: (s: string) => `${s} revoked`,
	names: 'Names and addresses', namesHelp: 'One on each line: names below your cell’s own, or private addresses', days: 'Days', daysHelp: 'At most 397',
	csr: 'Certificate request', csrHelp: 'If the device made its own key. Left empty, a key is made here and shown once.',
	needNames: 'Enter at least one name, or a request', daysWrong: 'A whole number from 1 to 397',
	onceTitle: (s: string) => `Certificate for ${s}`, onceText: 'The key is shown this once. Save it now.', madeText: 'Give it to the device together with the chain.', save: 'Save as a file', copyKey: 'Copy the key', copyCert: 'Copy certificate and chain',
	trustedByUs: 'Trusted by this cell', addTrust: 'Trust a key', noTrust: 'Nobody else is trusted', noTrustText: 'A server behind a route has a certificate of your own or an office’s authority? Trust that authority here.',
	kind: { ca: 'Certificate', wireguard: 'WireGuard key', age: 'age key' } as Record<string, string>, since: 'Since', trusted: (s: string) => `${s} is trusted`,
	trustName: 'Name', trustNameHint: 'Office', trustKind: 'Kind', trustKey: 'Certificate or key', trustKeyHelp: 'A certificate in PEM, of an authority or of one server; or a public key on one line',
	needName: 'Give it a name', needKey: 'Paste the certificate or the key',
	distrust: 'Trust no more', distrustTitle: (s: string) => `Trust ${s} no more?`, distrustText: 'Routes to servers with a certificate of it stop working.', distrustKeyText: 'The key is forgotten.', distrusted: (s: string) => `${s} is trusted no more`,
};
