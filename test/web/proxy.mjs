// Addresses that lead to web servers: added by hand in front of a real one, tested, switched off, removed.
import http from 'node:http';
import https from 'node:https';
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';
import { DEVICE } from './lib/network.mjs';

const list = (cell) => cell.do('GET', '/api/proxy/routes');

async function clear(cell) {
	for (const r of await list(cell))
		await cell.do('DELETE', `/api/proxy/routes/${r.id}`);
}

/** A web server of the home network. */
const serve = () => new Promise((done) => {
	const s = http.createServer((q, a) => a.end(`hello from ${q.headers.host}`)).listen(0, DEVICE, () => done(s));
});

/** What a browser gets under that host name. */
const fetchAs = (cell, host) => new Promise((done, fail) => {
	const u = new URL(cell.base);
	https.get({ host: u.hostname, port: u.port, servername: host, headers: { host }, rejectUnauthorized: false, agent: false }, (a) => {
		let text = '';
		a.on('data', (d) => { text += d; });
		a.on('end', () => done({ status: a.statusCode, text }));
	}).on('error', fail);
});

async function lifecycle(cell, kind) {
	await clear(cell);
	const server = await serve(), port = server.address().port;
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/proxy');
		await v.page.getByText('No addresses yet').waitFor();
		await audit(v, 'no addresses');
		await v.button('Add an address').click();
		await v.field('name').fill('Not A Slug');
		await v.field('target').fill('http://192.168.77.2/path');
		await v.dialog().getByRole('button', { name: 'Add an address' }).click();
		await v.page.getByText('Small letters, digits and hyphens, at most 31').waitFor();
		await v.dialog().getByText('For example http://192.168.1.5:8123, with nothing behind it').waitFor();
		await audit(v, 'errors of an address');
		await v.field('name').fill('ha');
		v.expected.push(/status of 400 .*proxy.routes/);
		await v.field('target').fill('http://8.8.8.8');
		await v.dialog().getByRole('button', { name: 'Add an address' }).click();
		await v.dialog().getByText('Must be a private address of another host in your network').waitFor();
		await v.field('target').fill(`http://${DEVICE}:${port}/`);
		await v.dialog().getByRole('button', { name: 'Add an address' }).click();
		await v.dialog().waitFor({ state: 'detached' });
		const [r] = await list(cell);
		equal([r.host, r.target, r.access], ['ha', `http://${DEVICE}:${port}`, ['vpn', 'lan']]);
		const host = new URL(r.url).hostname;
		equal(await fetchAs(cell, host), { status: 200, text: `hello from ${host}` });
		await v.page.getByText('Answers', { exact: true }).waitFor();
		await audit(v, 'an address');

		await v.choose('ha', 'Test now');
		await v.dialog().getByText('A visitor would be served.').waitFor();
		await audit(v, 'a test');
		server.closeAllConnections();
		await new Promise((done) => server.close(done));
		await v.dialog().getByRole('button', { name: 'Test again' }).click();
		await v.dialog().getByText('Nothing listens there').waitFor();
		await v.button('Done').click();

		await v.choose('ha', 'Edit');
		await v.field('path').fill('/app');
		await v.dialog().getByRole('radio', { name: 'Administrators' }).check();
		await v.field('request_headers').fill('X-Api-Key: 1\nHost');
		await v.button('Save').click();
		await v.dialog().getByText('Each line is a name, a colon and a value in ASCII').waitFor();
		v.expected.push(/status of 400 .*proxy.routes/);
		await v.field('request_headers').fill('X-Api-Key: 1\nHost: x');
		await v.button('Save').click();
		await v.says('is a header that the cell itself decides about');
		await v.field('request_headers').fill('X-Api-Key: 1\nCookie:');
		await v.field('max_body_bytes').fill('5');
		await v.button('Save').click();
		await v.dialog().waitFor({ state: 'detached' });
		const [changed] = await list(cell);
		equal([changed.path, changed.max_body_bytes, changed.login], ['/app', 5 << 20, 'admin']);
		equal([changed.request_headers, changed.response_headers], [['X-Api-Key: 1', 'Cookie:'], []]);
		await v.page.locator('#routes').getByText('administrators').waitFor();
		await v.page.locator('#routes').getByText('Does not work').waitFor();		// by itself, within a tick of the checks
		await audit(v, 'an address that does not work');

		await v.choose('ha', 'Switch off');
		await v.page.locator('#routes').getByText('Off', { exact: true }).waitFor();
		await until(async () => (await fetchAs(cell, host)).status === 421, 'nothing is served any more');

		await v.choose('ha', 'Remove');
		await audit(v, 'remove an address');
		await v.dialog().getByRole('button', { name: 'Remove' }).click();
		await v.page.getByText('No addresses yet').waitFor();
		ok(!(await list(cell)).length, 'it is gone');
	});
}

/** A zone that forms do not offer stays, is told where it is alone, and is not enough for them. */
async function unoffered(cell, kind) {
	await clear(cell);
	await cell.do('POST', '/api/proxy/routes', { name: 'ha', host: 'ha', target: `http://${DEVICE}:8123`, access: ['cell'] });
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/proxy');
		await v.page.locator('#routes').getByText('Linked cells').waitFor();
		await v.choose('ha', 'Edit');
		await v.field('target').fill(`http://${DEVICE}:8124`);
		await v.button('Save').click();
		await v.dialog().waitFor({ state: 'detached' });
		equal((await list(cell))[0].access, ['cell'], 'what was so before may stay');
		await v.choose('ha', 'Edit');
		await v.dialog().getByLabel('Home network').check();
		await v.button('Save').click();
		await v.dialog().waitFor({ state: 'detached' });
		equal((await list(cell))[0].access.toSorted(), ['cell', 'lan']);
		await v.page.locator('#routes').getByText('Home network').waitFor();
		await v.choose('ha', 'Edit');
		await v.dialog().getByLabel('Home network').uncheck();
		await v.button('Save').click();
		await v.dialog().getByText('Choose at least one').waitFor();
	});
}

async function remembered(cell, kind) {
	const hsts = async () => (await cell.do('GET', '/api/config/sections/proxy')).hsts;
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/proxy');
		const one = v.page.locator('#browsers').getByRole('switch');
		await one.uncheck();
		await until(async () => !await hsts(), 'saved at once');
		await one.check();
		await until(hsts, 'and again');
		await audit(v, 'what browsers remember');
	});
}

export default async function run(suite, cell) {
	await cell.ensure();
	for (const kind of ['desktop', 'phone'])
		await suite.test(`what browsers remember is a setting, on a ${kind}`, () => remembered(cell, kind));
	for (const kind of ['desktop', 'phone'])
		await suite.test(`an address is added, tested, changed, switched off, removed, on a ${kind}`, () => lifecycle(cell, kind));
	await suite.test('a zone that is not offered is told and not counted', () => unoffered(cell, 'desktop'));
	await clear(cell);
}
