// Peers (PEER-1…10, UI-5, UI-6, UI-9): added with a name, set up by code, file or link, changed,
// paused, given a new key, removed; keys made in the browser; very many of them; and the
// first handshake, seen as it happens.
import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { empty, equal, ok, until } from './lib/suite.mjs';
import { audit, fits } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN, canRoot, Cell } from './lib/cell.mjs';
import { Device } from './lib/device.mjs';
import { load } from './logic.mjs';

const MANY = 10_000;

const peers = (cell) => cell.do('GET', '/api/peers');
const peer = (cell, name) => cell.do('GET', `/api/peers/${name}`);
const heading = (v, name) => v.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const row = (v, name) => v.page.getByRole('row').filter({ has: v.page.getByRole('link', { name, exact: true }) });

async function clear(cell) {
	for (const p of await peers(cell))
		await cell.do('DELETE', `/api/peers/${p.name}`);
	for (const g of await cell.do('GET', '/api/groups'))
		await cell.do('DELETE', `/api/groups/${g.name}`);
	for (const r of await cell.do('GET', '/api/proxy/routes'))
		await cell.do('DELETE', `/api/proxy/routes/${r.id}`);
}

/** What the page would put into a file. */
async function saved(v, click) {
	const [d] = await Promise.all([v.page.waitForEvent('download'), click()]);
	return { name: d.suggestedFilename(), text: await text(await d.createReadStream()) };
}

/** The modules of a drawn code, as a set of places. */
function modules(d) {
	const all = new Set();
	for (const [, x, y, n] of d.matchAll(/M(\d+) (\d+)h(\d+)/g))
		for (let i = 0; i < Number(n); i++)
			all.add(`${Number(x) + i} ${y}`);
	return all;
}

/** The drawn code says that text: it is one of the eight codes that do. */
function says(lib, d, text) {
	const shown = modules(d);
	return [0, 1, 2, 3, 4, 5, 6, 7].some((mask) => {
		const want = modules(lib.qr.readQr(lib.qrmake.makeQr(text, mask)).d);
		return want.size === shown.size && [...want].every((m) => shown.has(m));
	});
}

const drawn = (v) => v.page.locator('.qr path').getAttribute('d');

async function added(cell, kind, lib) {
	await clear(cell);
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/peers');
		await v.page.getByText('No peers yet').waitFor();
		await audit(v, 'no peers');
		await v.page.locator('#peers').getByRole('button', { name: 'Add peer' }).click();
		await audit(v, 'add a peer');
		await v.dialog().getByRole('button', { name: 'Add peer' }).click();
		await v.dialog().getByText('Enter a name').waitFor();
		await v.field('name').fill('anna phone');
		await v.dialog().getByText('Letters, digits, hyphens, dots and underscores').waitFor();
		await audit(v, 'a name that cannot be');
		await v.field('name').fill('anna-phone');
		await v.dialog().getByRole('button', { name: 'Add peer' }).click();
		await v.page.getByRole('heading', { name: 'Set up “anna-phone”' }).waitFor();
		await v.dialog().locator('.qr path').waitFor();
		await audit(v, 'a code');

		const file = await cell.do('GET', '/api/peers/anna-phone/config');
		ok(file.complete && /^PrivateKey = /m.test(file.config), 'the file is complete');
		ok(says(lib, await drawn(v), file.config), 'the code is the file');
		await v.button('Computer').click();
		await audit(v, 'a file');
		equal(await saved(v, () => v.button('Save file').click()), { name: file.filename, text: file.config }, 'the saved file');
		await v.page.getByText('Waiting for the first connection…').waitFor();
		await v.button('Done').click();

		await row(v, 'anna-phone').getByText('Not set up').waitFor();
		await audit(v, 'a peer');
		await v.page.getByRole('button', { name: 'Show code anna-phone' }).click();
		await v.dialog().locator('.qr path').waitFor();
		ok(says(lib, await drawn(v), file.config), 'the same code again: it is held');
		await v.button('Done').click();

		// a taken name is said before anything is sent (UI-5)
		await v.page.locator('.page-head').getByRole('button', { name: 'Add peer' }).click();
		await v.field('name').fill('Anna-Phone');
		await v.dialog().getByRole('button', { name: 'Add peer' }).click();
		await v.dialog().getByText('There is a peer of this name').waitFor();
	});
	const p = await peer(cell, 'anna-phone');
	equal([p.internet_access, p.lan_access, p.peer_access, p.service_access, p.enabled], [true, false, false, [], true], 'the rights of a new peer');
}

