// Ctrl K: jump to any page, name or action by typing (the combobox pattern of the
// ARIA guide: focus stays in the input, the list has the active option).
import { signal, useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { get, Problem } from '../lib/api';
import { pages } from '../lib/pages';
import { go } from '../lib/router';
import { signOut } from '../lib/session';
import { t } from '../lib/text';
import { isDark, setTheme } from '../lib/theme';
import type { DnsRecord } from '../lib/types';
import { Dialog } from './dialog';
import { Icon, type IconName } from './icon';

interface Entry {
	text: string;
	sub: string;
	words: string;
	icon: IconName;
	act: () => void;
}

const open = signal(false);
const keys = signal(false);
export const openFinder = () => { open.value = true; };

const jump = (href: string) => () => go(href);

const fixed = (): Entry[] => [
	...pages.map((p) => ({ text: p.title, sub: t.finder.page, words: p.words, icon: p.icon, act: jump(p.href) })),
	...([
		[t.network.tabNames, t.nav.network, 'network', '/network/names'],
		[t.network.tabResolver, t.nav.network, 'network', '/network/resolver'],
		[t.network.tabFiltering, t.nav.network, 'shield', '/network/filtering', t.network.filteringWords],
		[t.network.tabTime, t.nav.network, 'clock', '/network/time', t.network.timeWords],
		[t.network.tabLog, t.nav.network, 'lines', '/network/log', t.network.logWords],
		[t.names.add, t.nav.network, 'plus', '/network/names?add'],
		[t.network.addZone, t.nav.network, 'plus', '/network/names?zone'],
		[t.network.addForward, t.nav.network, 'plus', '/network/resolver?forward'],
		[t.network.addList, t.nav.network, 'plus', '/network/filtering?add'],
		[t.lookup.title, t.nav.network, 'search', '/network/names?test'],
		[t.upstream.add, t.nav.network, 'plus', '/network/resolver?add'],
		[t.nav.peersAdd, t.nav.peers, 'plus', '/peers?add', t.nav.peersWords],
		[t.nav.groups, t.nav.peers, 'users', '/peers?groups'],
		[t.nav.firewallAdd, t.nav.firewall, 'plus', '/firewall?add', t.nav.firewallWords],
		[t.nav.forwardAdd, t.nav.firewall, 'plus', '/firewall?forward', t.nav.firewallWords],
		[t.nav.firewallReach, t.nav.firewall, 'wall', '/firewall/reach', t.nav.firewallWords],
		[t.nav.firewallDrops, t.nav.firewall, 'wall', '/firewall/drops', t.nav.firewallWords],
		[t.nav.firewallDoors, t.nav.firewall, 'lock', '/firewall/doors', t.nav.firewallWords],
		[t.nav.firewallRoutes, t.nav.firewall, 'network', '/firewall/routes', t.nav.firewallWords],
		[t.nav.proxyAdd, t.nav.proxy, 'plus', '/proxy?add'],
		[t.nav.vaultIssue, t.nav.vault, 'plus', '/vault?issue'],
		[t.users.add, t.nav.users, 'plus', '/users?add'],
		[t.tokens.title, t.nav.users, 'key', '/users/tokens'],
		[t.tokens.add, t.nav.users, 'plus', '/users/tokens?add'],
		[t.password.title, t.nav.account, 'lock', '/account#password'],
		[t.factor.title, t.nav.account, 'phone', '/account#factor'],
		[t.sessions.title, t.nav.account, 'devices', '/account#sessions'],
	] as [string, string, IconName, string, string?][]).map(([text, sub, icon, href, words = '']) => ({ text, sub, words, icon, act: jump(href) })),
	{ text: isDark() ? t.theme.toLight : t.theme.toDark, sub: t.finder.action, words: t.theme.title, icon: isDark() ? 'sun' : 'moon', act: () => setTheme(isDark() ? 'light' : 'dark') },
	{ text: t.account.signOut, sub: t.finder.action, words: '', icon: 'signout', act: () => void signOut() },
	{ text: t.keys.title, sub: t.finder.action, words: '', icon: 'info', act: () => { keys.value = true; } },
];

const record = (r: DnsRecord): Entry => ({
	text: `${r.name === '@' ? '' : `${r.name}.`}${r.zone}`, sub: `${r.type} ${r.value}`, words: '', icon: 'network',
	act: jump(`/network/names?q=${encodeURIComponent(r.name)}`),
});

// what is called like that comes before what has to do with it
const rank = (e: Entry, typed: string) => {
	const at = e.text.toLowerCase().indexOf(typed);
	return at === 0 ? 0 : at > 0 ? 1 : 2;
};

function match(e: Entry, words: string[]) {
	const text = `${e.text} ${e.sub} ${e.words}`.toLowerCase();
	return words.every((w) => text.includes(w));
}

const SHOWN = 10;

function Box() {
	const query = useSignal(''), at = useSignal(0);
	const names = useSignal<DnsRecord[]>([]);
	const list = useRef<HTMLUListElement>(null);
	useEffect(() => {
		get<DnsRecord[]>('/api/dns/records', { generated: 1 }).then((r) => { names.value = r; }, (e) => {
			// pages and actions are found without them
			if (!(e instanceof Problem))
				throw e;
		});
	}, []);
	const found = useComputed(() => {
		const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
		const all = words.length ? [...fixed(), ...names.value.map(record)] : fixed();
		const typed = query.value.trim().toLowerCase();
		return all.filter((e) => match(e, words)).sort((a, b) => rank(a, typed) - rank(b, typed)).slice(0, SHOWN);
	});
	const close = () => { open.value = false; };
	const run = (e: Entry | undefined) => {
		if (!e)
			return;
		close();
		e.act();
	};
	const move = (by: number) => {
		at.value = (at.value + by + found.value.length) % Math.max(1, found.value.length);
		list.current?.children[at.value]?.scrollIntoView({ block: 'nearest' });
	};
	const key = (e: KeyboardEvent) => {
		if (e.key === 'Enter')
			run(found.value[at.value]);
		else if (e.key === 'ArrowDown')
			move(1);
		else if (e.key === 'ArrowUp')
			move(-1);
		else
			return;
		e.preventDefault();
	};
	return <Dialog title={t.finder.title} onClose={close}>
		<div class="input-wrap"><Icon name="search" /><input class="input" type="text" role="combobox" autofocus
			aria-expanded="true" aria-controls="found" aria-autocomplete="list" aria-label={t.finder.open}
			aria-activedescendant={found.value.length ? `found-${at.value}` : undefined} placeholder={t.finder.hint}
			autocomplete="off" spellcheck={false} value={query.value} onKeyDown={key}
			onInput={(e) => {
				query.value = e.currentTarget.value;
				at.value = 0;
			}} /></div>
		<ul id="found" class="found" role="listbox" aria-label={t.finder.title} ref={list}>
			{found.value.map((e, i) => <li key={e.text + e.sub} id={`found-${i}`} role="option" aria-selected={i === at.value}
				onPointerMove={() => { at.value = i; }} onClick={() => run(e)}>
				<Icon name={e.icon} /><span class="grow clip">{e.text}</span><span class="small muted clip">{e.sub}</span></li>)}
		</ul>
		{found.value.length ? null : <p class="muted" role="status">{t.table.noneMatch}</p>}
	</Dialog>;
}

export const Finder = () => open.value ? <Box /> : null;

export function KeyList() {
	return keys.value ? <Dialog title={t.keys.title} onClose={() => { keys.value = false; }}>
		<dl class="kv keys">{t.keys.list.map(([k, what]) => <>
			<dt><kbd>{k}</kbd></dt><dd>{what}</dd></>)}</dl>
	</Dialog> : null;
}

const typing = (el: EventTarget | null) => el instanceof HTMLElement && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));

/** The keys that work everywhere. */
export function useKeys() {
	useEffect(() => {
		const key = (e: KeyboardEvent) => {
			const dialog = document.querySelector('dialog[open]');
			if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
				e.preventDefault();
				if (!dialog)
					openFinder();
			} else if (!dialog && !typing(e.target) && !e.ctrlKey && !e.metaKey && !e.altKey) {
				plain(e);
			}
		};
		addEventListener('keydown', key);
		return () => removeEventListener('keydown', key);
	}, []);
}

function plain(e: KeyboardEvent) {
	if (e.key === '/') {
		const find = document.querySelector<HTMLInputElement>('[data-find]');
		e.preventDefault();
		if (find)
			find.focus();
		else
			openFinder();
	} else if (e.key === '?') {
		keys.value = true;
	}
}
