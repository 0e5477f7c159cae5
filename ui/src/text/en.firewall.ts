// The English of the pages of firewall, routes and of what a connection meets: loaded
// with them. Other languages are typed as this object, as with en.ts.
import { num, plural } from '../lib/format';

type Words = Record<string, string>;

export default {
	text: 'Who may reach what, who was turned away, and which way packets go.',
	tabs: { rules: 'Rules', reach: 'Who reaches what', drops: 'Turned away', doors: 'Open doors', routes: 'Routes' },

	state: 'State', enforced: 'In force', fault: 'Not in force', unfiltered: 'There is no firewall on this machine as it is started now.', unfilteredText: 'Without administrator rights the cell sets no rules and forwards nothing for the VPN. Rules can be prepared; they hold once it runs as a service.',
	faultText: 'Until that is dealt with, nothing is forwarded for the VPN.', drift: 'Somebody else changed the rules of the cell, and they could not be put right.', lines: 'Rules and sets', linesOf: (rules: number, sets: number) => `${plural(rules, 'line', 'lines')}, ${plural(sets, 'set', 'sets')}`,
	table: 'Table', changed: 'Last changed', repaired: 'Repaired', never: 'Not since start', dropped: 'Turned away', asText: 'Show the rules as the kernel has them', textOf: 'The rules as text',

	rules: 'Own rules', rulesText: 'The first that matches decides, before what peers are allowed anyway.', add: 'Add a rule', edit: 'Change a rule', none: 'No rules of your own', noneText: 'The rights of peers and the settings below decide. A rule makes an exception: one printer for one group, one peer kept from another.', find: 'Find by name, side or port',
	name: 'Name', place: 'Place', rule: 'Rule', action: 'Then', actions: { accept: 'Let it through', drop: 'Drop in silence', reject: 'Refuse with a word' } as Words, did: { accept: 'Let through', drop: 'Dropped', reject: 'Refused' } as Words, off: 'Off', menu: 'Actions',
	from: 'From', to: 'To', which: 'Which', kind: { peer: 'One peer', group: 'A group of peers', zone: 'Everybody in', cidr: 'A network', service: 'A service', target: 'Cell or Internet' } as Words,
	targets: { admin: 'the administration', internet: 'the Internet', dns: 'the cell’s names (DNS)' } as Words, group: (n: string) => `group ${n}`, network: 'Network', pick: 'Choose one',
	proto: 'Protocol', protos: { any: 'Any', tcp: 'TCP', udp: 'UDP', icmp: 'ICMP (ping)' } as Words, ports: 'Ports', portsHelp: '631 or 8000-8010, up to 16. Empty: all.', position: 'Its place', positionHelp: 'What stands above counts first.', last: 'At the end', before: (n: number, name: string) => `${num(n)}, before ${name}`,
	matched: (n: number) => n ? `matched ${plural(n, 'time', 'times')}` : 'not matched yet',
	up: 'Move up', down: 'Move down', on: 'Switch on', switchOff: 'Switch off', added: (n: string) => `${n} added`, saved: (n: string) => `${n} changed`, removed: (n: string) => `${n} removed`, removeTitle: (n: string) => `Remove ${n}?`, changeTitle: (n: string) => `Change ${n}?`, removeText: 'What it decided is decided by the next rule that matches, or by the rights of peers.', go: 'Do it',
	breaks: 'A promise does not hold with this.', changesReach: (n: number) => `Changes who reaches what: ${plural(n, 'line', 'lines')} above.`, gone: 'Somebody removed this meanwhile.',

	forwards: 'Port forwards', forwardsText: 'A port of the cell that leads to another machine at home.', addForward: 'Add a forward', editForward: 'Change a forward', noForwards: 'No port leads inside', noForwardsText: 'A game server or a camera at home can be reached through a port of the cell. Web pages are better off with an address of the Proxy page.',
	zone: 'From', port: 'Port of the cell', toIp: 'Leads to', toPort: 'Port there', toPortHelp: 'Empty: the same', leads: 'Forward', openTo: (zone: string) => `Open to: ${zone}`, removeForward: 'The port is closed at once, also for connections that are open.',

	assertions: 'Promises', assertionsText: 'What has to stay so, whoever changes what. A change that would break one is refused.', addAssertion: 'Add a promise', noAssertions: 'No promises yet', noAssertionsText: '“The children’s devices never reach the administration”: written down once, kept for ever.',
	expect: 'It has to be that this', expects: { deny: { label: 'Stays out', text: 'It must never be reachable.' }, allow: { label: 'Gets through', text: 'It must always be reachable.' } } as Record<string, { label: string; text: string }>,
	expected: { deny: 'never reaches', allow: 'always reaches' } as Words, holds: 'Holds', broken: 'Does not hold', unjudged: 'Not known', removeAssertion: 'Changes may break it from then on.',

	defaults: 'When no rule says anything', guard: 'Keep the Internet away from this machine', guardHelp: 'Only what the cell serves there, its forwards, and answers come in. Off: the machine’s own ports are left alone.',
	vpnDefault: 'From and to the VPN, without a right to it', forwardDefault: 'Between your home network and the Internet', defaultOf: { drop: 'Is dropped', accept: 'Gets through' } as Words, forwardHelp: 'Matters when this machine is the router of your home.', vpnHelp: 'Letting it through makes the rights of peers mean little.',
	save: 'Save', askTitle: 'Change what holds without a rule?', askText: 'This may cut off peers, or yourself. It stays until somebody changes it back.', settingsSaved: 'Settings changed',

	reach: 'Who reaches what', reachText: 'As the firewall and the front door would decide right now.', who: 'Who', whoHelp: 'A peer, group:NAME or zone:lan', everybody: 'Everybody', what: 'What', everything: 'Everything', show: 'Show', showAll: 'Show all', allow: 'May', deny: 'May not', unknown: 'Not known', more: 'Show more', noPeers: 'Nobody is there to ask.',
	way: 'Way', why: 'Why', explainCell: (who: string, what: string, may: string) => `${who} ${may} reach ${what}: explain`, peerNamed: (n: string) => `peer ${n}`, places: { admin: 'administration', dns: 'names (DNS)', internet: 'Internet', lan: 'home network' } as Words, next: (n: number) => `${plural(n, 'row', 'rows')} shown`,

	drops: 'Turned away lately', dropsText: 'The newest first; of one address a few a second, 2,000 in all.', noDrops: 'Nothing was turned away', noDropsText: 'Packets that no right and no rule lets through show up here, with the reason.', dropsOff: 'What is turned away is not written down.', dropFind: 'Find by address, peer or reason', when: 'When', reason: 'Why', byNow: 'It would be let through by now', via: (a: string, b: string) => `${a} → ${b}`, here: 'this machine', icmp: 'ping',
	live: 'Live', paused: 'Paused', older: 'Show older', log: 'Write down what is turned away', logHelp: 'Kept in memory only.', portOf: (p: string, n: number) => `${p} ${n}`, peer: 'Peer', explain: 'Explain',

	doors: 'Open doors', doorsText: 'What this cell listens on, and ports that lead to other machines. Nothing else of it is reached from outside.', door: 'Door', doorFor: 'Open to', portSet: 'the ports of the cell', because: (reason: string) => `because of ${reason}`, open: 'Open', closed: 'Not open', noDoors: 'No door is open.', doorFind: 'Find by port, protocol or reason', forwardNamed: (n: string) => `the forward ${n}`,

	forwarding: 'Forwarding', ip4: 'IPv4', ip6: 'IPv6', forwards4: 'Forwarded', forwardsNot: 'Not forwarded', tables: 'Tables', policy: 'Policy rules', routeDrift: 'Routes of the cell are missing on this machine, or it does not forward.',
	statics: 'Own routes', staticsText: 'The cell keeps them for this machine.', addRoute: 'Add a route', noRoutes: 'No routes of your own', noRoutesText: 'For a network behind another router at home. Networks behind a peer belong to that peer.', destination: 'Network', gateway: 'Router', gatewayHelp: 'Empty: the network is on the interface itself', interface: 'Interface', interfaceHelp: 'Empty: where the router is', metric: 'Metric', metricHelp: 'The lowest counts', routeText: (via: string, dev: string) => [via && `by ${via}`, dev && `on ${dev}`].filter(Boolean).join(' '), removeRoute: 'The network is reached as if the cell had never known it.',
	hostRoutes: 'Routes of this machine', hostText: 'As they are right now, with those that others made.', routeFind: 'Find by network, router or interface', own: 'Of the cell', ownChip: 'Of the cell', madeBy: 'Made by', tableOf: (n: number) => n === 254 ? 'main' : n === 255 ? 'local' : n === 253 ? 'default' : num(n), everywhere: 'Everything else', direct: 'direct', noHostRoutes: 'This machine has no routes.',

	check: {
		needPeer: 'Enter the name of a peer', needCidr: 'Enter a network, for example 192.168.1.0/24', cidr: 'A network, for example 192.168.1.0/24', ports: 'Ports or ranges, for example 631, 8000-8010', portsMany: 'At most 16', sameVersion: 'IPv4 and IPv6 do not meet', needTo: 'Enter an address at home', needWay: 'Enter a router or an interface', metric: 'A number from 1 to 65535', interface: 'At most 15 characters, no blanks', everything: 'The way to everything is the machine’s own',
	},
};