/** The public key of a private one, by another implementation. */
function publicOf(privateKey) {
	const der = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), Buffer.from(privateKey, 'base64')]);
	return createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
}

async function browserKey(cell, kind, lib) {
	const sent = [];
	await visit(cell, kind, async (v) => {
		v.page.on('request', (r) => sent.push(r.url() + (r.postData() ?? '') + JSON.stringify(r.headers())));
		await v.signIn(ADMIN, '/peers?add');
		await v.field('name').fill(`own-${kind}`);
		await v.dialog().getByText('More', { exact: true }).click();
		await v.dialog().getByRole('radio', { name: /On the device/ }).check();
		await v.field('public_key').fill('short');
		await v.dialog().getByRole('button', { name: 'Add peer' }).click();
		await v.dialog().getByText('44 characters, the last one =').waitFor();
		await v.dialog().getByRole('radio', { name: /In this browser/ }).check();
		await audit(v, 'more of a new peer');
		await v.dialog().getByRole('button', { name: 'Add peer' }).click();
		await v.dialog().locator('.qr path').waitFor();
		equal(await v.button('Send a link').count(), 0, 'no link can carry a key that the cell does not have');
		const d = await drawn(v), file = await saved(v, () => v.button('Save file').click());
		const key = /^PrivateKey = (.+)$/m.exec(file.text)?.[1];
		equal(publicOf(key), (await peer(cell, `own-${kind}`)).public_key, 'the public key belongs to the private one');
		ok(says(lib, d, file.text), 'the code holds the file with the key');
		empty(sent.filter((s) => s.includes(key) || s.includes(encodeURIComponent(key))), 'the private key left the browser');
		await v.button('Done').click();
	});
	const f = await cell.do('GET', `/api/peers/own-${kind}/config`);
	equal([f.complete, f.qr_svg, /PrivateKey/.test(f.config)], [false, null, false], 'the cell has no key');
}

/** Without a mouse: into a dialog, out of it, and on from where one was (UI-1). */
async function byKeyboard(cell) {
	await clear(cell);
	await cell.do('POST', '/api/peers', { name: 'tom' });
	const focused = (v) => v.page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.getAttribute('name') ?? document.activeElement.id);
	const menu = async (v, item) => {
		await v.page.getByRole('button', { name: 'More actions for tom' }).focus();
		await v.page.keyboard.press('Enter');
		await v.page.getByRole('menuitem').first().waitFor();
		await v.page.keyboard.press(item);
		await v.page.keyboard.press('Enter');
		await v.dialog().waitFor();
	};
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/peers');
		await row(v, 'tom').waitFor();
		await menu(v, 'ArrowDown');
		await v.dialog().locator('.qr path').waitFor();
		await v.page.keyboard.press('Escape');
		await v.dialog().waitFor({ state: 'detached' });
		equal(await focused(v), 'More actions for tom', 'back at the button of the menu');
		await menu(v, 'End');
		await v.page.keyboard.press('Shift+Tab');
		await v.page.keyboard.type('tom');
		for (const key of ['Tab', 'Tab', 'Enter'])
			await v.page.keyboard.press(key);
		await v.dialog().waitFor({ state: 'detached' });
		await row(v, 'tom').waitFor({ state: 'detached' });
		equal(await focused(v), 'content', 'the row is gone: the page has the focus');
	});
}

