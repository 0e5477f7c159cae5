// The only place that talks to the cell. Adds what every request needs (anti-forgery
// header, If-Match), turns problem answers into `Problem`, and says when the session
// is over or the cell is silent. What to show about that is decided elsewhere.

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Query = Record<string, string | number | undefined>;

export interface Answer<T> {
	data: T;
	etag: string | null;
}

/** A refusal of the cell, or no answer at all (status 0). */
export class Problem extends Error {
	status: number;
	kind: string;
	fields: { field: string; message: string }[];
	retryAfter: number;
	body: Record<string, unknown>;

	constructor(status: number, body: Record<string, unknown>, retryAfter = 0) {
		super(typeof body.detail === 'string' ? body.detail : '');
		this.status = status;
		this.kind = String(body.type ?? '').replace(/^urn:pic:/, '');
		this.fields = Array.isArray(body.errors) ? body.errors as Problem['fields'] : [];
		this.retryAfter = retryAfter;
		this.body = body;
	}

	get silent() { return this.status === 0; }
}

/** Hooks that the session sets; api.ts knows nothing of pages. */
export const on = {
	/** 401: resolves true when the same user has signed in again. */
	sessionOver: async (): Promise<boolean> => false,
	setupNeeded: () => {},
	silent: () => {},
};

let csrf = '';
let setupToken = '';

export function setCsrf(token: string) { csrf = token; }
export function setSetupToken(token: string) { setupToken = token; }

// The cell does not ask for it under these two: there may be no session yet.
const needsCsrf = (method: Method, path: string) =>
	method !== 'GET' && !/^\/api\/(setup|auth)\//.test(path);

async function fetchCsrf() {
	const r = await send('GET', '/api/auth/csrf-token');
	if (r.ok)
		csrf = ((await r.json()) as { csrf_token: string }).csrf_token;
}

async function send(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) {
	if (body !== undefined)
		headers['Content-Type'] = 'application/json';
	if (needsCsrf(method, path) && csrf)
		headers['X-CSRF-Token'] = csrf;
	if (setupToken && path.startsWith('/api/setup/'))
		headers['X-Setup-Token'] = setupToken;
	try {
		return await fetch(path, {
			method, headers, credentials: 'same-origin', cache: 'no-store', redirect: 'error',
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			...(signal ? { signal } : {}),
		});
	} catch (e) {
		if (signal?.aborted)
			throw e;
		on.silent();
		throw new Problem(0, {});
	}
}

async function problem(r: Response) {
	let body: Record<string, unknown> = {};
	try {
		body = await r.json() as Record<string, unknown>;
	} catch {
		// not from the cell's API (a proxy in between): the status must do
	}
	return new Problem(r.status, body, Number(r.headers.get('Retry-After')) || 0);
}

export interface Options {
	body?: unknown;
	query?: Query;
	etag?: string | null;
	signal?: AbortSignal;
	/** The caller handles 401 itself (signing in, asking who we are). */
	quiet?: boolean;
}

function url(path: string, query?: Query) {
	const q = new URLSearchParams();
	for (const [k, v] of Object.entries(query ?? {}))
		if (v !== undefined && v !== '')
			q.set(k, String(v));
	return q.size ? `${path}?${q}` : path;
}

export async function request<T>(method: Method, path: string, o: Options = {}): Promise<Answer<T>> {
	const full = url(path, o.query);
	if (needsCsrf(method, path) && !csrf)
		await fetchCsrf();
	for (let again = 0; ; again++) {
		const r = await send(method, full, o.body, o.etag ? { 'If-Match': o.etag } : {}, o.signal);
		if (r.ok)
			return { data: await r.json() as T, etag: r.headers.get('ETag') };
		const p = await problem(r);
		if (p.status === 428)
			on.setupNeeded();
		// Neither refusal did anything yet, so sending the same again is safe.
		if (again === 0 && p.kind === 'csrf') {
			await fetchCsrf();
			continue;
		}
		if (again === 0 && p.status === 401 && !o.quiet && await on.sessionOver())
			continue;
		throw p;
	}
}

export const get = async <T>(path: string, query?: Query, o?: Options) =>
	(await request<T>('GET', path, { ...o, ...(query ? { query } : {}) })).data;
export const post = async <T>(path: string, body?: unknown, o?: Options) =>
	(await request<T>('POST', path, { ...o, ...(body === undefined ? {} : { body }) })).data;
export const put = async <T>(path: string, body: unknown, etag: string | null, o?: Options) =>
	(await request<T>('PUT', path, { ...o, body, etag })).data;
export const del = async <T>(path: string, body?: unknown, etag: string | null = null) =>
	(await request<T>('DELETE', path, { ...(body === undefined ? {} : { body }), etag })).data;

/** Open the event stream. The caller reads the body; a refusal is a Problem. */
export async function stream(query: Query, lastId: string, signal: AbortSignal) {
	const r = await send('GET', url('/api/events', query), undefined,
		lastId ? { 'Last-Event-ID': lastId, Accept: 'text/event-stream' } : { Accept: 'text/event-stream' }, signal);
	if (!r.ok || !r.body)
		throw await problem(r);
	return r.body.getReader();
}
