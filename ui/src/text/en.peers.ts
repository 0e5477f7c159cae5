// The English of the pages of devices and of a member's own page: loaded with them.
// Other languages are typed as this object, as with en.ts.
import { num, plural } from '../lib/format';

export default {
	text: 'Phones, computers and people who reach your cell over WireGuard.',
	add: 'Add peer', find: 'Find by name, owner, group or address', none: 'No peers yet',
	noneText: 'A peer is a phone or computer that is in your network wherever it is. Adding one takes a name and a code to scan.',
	count: (n: number) => plural(n, 'peer', 'peers'), live: 'Live',
	name: 'Name', status: 'Status', address: 'Address', last5: 'Last 5 minutes', now: 'Now', total: 'Total', down: 'To the device', up: 'From the device',
	online: 'Online', offline: 'Offline', fresh: 'Not set up', freshText: 'show the code to start', look: 'Needs a look', paused: 'Paused', expired: 'Expired', blocked: 'Blocked', seen: 'seen', nobody: 'Nobody’s',
	again: 'Install again',
	showCode: 'Show code', open: 'Open', newCode: 'New code', explain: 'Explain a connection', pause: 'Pause', resume: 'Resume', isPaused: (n: string) => `${n} is paused`, isOn: (n: string) => `${n} is on again`,
	removed: (n: string) => `${n} removed`, removedBut: (n: string, what: string) => `${n} removed; not reached: ${what}`, added: (n: string) => `${n} added`, changed: (n: string) => `${n} changed`, gone: 'Somebody removed this peer meanwhile.',
	removeTitle: (n: string) => `Remove ${n}?`, removeText: 'It is cut off at once. Its key, address, rights, traffic history and open links go for good, and so do firewall rules and promises about it.', typeName: (n: string) => `Type ${n} to remove it`,
	keepUser: (u: string) => `Keep the account ${u}`, notFound: 'There is no such peer', notFoundText: 'It may have been removed or renamed.', all: 'All peers',

	device: 'New peer', deviceHelp: 'A device or a person, for example anna-phone', taken: 'There is a peer of this name', mayTitle: 'What it may use',
	internet: 'The Internet through the cell', internetHelp: 'Everything it sends goes through the cell. Off: only what belongs to your network.',
	lan: 'Your home network', lanHelp: 'Printers, disks and everything else at home.', peers: 'Other peers', peersHelp: 'Those that have this right, too; both sides need it.',
	services: 'Services', servicesHelp: 'Names of others are refused, and so are their pages.', allServices: 'Choose all', dropServices: 'Choose none', noServices: 'Nothing',
	groups: 'Groups', groupsHelp: 'Rules and block lists can mean a group.', owner: 'Belongs to', ownerHelp: 'That person sees it on the own page and may renew its code.', ownerNew: 'A new account', ownerNone: 'Nobody',
	password: 'Password of the account', expires: 'Until', expiresHelp: 'Then it is paused, not removed. Empty: for ever.', description: 'Description', subnets: 'Networks behind it', subnetsHelp: 'For a router at another place, one in each line. Their addresses are reached through this peer.',
	ip: 'IPv4 address', ip6: 'IPv6 address', more: 'More', keyTitle: 'Where its key is made', keys: {
		cell: { label: 'In the cell', text: 'The key stays sealed until the device has connected, then the cell forgets it.' },
		browser: { label: 'In this browser', text: 'The private key never leaves this page. When it is closed, it is gone.' },
		given: { label: 'On the device', text: 'Paste the public key that the WireGuard app there shows.' },
	} as Record<string, { label: string; text: string }>, publicKey: 'Public key', noMaking: 'This browser cannot make such keys. Let the cell make it.',
	accounts: (list: string) => `No account could be made for: ${list}. It is tried again.`,

	tabs: { overview: 'Overview', access: 'Access' }, from: 'Comes from', contact: 'Last contact', never: 'Never', since: 'Added', key: 'Public key', never5: 'not connected yet', connection: 'Connection', groupsNone: 'None',
	traffic: 'Traffic', ranges: { day: 'Day', week: 'Week', month: 'Month' } as Record<string, string>, range: 'Range of the chart', noTraffic: 'Nothing was counted yet.', asTable: 'Show as table', when: 'When',
	trafficSays: (down: string, up: string) => `${down} to the device and ${up} from it in this time.`, trafficSum: (down: string, up: string) => `${down} to it, ${up} from it`, downTotal: 'To the device', upTotal: 'From the device',
	reinstall: 'This device was set up with a file that differs from what it would get now.', reinstallText: 'It goes on working, but what changed reaches it only with a new file.', reinstalled: 'It has the new file', reinstallDone: (n: string) => `${n} has the new file`,
	save: 'Save', rightsText: 'What changes here holds at once, also for connections that are open.', diff: 'What that changes', noDiff: 'Nobody reaches anything else than before.', diffMore: (n: number) => `and ${num(n)} more`,
	verdict: { allow: 'may', deny: 'may not', unknown: 'not known', none: 'not there' } as Record<string, string>,

	code: {
		title: (n: string) => `Set up “${n}”`, kinds: 'Kind of device', phone: 'Phone or tablet', computer: 'Computer', link: 'Send a link', label: (n: string) => `Setup code for ${n}. Scan it in the WireGuard app.`,
		phoneHow: ['Install the WireGuard app.', 'Tap +, then “Scan from QR code”.', 'Switch the tunnel on. This window says so when it works.'],
		computerHow: ['Install WireGuard.', 'Save the file, then choose “Import tunnel from file” there.', 'Activate it. This window says so when it works.'],
		isKey: 'Code and file are a key to your network. They are for this one device only.', forgets: 'Once the device has connected, the cell may have forgotten the key; a new one can always be made.',
		mine: 'This key was made in this browser. When you close this window, nobody can show it again.',
		waiting: 'Waiting for the first connection…', connected: 'Connected.', canClose: 'You can close this.', copy: 'Copy text', save: 'Save file',
		notHeld: 'The cell does not hold the key of this device any more.', notHeldText: 'It was forgotten when the device connected. A new code gives the device a new key; what it is set up with now stops working at once.', make: 'Make a new code', without: 'Save the file without key',
		sure: 'Give it a new key?', sureText: 'The device is cut off at once and must be set up again with the new code. Its address and rights stay.',
		linkText: 'A page that shows code and file once, to whoever opens it first. For people who are not in the room.', linkFor: 'Works for', spans: { 900: '15 minutes', 3600: '1 hour', 86400: '24 hours' } as Record<number, string>,
		makeLink: 'Make a link', linkUntil: 'Works until', linkWhat: 'link', revoke: 'Take it back', revoked: 'The links of this peer lead nowhere any more', linkRekey: 'The device gets a new key with it; what it is set up with now stops working at once.',
		none: 'No code fits this much text. Use the file.',
	},

	group: {
		title: 'Groups', text: 'Rules and block lists can mean all peers of a group.', none: 'No groups yet', add: 'Add a group', edit: 'Change a group', name: 'Name', description: 'Description', members: (n: number) => plural(n, 'peer', 'peers'),
		taken: 'There is a group of this name', removeTitle: (n: string) => `Remove ${n}?`, removeText: 'Only a group that nobody is in and nothing means any more.', removed: (n: string) => `${n} removed`, added: (n: string) => `${n} added`, changed: (n: string) => `${n} changed`, show: (n: string) => `Show the peers of ${n}`, change: (n: string) => `Change ${n}`, removeIt: (n: string) => `Remove ${n}`,
	},

	me: {
		here: 'This device is protected.', hereText: (ip: string) => `It is in the network of the cell as ${ip}.`, away: 'This device is not in the VPN.', awayText: 'Switch the tunnel on in the WireGuard app.', atHome: 'This device is at home.', atHomeText: 'Away from home, switch the tunnel on in the WireGuard app.',
		devices: 'Your devices', noDevices: 'No devices yet', noDevicesText: 'Ask whoever runs this cell to add one for you.', services: 'Your services', noServices: 'No services yet', noServicesText: 'What you may use appears here.',
		thisOne: 'This one', connectedNow: 'Online now', lastSeen: 'Last seen', neverSeen: 'Not connected yet', code: 'Show code', newCode: 'New code', traffic: (down: string, up: string) => `${down} to it, ${up} from it`,
		openIt: 'Open', failed: 'Does not work', user: 'User name', pass: 'Password', setUp: 'How to connect',
	},

	check: {
		needKey: 'Paste the public key', key: '44 characters, the last one =', subnets: (s: string) => `${s} is no network, for example 192.168.5.0/24`, subnetsMany: 'At most 8', expires: 'Enter a time to come', groupsMany: 'At most 16', group: 'Letters, digits and hyphens, at most 20', slug: 'Letters, digits, hyphens, dots and underscores, at most 64', ip6: 'An IPv6 address, for example fd00::2',
	},
};