async function rights(cell, kind) {
	await clear(cell);
	await cell.do('POST', '/api/groups', { name: 'kids' });
	await cell.do('POST', '/api/proxy/routes', { name: 'wiki', host: 'wiki', target: 'http://192.168.77.2' });
	await cell.do('POST', '/api/peers', { name: 'tom', service_access: ['mail'] });
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/peers/tom/access');
		await heading(v, 'tom');
		const form = v.page.locator('#rights');
		await form.getByRole('switch', { name: 'Your home network' }).waitFor();
		await audit(v, 'rights');
		await form.getByRole('switch', { name: 'Your home network' }).check();
		await form.getByRole('switch', { name: 'The Internet through the cell' }).uncheck();
		await form.getByRole('checkbox', { name: 'wiki' }).check();
		equal(await form.locator('[name=service_access]').count(), 1, 'nothing is offered that is not there');
		await form.getByRole('checkbox', { name: 'kids' }).check();
		await form.locator('[name=description]').fill('The small one');
		await form.locator('[name=subnets]').fill('192.168.5.0');
		await form.locator('[name=expires_at]').fill('2020-01-01T00:00');
		await form.getByRole('button', { name: 'Save' }).click();
		await form.getByText('192.168.5.0 is no network, for example 192.168.5.0/24').waitFor();
		await form.getByText('Enter a time to come').waitFor();
		await audit(v, 'rights with errors');
		await form.locator('[name=subnets]').fill('192.168.5.0/24');
		await form.locator('[name=expires_at]').fill('2040-01-01T00:00');
		// who would reach what otherwise, before it is saved (EXP-3)
		await form.locator('#diff li').filter({ hasText: /tom.*→ home network/ }).getByText('may not').waitFor();
		await audit(v, 'what that changes');
		equal((await peer(cell, 'tom')).lan_access, false, 'nothing happened yet');
		await form.getByRole('button', { name: 'Save' }).click();
		await v.page.getByText('tom changed').waitFor();
		const p = await peer(cell, 'tom');
		equal([p.internet_access, p.lan_access, p.service_access, p.groups, p.subnets, p.description, p.expires_at],
			[false, true, ['mail', 'route:wiki'], ['kids'], ['192.168.5.0/24'], 'The small one', '2040-01-01T00:00:00Z']);

		// its file was another one (PEER-4)
		await v.page.getByText('This device was set up with a file that differs').waitFor();
		await audit(v, 'to be installed again');
		await v.go('/peers');
		await row(v, 'tom').getByRole('button', { name: /^Show code/ }).waitFor();
		equal(await row(v, 'tom').getByText('Install again').count(), 0, 'what is still to be set up is not to be set up again');
		await v.page.goBack();
		await v.page.locator('.note').getByRole('button', { name: 'It has the new file' }).click();
		await v.page.getByText('This device was set up with a file that differs').waitFor({ state: 'detached' });
		equal((await peer(cell, 'tom')).config_needs_reinstall, false);

		// somebody else is faster: nothing is lost, and nothing silently overwritten (UI-5)
		await form.locator('[name=description]').fill('Mine');
		await cell.do('PUT', '/api/peers/tom', { description: 'Theirs' });
		v.expected.push(/status of 412 .*peers/);
		await form.getByRole('button', { name: 'Save' }).click();
		await v.page.getByText('Somebody changed this meanwhile.').waitFor();
		equal((await peer(cell, 'tom')).description, 'Theirs');
		await form.getByRole('button', { name: 'Save' }).click();
		await until(async () => (await peer(cell, 'tom')).description === 'Mine', 'saved on top');

		// leaving with edits asks
		await form.locator('[name=description]').fill('Not saved');
		await v.page.getByRole('link', { name: 'All peers' }).click();
		await v.dialog().getByText('Leave without saving?').waitFor();
		await v.button('Leave').click();
		await heading(v, 'Peers');
	});
	await clear(cell);
}

async function oneByOne(cell, kind) {
	await clear(cell);
	await cell.do('POST', '/api/peers', { name: 'tablet' });
	const key = (await peer(cell, 'tablet')).public_key;
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/peers/tablet');
		await heading(v, 'tablet');
		await v.page.getByText('Nothing was counted yet.').waitFor();
		await audit(v, 'one peer');
		await v.button('Pause').click();
		await v.page.locator('.page-head').getByText('Paused').waitFor();
		equal((await peer(cell, 'tablet')).enabled, false);
		await v.button('Resume').click();
		await v.page.locator('.page-head').getByText('Not set up').waitFor();

		// what a device that was never set up waits for
		await v.button('Show code').click();
		await v.dialog().locator('.qr path').waitFor();
		await v.button('Done').click();
		await v.choose('tablet', 'New code');
		await v.dialog().getByText('Give it a new key?').waitFor();
		await audit(v, 'before a new key');
		equal((await peer(cell, 'tablet')).public_key, key, 'nothing happened yet');
		await v.button('Make a new code').click();
		await v.dialog().locator('.qr path').waitFor();
		ok((await peer(cell, 'tablet')).public_key !== key, 'a new key');

		await v.button('Send a link').click();
		await v.dialog().locator('[name=span]').selectOption('900');
		await v.button('Make a link').click();
		const link = await v.dialog().locator('.copy .clip').innerText();
		ok(/^https:\/\/\S+\/p\/[A-Za-z0-9_-]{20,}$/.test(link), `a link: ${link}`);
		await audit(v, 'a link');
		const at = new URL(link).pathname;
		equal((await cell.call('GET', at)).status, 200, 'it leads somewhere');
		await v.button('Take it back').click();
		await v.page.getByText('The links of this peer lead nowhere any more').waitFor();
		equal((await cell.call('GET', at)).status, 404, 'and then nowhere (PEER-9)');
		await v.button('Done').click();

		await v.page.getByRole('button', { name: 'More actions for tablet' }).click();
		await v.page.getByRole('menuitem', { name: 'Remove' }).click();
		await v.dialog().getByText('so do firewall rules and promises about it').waitFor();
		await audit(v, 'before removing');
		equal(await v.dialog().getByRole('button', { name: 'Remove' }).isEnabled(), false, 'not without its name');
		await v.field('typed').fill('tablet');
		await v.dialog().getByRole('button', { name: 'Remove' }).click();
		await heading(v, 'Peers');
		equal(await peers(cell), [], 'gone');
		v.expected.push(/status of 404 .*peers/);
		await v.go('/peers/tablet');
		await v.page.getByText('There is no such peer').waitFor();
		await audit(v, 'a peer that is not');
	});
}

