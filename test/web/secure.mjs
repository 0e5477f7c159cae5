// Encrypted questions: what the page offers works with a standard client; turned off, it is gone.
import { execFile } from 'node:child_process';
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';

const section = (cell) => cell.do('GET', '/api/config/sections/dns');
const card = (v) => v.page.locator('#secure');

/** Ask over TLS at the port that the cell opened; the lines of the short answer. */
const askTls = (cell, port, name) => new Promise((done) => execFile('kdig', ['+short', '+tls', '+timeout=3', '+retry=0', '-p', String(port), `@${new URL(cell.base).hostname}`, name],
	(_, out) => done(out.split('\n').filter((l) => l && !l.startsWith(';')))));

async function offered(cell, kind) {
	await cell.do('PUT', '/api/config/sections/dns', { dot: true, doh: true });
	const port = async () => (await cell.do('GET', '/api/network/listeners')).find((l) => l.protocol === 'dns/tls' && l.open)?.port;
	await until(port, 'the door is open');
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/network');
		await until(async () => await card(v).getByText('Offered', { exact: true }).count() === 2, 'both are offered');
		await audit(v, 'encrypted questions');
		equal(await askTls(cell, await port(), 'myhome.home.arpa'), ['192.168.77.1'], 'what the page says is so');
		const url = await card(v).getByRole('button', { name: /dns-query/ }).getAttribute('title');
		equal(new URL(url).pathname, '/dns-query');
		// "www.myhome.home.arpa" A, as RFC 8484 writes it into the address
		const q = Buffer.concat([Buffer.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...'myhome.home.arpa'.split('.').map((l) => Buffer.from([l.length, ...Buffer.from(l)])), Buffer.from([0, 0, 1, 0, 1])]);
		const r = await cell.call('GET', `/dns-query?dns=${q.toString('base64url')}`, undefined, { Accept: 'application/dns-message' });
		equal([r.status, r.headers['content-type']], [200, 'application/dns-message'], 'the address answers');
		const { transports } = await cell.do('GET', '/api/dns/status');
		ok(transports.dot > 0 && transports.doh > 0, 'both are counted');
		await until(async () => (await card(v).locator('#carried dd').allInnerTexts()).slice(0, 2).join() === `${transports.dot},${transports.doh}`, 'and shown');

		await card(v).getByRole('switch', { name: 'For phones (DoT)' }).uncheck();
		await card(v).getByText('Off', { exact: true }).waitFor();
		await until(async () => !(await section(cell)).dot, 'saved at once');
		await until(async () => !await port(), 'the door is shut');
		await card(v).getByRole('switch', { name: 'For phones (DoT)' }).check();
		await until(port, 'open again');
		await until(async () => await card(v).getByText('Offered', { exact: true }).count() === 2, 'the page says so');
		ok((await askTls(cell, await port(), 'myhome.home.arpa')).length > 0, 'and it answers');
	});
}

export default async function run(suite, cell) {
	await cell.ensure();
	for (const kind of ['desktop', 'phone'])
		await suite.test(`encrypted questions are offered, turned off and on, on a ${kind}`, () => offered(cell, kind));
}
