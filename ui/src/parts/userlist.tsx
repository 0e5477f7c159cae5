// People with an account: add, enable, disable, unlock, new password, remove.
import { useSignal, useSignalEffect } from '@preact/signals';
import { del, post, put } from '../lib/api';
import { useResource } from '../lib/resource';
import { go, query } from '../lib/router';
import { me } from '../lib/session';
import { t } from '../lib/text';
import type { User } from '../lib/types';
import { Ago } from './ago';
import { Confirm } from './confirm';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Menu, type MenuItem } from './menu';
import { Badge } from './state';
import { Table, type Column } from './table';
import { toast } from './toast';
import { AddUser, EditUser, ResetPassword } from './userdialogs';

type Kind = 'add' | 'edit' | 'password' | 'disable' | 'remove' | 'factor';
type Doing = { kind: Kind; u: User | null };

const url = (u: User, tail = '') => `/api/auth/users/${encodeURIComponent(u.username)}${tail}`;
const locked = (u: User) => !!u.locked_until && new Date(u.locked_until).getTime() > Date.now();

function State({ u }: { u: User }) {
	if (!u.enabled)
		return <Badge tone="off">{t.users.disabled}</Badge>;
	if (locked(u))
		return <Badge tone="warn">{t.users.locked}</Badge>;
	return u.must_change_password ? <Badge tone="warn">{t.users.mustChange}</Badge> : <Badge tone="ok">{t.users.active}</Badge>;
}

function actions(u: User, open: (kind: Kind) => void, now: (f: () => Promise<unknown>, said: string) => void): MenuItem[] {
	const self = u.username === me.value?.username;
	const items: MenuItem[] = [{ text: t.form.edit, icon: 'edit', act: () => open('edit') }];
	if (!self)
		items.push({ text: t.users.reset, icon: 'key', act: () => open('password') });
	if (locked(u))
		items.push({ text: t.users.unlock, icon: 'lock', act: () => now(() => post(url(u, '/unlock')), t.users.unlocked(u.username)) });
	if (u.totp_enabled && !self)
		items.push({ text: t.users.factorOff, icon: 'phone', act: () => open('factor') });
	if (self)
		return items;
	items.push(u.enabled ? { text: t.users.disable, icon: 'minus', act: () => open('disable') }
		: { text: t.users.enable, icon: 'check', act: () => now(() => put(url(u), { enabled: true }, null), t.users.enabled(u.username)) });
	items.push({ text: t.form.remove, icon: 'trash', danger: true, act: () => open('remove') });
	return items;
}

const columns = (menu: (u: User) => MenuItem[]): Column<User>[] => [
	{ key: 'name', head: t.users.name, class: 't-name', sort: (u) => u.username, cell: (u) => <div class="cut">
		<div class="strong clip" title={u.username}>{u.username}{u.username === me.value?.username ? <span class="muted small"> {t.users.self}</span> : null}</div>
		{u.display_name || u.email ? <div class="small muted clip" title={u.email ?? ''}>{[u.display_name, u.email].filter(Boolean).join(' · ')}</div> : null}</div> },
	{ key: 'role', head: t.users.role, class: 't-role', sort: (u) => u.role, cell: (u) => <Badge tone={u.role === 'admin' ? 'info' : 'off'} icon={false}>{t.role[u.role]}</Badge> },
	{ key: 'state', head: t.users.state, class: 't-state', sort: (u) => Number(!u.enabled), cell: (u) => <State u={u} /> },
	{ key: 'factor', head: t.factor.title, class: 't-factor', sort: (u) => Number(!u.totp_enabled), cell: (u) => <span class="small muted"><span class="lab">{t.factor.title}: </span>{u.totp_enabled ? t.factor.on : t.factor.off}</span> },
	{ key: 'seen', head: t.users.lastIn, class: 't-seen', sort: (u) => u.last_login_at ?? '', cell: (u) => <span class="small muted"><span class="lab">{t.users.lastIn}: </span>{u.last_login_at ? <Ago at={u.last_login_at} /> : t.users.never}</span> },
	{ key: 'act', head: t.table.actions, mute: true, class: 't-act end', cell: (u) => <Menu label={t.table.more(u.username)} items={menu(u)} /> },
];

export function UsersTab() {
	const list = useResource<User[]>('/api/auth/users', ['config']);
	const doing = useSignal<Doing | null>(null);
	useSignalEffect(() => {
		if (query.value.has('add')) {
			doing.value = { kind: 'add', u: null };
			go('/users', 'replace');
		}
	});
	const close = () => { doing.value = null; };
	const done = async (said: string) => {
		toast(said);
		await list.load();
	};
	const now = (f: () => Promise<unknown>, said: string) => void f().then(() => done(said), (e: Error) => toast(e.message, { tone: 'bad' }));
	const add = <button type="button" class="btn primary bar-end" onClick={() => { doing.value = { kind: 'add', u: null }; }}><Icon name="plus" />{t.users.add}</button>;
	return <>
		<section class="card" aria-label={t.users.tab}><Loaded of={list}>{(rows) => <Table label={t.users.tab} find={t.users.find} rows={rows} class="users"
			id={(u) => u.username} text={(u) => `${u.username} ${u.display_name} ${u.email ?? ''}`} sort="name" bar={add}
			columns={columns((u) => actions(u, (kind) => { doing.value = { kind, u }; }, now))}
			chips={[{ key: 'admin', text: t.users.admins, of: (u) => u.role === 'admin' }, { key: 'peer', text: t.users.peers, of: (u) => u.role === 'peer' },
				{ key: 'off', text: t.users.disabled, of: (u) => !u.enabled }]}
			empty={<Empty icon="users" title={t.users.none} action={add} />} />}</Loaded></section>
		{doing.value ? <Doings {...doing.value} onClose={close} done={done} /> : null}
	</>;
}

function Doings({ kind, u, onClose, done }: Doing & { onClose: () => void; done: (said: string) => Promise<void> }) {
	if (kind === 'add' || !u)
		return <AddUser onClose={onClose} done={done} />;
	const name = u.username;
	switch (kind) {
	case 'edit': return <EditUser u={u} onClose={onClose} done={done} />;
	case 'password': return <ResetPassword u={u} onClose={onClose} done={done} />;
	case 'disable': return <Confirm title={t.users.disableTitle(name)} verb={t.users.disable} danger onClose={onClose} act={async () => {
		await put(url(u), { enabled: false }, null);
		await done(t.users.isDisabled(name));
	}}><p>{t.users.disableText}</p></Confirm>;
	case 'factor': return <Confirm title={t.users.factorTitle(name)} verb={t.users.factorOff} danger onClose={onClose} act={async () => {
		await del(url(u, '/totp'));
		await done(t.factor.isOff);
	}}><p>{t.users.factorText}</p></Confirm>;
	case 'remove': return <Confirm title={t.users.removeTitle(name)} verb={t.form.remove} danger onClose={onClose} act={async () => {
		await del(url(u));
		await done(t.users.removed(name));
	}}><p>{t.users.removeText}</p></Confirm>;
	}
}
