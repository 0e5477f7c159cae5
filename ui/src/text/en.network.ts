// The English of the network pages: loaded with them, not with the first page. Other
// languages are typed as this object, as with en.ts.
import { decimal, num, plural } from '../lib/format';

/** Microseconds in a unit that suits them. */
const fine = (us: number) => us >= 1e6 ? `${decimal(us / 1e6)} s` : us >= 1000 ? `${decimal(us / 1000)} ms` : `${num(us)} µs`;

export default {
	save: { soon: 'Saving soon…', saving: 'Saving…', saved: 'Saved', not: 'Not saved' },
	forwards: {
		title: 'Domains asked elsewhere', text: 'For these the cell asks other servers than its name services, for example those of your office.',
		add: 'Add a domain', none: 'No such domains', noneText: 'Names at work, or of another network you are connected to, are found when the cell knows whom to ask.',
		zone: 'Domain', zoneHelp: 'With all names below it', servers: 'Servers', serversHelp: 'One to four addresses, one on each line',
		added: (z: string) => `${z} is asked elsewhere now`, removed: (z: string) => `${z} is asked like all others again`,
		removeTitle: (z: string) => `Remove ${z}?`, removeText: 'The cell then asks its name services, which may not know these names.',
	},
	upstream: { tlsName: 'Name in its certificate', tlsHelp: 'So that nobody else can answer in its place' },
	policy: {
		label: 'If a name service does not answer encrypted',
		opportunistic: { label: 'Ask it without encryption', text: 'Names are always found. While it lasts, your provider can read what is asked.' },
		strict: { label: 'Give no answer', text: 'Nobody can read along. While it lasts, names outside your cell are not found.' },
		fallback: (a: string, many: number) => `${a} ${many > 1 ? 'are' : 'is'} asked without encryption right now.`, fallbackText: 'An encrypted connection failed several times. The cell tries again every five minutes and goes back by itself.',
	},
	keep: {
		title: 'How long to remember', stale: 'Use old answers while no name service answers', staleHelp: 'Pages you know go on working when the line is bad.',
		staleMax: 'Not older than', staleTtl: 'Devices may keep it for', more: 'How much, how long?', entries: 'Answers at most', bytes: 'Memory at most', min: 'At least', max: 'At most', negative: '“No such name” at most',
		hours: 'h', seconds: 's', mib: 'MiB', oldUsed: 'Old answers used',
	},
	rebind: {
		title: 'Protection of your home', on: 'Hold back answers that point into your home', help: 'A page on the Internet could otherwise use its own name to reach your router or printer (DNS rebinding).',
		allow: 'Domains that may point into your home', allowHelp: 'One on each line, with all names below. Your own names and domains asked elsewhere may anyway.',
	},
	time: {
		title: 'Time', sync: 'Sync now', syncing: 'Asking…', synced: 'The sources answered', notSynced: 'No agreement yet', state: 'State', synchronised: 'Synchronised', notSynchronised: 'Not synchronised', off: 'Off',
		trusted: 'The clock can be relied on.', trustedText: 'Certificates, codes and tokens are checked against it.',
		untrusted: 'The clock cannot be relied on yet.', untrustedText: 'Until then new tokens and invitations wait. Names, VPN and pages go on working.',
		source: 'Follows', stratum: 'Distance', stratumSays: (n: number) => n >= 16 || n === 0 ? 'none (stratum 16)' : `${plural(n, 'step', 'steps')} from a reference clock (stratum ${num(n)})`,
		stratumShort: (n: number) => `stratum ${num(n)}`, offset: 'Deviation', offsetSays: (us: number) => us === 0 ? 'exact' : `${fine(Math.abs(us))} ${us > 0 ? 'behind' : 'ahead'}`, jitter: 'Spread (jitter)', time: fine, delay: (us: number) => `${fine(us)} away`,
		leap: 'Leap second', leaps: { none: 'None announced', insert: 'One more at the end of the month', delete: 'One less at the end of the month', unknown: 'Not known' },
		control: 'Clock set by', controls: { self: 'This cell', kernel: 'Another program on this machine', none: 'Nobody this cell knows of' },
		served: 'Told', servedSays: (clients: number, n: number) => `${plural(clients, 'device', 'devices')}, ${plural(n, 'time', 'times')}`,
		sources: 'Who is asked', noSources: 'Nobody is asked', noSourcesText: 'Time is switched off, or its sources have no address yet.', noAnswer: 'No answer yet', sourcesFoot: (n: string) => `${n} servers. Those that agree are followed.`,
		reachSays: (n: number) => `${num(n)} of the last 8 questions answered`,
		states: { peer: 'Followed', used: 'Agrees', good: 'Answers', outlier: 'Agrees, not needed', falseticker: 'Wrong', lost: 'Silent', unfit: 'Not usable', denied: 'Asks for rest', new: 'Not asked yet' },
		settings: 'Settings', enabled: 'Ask for the time and tell it', enabledHelp: 'Devices at home get it from the cell, also without the Internet.',
		ask: 'Time servers', askHelp: 'Host names or addresses, one on each line, at most eight', askFew: 'With three or more, the cell finds out by itself when one of them is wrong.',
		serve: 'Who may ask this cell', serveHelp: 'Everybody else gets no answer.', discipline: 'The clock of this machine', disciplineHelp: 'Only with the right to do so (CAP_SYS_TIME)',
		disciplines: { auto: 'Set it, unless another program does', always: 'Always set it', never: 'Never touch it' },
		needSource: 'Enter at least one', badSource: (s: string) => `${s} is neither a host name nor an address`, sourcesMany: 'At most eight',
	},
	lists: {
		title: 'Block lists', text: 'Names on these lists get no address: advertising, tracking, fraud.', add: 'Add a list', edit: 'Change a list', none: 'No block lists yet',
		noneText: 'A list of advertising and tracking names makes every device quieter, without an app on any of them.', known: 'Well-known lists',
		name: 'Name', address: 'Address', addressHelp: 'Where the cell fetches it from, over HTTPS', format: 'Written as', formats: { auto: 'Find out', hosts: 'Hosts file', domains: 'One name per line', adblock: 'Adblock rules' },
		refresh: 'Fetch it', every: (s: number) => s === 604_800 ? 'every week' : s === 86_400 ? 'every day' : s % 86_400 === 0 ? `every ${num(s / 86_400)} days` : s === 3600 ? 'every hour' : `every ${num(s / 3600)} hours`,
		who: 'For whom', everybody: { label: 'Everybody', text: 'All devices that ask this cell' }, some: { label: 'Only some', text: 'Single devices of the VPN' }, peers: 'Devices', peersHelp: 'Names of peers, one on each line',
		forAll: 'for everybody', forSome: (s: string) => `for ${s}`, group: (g: string) => `group ${g}`, entries: (n: number) => plural(n, 'name', 'names'), skipped: (n: number) => `${plural(n, 'line', 'lines')} skipped`, never: 'Not fetched yet', failed: 'Not fetched', on: (n: string) => `${n} is used`,
		refreshNow: 'Fetch now', added: (n: string) => `${n} added`, changed: (n: string) => `${n} changed`, removed: (n: string) => `${n} removed`, gone: 'Somebody removed this list meanwhile.',
		removeTitle: (n: string) => `Remove ${n}?`, removeText: (n: number) => `${plural(n, 'name is', 'names are')} no longer blocked by it. It can be added and fetched again.`, foot: (n: string) => `${n} names in use.`,
		needUrl: 'Enter an address', httpsOnly: 'Must start with https://', url: 'Not a web address', needWho: 'Name at least one device', noPeer: (a: string) => `${a} is no name of a peer`,
	},
	rules: {
		title: 'Your own entries', allow: 'Never block', allowHelp: 'One on each line, with all names below. Goes before everything else.', deny: 'Always block', denyHelp: 'One on each line, with all names below. For everybody.',
		response: 'What a blocked name gets', zero: { label: 'The address 0.0.0.0', text: 'Pages load on without waiting. The usual choice.' }, nxdomain: { label: '“No such name”', text: 'For programs that try 0.0.0.0 again and again.' },
	},
	blockTest: {
		title: 'Test a name', text: 'Would it be blocked, and by what?', name: 'Name', peer: 'Asked by', peerHelp: 'Name of a peer; left empty, nobody in particular', go: 'Test',
		blocked: 'Blocked', passes: 'Not blocked', byDeny: 'By your own entry under “Always block”.', byList: (l: string) => `By the list “${l}”.`, allowedBy: (a: string) => `Your entry ${a} under “Never block” lets it pass.`, byNothing: 'No list and no entry of yours names it.',
	},
	log: {
		title: 'Questions', text: 'Kept in memory only: nothing is written to disk, and all is gone when the cell ends.', live: 'Live', paused: 'Paused', pause: 'Pause', goOn: 'Go on',
		level: 'Keep', levels: { off: 'Nothing', errors: 'What failed or was blocked', all: 'Every question' }, name: 'Name', peer: 'Asked by', rcode: 'Result', anyResult: 'All results', find: 'Part of a name', findPeer: 'Peer or address',
		results: { NOERROR: 'Answered', BLOCKED: 'Blocked', NXDOMAIN: 'No such name', SERVFAIL: 'Failed', REFUSED: 'Refused' } as Record<string, string>,
		malformed: 'Malformed', unread: 'no question that could be read',
		block: 'Block', allow: 'Allow', blockOf: (n: string) => `Block ${n}`, allowOf: (n: string) => `Allow ${n}`, isBlocked: (n: string) => `${n} is blocked now`, isAllowed: (n: string) => `${n} is allowed now`,
		newer: (n: number) => plural(n, 'new line', 'new lines'), clear: 'Clear', clearTitle: 'Clear the log?', clearText: 'What it holds is gone. New questions are kept as before.', cleared: 'Log cleared',
		none: 'Nothing yet', noneErrors: 'Only questions that failed or were blocked are kept. All went well so far.', noneAll: 'The next question shows up here.', noneOff: 'The log is off. Choose above what to keep.', noneMatch: 'No question like that',
	},
	lookup: { peer: 'A VPN device', name: 'Its name', byDeny: 'by an own entry' },
	secure: {
		title: 'Encrypted questions', text: 'Devices can ask this cell so that nobody on the way reads along. Those that can do it by themselves find out on their own.', off: 'Off', closed: 'Not open', offered: 'Offered',
		overTls: 'Questions by DoT', overHttps: 'Questions by DoH', open: 'Questions in the open',
		dot: 'For phones (DoT)', dotText: 'Android: Settings, Network, Private DNS, provider name:', doh: 'For browsers (DoH)', dohText: 'In its settings, under secure DNS, own provider:', port: (p: number) => `on port ${num(p).replace(/\D/g, '')}, which phones do not ask`,
		ask: 'My device refuses it. Why?', certificate: 'A device accepts this only from a cell whose certificate it trusts. While your cell made its certificate itself, install that certificate on the device first; Android then still refuses it for Private DNS, a browser does not.',
	},
	zones: {
		title: 'Domains', text: 'All domains the cell answers for by itself. Give it more of them as zone files.', add: 'Add a domain', find: 'Find a domain', none: 'None of your own', name: 'Domain', kind: 'Kind', serial: 'Version', records: 'Records', views: 'Who gets answers',
		kinds: { own: 'Address of the cell', internal: 'Name inside the VPN', reverse: 'Names of addresses', local: 'Never asked outside', extra: 'Yours' } as Record<string, string>,
		yours: 'Yours', cells: 'Of the cell', inside: (n: number) => `${plural(n, 'domain is', 'domains are')} never asked outside`, insideText: 'They belong to private networks or to nobody (RFC 6303). Asking for them outside would only tell strangers about your home.',
		replace: 'Change', exportIt: 'Export', nameHelp: 'The domain that the file describes', file: 'Zone file', fileHelp: 'Paste it, or choose a file. All kinds of records, as other name servers write them (RFC 1035).', fileEmpty: 'Left empty, the domain starts with what each needs, and you add names one by one.', notServed: 'Left out', choose: 'Choose a file', example: '$TTL 300\n@  SOA ns hostmaster 1 3600 600 86400 60\n@  NS  ns\nns A   192.168.1.2',
		added: (z: string) => `${z} is answered now`, changed: (z: string) => `${z} changed`, removed: (z: string) => `${z} removed`, addTitle: 'Add a domain', editTitle: (z: string) => `Change ${z}`, viewsHelp: 'Nobody else gets answers from it.',
		removeTitle: (z: string) => `Remove ${z}?`, removeText: (n: number) => `Its zone file with ${plural(n, 'record', 'records')} goes for good. Export it first to keep it.`, typeName: (z: string) => `Type ${z} to remove it`,
		needFile: 'Paste a zone file or choose one', fileLarge: 'Larger than 16 MiB', notText: 'This is not a text file', exists: 'The cell answers for this domain already',
	},
	secondaries: {
		title: 'Name servers that copy', text: 'They fetch the public part of your domains from this cell and answer for it on the Internet, also while the cell is away.', add: 'Add a server', edit: 'Change a server', none: 'No server copies from this cell',
		noneText: 'A second name server elsewhere keeps your public names alive while your line is down.', name: 'Host name', nameHelp: 'As the world is told it; a single word is below your domain', address: 'Address', addressHelp: 'It may fetch from there, and is told of changes there', port: 'Port',
		key: 'Name of the key', keyHelp: 'The same on the other side', algorithm: 'Kind of key', secret: 'Secret', secretHelp: 'Left empty, the cell makes one and shows it once. Otherwise at least 32 bytes in base64.', secretKeep: 'Left empty, the secret stays as it is.',
		added: (s: string) => `${s} added`, changed: (s: string) => `${s} changed`, removed: (s: string) => `${s} removed`, removeTitle: (s: string) => `Remove ${s}?`, removeText: 'It can fetch nothing any more. What it copied it keeps until that is too old.',
		never: 'Has not fetched anything since the cell started', fetched: (serial: string, zone: string) => `Has version ${serial} of ${zone}`, told: (serial: string, zone: string) => `knows of ${serial} of ${zone}`, with: (zone: string, error: string) => `${zone}: ${error}`, failed: 'Last try failed', ok: 'Up to date', waiting: 'Not yet',
		onceTitle: (s: string) => `Key for ${s}`, onceText: 'Enter this key on the other name server now. The secret is not shown again.', copySecret: 'Copy the secret', copyKey: 'Copy as BIND key', gone: 'Somebody removed this server meanwhile.',
		needKey: 'Enter a name for the key', sameName: 'There is a server of this name', sameKey: 'Another server uses this key', secretShort: 'From 32 to 128 bytes in base64',
	},
	check: {
		needTls: 'Enter the name in its certificate', tlsName: 'Not a host name, for example dns.quad9.net',
		needServers: 'Enter at least one address', serversMany: 'At most four addresses', badServer: (a: string) => `${a} is not an IP address`, twice: (a: string) => `${a} is there twice`,
		forwarded: 'This domain is in the list already', zone: 'Only letters, digits, hyphens and dots, for example corp.example',
		range: (low: number, high: number) => `A number from ${num(low).replace(/\D/g, '')} to ${num(high).replace(/\D/g, '')}`,
		line: (n: number, text: string) => `Line ${n}: ${text} is not a domain`, linesMany: (n: number) => `At most ${plural(n, 'name', 'names')}`,
	},
};
