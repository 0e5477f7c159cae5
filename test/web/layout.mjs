// Every page at five widths with the longest names there can be (UIL-3): nothing lies
// over anything, nothing is wider than its place.
import { fits, audit } from './lib/audit.mjs';
import { Visitor } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';
import { ok } from './lib/suite.mjs';
import { tooWide } from './lib/wide.mjs';

const WIDTHS = [320, 360, 390, 780, 900, 1440];
const PAGES = ['/', '/network', '/network/names', '/network/resolver', '/network/filtering', '/network/time', '/network/log', '/peers', `/peers/${'p'.repeat(64)}`, `/peers/${'p'.repeat(64)}/access`, '/wireguard', '/firewall', '/firewall/reach', '/firewall/drops', '/firewall/doors', '/firewall/routes', `/explain?peer=${'p'.repeat(64)}&host=${'h'.repeat(63)}.example`, '/proxy', '/vault', '/users', '/users/tokens', '/history', '/jobs', '/account'];

const L63 = 'x'.repeat(63);
const CELL = 'c'.repeat(63);

/** A name whose full length with the zone is n. */
function name(n, zone) {
	let s = `l-${'y'.repeat(61)}`;
	while (s.length + 1 + zone.length + 64 <= n)
		s += `.${L63}`;
	const rest = n - s.length - 1 - zone.length;
	return rest > 1 ? `${s}.${'z'.repeat(rest - 1)}` : s;
}

async function fill(cell) {
	await cell.clearNames('l-');
	await cell.do('PUT', '/api/config', { cell_name: CELL });
	const zone = (await cell.do('GET', '/api/status')).effective_domain;
	const long = name(253, zone);
	await cell.do('POST', '/api/dns/records', { name: long, type: 'A', value: '192.0.2.1', views: ['vpn', 'lan', 'cell', 'container', 'public'] });
	await cell.do('POST', '/api/dns/records', { name: 'l-alias', type: 'CNAME', value: `${long}.${zone}` });
	await cell.do('POST', '/api/dns/records', { name: 'l-text', type: 'TXT', value: 'w'.repeat(2000) });
	await cell.do('POST', '/api/dns/records', { name: 'l-six', type: 'AAAA', value: '2001:db8:1111:2222:3333:4444:5555:6666' });
	const outside = `${name(253, 'example')}.example`;
	await unfill(cell);
	await cell.do('POST', '/api/dns/forwards', { zone: outside, servers: ['2001:db8:1111:2222:3333:4444:5555:6666', '192.0.2.1', '192.0.2.2', '192.0.2.3'] });
	await cell.do('POST', '/api/dns/zones', { name: `m${outside.slice(1)}`, views: ['vpn', 'lan', 'cell', 'container', 'public'] });
	await cell.do('POST', '/api/dns/secondaries', { name: outside, address: '2001:db8:1111:2222:3333:4444:5555:6666', port: 65535, key_name: outside, algorithm: 'hmac-sha512' });
	await cell.do('POST', '/api/proxy/routes', { name: 'r'.repeat(31), host: `${name(250, zone)}.${zone}`, path: `/${'p'.repeat(250)}`, target: `https://${name(200, 'example')}.example:65535`, access: ['vpn', 'lan', 'cell', 'public'] });
	await cell.do('POST', '/api/blocklists', { name: 'b'.repeat(64), url: `https://${L63}.${L63}.${L63}.example/${'p'.repeat(1000)}` });
	await cell.do('PUT', '/api/blocklists/rules', { deny: [outside], allow: [] });
	await cell.do('PUT', '/api/config/sections/ntp', { sources: [outside, '2001:db8:1111:2222:3333:4444:5555:6666'] });
	await cell.do('PUT', '/api/config/sections/dns', { query_log: 'all', rebind_allow: [outside] });
	await cell.dig(outside);
	await cell.call('DELETE', `/api/peers/${'p'.repeat(64)}`);
	await cell.call('DELETE', `/api/groups/${'g'.repeat(20)}`);
	await cell.call('DELETE', `/api/auth/users/${'u'.repeat(64)}`);
	await cell.do('POST', '/api/auth/users', { username: 'u'.repeat(64), role: 'peer', password: 'first password 1', display_name: 'd'.repeat(64), email: `${'e'.repeat(64)}@${L63}.example.org` });
	await cell.do('POST', '/api/groups', { name: 'g'.repeat(20) });
	await cell.do('POST', '/api/peers', { name: 'p'.repeat(64), owner: 'u'.repeat(64), description: 'd'.repeat(64), groups: ['g'.repeat(20)], service_access: [`route:${'r'.repeat(31)}`] });
	const both = { from: { peer: 'p'.repeat(64) }, to: { peer: 'p'.repeat(64) } };
	await cell.do('POST', '/api/firewall/rules', { name: 'n'.repeat(64), action: 'reject', ...both, proto: 'tcp', ports: Array.from({ length: 16 }, (_, i) => `${60000 + 10 * i}-${60005 + 10 * i}`) });
	await cell.do('POST', '/api/firewall/forwards', { name: 'f'.repeat(64), zone: 'vpn', proto: 'udp', port: 65535, to_ip: 'fd00:1111:2222:3333:4444:5555:6666:7777' });
	await cell.do('POST', '/api/firewall/assertions', { name: 'a'.repeat(64), from: { peer: 'p'.repeat(64) }, to: { target: 'internet' }, expect: 'allow' });
	await cell.do('POST', '/api/routing/static', { destination: '2001:db8:1111:2222:3333:4444:5555:6666/128', via: 'fd00:1111:2222:3333:4444:5555:6666:7777', interface: 'i'.repeat(15), metric: 65535 });
	for (const t of await cell.do('GET', '/api/tokens'))
		await cell.do('DELETE', `/api/tokens/${t.id}`);
	// refused while the clock is not trusted
	await cell.call('POST', '/api/tokens', { name: 't'.repeat(64), scopes: ['*:read', 'dns:write', 'config:write', 'jobs:write', 'network:read', 'diagnosis:read'], expires_in_s: 86400 });
	await cell.call('POST', '/api/diagnosis');
	return { zone, long, outside };
}

