// Signing in and out: reasons, locks, a forced change, a session that ends under a page.
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { Visitor, visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';

const heading = (v, name) => v.page.getByRole('heading', { level: 1, name }).waitFor();

async function submit(v, username, password) {
	await v.page.fill('[name=username]', username);
	await v.page.fill('[name=password]', password);
	await v.button('Sign in').click();
}

async function inAndOut(cell, kind) {
	await visit(cell, kind, async (v) => {
		v.expected.push(/status of 401 .*login/);
		await v.go('/history');
		await heading(v, 'Sign in');
		await audit(v, 'sign in');
		await submit(v, ADMIN.username, 'not the password');
		const reason = v.page.locator('.err');
		await reason.waitFor();
		equal(/wrong user name, password or code/i.test(await reason.innerText()), true, 'the reason of the cell');
		await until(() => v.page.evaluate(() => document.activeElement?.getAttribute('name') === 'password'), 'the field keeps the focus');
		await audit(v, 'refused');
		await submit(v, ADMIN.username, ADMIN.password);
		await heading(v, 'History');
		equal(new URL(v.page.url()).pathname, '/history', 'back at the page');
		const cookie = (await v.context.cookies()).find((c) => c.name === 'pic_session');
		equal([cookie.httpOnly, cookie.secure, cookie.sameSite], [true, true, 'Strict'], 'the cookie');
		await v.page.getByRole('button', { name: `Account: ${ADMIN.username}` }).click();
		await audit(v, 'account menu');
		await v.page.getByRole('menuitem', { name: 'Sign out' }).click();
		await heading(v, 'Sign in');
		await v.go('/history');
		await heading(v, 'Sign in');
	});
}

async function same(cell) {
	const a = await cell.call('POST', '/api/auth/login', { username: 'nobody', password: 'x' });
	const b = await cell.call('POST', '/api/auth/login', { username: ADMIN.username, password: 'x' });
	equal([a.status, a.body.detail], [b.status, b.body.detail], 'unknown name and wrong password');
}

async function lock(cell) {
	await makeUser(cell, 'locky');
	await visit(cell, 'phone', async (v) => {
		v.expected.push(/status of (401|423) .*login/);
		await v.go('/');
		for (let i = 0; i < 5; i++) {
			await submit(v, 'locky', `wrong ${i}`);
			await v.page.locator('.err').waitFor();
			await v.page.waitForFunction(() => !document.querySelector('[aria-busy]'));
		}
		await submit(v, 'locky', 'wrong again');
		const note = v.page.getByText(/You can try again in 1[45]:\d\d/);
		await note.waitFor();
		await audit(v, 'locked');
		const before = await note.innerText();
		await until(async () => await note.innerText() !== before, 'the wait counts down');
	});
	await cell.do('POST', '/api/auth/users/locky/unlock', {});
	await cell.do('DELETE', '/api/auth/users/locky');
}

export async function makeUser(cell, username, role = 'peer') {
	await cell.call('DELETE', `/api/auth/users/${username}`);
	return cell.do('POST', '/api/auth/users', { username, role, password: 'first password 1' });
}

async function mustChange(cell) {
	await makeUser(cell, 'newbie', 'admin');
	await cell.do('POST', '/api/auth/admin/reset-password', { username: 'newbie', new_password: 'given password 1' });
	await visit(cell, 'phone', async (v) => {
		await v.go('/network');
		await submit(v, 'newbie', 'given password 1');
		await heading(v, 'Choose a new password');
		await audit(v, 'new password');
		await v.page.fill('[name=new_password]', 'given password 1');
		await v.button('Set password').click();
		await v.page.getByText('This is the password you have now').waitFor();
		await v.page.fill('[name=new_password]', 'my own password 1');
		await v.button('Set password').click();
		await heading(v, 'Network');
	});
	await cell.do('DELETE', '/api/auth/users/newbie');
}

async function over(cell) {
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/network/names');
		v.expected.push(/status of 401/);
		await v.button('Add a name').click();
		await v.field('name').fill('kept-text');
		await v.field('value').fill('192.0.2.7');
		const cookie = (await v.context.cookies()).find((c) => c.name === 'pic_session').value;
		await endSession(cell, cookie);
		await v.dialog().getByRole('button', { name: 'Add a name' }).click();
		await v.page.getByText('Your session ended.').waitFor();
		await audit(v, 'sign in over the page');
		const dialog = v.page.locator('dialog[open]').last();
		equal(await dialog.locator('[name=username]').inputValue(), ADMIN.username, 'the name is filled in');
		await dialog.locator('[name=password]').fill(ADMIN.password);
		await v.page.keyboard.press('Enter');
		// what was being sent goes on
		await v.page.locator('.names').getByText('kept-text').waitFor();
		ok((await cell.do('GET', '/api/dns/records')).some((r) => r.name === 'kept-text'), 'the name was added');
	});
	await cell.clearNames('kept-');
}

/** End the session behind a cookie, from another one. */
async function endSession(cell, cookie) {
	const mine = await fetchSessions(cell, `pic_session=${cookie}`);
	await cell.do('DELETE', `/api/auth/sessions/${mine.find((s) => s.current).id}`);
}

const fetchSessions = async (cell, cookie) => (await cell.call('GET', '/api/auth/sessions', undefined, { Cookie: cookie })).body;

async function idle(cell) {
	const v = await Visitor.open(cell, 'desktop');
	await v.signIn();
	v.always.push(/status of 401/);
	const cookie = (await v.context.cookies()).find((c) => c.name === 'pic_session').value;
	await endSession(cell, cookie);
	// nobody clicks: the stream of events ends with the session
	await v.page.getByText('Your session ended.').waitFor({ timeout: 45_000 });
	await v.calm();
	await v.close();
}

export default async function run(suite, cell) {
	await cell.ensure();
	await suite.test('in and out, on a desktop', () => inAndOut(cell, 'desktop'));
	await suite.test('in and out, on a phone', () => inAndOut(cell, 'phone'));
	await suite.test('a wrong name and a wrong password look the same', () => same(cell));
	await suite.test('after five tries the wait is counted down', () => lock(cell));
	await suite.test('a given password must be changed', () => mustChange(cell));
	await suite.test('a session that ended: sign in over the page and go on', () => over(cell));
	await suite.test('a session that ended is noticed without a click', () => idle(cell));
}
