// Who is using this page, and what the page must show before any other page:
// the wizard, signing in, or a password to change.
import { signal } from '@preact/signals';
import { get, on, post, Problem, setCsrf } from './api';
import { setSignedIn } from './live';
import { go, path, query } from './router';
import type { Me, SignedIn } from './types';

export type Stage = 'loading' | 'setup' | 'signin' | 'password' | 'visit' | 'in' | 'silent';

export const stage = signal<Stage>('loading');
export const me = signal<Me | null>(null);
/** The session ended while a page was open: sign in over it. */
export const expired = signal(false);
/** The cell knows this device and its owner: a password is not needed. */
export const knownDevice = signal(false);
/** Kept from signing in until a forced change of it is done. */
export const typedPassword = signal('');

let waiting: ((same: boolean) => void)[] = [];

on.setupNeeded = () => {
	stage.value = 'setup';
	go('/setup', 'replace');
};

on.sessionOver = () => {
	if (stage.value !== 'in')
		return Promise.resolve(false);
	expired.value = true;
	return new Promise((resolve) => waiting.push(resolve));
};

/** Where an address that asks for a login sent the person from; null: nowhere. */
export function visiting() {
	const to = query.value.get('to'), check = query.value.get('check');
	return path.value === '/login' && to && check ? { to, check } : null;
}

function enter(m: Me) {
	me.value = m;
	setSignedIn(!m.must_change_password);
	if (path.value === '/setup' || path.value === '/login' && !visiting())
		go('/', 'replace');
	stage.value = m.must_change_password ? 'password' : visiting() ? 'visit' : 'in';
}

/** The person does not want to go on after all. */
export function stay() {
	go('/', 'replace');
	stage.value = 'in';
}

/** Ask the cell who we are and show the right page. */
export async function start() {
	try {
		enter(await get<Me>('/api/auth/me', {}, { quiet: true }));
	} catch (e) {
		if (!(e instanceof Problem))
			throw e;
		if (e.status === 428)
			return;
		knownDevice.value = e.body.vpn_login === true;
		stage.value = e.status === 401 ? 'signin' : 'silent';
	}
}

/** The cell accepted a name and password. */
export async function signedIn(s: SignedIn) {
	setCsrf(s.csrf_token);
	const before = me.value;
	const m = await get<Me>('/api/auth/me', {}, { quiet: true });
	const over = waiting;
	waiting = [];
	if (expired.value && before && before.username !== m.username) {
		// what is open belongs to somebody else
		location.assign('/');
		return;
	}
	expired.value = false;
	enter(m);
	over.forEach((resolve) => resolve(true));
}

export async function refreshMe() {
	me.value = await get<Me>('/api/auth/me');
}

export async function signOut() {
	await post('/api/auth/logout');
	setCsrf('');
	setSignedIn(false);
	me.value = null;
	stage.value = 'signin';
	go('/', 'replace');
}
