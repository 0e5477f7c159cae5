// Filtering: own entries and the way a blocked name is answered, asked with a standard
// client; lists are refused, added, turned off, removed.
import https from 'node:https';
import { equal, ok, until } from './lib/suite.mjs';
import { certificate } from './lib/authority.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';
import { upstream, ADDRESS, PORT } from './lib/upstream.mjs';

const rules = (cell) => cell.do('GET', '/api/blocklists/rules');
const lists = (cell) => cell.do('GET', '/api/blocklists');
const fresh = () => `n${Date.now()}.example.net`;

async function clear(cell) {
	for (const l of await lists(cell))
		await cell.do('DELETE', `/api/blocklists/${l.id}`);
	await cell.do('PUT', '/api/blocklists/rules', { allow: [], deny: [], response: 'zero' });
}

const own = (v) => v.page.locator('#rules');
const result = (v) => v.page.locator('#check-result');

async function entries(cell, kind) {
	const up = await upstream(), name = fresh();
	await cell.do('PUT', '/api/config/sections/dns', { upstreams: [{ address: ADDRESS, port: PORT, transport: 'udp' }] });
	await clear(cell);
	try {
		await visit(cell, kind, async (v) => {
			await v.signIn(ADMIN, '/network/filtering');
			await v.page.getByText('No block lists yet').waitFor();
			await audit(v, 'filtering, empty');
			const test = async (s) => {
				await v.page.fill('#check [name=name]', s);
				await v.button('Test').click();
			};
			await test(name);
			await result(v).getByText('Not blocked', { exact: true }).waitFor();
			equal(await cell.dig(name), ['192.0.2.80']);

			await own(v).locator('[name=deny]').fill(`example.com\nnot a\\name\n`);
			await own(v).getByText('Not saved').waitFor();
			await own(v).locator('[name=deny]').blur();
			await own(v).getByText(/Line 2: .* is not a domain/).waitFor();
			await audit(v, 'an entry that is no domain');
			equal((await rules(cell)).deny, [], 'nothing is saved of it');
			await own(v).locator('[name=deny]').fill('example.net\n');
			await own(v).getByText('Saved', { exact: true }).waitFor();
			equal((await rules(cell)).deny, ['example.net']);
			equal(await cell.dig(name), ['0.0.0.0'], 'blocked, with all names below');
			await test(name);
			await result(v).getByText('Blocked', { exact: true }).waitFor();
			await result(v).getByText('By your own entry under “Always block”.').waitFor();
			await audit(v, 'blocked');

			await own(v).locator('[name=allow]').fill(name);
			await until(async () => (await rules(cell)).allow.length === 1, 'saved');
			await test(name);
			await result(v).getByText(/under “Never block” lets it pass/).waitFor();
			equal(await cell.dig(name), ['192.0.2.80'], 'allow goes before deny');

			await own(v).getByText('“No such name”').click();
			await until(async () => (await rules(cell)).response === 'nxdomain', 'saved');
			equal(await cell.dig(`b-${fresh()}`), [], 'no address any more');
		});
	} finally {
		await clear(cell);
		await up.close();
	}
}

async function refusals(cell, kind) {
	await clear(cell);
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/network/filtering');
		await v.button('Add a list').waitFor();
		if (kind === 'desktop') {
			await v.page.keyboard.press('Control+k');
			await v.page.keyboard.type('a block list');
			await v.page.keyboard.press('Enter');
			await v.field('url').waitFor();
		} else {
			await v.button('Add a list').click();
		}
		await audit(v, 'add a list');
		await v.field('url').fill('http://example.org/hosts');
		await v.dialog().getByRole('button', { name: 'Add a list' }).click();
		await v.page.getByText('Enter a name', { exact: true }).waitFor();
		await v.page.getByText('Must start with https://').waitFor();
		await v.dialog().getByRole('button', { name: 'AdGuard' }).click();
		ok(/^https:/.test(await v.field('url').inputValue()), 'a well-known list fills itself in');

		v.expected.push(/status of 40[09]/);
		await v.field('url').fill('https://lists.example/list.txt');
		await v.dialog().getByText('Only some').click();
		await v.field('peers').fill('192.0.2.77');
		await v.dialog().getByRole('button', { name: 'Add a list' }).click();
		const said = await cell.call('POST', '/api/blocklists', { name: await v.field('name').inputValue(), url: 'https://lists.example/list.txt', apply_to: { all: false, peers: ['192.0.2.77'] } });
		equal(said.status, 400);
		await v.says(said.body.errors?.[0]?.message ?? said.body.detail);
		await audit(v, 'the reason of the cell');
		await v.dialog().getByText('Everybody', { exact: true }).click();
		await v.field('name').fill('Unreachable');
		await v.dialog().getByRole('button', { name: 'Add a list' }).click();
		await v.page.locator('#lists li').getByText('Unreachable').waitFor();
		await audit(v, 'a list that was never fetched');

		await v.page.getByRole('switch', { name: 'Unreachable is used' }).uncheck();
		await until(async () => (await lists(cell))[0].enabled === false, 'turned off');
		await v.choose('Unreachable', 'Edit');
		await v.field('refresh_s').selectOption({ label: 'every week' });
		await v.button('Save').click();
		await v.dialog().waitFor({ state: 'detached' });
		equal((await lists(cell))[0].refresh_s, 604_800);
		await v.choose('Unreachable', 'Remove');
		await audit(v, 'remove a list');
		await v.dialog().getByRole('button', { name: 'Remove' }).click();
		await v.page.getByText('No block lists yet').waitFor();
		equal(await lists(cell), []);
	});
}