async function groups(cell, kind) {
	await clear(cell);
	await cell.do('POST', '/api/peers', { name: 'tom' });
	await cell.do('POST', '/api/peers', { name: 'anna' });
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/peers');
		await v.button('Groups').click();
		await v.dialog().getByText('No groups yet').waitFor();
		await v.button('Add a group').click();
		await v.field('name').fill('kids');
		await v.dialog().last().getByRole('button', { name: 'Add a group' }).click();
		await v.dialog().getByText('0 peers').waitFor();
		await cell.do('PUT', '/api/peers/tom', { groups: ['kids'] });
		await v.dialog().getByText('1 peer').waitFor();
		await audit(v, 'groups');
		await v.button('Change kids').click();
		await v.field('description').fill('Bed at nine');
		await v.button('Save').click();
		await v.dialog().getByText('1 peer · Bed at nine').waitFor();
		await v.button('Show the peers of kids').click();
		await row(v, 'tom').waitFor();
		await v.button('Groups').click();
		await v.button('Remove kids').click();
		v.expected.push(/status of 409 .*groups/);
		await v.dialog().last().getByRole('button', { name: 'Remove' }).click();
		await v.dialog().last().locator('.note.bad').getByText('tom').waitFor();		// the cell says who is in it
		await audit(v, 'a group that is used');
		await cell.do('PUT', '/api/peers/tom', { groups: [] });
		await v.dialog().last().getByRole('button', { name: 'Remove' }).click();
		await v.dialog().getByText('No groups yet').waitFor();
	});
}

/** A password makes an account (PEER-5), and the longest names fit (UI-6). */
async function owned(cell, kind) {
	await clear(cell);
	const long = 'w'.repeat(64);
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/peers?add');
		await v.field('name').fill(long);
		await v.dialog().getByText('More', { exact: true }).click();
		await v.field('owner').selectOption({ label: 'A new account' });
		await v.field('password').fill('short');
		await v.dialog().getByRole('button', { name: 'Add peer' }).click();
		await v.dialog().getByText('At least 10 characters', { exact: false }).first().waitFor();
		await v.field('password').fill('long enough now');
		await v.dialog().getByRole('button', { name: 'Add peer' }).click();
		await v.dialog().locator('.qr path').waitFor();
		await audit(v, 'the code of a long name');
		await v.button('Done').click();
		await row(v, long).waitFor();
		await audit(v, 'a long name in the list');
		await v.go(`/peers/${long}`);
		await heading(v, long);
		for (const width of [320, 780, 1440]) {
			await v.page.setViewportSize({ width, height: 900 });
			await fits(v.page, `a long name at ${width}`);
		}
	});
	equal((await cell.do('GET', '/api/auth/users')).find((u) => u.username === long)?.role, 'peer', 'an account of its name');
	equal((await peer(cell, long)).owner, long);
	await cell.do('DELETE', `/api/peers/${long}`);
	equal((await cell.do('GET', '/api/auth/users')).some((u) => u.username === long), false, 'and it goes with the peer');
}