async function unfill(cell) {
	for (const path of ['/api/firewall/rules', '/api/firewall/forwards', '/api/firewall/assertions', '/api/routing/static'])
		for (const x of await cell.do('GET', path))
			await cell.do('DELETE', `${path}/${x.id}`);
	for (const f of await cell.do('GET', '/api/dns/forwards'))
		await cell.do('DELETE', `/api/dns/forwards/${f.zone}`);
	for (const z of (await cell.do('GET', '/api/dns/zones')).filter((x) => x.kind === 'extra'))
		await cell.do('DELETE', `/api/dns/zones/${z.name}`);
	for (const s of await cell.do('GET', '/api/dns/secondaries'))
		await cell.do('DELETE', `/api/dns/secondaries/${s.id}`);
	for (const r of await cell.do('GET', '/api/proxy/routes'))
		await cell.do('DELETE', `/api/proxy/routes/${r.id}`);
	for (const l of await cell.do('GET', '/api/blocklists'))
		await cell.do('DELETE', `/api/blocklists/${l.id}`);
	await cell.do('PUT', '/api/blocklists/rules', { deny: [] });
	await cell.do('PUT', '/api/config/sections/dns', { query_log: 'errors', rebind_allow: [] });
}

async function ready(v, path) {
	await v.go(path);
	await v.page.waitForSelector('main h1');
	await v.page.waitForFunction(() => !document.querySelector('.skel'));
}

async function pages(v, kind) {
	for (const path of PAGES) {
		await ready(v, path);
		for (const width of WIDTHS.filter((w) => (w < 768) === (kind === 'phone'))) {
			await v.page.setViewportSize({ width, height: 900 });
			await fits(v.page, `${path} at ${width}`);
		}
		await audit(v, path);
	}
	await v.calm();
}

async function dialogs(v, { long, zone, outside }) {
	const widths = v.kind === 'phone' ? [320, 390] : [780, 1440];
	const look = async (what) => {
		for (const width of widths) {
			await v.page.setViewportSize({ width, height: 800 });
			await fits(v.page, `${what} at ${width}`);
		}
	};
	await ready(v, '/network/names');
	await v.choose(`${long}.${zone} A`, 'Edit');
	await look('change a long name');
	await v.page.keyboard.press('Escape');
	await v.choose(`${long}.${zone} A`, 'Remove');
	await look('remove a long name');
	await v.page.keyboard.press('Escape');
	await v.page.fill('#lookup [name=name]', `${long}.${zone}`);
	await v.button('Ask').click();
	await v.page.locator('#lookup-result').waitFor();
	await look('the answer for a long name');
	for (const [path, of, what] of [['/network/names', outside, 'Edit'], ['/network/names', `m${outside.slice(1)}`, 'Remove'], ['/network/resolver', outside, 'Remove'], ['/network/filtering', 'b'.repeat(64), 'Edit']]) {
		await ready(v, path);
		await v.choose(of, what);
		await look(`${what} ${of.slice(0, 8)} of ${path}`);
		await v.page.keyboard.press('Escape');
	}
	await ready(v, '/users');
	await v.choose('u'.repeat(64), 'Remove');
	await look('remove a long user');
	await v.page.keyboard.press('Escape');
	if (v.kind === 'desktop') {
		await v.page.keyboard.press('Control+k');
		await v.page.keyboard.type('l-');
		await v.page.getByRole('option').first().waitFor();
		await look('finder');
		await v.page.keyboard.press('Escape');
	}
	const n = (await v.page.request.get('/api/config/generations').then((r) => r.json())).length;
	await ready(v, '/history');
	await v.page.getByLabel('From', { exact: true }).selectOption({ index: n - 1 });
	await v.page.locator('#difference .change').first().waitFor();
	await look('a comparison of long names');
	await v.calm();
}

