// The wizard's state. Answers lie in the cell, so a reload or another device goes on;
// the password never does: it travels once, with the completion.
import { signal } from '@preact/signals';
import { get, post, Problem, setCsrf, setSetupToken } from './api';
import { start } from './session';
import type { SetupDone, SetupField, SetupStatus, SetupStep } from './types';

export const pagesOfWizard = ['welcome', 'name', 'address', 'password', 'device', 'finish'] as const;
export type WizardPage = typeof pagesOfWizard[number];

export interface Answers {
	cell_name: string;
	domain_mode: string;
	domain_name: string;
	cloudflare_api_token: string;
	duckdns_token: string;
	duckdns_subdomain: string;
	reach: string;
	timezone: string;
	username: string;
	password: string;
	/** Empty: none. */
	first_peer: string;
	endpoint_host: string;
}

export const page = signal<WizardPage>('welcome');
export const state = signal<SetupStatus | null>(null);
/** A token is needed and the one we have is not it. */
export const needToken = signal(false);
export const modes = signal<string[]>([]);
export const reaches = signal<string[]>([]);
export const answers = signal<Answers>({
	cell_name: '', domain_mode: 'lan', domain_name: '', cloudflare_api_token: '', duckdns_token: '',
	duckdns_subdomain: '', reach: 'private', timezone: '', username: 'admin', password: '', first_peer: 'my-phone', endpoint_host: '',
});
/** What the completion refused, to be shown at its field. */
export const refused = signal<Problem | null>(null);

const KEY = 'pic.setup';

function session<T>(f: () => T): T | null {
	try {
		return f();
	} catch {
		return null;
	}
}

/** The token of the printed address, out of the address bar at once. */
function takeToken() {
	const fromHash = /^#t=([A-Za-z2-7]{16,64})$/.exec(location.hash)?.[1];
	if (location.hash)
		history.replaceState(null, '', location.pathname);
	if (fromHash)
		session(() => sessionStorage.setItem(KEY, fromHash));
	setSetupToken(fromHash ?? session(() => sessionStorage.getItem(KEY)) ?? '');
}

export async function useToken(token: string) {
	setSetupToken(token);
	await loadAnswers();
	session(() => sessionStorage.setItem(KEY, token));
	needToken.value = false;
}

const text = (f: SetupField | undefined, fallback: string) => {
	const v = f?.value ?? f?.default;
	return typeof v === 'string' && v ? v : fallback;
};

/** What the cell would choose anyway is no answer. */
const ownDomain = (name: string) => name.endsWith('.home.arpa') ? '' : name;

async function loadAnswers() {
	const ask = (step: string) => get<SetupStep>('/api/setup/step', { step }, { quiet: true });
	// alone: each refused question counts as a wrong token
	const identity = await ask('identity');
	const [time, admin, device] = await Promise.all(['time', 'admin', 'device'].map(ask));
	const f = identity.fields, a = answers.value;
	domainStored = !!f.domain_name?.value;
	modes.value = f.domain_mode?.choices ?? [text(f.domain_mode, 'lan')];
	reaches.value = f.reach?.choices ?? [];
	answers.value = {
		...a,
		cell_name: text(f.cell_name, a.cell_name),
		domain_mode: text(f.domain_mode, a.domain_mode),
		domain_name: ownDomain(text(f.domain_name, a.domain_name)),
		duckdns_subdomain: text(f.duckdns_subdomain, a.duckdns_subdomain),
		reach: text(f.reach, a.reach),
		timezone: zone(time!.fields.timezone),
		username: text(admin!.fields.username, a.username),
		first_peer: text(device!.fields.first_peer, a.first_peer),
		endpoint_host: text(device!.fields.endpoint_host, a.endpoint_host),
	};
}

// The host's own zone is right; a host left at UTC most often never had one set, and
// then the one of the person in front of this browser is the better guess.
function zone(f: SetupField | undefined) {
	const host = text(f, 'UTC');
	return f?.value || host !== 'UTC' ? host : Intl.DateTimeFormat().resolvedOptions().timeZone || host;
}

/** Which page a cell that was asked before goes on with. */
const resumeAt = (step: string): WizardPage =>
	step === 'start' ? 'welcome' : step === 'identity' ? 'name' : 'password';

export async function begin() {
	takeToken();
	const s = await get<SetupStatus>('/api/setup/status', {}, { quiet: true });
	state.value = s;
	if (s.complete) {
		await start();
		return;
	}
	try {
		await loadAnswers();
		page.value = resumeAt(s.step);
	} catch (e) {
		if (!(e instanceof Problem) || (e.status !== 401 && e.status !== 403))
			throw e;
		needToken.value = true;
	}
}

async function send(step: string, fields: Record<string, unknown>) {
	if (state.value && !state.value.steps.includes(step))
		return;
	await post('/api/setup/step', { step, ...fields }, { quiet: true });
}

export const sendStart = () => send('start', { choice: 'new' });

let domainStored = false;

/** The members that belong to the chosen kind of address, without empty secrets. */
function identity() {
	const a = answers.value, out: Record<string, string> = { cell_name: a.cell_name, domain_mode: a.domain_mode };
	if (a.domain_mode === 'cloudflare' || a.domain_mode === 'http01')
		out.domain_name = a.domain_name;
	// an answer cannot be taken back, so the default is said once one was given
	if (a.domain_mode === 'lan' && (a.domain_name || domainStored))
		out.domain_name = a.domain_name || `${a.cell_name}.home.arpa`;
	domainStored ||= !!out.domain_name;
	if (a.domain_mode === 'cloudflare' && a.cloudflare_api_token)
		out.cloudflare_api_token = a.cloudflare_api_token;
	if (a.domain_mode === 'duckdns') {
		out.duckdns_subdomain = a.duckdns_subdomain;
		if (a.duckdns_token)
			out.duckdns_token = a.duckdns_token;
	}
	if (reaches.value.length)
		out.reach = a.domain_mode === 'lan' ? 'private' : a.reach;
	return out;
}

export const sendIdentity = () => send('identity', identity());

/** Found, not asked: the time zone. A cell that does not know ours keeps its own. */
export async function sendTime() {
	try {
		await send('time', { timezone: answers.value.timezone });
	} catch (e) {
		if (!(e instanceof Problem) || e.status !== 400)
			throw e;
		answers.value = { ...answers.value, timezone: 'UTC' };
		await send('time', { timezone: 'UTC' });
	}
}

const device = (a: Answers) => a.first_peer ? { first_peer: a.first_peer, ...(a.endpoint_host ? { endpoint_host: a.endpoint_host } : {}) } : {};

export const sendDevice = () => send('device', device(answers.value));

export async function complete() {
	const a = answers.value;
	const done = await post<SetupDone>('/api/setup/complete',
		{ ...identity(), timezone: a.timezone, username: a.username, password: a.password, ...device(a) }, { quiet: true });
	setCsrf(done.csrf_token);
	session(() => sessionStorage.removeItem(KEY));
	answers.value = { ...a, password: '' };
	return done;
}

/** The page on which a refused member is asked. */
export function pageOf(p: Problem): WizardPage | null {
	const field = p.fields[0]?.field ?? '';
	if (/username|password/.test(field))
		return 'password';
	if (/cell_name/.test(field))
		return 'name';
	if (/first_peer|endpoint_host|^peers/.test(field))
		return 'device';
	return /domain|cloudflare|duckdns|reach/.test(field) ? 'address' : null;
}