const HOST = 'lists.myhome.home.arpa';

/** What the lists of the Internet are: a file behind HTTPS, here of an authority that the cell trusts. */
async function library() {
	const state = { text: '', status: 200 };
	const server = https.createServer(certificate(HOST), (rq, rs) => {
		rs.writeHead(state.status, { 'Content-Type': 'text/plain' });
		rs.end(state.status === 200 ? state.text : 'no');
	});
	await new Promise((done, fail) => server.once('error', fail).listen(8444, ADDRESS, done));
	return Object.assign(state, { close: () => new Promise((done) => {
		server.close(done);
		server.closeAllConnections();
	}) });
}

async function fetched(cell, kind) {
	const at = await library(), up = await upstream(), name = fresh(), other = `o-${name}`;
	await cell.do('PUT', '/api/config/sections/dns', { upstreams: [{ address: ADDRESS, port: PORT, transport: 'udp' }] });
	await clear(cell);
	await cell.clearNames('lists');
	await cell.do('POST', '/api/dns/records', { name: 'lists', type: 'A', value: ADDRESS });
	at.text = `0.0.0.0 ${name}\n0.0.0.0 ads.example\nthis is none\n`;
	const row = (v) => v.page.locator('#lists li').filter({ hasText: 'Own library' });
	try {
		await visit(cell, kind, async (v) => {
			await v.signIn(ADMIN, '/network/filtering');
			await v.button('Add a list').click();
			await v.field('name').fill('Own library');
			await v.field('url').fill(`https://${HOST}:8444/list.txt`);
			await v.dialog().getByRole('button', { name: 'Add a list' }).click();
			// it is fetched at once; what it holds appears by itself
			await row(v).getByText(/^2 names, 1 line skipped/).waitFor();
			await audit(v, 'a list that was fetched');
			equal(await cell.dig(name), ['0.0.0.0'], 'a name of the list is blocked');
			await v.page.fill('#check [name=name]', name);
			await v.button('Test').click();
			await result(v).getByText('By the list “Own library”.').waitFor();

			at.text += `0.0.0.0 ${other}\n`;
			await v.choose('Own library', 'Fetch now');
			await row(v).getByText(/^3 names/).waitFor();
			equal(await cell.dig(other), ['0.0.0.0'], 'the newer list counts');

			at.status = 404;
			await v.choose('Own library', 'Fetch now');
			await row(v).getByText('Not fetched', { exact: true }).waitFor();
			await row(v).getByText(/404/).waitFor();
			await audit(v, 'a list that is gone');
			equal(await cell.dig(name), ['0.0.0.0'], 'the copy at hand stays in use');

			await v.page.getByRole('switch', { name: 'Own library is used' }).uncheck();
			await until(async () => (await cell.dig(name))[0] === '192.0.2.80', 'turned off, it blocks nothing');
		});
	} finally {
		await clear(cell);
		await cell.clearNames('lists');
		await up.close();
		await at.close();
	}
}

export default async function run(suite, cell) {
	await cell.ensure();
	const before = (await cell.do('GET', '/api/config/sections/dns')).upstreams;
	for (const kind of ['desktop', 'phone']) {
		await suite.test(`own entries block and allow, set on a ${kind}`, () => entries(cell, kind));
		await suite.test(`a list is fetched, fetched again, gone, on a ${kind}`, () => fetched(cell, kind));
		await suite.test(`a list is refused, added, turned off, changed, removed, on a ${kind}`, () => refusals(cell, kind));
	}
	await cell.do('PUT', '/api/config/sections/dns', { upstreams: before });
}