// What must be noticed, and what is meant to be longer than its place.
const WORD = 'w'.repeat(300);
const WIDE = {
	'a wide block': '<div style="width: 600px; height: 9px"></div>',
	'a long word': `<p>${WORD}</p>`,
	'a block cut off': '<div style="overflow: hidden"><div style="width: 600px; height: 9px"></div></div>',
	'a word cut off': `<div style="overflow: hidden">${WORD}</div>`,
	'a word cut off in a dialog that scrolls': `<dialog open style="width: 200px; overflow-y: auto">${WORD}</dialog>`,
	'what sticks out to the left': '<div style="margin-left: -40px">left</div>',
	'a page that hides its width': `<style>html { overflow-x: clip }</style><p>${WORD}</p>`,
};
const FITS = {
	'a row of tabs': `<div class="tabs" style="overflow-x: auto">${WORD}</div>`,
	'an ellipsis': `<div style="overflow: hidden; text-overflow: ellipsis">${WORD}</div>`,
	'words for those who hear': `<span style="position: absolute; width: 1px; overflow: hidden; clip-path: inset(50%)">${WORD}</span>`,
};

async function noticed(cell, kind) {
	const v = await Visitor.open(cell, kind, { viewport: { width: 390, height: 800 } });
	const seen = async (html) => {
		await v.page.setContent(`<!doctype html><meta name="viewport" content="width=device-width"><style>body { margin: 0 }</style>${html}`);
		return (await v.page.evaluate(tooWide)).length > 0;
	};
	for (const [what, html] of Object.entries(WIDE))
		ok(await seen(html), `${what} is noticed`);
	for (const [what, html] of Object.entries(FITS))
		ok(!await seen(html), `${what} is no fault`);
	await v.close();
}

async function signedOut(cell) {
	const v = await Visitor.open(cell, 'phone');
	await v.signIn();
	await v.page.getByRole('button', { name: /^Account:/ }).click();
	await v.page.getByRole('menuitem', { name: 'Sign out' }).click();
	await v.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
	for (const width of WIDTHS) {
		await v.page.setViewportSize({ width, height: 800 });
		await fits(v.page, `sign in at ${width}`);
	}
	await v.calm();
	await v.close();
}

export default async function run(suite, cell) {
	await cell.ensure();
	const before = (await cell.do('GET', '/api/config/sections/ntp')).sources;
	const long = await fill(cell);
	for (const kind of ['desktop', 'phone']) {
		await suite.test(`what is too wide is noticed, ${kind}`, () => noticed(cell, kind));
		const v = await Visitor.open(cell, kind);
		await v.signIn(ADMIN);
		await suite.test(`names of 253 characters break no page, ${kind} widths`, () => pages(v, kind));
		await suite.test(`names of 253 characters break no dialog, ${kind} widths`, () => dialogs(v, long));
		await v.close();
	}
	await suite.test('signing in to a cell with a long name', () => signedOut(cell));
	await cell.clearNames('l-');
	await unfill(cell);
	await cell.do('PUT', '/api/config/sections/ntp', { sources: before });
	await cell.do('PUT', '/api/config', { cell_name: 'myhome' });
	await cell.do('DELETE', `/api/peers/${'p'.repeat(64)}?keep_user=1`);
	await cell.do('DELETE', `/api/groups/${'g'.repeat(20)}`);
	await cell.do('DELETE', `/api/auth/users/${'u'.repeat(64)}`);
	for (const t of await cell.do('GET', '/api/tokens'))
		await cell.do('DELETE', `/api/tokens/${t.id}`);
}
