// People and tokens: added, locked out, let in again, removed; a token works and ends.
import { empty, equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';

const row = (v, table, text) => v.page.locator(`.${table} tbody tr`).filter({ has: v.page.getByText(text, { exact: true }) });
const canSignIn = async (cell, username, password) => (await cell.call('POST', '/api/auth/login', { username, password }, { Cookie: '', 'X-CSRF-Token': '' })).status === 200;

/** As canSignIn(), but our own session stays. */
async function tries(cell, username, password) {
	const kept = [cell.cookie, cell.csrf];
	const yes = await canSignIn(cell, username, password);
	[cell.cookie, cell.csrf] = kept;
	return yes;
}

async function people(cell, kind) {
	const name = `anna-${kind}`;
	await cell.call('DELETE', `/api/auth/users/${name}`);
	let first, second;
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/users');
		await row(v, 'users', 'you').waitFor();
		await audit(v, 'users');
		await v.button('Add a user').click();
		await audit(v, 'add a user');
		await v.field('username').fill('not valid!');
		await v.field('email').fill('nonsense');
		await v.field('password').fill('short');
		await v.dialog().getByRole('button', { name: 'Add a user' }).click();
		await v.page.getByText('Not an e-mail address').waitFor();
		await v.page.getByText('At least 10 characters').waitFor();
		await v.dialog().locator('[name=role]').selectOption('admin');
		await v.page.getByText('At least 12 characters').waitFor();
		await v.dialog().locator('[name=role]').selectOption('peer');
		await audit(v, 'errors');
		await v.field('username').fill(name);
		await v.field('email').fill('anna@example.org');
		await v.button('Make one for me').click();
		first = await v.field('password').inputValue();
		await v.dialog().getByRole('button', { name: 'Add a user' }).click();
		await v.dialog().getByText(first).waitFor();
		await audit(v, 'hand over');
		await v.page.keyboard.press('Escape');
		equal(await v.dialog().count(), 1, 'shown once: only Done closes it');
		await v.button('Done').click();
		await row(v, 'users', name).waitFor();
		ok(await tries(cell, name, first), 'the new user signs in');

		await v.choose(name, 'Edit');
		await v.field('display_name').fill('Anna from next door');
		await v.button('Save').click();
		await row(v, 'users', name).getByText('Anna from next door').waitFor();

		await v.choose(name, 'Disable');
		await audit(v, 'disable');
		await v.dialog().getByRole('button', { name: 'Disable' }).click();
		await row(v, 'users', name).getByText('Disabled').waitFor();
		equal(await tries(cell, name, first), false, 'disabled');
		await v.choose(name, 'Enable');
		await row(v, 'users', name).getByText('Disabled').waitFor({ state: 'detached' });

		await v.choose(name, 'Give a new password');
		await v.button('Make one for me').click();
		second = await v.field('new_password').inputValue();
		await audit(v, 'new password');
		await v.dialog().getByRole('button', { name: 'Give a new password' }).click();
		await v.dialog().getByText(second).waitFor();
		await v.button('Done').click();
		await row(v, 'users', name).getByText('New password due').waitFor();
		equal([await tries(cell, name, first), await tries(cell, name, second)], [false, true], 'old and new password');

		await v.choose(name, 'Remove');
		await v.dialog().getByRole('button', { name: 'Remove' }).click();
		await row(v, 'users', name).waitFor({ state: 'detached' });
	});
	equal(await tries(cell, name, second), false, 'removed');
}

async function lockout(cell) {
	await cell.call('DELETE', '/api/auth/users/lockme');
	await cell.do('POST', '/api/auth/users', { username: 'lockme', role: 'peer', password: 'first password 1' });
	for (let i = 0; i < 6; i++)
		await tries(cell, 'lockme', `wrong ${i}`);
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/users');
		await row(v, 'users', 'lockme').getByText('Locked').waitFor();
		await v.choose('lockme', 'Unlock');
		await row(v, 'users', 'lockme').getByText('Locked').waitFor({ state: 'detached' });
	});
	ok(await tries(cell, 'lockme', 'first password 1'), 'unlocked');
	await cell.do('DELETE', '/api/auth/users/lockme');
}

