// The list of pages: navigation, finder and the start of the program read it.
// `load` makes each page its own file, fetched when it is first shown.
import type { ComponentType } from 'preact';
import type { IconName } from '../parts/icon';
import { t } from './text';

export interface Page {
	href: string;
	/** Also shown at these addresses. */
	also?: string[];
	/** Every address below it belongs to a page of one thing. */
	each?: () => Promise<{ default: ComponentType }>;
	title: string;
	icon: IconName;
	group: 'top' | 'network' | 'system';
	/** One of the phone's bottom tabs; the rest is behind "More". */
	tab?: boolean;
	words: string;
	load: () => Promise<{ default: ComponentType }>;
}

export const pages: Page[] = [
	{ href: '/', title: t.nav.home, icon: 'home', group: 'top', tab: true, words: t.nav.homeWords, load: () => import('../pages/home') },
	{ href: '/peers', title: t.nav.peers, icon: 'devices', group: 'network', tab: true, words: t.nav.peersWords, load: () => import('../pages/peers'), each: () => import('../pages/peer') },
	{ href: '/wireguard', title: t.nav.wireguard, icon: 'lock', group: 'network', words: t.nav.wireguardWords, load: () => import('../pages/wireguard') },
	{ href: '/network', also: ['/network/names', '/network/resolver', '/network/filtering', '/network/time', '/network/log'], title: t.nav.network, icon: 'network', group: 'network', tab: true, words: t.nav.networkWords, load: () => import('../pages/network') },
	{ href: '/firewall', also: ['/firewall/reach', '/firewall/drops', '/firewall/doors', '/firewall/routes'], title: t.nav.firewall, icon: 'wall', group: 'network', words: t.nav.firewallWords, load: () => import('../pages/firewall') },
	{ href: '/explain', title: t.nav.explain, icon: 'question', group: 'network', words: t.nav.explainWords, load: () => import('../pages/explain') },
	{ href: '/proxy', title: t.nav.proxy, icon: 'server', group: 'network', words: t.nav.proxyWords, load: () => import('../pages/proxy') },
	{ href: '/vault', title: t.nav.vault, icon: 'shield', group: 'system', words: t.nav.vaultWords, load: () => import('../pages/vault') },
	{ href: '/users', also: ['/users/tokens'], title: t.nav.users, icon: 'users', group: 'system', words: t.nav.usersWords, load: () => import('../pages/users') },
	{ href: '/settings', title: t.nav.settings, icon: 'settings', group: 'system', words: t.nav.settingsWords, load: () => import('../pages/settings') },
	{ href: '/history', title: t.nav.history, icon: 'history', group: 'system', words: t.nav.historyWords, load: () => import('../pages/history') },
	{ href: '/jobs', title: t.nav.jobs, icon: 'jobs', group: 'system', tab: true, words: t.nav.jobsWords, load: () => import('../pages/jobs') },
	{ href: '/account', title: t.nav.account, icon: 'user', group: 'system', words: t.nav.accountWords, load: () => import('../pages/account') },
];

const below = (p: Page, path: string) => p.each !== undefined && path.startsWith(`${p.href}/`);

export const pageAt = (path: string) => pages.find((p) => p.href === path || p.also?.includes(path) || below(p, path));

/** The file that shows this address. */
export const loaderAt = (p: Page, path: string) => below(p, path) ? p.each! : p.load;
