// History: any two versions compared as a person reads it, and the way back.
import { equal, ok } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';

const current = async (cell) => (await cell.do('GET', '/api/config/generations')).find((g) => g.current).generation;
const row = (v, n) => v.page.locator('.generations tbody tr').filter({ has: v.page.getByText(String(n), { exact: true }) });

async function compare(cell, kind) {
	await cell.clearNames('h-');
	const first = await current(cell);
	const r = await cell.do('POST', '/api/dns/records', { name: 'h-disk', type: 'A', value: '192.0.2.1' });
	await cell.do('PUT', `/api/dns/records/${r.id}`, { value: '192.0.2.2' });
	const last = await current(cell);
	equal(last, first + 2);
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/history');
		const diff = v.page.locator('#difference');
		await diff.getByText('h-disk.myhome.home.arpa A').waitFor();
		equal(await diff.locator('del').innerText(), '192.0.2.1', 'the newest change: before');
		equal(await diff.locator('ins').innerText(), '192.0.2.2', 'the newest change: after');
		await audit(v, 'history');
		await v.page.getByLabel('From', { exact: true }).selectOption(String(first));
		await diff.getByText('Added').waitFor();
		ok((await diff.innerText()).includes('192.0.2.2'), 'over two versions: the record with its last value');
		ok(v.page.url().includes(`from=${first}&to=${last}`), 'the comparison has an address');
		await v.page.getByLabel('From', { exact: true }).selectOption(String(last));
		await diff.getByText('No difference').waitFor();
		await v.page.getByLabel('To', { exact: true }).selectOption(String(first));
		await diff.getByText('Removed').waitFor();
		await audit(v, 'a removal');
		await v.choose(`version ${last}`, 'Show what changed');
		await diff.locator('ins').getByText('192.0.2.2').waitFor();
		await v.page.goBack();
		await diff.getByText('Removed').waitFor();
	});
}

async function back(cell, kind) {
	await cell.clearNames('h-');
	const r = await cell.do('POST', '/api/dns/records', { name: 'h-back', type: 'A', value: '192.0.2.10' });
	const good = await current(cell);
	await cell.do('PUT', `/api/dns/records/${r.id}`, { value: '192.0.2.66' });
	await cell.do('POST', '/api/auth/users', { username: 'stays', role: 'peer', password: 'first password 1' });
	equal(await cell.dig('h-back.myhome.home.arpa'), ['192.0.2.66']);
	const bad = await current(cell);
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/history');
		await row(v, good).waitFor();
		await v.choose(`version ${good}`, 'Roll back to this');
		await v.dialog().getByText('h-back.myhome.home.arpa A').waitFor();
		equal([await v.dialog().locator('del').allInnerTexts(), await v.dialog().locator('ins').allInnerTexts()], [['192.0.2.66'], ['192.0.2.10']], 'what will change');
		await v.dialog().getByText('Users, passwords, tokens and sign-in rules stay as they are now.').waitFor();
		await audit(v, 'roll back');
		await v.button('Cancel').click();
		equal(await current(cell), bad, 'nothing happened');
		await v.choose(`version ${good}`, 'Roll back to this');
		await v.button(`Roll back to ${good}`).click();
		await v.dialog().waitFor({ state: 'detached' });
		await row(v, bad + 1).getByText('In force').waitFor();
		await audit(v, 'after');
	});
	equal(await cell.dig('h-back.myhome.home.arpa'), ['192.0.2.10'], 'the old value answers again');
	ok((await cell.do('GET', '/api/auth/users')).some((u) => u.username === 'stays'), 'users stay');
	await cell.do('DELETE', '/api/auth/users/stays');
	await cell.clearNames('h-');
}

async function elsewhere(cell) {
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/history');
		const now = await current(cell);
		await row(v, now).waitFor();
		await cell.do('POST', '/api/dns/records', { name: 'h-live', type: 'A', value: '192.0.2.1' });
		await row(v, now + 1).waitFor();
	});
	await cell.clearNames('h-');
}

export default async function run(suite, cell) {
	await cell.ensure();
	await suite.test('any two versions compared, on a desktop', () => compare(cell, 'desktop'));
	await suite.test('any two versions compared, on a phone', () => compare(cell, 'phone'));
	await suite.test('rolled back, on a desktop', () => back(cell, 'desktop'));
	await suite.test('rolled back, on a phone', () => back(cell, 'phone'));
	await suite.test('a change made elsewhere appears', () => elsewhere(cell));
}
