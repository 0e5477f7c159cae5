// The English of the WireGuard page: loaded with it. Other languages are typed as this
// object, as with en.ts.

export default {
	text: 'The door through which your peers come.',
	server: 'Server', state: 'State', runs: 'Running', stopped: 'Not running', off: 'Switched off', plane: 'Where it runs',
	planes: { kernel: 'In the kernel', userspace: 'In the cell’s own program', none: 'Nowhere' } as Record<string, string>,
	interface: 'Interface', key: 'Public key', endpoint: 'Peers connect to', noEndpoint: 'No address known yet', address: 'Addresses inside', port: 'Port', mtu: 'Largest packet', bytes: (n: number) => `${n} bytes`,
	notRunning: 'The VPN does not run.', none: 'There is no VPN on this machine as it is started now.', noneText: 'Without administrator rights the cell makes no network interface. Peers can be prepared; they connect once it runs as a service.',
	portTitle: 'Can peers reach it from outside?', check: 'Check the port', checking: 'Looking…', open: 'Peers come through', closed: 'Nothing comes through', unknown: 'Not known', notChecked: 'Not looked at yet',
	openText: 'A peer connected from the Internet within the last 24 hours.', closedText: (p: number) => `Forward UDP port ${p} in your router to this machine.`, unknownText: 'It shows when the first peer connects from the Internet.', unbound: 'The cell does not listen on it.',
	refresh: 'Look for my address', address4: 'Public address', refreshed: (a: string) => `Peers connect to ${a}`, noAddress: 'No public address was found',
	live: 'Who is connected', none5: 'Nobody has connected yet.', name: 'Name', kind: 'Kind', kinds: { peer: 'Peer', cell: 'Cell', exit: 'Exit' } as Record<string, string>, from: 'Comes from', contact: 'Last contact', down: 'Sent', up: 'Received', never: 'Never', find: 'Find by name or address', online: 'Online',

	client: 'What peers get', clientText: 'Written into the files of new peers. Those set up already are marked “Install again” where it matters.',
	endpointHost: 'Name or address they connect to', endpointHelp: 'auto: what the cell finds, its name first.', keepalive: 'Sign of life every', seconds: 's', keepaliveHelp: 'Keeps the way open through routers. 0: never.',
	dns: 'Name service', dnsHelp: 'auto: the cell. Otherwise up to four addresses; names and block lists of the cell are then not used.', split: 'More networks through the tunnel', splitHelp: 'For peers that keep their own way to the Internet. One in each line.',
	psk: 'A second, shared key for each new peer', pskHelp: 'Protects what is recorded today against computers that break the first one.',
	keys: 'Private keys made by the cell', keyKinds: {
		first_handshake: { label: 'Forgotten at the first connection', text: 'At the latest after 7 days. A code can then not be shown again, only a new one.' },
		sealed: { label: 'Kept, sealed', text: 'Codes can be shown again at any time.' },
	} as Record<string, { label: string; text: string }>,

	door: 'The door itself', doorText: 'Each of these changes what peers need to know: they are set up again, or cannot come in.', change: 'Change it', enabled: 'The VPN is on', backend: 'Runs', backends: { auto: 'Where it is fastest', kernel: 'In the kernel only', userspace: 'In the cell’s own program' } as Record<string, string>,
	ip: 'IPv4 address and network', ip6: 'IPv6 address and network', ip6Help: 'Empty: no IPv6 inside.', mtuHelp: '1280 to 1500', renew: 'New server key',
	askTitle: 'Change the door?', askText: 'If you are connected through the VPN now, you may lose this page.', keyTitle: 'Give the server a new key?', keyText: 'All peers are cut off at once and must be set up again.', changed: 'Changed', makeKey: 'Make a new key',
	checks: { host: 'auto, a name, or an address', prefix4: 'For example 10.0.0.1/24', prefix6: 'For example fd00::1/64', dns: 'auto, or addresses', dnsMany: 'At most 4', split: (s: string) => `${s} is no network`, splitMany: 'At most 32' },
};
