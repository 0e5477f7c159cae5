// Every English string of the interface. Other languages are typed as this object.
// Sentence case, no full stop on buttons, verbs on buttons.
import { num, plural } from '../lib/format';

type Words = Record<string, string>;
type Mode = { title: string; text: (name: string) => string; tells: string };

export default {
	product: 'Personal Internet Cell',

	nav: {
		main: 'Main', phone: 'Main, phone', skip: 'Skip to content', more: 'More', groupNetwork: 'Your network', groupSystem: 'System',
		version: (v: string) => `Version ${v}`,
		home: 'Home', homeWords: 'dashboard overview status',
		peers: 'Peers', peersWords: 'vpn devices phones clients wireguard code qr groups', peersAdd: 'Add a peer', groups: 'Groups of peers',
		wireguard: 'WireGuard', wireguardWords: 'vpn server port endpoint key tunnel interface',
		network: 'Network', networkWords: 'dns domain names records resolver upstreams cache lookup',
		firewall: 'Firewall and routes', firewallWords: 'rules forwards ports nat assertions promises drops dropped blocked routing reach matrix nftables', firewallReach: 'Who reaches what', firewallDrops: 'What was turned away', firewallDoors: 'Open doors', firewallRoutes: 'Routes of this machine', firewallAdd: 'Add a firewall rule', forwardAdd: 'Forward a port',
		explain: 'Explain', explainWords: 'why not connection blocked trace diagnose reach debug',
		vault: 'Certificates', vaultWords: 'vault tls https trust root ca authority issue revoke renew expiry', vaultIssue: 'Issue a certificate',
		proxy: 'Proxy', proxyWords: 'web servers routes reverse https addresses websocket target', proxyAdd: 'Add an address that leads to a web server',
		users: 'Users and tokens', usersWords: 'people accounts admins api roles',
		settings: 'Settings', settingsWords: 'identity name domain mode address dynamic dns ddns cloudflare duckdns acme lets encrypt',
		history: 'History', historyWords: 'generations configuration compare roll back undo changes',
		jobs: 'Jobs', jobsWords: 'tasks progress',
		account: 'Account', accountWords: 'password two factor totp sessions me',
	},

	form: {
		show: 'Show password', hide: 'Hide password', close: 'Close', cancel: 'Cancel', save: 'Save', edit: 'Edit', remove: 'Remove', back: 'Back',
		next: 'Continue', done: 'Done', undo: 'Undo', tryAgain: 'Try again', keepEditing: 'Keep editing', discard: 'Discard',
		discardAsk: 'Discard what you typed?', leaveTitle: 'Leave without saving?', leave: 'Leave', leaveText: 'What you typed on this page would be lost.',
		changedMeanwhile: 'Somebody changed this meanwhile.', theirsIs: 'It now is', saveKeeps: 'Save again to keep yours.', takeTheirs: 'Take theirs',
	},

	table: {
		show: 'Show', all: 'All', showAll: 'Show all', noneMatch: 'Nothing matches.', rows: (a: number, b: number, all: number) => `${num(a)}–${num(b)} of ${num(all)}`, previous: 'Previous', following: 'Next', sortBy: 'Sort by', sortedBy: (what: string) => `Sorted by ${what.toLowerCase()}`,
		actions: 'Actions', more: (of: string) => `More actions for ${of}`,
	},

	copy: { copy: 'Copy', copied: 'Copied', selected: 'Selected: press Ctrl C', label: (what: string, text: string) => `Copy ${what.toLowerCase()} ${text}` },

	state: {
		loading: 'Loading', stillWorking: 'Still working…', done: 'Done', working: 'Working', failed: 'Failed', waiting: 'Waiting', running: 'Running', stopped: 'Not running',
	},

	error: {
		notLoaded: 'This could not be loaded.', silent: 'The cell does not answer.', status: (n: number) => `The cell refused this (${n}).`,
		incident: (id: string) => `Look for incident ${id} in the log.`,
		chunk: 'A part of this page is missing in the cell. It may be in the middle of an update.',
		noPage: 'There is no such page', noPageText: 'The address may be mistyped, or what it showed is gone.', toHome: 'Go to Home',
	},

	lost: {
		label: 'State of the connection', title: 'The cell does not answer.', trying: 'Trying…', again: (s: number) => `Trying again in ${s} s.`, old: (age: string) => `What you see is ${age} old.`,
		now: 'Try now', updated: 'The cell was updated.', reload: 'Reload', silent: 'It may be starting. This page goes on by itself as soon as it answers.',
	},

	theme: {
		title: 'Colours', system: 'As the system', light: 'Light', dark: 'Dark', toLight: 'Switch to light', toDark: 'Switch to dark',
		browser: 'This browser', browserText: 'Kept in this browser only; it changes nothing for others.',
	},

	finder: { open: 'Search or jump to…', key: 'Ctrl K', title: 'Jump to', hint: 'A page, a name or an action', page: 'Page', action: 'Action' },
	keys: {
		title: 'Keys', list: [['Ctrl K', 'Jump to a page, a name or an action'], ['/', 'Search the list on this page'], ['?', 'Show these keys'],
			['Esc', 'Close what is open'], ['Tab', 'Go to the next control']] as [string, string][],
	},

	attention: {
		count: (n: number) => `${plural(n, 'thing', 'things')} to check`, things: (n: number) => n === 1 ? 'thing to check' : 'things to check',
		upstreams: { title: 'Names outside your cell cannot be found.', text: 'None of the name services it asks gives an answer. Your own names still work.', fix: 'Check the name services' },
		time: { title: 'The clock cannot be relied on.', text: 'Until the cell knows the time for certain, new tokens and invitations wait.', fix: 'Look at the time' },
	},
	hint: {
		later: 'Not now',
		name: { title: 'Next: give a device a name.', text: 'A printer or a disk at home is easier to find as “nas” than as a number.', fix: 'Add a name' },
		peer: { title: 'Next: take your network with you.', text: 'A phone that is a peer uses your cell wherever it is.', fix: 'Add a peer' },
		factor: { title: 'Next: protect your sign-in.', text: 'With a code from your phone, a stolen password alone opens nothing.', fix: 'Set up a second factor' },
	},

	zone: { local: 'The cell itself', lan: 'Home network', vpn: 'VPN', cell: 'Linked cells', container: 'Services', public: 'Internet' } as Words,
	role: { admin: 'Administrator', peer: 'Member' } as Words,
	roleText: { admin: 'May change everything in this cell.', peer: 'Has an own page and nothing else.' } as Words,
	part: { dns: 'Names (DNS)', 'dns-tcp': 'Names over TCP', 'dns-tls': 'Names, encrypted (DoT)', http: 'Web pages (HTTP)', https: 'Web pages (HTTPS)', ntp: 'Time (NTP)', api: 'Interface for programs', firewall: 'Firewall', vpn: 'VPN (WireGuard)' } as Words,
	partText: { dns: 'Own names, and asking for others', 'dns-tcp': 'The same for long answers', 'dns-tls': 'The same, and nobody reads along', http: 'Leads to the encrypted page', https: 'Serves this page', ntp: 'Tells your devices the time', api: 'For the command line and scripts',
		firewall: 'Decides who reaches what', vpn: 'Brings your devices in from anywhere', edge: 'Takes what comes from the network' } as Words,
	transport: { dot: 'Encrypted (DoT)', tcp: 'TCP', udp: 'UDP, else TCP' } as Words,

	edge: (n: number) => `Front door ${n}`,
	verdict: { ok: 'Fine', warn: 'Look', fail: 'Problem', unknown: 'Not known' },
	checkName: { clock: 'Clock', ports: 'Ports', port53: 'Port for names', public_address: 'Public address', ipv6: 'IPv6', engine: 'Container engine', disk: 'Disk', memory: 'Memory', certificate: 'Certificate' } as Words,
	checkUpstream: (a: string, how: string) => `Name service ${a} (${how})`,
	checks: { title: 'Checks', now: 'Examine now', running: 'Examining…', notYet: 'Not examined since the cell started. It looks at clock, ports, network, disk and the name services, and says what to do.', fine: (n: number) => `${plural(n, 'check', 'checks')} fine`, at: 'Examined' },

	home: {
		up: (span: string) => `up ${span}`, questions: 'DNS questions', sinceStart: 'since the cell started', perSecond: (r: string) => `${r} a second now`,
		cached: 'Known already', entries: (n: number) => `${plural(n, 'answer', 'answers')} remembered`,
		failed: 'Without an answer', refused: (n: number) => `${num(n)} refused by rule`,
		generation: 'Configuration', generationText: 'version in force',
		parts: 'Parts', chart: 'Questions', asked: 'Asked', forwarded: 'Asked on', perSecondUnit: 'a second', chartWaits: 'The line starts with the next few seconds.',
		chartSays: (peak: string) => `Questions a second in the last five minutes, at most ${peak}.`,
		recent: 'Recent changes', allChanges: 'All changes',
	},
	path: {
		label: 'How questions flow', outside: 'Internet', upstreams: (up: number, all: number) => `${up} of ${plural(all, 'name service', 'name services')} answer`,
		notAsked: (n: number) => `${plural(n, 'name service', 'name services')}, not asked yet`, noRate: '–', rate: (r: string) => `${r} /s`, away: (ms: number) => `${num(ms)} ms away`, forwarded: 'asked on', parts: (n: number) => `${plural(n, 'part', 'parts')} running`,
		asked: 'asked', devices: 'Devices', devicesText: 'at home and on the VPN', peersOnline: (n: number, all: number) => `${num(n)} of ${plural(all, 'peer', 'peers')} online`,
	},

	network: {
		text: 'The names your cell answers to, and where it asks for all others.', tabOverview: 'Overview', tabNames: 'Names', tabResolver: 'Resolver', tabFiltering: 'Filtering', tabTime: 'Time', tabLog: 'Log', addList: 'Add a block list', addForward: 'Add a domain asked elsewhere', addZone: 'Add a domain from a zone file', filteringWords: 'block lists adblock ads allow deny', timeWords: 'ntp clock', logWords: 'questions queries',
		address: 'Address', effective: 'Name of the cell', internal: 'Name inside the VPN', mode: 'Kind of address',
		split: 'Who hears what', splitText: (d: string) => `The answer to “where is ${d}?”, depending on who asks.`, checkNow: 'Check now',
		side: { lan: 'Devices at home', vpn: 'Devices on the VPN', local: 'Programs on this machine', public: 'Everybody else' } as Words,
	},
	names: {
		add: 'Add a name', edit: 'Change a name', added: 'Name added', changed: 'Name changed', find: 'Find by name or value', none: 'No names yet',
		noneText: 'Give a device or a service at home a name that every device can use.',
		name: 'Name', nameHelp: 'Use @ for the domain itself. In full:', zone: 'Domain', type: 'Type', value: 'Value', ttl: 'Keep for', ttlHelp: 'Seconds others may remember it',
		views: 'Who gets this answer', viewsHelp: 'Nobody else gets this answer.', source: 'Source', automatic: 'Automatic', you: 'You', yours: 'Yours',
		count: (own: number, all: number) => `${plural(all, 'name', 'names')}, ${num(own)} of them yours. The automatic ones follow the cell.`,
		removeTitle: (n: string) => `Remove ${n}?`, removeText: (type: string, value: string) => `Devices that remember it may use ${type} ${value} until their time is over. Nothing else changes.`,
		removed: (n: string) => `${n} removed`, gone: 'Somebody removed this name meanwhile.',
	},
	recordType: { A: 'A: IPv4 address', AAAA: 'AAAA: IPv6 address', CNAME: 'CNAME: other name', TXT: 'TXT: text', MX: 'MX: mail server', SRV: 'SRV: service', CAA: 'CAA: certificate issuer', PTR: 'PTR: name of an address' },
	recordValue: {
		A: { label: 'IPv4 address', example: '192.168.1.5', help: 'Where the name leads, for example 192.168.1.5' },
		AAAA: { label: 'IPv6 address', example: 'fd00::5', help: 'Where the name leads, for example fd00::5' },
		CNAME: { label: 'Other name', example: 'nas.example.org', help: 'The name this one stands for' },
		TXT: { label: 'Text', example: 'v=spf1 -all', help: 'Up to 4,096 bytes' },
		MX: { label: 'Preference and mail server', example: '10 mail.example.org', help: 'A number, then a name' },
		SRV: { label: 'Service', example: '0 5 5060 sip.example.org', help: 'Priority, weight, port, name' },
		CAA: { label: 'Issuer', example: '0 issue "letsencrypt.org"', help: 'Flags, tag, value in quotes' },
		PTR: { label: 'Name', example: 'nas.example.org', help: 'The name this address has' },
	},
	lookup: {
		title: 'Test a name', text: 'Ask the cell as one side of your network would, and see what it says.', name: 'Name', type: 'Type', as: 'Asked from', go: 'Ask',
		answered: 'Answered', noData: 'Nothing of this type', noName: 'No such name', refused: 'Refused', failed: 'Failed', blocked: 'Blocked',
		source: { authoritative: 'from the cell’s own names', cache: 'remembered', upstream: 'asked a name service', forward: 'asked another server', blocked: 'by a block list', refused: 'by rule' } as Words,
		how: (source: string, ms: number) => `${source}, ${num(ms)} ms`, ttl: (s: number) => `${num(s)} s`, ede: (code: number) => `Extended error ${code}`,
	},
	upstream: {
		title: 'Name services', manage: 'Manage', text: 'For every name that is not its own the cell asks one of these.', add: 'Add a name service', edit: 'Change a name service',
		none: 'No name service', noneText: 'Without one, only your own names can be found.', address: 'Address', transport: 'How to ask', port: 'Port',
		addressHelp: 'For example 9.9.9.9 (Quad9), 1.1.1.1 (Cloudflare), or your router',
		rtt: (ms: number) => `${num(ms)} ms`, fallback: 'Not encrypted', onPort: (n: number) => `port ${n}`, state: { up: 'Answers', down: 'Silent', unknown: 'Not asked yet' } as Words,
		saved: 'Name services saved', removed: 'Name service removed', removeTitle: (a: string) => `Remove ${a}?`, removeText: 'The cell then asks the others only.',
		changedMeanwhile: 'Somebody changed the name services meanwhile. The list is fresh now: save again to keep your change.',
	},
	cache: {
		title: 'Remembered answers', text: 'What was asked before is answered at once.', rate: 'Answered from memory', hits: 'Known', misses: 'Had to ask', entries: 'Answers kept', size: 'Space used',
		one: 'Forget one name', forget: 'Forget', flush: 'Forget all', flushTitle: 'Forget all answers?', flushText: 'The cell asks the name services again. Own names are not touched. The next questions take a little longer.',
		flushed: (n: number) => `${plural(n, 'answer', 'answers')} forgotten`,
	},

	history: {
		text: 'Every version your configuration had. Compare any two, or go back to one.', list: 'Versions', find: 'Find by change or person', none: 'No changes yet', number: 'Version', what: 'What', who: 'By', when: 'When',
		current: 'In force', by: (who: string) => `by ${who}`, of: (n: number) => `version ${n}`, whatChanged: 'Show what changed', compareNow: 'Compare with now', rollback: 'Roll back to this',
		compare: 'Compare', from: 'From', to: 'To', option: (n: number, what: string, when: string) => `${n}: ${what}, ${when}`, kept: 'The newest 20 versions are kept.',
	},
	rollback: {
		title: (n: number) => `Roll back to version ${n}?`, go: (n: number) => `Roll back to ${n}`, text: (when: string, what: string) => `The cell goes back to how it was set up on ${when}, after “${what}”, and uses that at once.`,
		keeps: (n: number) => `This is written as a new version. Version ${n} stays, so you can go forward again.`, users: 'Users, passwords, tokens and sign-in rules stay as they are now.',
		changes: 'What will change', nothing: 'Nothing that rolling back touches is different.', done: (n: number, now: number) => `Back at version ${n}, kept as version ${now}`,
	},
	diff: { add: 'Added', remove: 'Removed', replace: 'Changed', none: 'nothing', yes: 'yes', no: 'no', becomes: 'becomes', same: 'No difference', sameText: 'Both versions say the same.' },
	section: {
		identity: 'Identity', network: 'Network', admin_access: 'Access for administrators', auth: 'Sign-in rules', users: 'User', tokens: 'Token', groups: 'Group', peers: 'Peer', dns: 'Names',
		'dns/records': 'Name', 'dns/zones': 'Zone', 'dns/forwards': 'Forwarded zone', 'dns/secondaries': 'Name server', 'proxy/routes': 'Address', firewall: 'Firewall', 'firewall/rules': 'Rule', 'firewall/forwards': 'Port forward', 'firewall/assertions': 'Promise', routing: 'Routes', 'routing/static_routes': 'Route', blocklists: 'Filtering', 'blocklists/lists': 'Block list', wireguard: 'VPN', setup: 'Set-up', ntp: 'Time', logging: 'Log', certificates: 'Certificates', proxy: 'Web pages', ddns: 'Dynamic name',
	} as Words,
	option: {
		name: 'Name', zone: 'Domain', type: 'Type', value: 'Value', ttl: 'Keep for', views: 'Who gets it', upstreams: 'Name services asked', upstream_policy: 'Without encryption', cell_name: 'Name of the cell',
		domain: 'Name inside the VPN', domain_name: 'Domain', domain_mode: 'Kind of address', timezone: 'Time zone', role: 'Role', display_name: 'Shown as', email: 'E-mail', enabled: 'Enabled',
		must_change_password: 'Must change the password', totp_enabled: 'Second factor', username: 'User name', scopes: 'May', expires_at: 'Ends', created_by: 'Made by',
	} as Words,
	summary: {
		'setup.complete': 'Cell set up', 'config.update': 'Settings changed', 'config.rollback': 'Rolled back to version', 'config.import': 'Configuration imported', 'auth.upgrade': 'Password stored more safely', 'blocklist.rules': 'Own entries changed',
		'user.password': 'Password changed', 'user.password.reset': 'New password given', 'user.totp.on': 'Second factor turned on', 'user.totp.off': 'Second factor turned off', 'peer.rekey': 'New key', 'peer.expire': 'Peers expired', 'peer.installed': 'New file in use',
		'ddns.update': 'Dynamic name changed', 'ddns.register': 'Dynamic name registered', 'ddns.release': 'Dynamic name given back',
	} as Words,
	summaryOf: { 'dns.record': 'Name', 'dns.forward': 'Forwarded zone', 'dns.zone': 'Domain', 'dns.secondary': 'Name server', blocklist: 'Block list', 'firewall.rule': 'Rule', 'firewall.forward': 'Port forward', 'firewall.assertion': 'Promise', 'routing.static': 'Route',
		'proxy.route': 'Address', 'vault.trust': 'Trusted authority', user: 'User', token: 'Token', peer: 'Peer', group: 'Group' } as Words,
	summaryVerb: { create: (what: string) => `${what} added`, update: (what: string) => `${what} changed`, delete: (what: string) => `${what} removed` } as Record<string, (what: string) => string>,

	jobs: {
		text: 'What takes a while runs here, whatever page is open.', none: 'No jobs yet', noneText: 'Longer work, such as getting a certificate or making a backup, shows up here with its progress.', find: 'Find by job, object or person',
		what: 'Job', state: 'State', when: 'When', actor: 'By', active: 'Active', cancel: 'Stop', cancelled: 'Job stopped', cancelOf: (j: string) => `Stop ${j}`, cancelTitle: (j: string) => `Stop “${j}”?`,
		cancelText: 'What it finished stays; the rest is not done. It can be started again.', created: 'asked', started: 'started', finished: 'ended', progressOf: (j: string) => `Progress of ${j}`,
		states: { queued: 'Queued', running: 'Running', waiting: 'Waiting', succeeded: 'Done', failed: 'Failed', cancelled: 'Stopped' },
	},
	job: { 'cert.issue': 'Get a certificate', 'cert.renew': 'Renew a certificate', 'ddns.register': 'Register the name', 'ddns.update': 'Tell the new address', 'backup.create': 'Make a backup', 'backup.prove': 'Prove a backup',
		'backup.restore': 'Restore a backup', 'network.renumber': 'Renumber the network', 'diagnosis.run': 'Examine the cell', 'support.bundle': 'Collect a support file', 'update.check': 'Look for an update', 'blocklist.refresh': 'Fetch a block list' } as Words,

	users: {
		signingIn: 'Signing in', vpnLogin: 'Members sign in by their device', vpnLoginHelp: 'A device in the VPN is its owner: one button, no password. Whoever holds the device is in.',
		text: 'People who sign in, and programs that use a token.', tab: 'Users', add: 'Add a user', find: 'Find by name or e-mail', none: 'No users', name: 'User name', role: 'Role', state: 'State', lastIn: 'Last signed in', never: 'never', self: 'you',
		displayName: 'Shown as', email: 'E-mail', nameHelp: 'Letters, digits, dot, hyphen, underscore. Cannot be changed later.', firstPassword: 'First password', active: 'Active', disabled: 'Disabled', locked: 'Locked', mustChange: 'New password due',
		admins: 'Administrators', peers: 'Members', reset: 'Give a new password', unlock: 'Unlock', factorOff: 'Turn second factor off', disable: 'Disable', enable: 'Enable',
		added: (n: string) => `${n} added`, changed: (n: string) => `${n} changed`, unlocked: (n: string) => `${n} unlocked`, enabled: (n: string) => `${n} enabled`, isDisabled: (n: string) => `${n} disabled`, removed: (n: string) => `${n} removed`, wasReset: (n: string) => `New password for ${n}`,
		editTitle: (n: string) => `Change ${n}`, resetTitle: (n: string) => `New password for ${n}`, resetText: 'It must be changed at the next sign-in. All sessions of this user end now.', copyPassword: 'Copy the password',
		handTitle: (n: string) => `For ${n}`, handText: 'Give these to the person. The password is not shown again.',
		disableTitle: (n: string) => `Disable ${n}?`, disableText: 'All sessions of this user end now and nobody can sign in with this name until you enable it again. Nothing is lost.',
		factorTitle: (n: string) => `Turn off the second factor of ${n}?`, factorText: 'The password alone is then enough to sign in, until the person sets up a new one.',
		removeTitle: (n: string) => `Remove ${n}?`, removeText: 'The account, its password and its sessions go for good. What the person did stays in the history.',
	},
	tokens: {
		tab: 'Tokens', title: 'Tokens', add: 'New token', create: 'Make the token', find: 'Find by name or right', none: 'No tokens', noneText: 'A token lets a program read or change chosen things, without your password.', name: 'Name', nameHelp: 'What it is for, for example “grafana”',
		scopes: 'May', scopesHelp: 'As little as the program needs. To change includes to read.', lives: 'Valid for', days: (n: number) => n === 365 ? 'One year' : plural(n, 'day', 'days'), ends: 'Ends', ended: 'Ended', used: 'Last used', by: 'Made by',
		scope: (s: string) => {
			const [family, what] = s.split(':');
			const of = ({ config: 'settings', dns: 'names', blocklists: 'block lists', ntp: 'time', ddns: 'public address', wireguard: 'VPN', routing: 'routes', proxy: 'proxy', vault: 'trusted keys', diagnosis: 'state' } as Words)[family!] ?? family;
			return family === '*' ? 'Read everything' : `${what === 'write' ? 'Change' : 'Read'} ${of}`;
		},
		andMore: (n: number) => `and ${n} more`, revoke: 'Revoke', revokeOf: (n: string) => `Revoke ${n}`, revokeTitle: (n: string) => `Revoke ${n}?`, revokeText: 'Programs that use it are refused from now on. It cannot be brought back.', revoked: (n: string) => `${n} revoked`,
		onceTitle: (n: string) => `Token ${n}`, onceText: 'Copy it now. It is not shown again: the cell keeps only a fingerprint of it.', copy: 'Copy the token', howAsk: 'How does a program use it?', placeholder: '…',
	},

	account: {
		text: 'Your own sign-in.', who: 'You', name: 'User name', from: 'You come from', signOut: 'Sign out', menu: (n: string) => `Account: ${n}`, signedInAs: (n: string) => `Signed in as ${n}`,
	},
	me: { hello: (n: string) => `Hello ${n}`, text: (cell: string) => `This is your own page on ${cell}.` },
	visit: { title: 'One moment', refused: 'The way there is closed', to: (host: string) => `${host} asks who you are.` },
	signin: {
		title: 'Sign in', name: 'User name', password: 'Password', go: 'Sign in', code: 'Code', codeText: 'Enter the six digits that your authenticator app shows now.', recovery: 'Recovery code', recoveryText: 'Enter one of the recovery codes you kept. Each works once.',
		device: 'Sign in as this device', deviceText: 'The cell knows it by its tunnel. Or sign in by name:', useRecovery: 'Use a recovery code', useCode: 'Use a code from the app', locked: 'Too many tries.', wait: (left: string) => `You can try again in ${left}.`, over: 'Sign in again', overText: 'Your session ended. The page behind keeps what you typed.',
	},
	password: {
		title: 'Password', text: 'Changing it ends your sessions on other devices.', current: 'Your password', next: 'New password', change: 'Change password', changed: 'Password changed', set: 'Set password', make: 'Make one for me',
		must: 'Choose a new password', mustText: 'Somebody else set the one you just used. From now on only you should know it.', rule: (n: number) => `At least ${n} characters. Any characters; a few words are fine.`,
		strength: { short: (n: number) => `${plural(n, 'more character', 'more characters')}`, weak: () => 'Long enough, but easy to guess', good: () => 'Good', strong: () => 'Strong' },
	},
	factor: {
		title: 'Second factor', on: 'On', off: 'Off', textOff: 'Ask for a code from your phone as well when you sign in. Any authenticator app will do.', textOn: 'Signing in asks for a code from your authenticator app.', setUp: 'Set up a second factor', turnOn: 'Turn on', turnOff: 'Turn off',
		askText: 'First your password, so that nobody does this in your place.', steps: ['Open an authenticator app on your phone.', 'Scan this code with it.', 'Enter the six digits it shows.'], qr: 'Code for your authenticator app', byHand: 'No camera? Type this key', secret: 'Key',
		codes: 'Recovery codes', codesText: 'The second factor is on. Without your phone, each of these codes lets you in once. Keep them apart from it.', codesKept: 'I have kept them safe', isOff: 'Second factor turned off', offText: 'Your password alone is then enough to sign in.', codeOrRecovery: 'Code or recovery code',
	},
	sessions: {
		title: 'Where you are signed in', on: (browser: string, system: string) => `${browser} on ${system}`, unknown: 'Unknown program', here: 'This one', used: 'used', end: 'Sign out', endAll: 'Sign out all others', endOf: (d: string, a: string) => `Sign out ${d}, ${a}`,
		endTitle: (n: number) => n === 1 ? 'Sign this device out?' : `Sign out ${n} devices?`, endText: 'Whoever uses it must sign in again.', ended: (n: number) => n === 1 ? 'Signed out there' : `${n} devices signed out`,
	},

	check: {
		needName: 'Enter a name', nameLong: 'At most 63 characters', nameLong64: 'At most 64 characters', label: 'Only letters, digits and hyphens, and no hyphen at the ends', needDomain: 'Enter a domain', nameTooLong: 'Longer than 253 characters in full',
		domainTwo: 'Needs a dot, for example cell.example.org', domain: 'Only letters, digits, hyphens and dots', username: 'Letters, digits, dot, hyphen and underscore, at most 64, starting with a letter, digit or underscore',
		needPassword: 'Enter a password', passwordShort: (n: number) => `At least ${n} characters`, passwordLong: 'At most 256 characters', samePassword: 'This is the password you have now', email: 'Not an e-mail address', code: 'Six digits', needRecovery: 'Enter a recovery code',
		port: 'A number from 1 to 65535', address: 'Not an IP address', target: 'Not a host name', needRecordName: 'Enter a name, or @ for the domain itself', recordName: 'Only letters, digits, hyphens, underscores and dots; * only as the first part',
		ipv4: 'Not an IPv4 address, for example 192.168.1.5', ipv6: 'Not an IPv6 address, for example fd00::5', txt: 'Longer than 4,096 bytes', mx: 'A number and a name, for example 10 mail.example.org', srv: 'Three numbers and a name, for example 0 5 5060 sip.example.org',
		caa: 'Flags, tag and value, for example 0 issue "letsencrypt.org"', needValue: 'Enter a value', ttl: 'A number from 0 to 604800', generated: 'The cell makes this name itself', duplicate: 'This name has this value already', cname: 'A CNAME stands alone: no other record may have its name',
		needView: 'Choose at least one', needScope: 'Choose at least one', needToken: 'Enter the token', needLookup: 'Enter a name', sameUpstream: 'This name service is in the list already',
	},

	mode: {
		pic_ngo: { title: 'A free name', text: (n) => `${n}.pic.ngo works at home and away, with certificates every browser trusts.`, tells: 'The name service learns your public address, every time that changes. Nothing about you, your devices or your traffic.' },
		cloudflare: { title: 'My own domain, with Cloudflare', text: () => 'Needs a Cloudflare token. One certificate covers all your names.', tells: 'Cloudflare learns your public address and the names you make public.' },
		duckdns: { title: 'A name from DuckDNS', text: () => 'Needs a DuckDNS token. One certificate covers all your names.', tells: 'DuckDNS learns your public address, every time that changes.' },
		http01: { title: 'My own domain, no token', text: () => 'Port 80 must be open to the Internet. One certificate for each name.', tells: 'The certificate authority learns the names you ask certificates for.' },
		lan: { title: 'Only at home', text: () => 'No Internet needed. Your browser asks once whether it trusts this cell.', tells: 'Nobody outside learns anything about this cell.' },
	} as Record<string, Mode>,
	wizard: {
		title: 'Set up your cell', progress: 'Progress', step: (n: number, all: number) => `Step ${n} of ${all}`, stepDone: ', done',
		stepName: { welcome: 'Welcome', name: 'Name', address: 'Address', password: 'Password', device: 'First device', finish: 'Finish' },
		tokenTitle: 'Enter the set-up token', tokenText: 'Only somebody at the machine may set up this cell. The token stands in the address the cell printed when it started, after #t=.', token: 'Set-up token', tokenHelp: 'A new one is printed by', tokenShape: '26 letters and digits',
		welcome: 'Welcome to your cell', welcomeText: 'Five short questions, then it runs. You can change every answer later.', found: 'What the cell found', checkAgain: 'Check again', begin: 'Begin',
		certAsk: 'Is this really my cell?', certText: 'Your browser warned because the cell made its certificate itself. It is your cell when the browser shows this fingerprint, and the terminal printed the same:',
		nameTitle: 'What is your cell called?', nameText: 'Its name is part of every address it has.', name: 'Name', nameHelp: 'Letters, digits and hyphens', previewHome: 'At home it answers to', previewVpn: 'On its VPN to',
		addressTitle: 'How will you reach your cell?', addressText: 'This decides its address and where its certificates come from.', easiest: 'Easiest', whoKnows: 'Who learns about my cell?', reachPublic: 'Its pages may be opened from the Internet, too', reachText: 'Otherwise only at home and over its VPN. Administrators never sign in from the Internet.',
		ownDomain: 'Your domain, if you have one', ownDomainHelp: (n: string) => `Left empty, it is ${n}.home.arpa, which works in every home.`, domain: 'Your domain', cloudflare: 'Cloudflare API token', cloudflareHelp: 'With the right to edit the DNS of this zone', duckName: 'Name', duckToken: 'DuckDNS token', free: (n: string) => `${n}.pic.ngo is free`, taken: (n: string) => `${n}.pic.ngo is taken`, unknown: (why: string | null) => `The name service does not answer${why ? ` (${why})` : ''}; this is checked again later`,
		passwordTitle: 'Choose your password', passwordText: 'For you, the administrator of this cell. There is no default and no way to look it up.', userHelp: 'You sign in with this name.', create: 'Create the cell',
		deviceTitle: 'Which device comes first?', deviceText: 'Your phone, for example: it scans a code at the end and is in your network wherever it is.', device: 'Name of the device', deviceHelp: 'Letters, digits, hyphens. More devices can follow later.', deviceWrong: 'Letters, digits, hyphens, dots and underscores, at most 64',
		endpoint: 'Address it connects to from outside', endpointHelp: 'Left empty, the cell uses what it finds: its name or its public address.', endpointWrong: 'A name or an address, for example 203.0.113.7', endpointAsk: 'Do you know better how to reach this cell from outside?', skip: 'Without a device',
		scan: 'Set up your first device', scanText: 'It is in the VPN of this cell as soon as its tunnel is on.',
		making: 'Creating your cell', makingText: 'A few seconds.', ready: (n: string) => `${n} is ready`, readyText: 'It was checked just now, and runs.', allWell: (n: number) => `${plural(n, 'check', 'checks')}, all fine`, tasks: 'Tasks', taskSave: 'Settings', taskSaving: 'Writing them', taskSaved: (user: string) => `Saved; you are signed in as ${user}`, partRuns: 'Running',
		taskNames: (d: string) => `The name ${d}`, asking: 'Asking for it', answersWith: (a: string) => `Devices at home hear ${a}`, answersNot: (rcode: string) => `No answer yet (${rcode}); look at Network later`, notMade: 'The cell could not be created. Nothing was changed; your answers are kept.',
		nextTitle: 'Let your devices ask it.', nextText: (a: string) => `Enter ${a} as DNS server in your router, or in one device to try.`, otherPort: (p: number) => `It answers names on port ${num(p).replace(/\D/g, '')}, where no device asks by itself. To try it, run:`, copyAddress: 'Copy address', open: 'Open your cell',
	},
};