/** As many as a cell may have: the page draws a part, and searching finds the rest (LIM-1). */
async function many(cell) {
	const file = join(cell.state, 'cell_config.json'), before = readFileSync(file, 'utf8'), doc = JSON.parse(before);
	const base = doc.peers[0];
	doc.wireguard.address = '10.64.0.1/16';
	doc.peers = Array.from({ length: MANY }, (_, i) => ({ ...base, name: `many-${String(i).padStart(5, '0')}`, secret_ref: undefined, public_key: randomBytes(32).toString('base64'),
		ip: `10.64.${(i + 2) >> 8}.${(i + 2) & 255}`, ip6: base.ip6?.replace(/[0-9a-f]+$/, (i + 2).toString(16)) ?? null }));
	await cell.stop();
	writeFileSync(file, JSON.stringify(doc));
	try {
		await cell.start();
		await cell.signIn();
		equal((await peers(cell)).length, MANY);
		await visit(cell, 'phone', async (v) => {
			await v.signIn(ADMIN, '/peers');
			await v.page.getByText(`1–50 of ${MANY.toLocaleString('en-GB')}`).waitFor();
			ok(await v.page.locator('tbody tr').count() === 50, 'a part is drawn');
			await audit(v, 'the first of many');
			await v.button('Next').click();
			await row(v, 'many-00050').waitFor();
			await v.page.locator('[data-find]').fill(`many-0${MANY - 1}`);
			await row(v, `many-0${MANY - 1}`).waitFor();
			equal(await v.page.locator('tbody tr').count(), 1, 'found among all');
			await v.page.locator('[data-find]').fill('');
			await v.page.getByText(`1–50 of ${MANY.toLocaleString('en-GB')}`).waitFor();
		});
	} finally {
		await cell.stop();
		writeFileSync(file, before);
		await cell.start();
		await cell.signIn();
	}
}

/** Goes green, the list follows, and the key is forgotten: PEER-2, UI-7. */
async function handshake(kind) {
	const cell = new Cell({ root: true }), device = new Device();
	try {
		await cell.ensure();
		await visit(cell, kind, async (v) => {
			await v.signIn(ADMIN, '/peers?add');
			await v.field('name').fill('phone');
			await v.dialog().getByRole('button', { name: 'Add peer' }).click();
			await v.dialog().locator('.qr path').waitFor();
			await v.page.getByText('Waiting for the first connection…').waitFor();
			await device.up((await cell.do('GET', '/api/peers/phone/config')).config);
			await device.met();
			await v.dialog().getByText('Connected.').waitFor();
			equal(await v.dialog().locator('.qr.reached').count(), 1, 'the code is gone');
			await audit(v, 'connected');
			await v.button('Done').click();
			await row(v, 'phone').getByText('Online').waitFor();
			// what it moved is counted (PEER-10)
			await until(async () => (await cell.do('GET', '/api/peers/phone/stats')).points.some((p) => p.rx_bytes), 'counted', 60_000);
			await v.go('/peers/phone');
			await v.page.locator('#traffic .chart').waitFor();
			const hours = (await cell.do('GET', '/api/peers/phone/stats?range=day')).points.map((p) => p.ts.slice(11, 16)), marks = await v.page.locator('#traffic .xl span').allInnerTexts();
			equal([marks[0], marks.at(-1)], [hours[0], hours.at(-1)], 'the hours below the first and the last point');
			await v.page.locator('#traffic').getByText('Show as table').click();
			await audit(v, 'what it moved');
			await v.page.getByRole('link', { name: 'All peers' }).click();
			await v.choose('phone', 'Show code');
			await v.dialog().getByText('The cell does not hold the key of this device any more.').waitFor();
			await audit(v, 'a key that is not held');
			await v.dialog().locator('.note').getByRole('button', { name: 'Make a new code' }).click();
			await v.dialog().getByRole('button', { name: 'Make a new code' }).click();
			await v.dialog().locator('.qr:not(.reached) path').waitFor();
			await v.page.getByText('Waiting for the first connection…').waitFor();
		});
	} finally {
		await device.down();
		await cell.remove();
	}
}

export default async function run(suite, cell) {
	await cell.ensure();
	const lib = await load();
	await suite.test('into dialogs and out of them, keyboard only', () => byKeyboard(cell));
	for (const kind of ['desktop', 'phone']) {
		await suite.test(`a peer is added with a name, and set up, on a ${kind}`, () => added(cell, kind, lib));
		await suite.test(`a key that this browser makes never leaves it, on a ${kind}`, () => browserKey(cell, kind, lib));
		await suite.test(`rights are changed, on a ${kind}`, () => rights(cell, kind));
		await suite.test(`paused, a new key, a link, removed, on a ${kind}`, () => oneByOne(cell, kind));
		await suite.test(`groups, on a ${kind}`, () => groups(cell, kind));
		await suite.test(`an account with it, and a long name, on a ${kind}`, () => owned(cell, kind));
	}
	await cell.do('POST', '/api/peers', { name: 'one' });
	await suite.test('ten thousand do not stop the page', () => many(cell));
	await clear(cell);
	if (!canRoot)
		return;
	await cell.stop();
	await suite.test('goes green at the first handshake', () => handshake('desktop'));
	await cell.start();
}
