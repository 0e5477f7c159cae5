// The English of what a connection meets: loaded with the pages that explain one.
// Other languages are typed as this object, as with en.ts.
type Words = Record<string, string>;

export default {
	text: 'Follows one connection through the real decisions, without sending any of your data, and says where it stops.', who: 'Who wants it', peer: 'One peer', peerName: 'Peer', host: 'Where to', hostHelp: 'A name or an address', port: 'Port', proto: 'Protocol', go: 'Explain',
	allow: 'It would get through.', deny: (stage: string) => `It stops at: ${stage}.`, denied: 'It does not get through.', unknown: 'Not all of it can be known.', unknownText: 'Nothing that was looked at says no.', steps: 'Step by step', from: (who: string, to: string) => `${who} → ${to}`,
	stages: { peer: 'Peer', dns: 'Name', route: 'Way', exit: 'Way out', firewall: 'Firewall', listener: 'Door', certificate: 'Certificate', proxy: 'Front door', login: 'Sign-in', upstream: 'Server behind' } as Words,
	verdicts: { pass: 'Fine', fail: 'No', skip: 'Skipped', unknown: 'Not known' } as Words, changedBy: (who: string) => `last changed by ${who}`, changed: 'last changed', fix: 'What helps', look: (what: string) => `Look at ${what}`, ask: 'Explain a connection',
	own: {
		title: 'Why can’t I reach …?', text: 'Follows the way there step by step and says where it stops. Nothing of yours is sent.', device: 'From your device', host: 'What you want to reach', hostHelp: 'A name or an address, as in the browser', find: 'Find out', peer: 'Your device',
		fine: 'If it does not work all the same, switch the tunnel off and on in the WireGuard app and try again.', copy: 'Copy for them', none: 'It is asked for a device of yours, and you have none yet. Ask whoever runs this cell to add one.',
	},
	needHost: 'Enter a name or an address', badHost: 'A name or an address, without https:// and path', badTarget: 'A name or an address, for example wiki.home or 192.168.1.5:8080',
};
