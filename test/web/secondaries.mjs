// Name servers that copy: the secret is shown once and works with a standard client.
import { execFile } from 'node:child_process';
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';
import { ADDRESS } from './lib/upstream.mjs';

const list = (cell) => cell.do('GET', '/api/dns/secondaries');

async function clear(cell) {
	for (const s of await list(cell))
		await cell.do('DELETE', `/api/dns/secondaries/${s.id}`);
}

function transfer(cell, key, secret) {
	const host = new URL(cell.base).hostname;
	return new Promise((done) => execFile('dig', ['-p', '5353', '-y', `hmac-sha256:${key}:${secret}`, `@${host}`, 'myhome.home.arpa', 'AXFR'], (_, out) => done(out)));
}

const card = (v) => v.page.locator('#secondaries');

async function lifecycle(cell, kind) {
	await clear(cell);
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/network/names');
		await v.page.getByText('No server copies from this cell').waitFor();
		await v.button('Add a server').click();
		await v.field('address').fill('somewhere');
		await v.field('tsig_secret').fill('short');
		await v.dialog().getByRole('button', { name: 'Add a server' }).click();
		await v.page.getByText('Enter a name', { exact: true }).waitFor();
		await v.page.getByText('Not an IP address').waitFor();
		await v.dialog().getByText('From 32 to 128 bytes in base64', { exact: true }).waitFor();
		await audit(v, 'errors of a secondary');
		await v.field('name').fill('ns2');
		await v.field('address').fill(ADDRESS);
		await v.field('key_name').fill('pic-ns2');
		await v.field('tsig_secret').fill('');
		await v.dialog().getByRole('button', { name: 'Add a server' }).click();
		const secret = await v.page.locator('#secret-text').innerText();
		ok(Buffer.from(secret, 'base64').length >= 32, 'a long secret');
		await audit(v, 'the secret');
		await v.page.keyboard.press('Escape');
		equal(await v.dialog().count(), 1, 'only its button closes it: there is no second time');
		await v.button('Done').click();
		await card(v).getByText('ns2', { exact: true }).waitFor();
		ok(!JSON.stringify(await list(cell)).includes(secret), 'it is not shown again');
		await audit(v, 'a secondary');

		const out = await transfer(cell, 'pic-ns2', secret);
		ok(/\bSOA\b/.test(out), `the key works: ${out}`);
		const [s] = await list(cell);
		ok(s.last_serial !== null, 'the cell knows that');
		await v.page.reload();
		await card(v).getByText(`Has version ${s.last_serial}`).waitFor();

		await v.choose('ns2', 'Edit');
		await v.field('port').fill('5300');
		await v.button('Save').click();
		await v.dialog().waitFor({ state: 'detached' });
		await until(async () => (await list(cell))[0].port === 5300, 'changed');
		ok(/\bSOA\b/.test(await transfer(cell, 'pic-ns2', secret)), 'the secret stayed');

		await v.choose('ns2', 'Remove');
		await audit(v, 'remove a secondary');
		await v.dialog().getByRole('button', { name: 'Remove' }).click();
		await v.page.getByText('No server copies from this cell').waitFor();
		equal(await list(cell), []);
	});
}

export default async function run(suite, cell) {
	await cell.ensure();
	for (const kind of ['desktop', 'phone'])
		await suite.test(`a secondary is added, fetches, is changed, removed, on a ${kind}`, () => lifecycle(cell, kind));
	await clear(cell);
}
