// A person without admin rights: an own page, and no request that would be refused (UI-10).
import { empty, equal } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { makeUser } from './signin.mjs';

const WHO = { username: 'member', password: 'members password' };

async function page(cell, kind) {
	const refused = [];
	await visit(cell, kind, async (v) => {
		v.page.on('response', (r) => {
			if (r.status() === 403)
				refused.push(r.url());
		});
		await v.signIn(WHO, '/');
		await v.page.getByRole('heading', { level: 1, name: 'Hello member' }).waitFor();
		await v.page.getByText('This one').waitFor();
		await audit(v, 'own page');
		equal(await v.page.locator('.nav, .tabbar').count(), 0, 'no navigation');
		await v.go('/users');
		await v.page.getByRole('heading', { level: 1, name: 'Hello member' }).waitFor();
		await v.page.waitForTimeout(1500);
		await v.button('Sign out').click();
		await v.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
	});
	empty(refused, 'requests that were refused');
}

async function password(cell) {
	await visit(cell, 'phone', async (v) => {
		await v.signIn(WHO, '/');
		await v.page.fill('[name=current_password]', WHO.password);
		await v.page.fill('[name=new_password]', 'too short');
		await v.button('Change password').click();
		await v.page.getByText('At least 10 characters', { exact: true }).waitFor();
		await v.page.fill('[name=new_password]', 'long enough now');
		await v.button('Change password').click();
		await v.page.getByText('Password changed').waitFor();
	});
}

export default async function run(suite, cell) {
	await cell.ensure();
	await makeUser(cell, WHO.username);
	await cell.do('POST', '/api/auth/admin/reset-password', { username: WHO.username, new_password: 'first password 1' });
	await visit(cell, 'desktop', async (v) => {
		await v.go('/');
		await v.page.fill('[name=username]', WHO.username);
		await v.page.fill('[name=password]', 'first password 1');
		await v.button('Sign in').click();
		await v.page.fill('[name=new_password]', WHO.password);
		await v.button('Set password').click();
		await v.page.getByRole('heading', { level: 1, name: 'Hello member' }).waitFor();
	});
	await suite.test('the own page, on a desktop', () => page(cell, 'desktop'));
	await suite.test('the own page, on a phone', () => page(cell, 'phone'));
	await suite.test('the own password', () => password(cell));
	await cell.do('DELETE', `/api/auth/users/${WHO.username}`);
}