async function taken(cell) {
	await visit(cell, 'phone', async (v) => {
		await v.signIn(ADMIN, '/users');
		v.expected.push(/status of 409/);
		await v.button('Add a user').click();
		await v.field('username').fill(ADMIN.username);
		await v.field('password').fill('some password 1');
		await v.dialog().getByRole('button', { name: 'Add a user' }).click();
		const said = await cell.call('POST', '/api/auth/users', { username: ADMIN.username, role: 'peer', password: 'some password 1' });
		equal(said.status, 409);
		await v.says(said.body.errors?.[0]?.message ?? said.body.detail);
		await audit(v, 'taken');
		await v.page.keyboard.press('Escape');
		await v.button('Discard').click();
		// what would lock everybody out is not offered for the own account
		await v.page.getByRole('button', { name: `More actions for ${ADMIN.username}` }).click();
		equal(await v.page.getByRole('menuitem').allInnerTexts(), ['Edit']);
	});
}

async function many(cell) {
	const names = Array.from({ length: 9 }, (_, i) => `many-${i}`);
	for (const n of names)
		await cell.call('POST', '/api/auth/users', { username: n, role: 'peer', password: 'first password 1' });
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/users');
		await v.page.getByLabel('Find by name or e-mail').fill('many-3');
		await until(async () => await v.page.locator('.users tbody tr').count() === 1, 'one row is left');
		await v.page.getByLabel('Find by name or e-mail').fill('');
		await v.page.getByRole('button', { name: /^Administrators/ }).click();
		equal(await v.page.locator('.users tbody').getByText(/^many-/).count(), 0, 'only administrators');
		await audit(v, 'many users');
	});
	for (const n of names)
		await cell.do('DELETE', `/api/auth/users/${n}`);
}

async function tokens(cell, kind) {
	const name = `probe-${kind}`;
	for (const t of await cell.do('GET', '/api/tokens'))
		await cell.do('DELETE', `/api/tokens/${t.id}`);
	const trusted = (await cell.do('GET', '/api/status')).time_trusted;
	let text;
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/users/tokens');
		await v.page.getByText('No tokens').waitFor();
		await audit(v, 'no tokens');
		await v.button('New token').click();
		await v.dialog().getByLabel('Read everything').uncheck();
		await v.button('Make the token').click();
		await v.page.getByText('Choose at least one').waitFor();
		await audit(v, 'errors');
		await v.field('name').fill(name);
		await v.dialog().getByLabel('Read names').check();
		await v.button('Make the token').click();
		if (!trusted) {
			// without a clock there is no end to give it: the cell says so, nothing is made
			v.expected.push(/status of 503 .*tokens/);
			await v.says('The clock is not trusted');
			await audit(v, 'no clock, no token');
			equal((await cell.do('GET', '/api/tokens')).length, 0);
			return;
		}
		text = await v.page.locator('#token-text').innerText();
		ok(/^pic_[\w-]{43}$/.test(text), `a token: ${text}`);
		await audit(v, 'a token, shown once');
		await v.button('Done').click();
		await row(v, 'tokens', name).waitFor();
		await audit(v, 'tokens');
		empty((await v.page.locator('body').innerText()).includes(text) ? [text] : [], 'still on the page');
	});
	if (!trusted)
		return;
	const asks = (method, path) => cell.call(method, path, method === 'GET' ? undefined : {}, { Authorization: `Bearer ${text}`, Cookie: '', 'X-CSRF-Token': '' });
	equal((await asks('GET', '/api/dns/records')).status, 200, 'reads names');
	equal((await asks('POST', '/api/dns/cache/flush')).status, 403, 'changes nothing');
	equal((await asks('GET', '/api/config')).status, 403, 'reads nothing else');
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/users/tokens');
		await v.button(`Revoke ${name}`).click();
		await audit(v, 'revoke');
		await v.dialog().getByRole('button', { name: 'Revoke' }).click();
		await v.page.getByText('No tokens').waitFor();
	});
	equal((await asks('GET', '/api/dns/records')).status, 401, 'ended at once');
}

export default async function run(suite, cell) {
	await cell.ensure();
	await suite.test('a person: added, disabled, a new password, removed, on a desktop', () => people(cell, 'desktop'));
	await suite.test('a person: added, disabled, a new password, removed, on a phone', () => people(cell, 'phone'));
	await suite.test('a locked account is shown and unlocked', () => lockout(cell));
	await suite.test('a taken name; nothing dangerous for the own account', () => taken(cell));
	await suite.test('many people are searched and filtered', () => many(cell));
	await suite.test('a token: made, used, revoked, on a desktop', () => tokens(cell, 'desktop'));
	await suite.test('a token: made, used, revoked, on a phone', () => tokens(cell, 'phone'));
}
