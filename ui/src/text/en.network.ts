// The English of the network pages: loaded with them, not with the first page. Other
// languages are typed as this object, as with en.ts.

export default {
	forwards: {
		title: 'Domains asked elsewhere', text: 'For these the cell asks other servers than its name services, for example those of your office.',
		add: 'Add a domain', none: 'No such domains', noneText: 'Names at work, or of another network you are connected to, are found when the cell knows whom to ask.',
		zone: 'Domain', zoneHelp: 'With all names below it', servers: 'Servers', serversHelp: 'One to four addresses, one on each line',
		added: (z: string) => `${z} is asked elsewhere now`, removed: (z: string) => `${z} is asked like all others again`,
		removeTitle: (z: string) => `Remove ${z}?`, removeText: 'The cell then asks its name services, which may not know these names.',
	},
	check: {
		needServers: 'Enter at least one address', serversMany: 'At most four addresses', badServer: (a: string) => `${a} is not an IP address`, twice: (a: string) => `${a} is there twice`,
		forwarded: 'This domain is in the list already', zone: 'Only letters, digits, hyphens and dots, for example corp.example',
	},
};
