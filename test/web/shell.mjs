// The frame: every link leads somewhere, keys work, the stream sleeps with the tab.
import { empty, equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';

const heading = (v, name) => v.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

async function links(cell, kind) {
	await visit(cell, kind, async (v) => {
		await v.signIn();
		const seen = new Set(), todo = ['/'];
		while (todo.length) {
			const path = todo.pop();
			if (seen.has(path))
				continue;
			seen.add(path);
			await v.go(path);
			await v.page.waitForSelector('main h1');
			await v.page.waitForFunction(() => !document.querySelector('.skel'));
			equal(await v.page.getByText('There is no such page').count(), 0, path);
			for (const href of await v.page.$$eval('a[href^="/"]', (as) => as.map((a) => a.getAttribute('href').split(/[?#]/)[0])))
				if (!/\.\w+$/.test(href))	// a file is saved, or handed to the system
					todo.push(href);
		}
		empty(['/', '/network', '/network/names', '/network/resolver', '/firewall', '/firewall/reach', '/firewall/drops', '/firewall/doors', '/firewall/routes', '/explain', '/vault', '/ca', '/users', '/users/tokens', '/history', '/jobs', '/account'].filter((p) => !seen.has(p) && kind === 'desktop'), 'pages that nothing leads to');
		await v.go('/no/such/page');
		await v.page.getByText('There is no such page').waitFor();
		await audit(v, 'no such page');
		await v.page.getByRole('link', { name: 'Go to Home' }).click();
		await heading(v, 'Home');
	});
}

async function keyboard(cell) {
	await cell.clearNames('k-');
	await cell.do('POST', '/api/dns/records', { name: 'k-find', type: 'A', value: '192.0.2.1' });
	await visit(cell, 'desktop', async (v) => {
		await v.signIn();
		const p = v.page;
		await p.goto('/');
		await heading(v, 'Home');
		await p.evaluate(() => document.activeElement.blur());
		await p.keyboard.press('Tab');
		equal(await p.evaluate(() => document.activeElement.textContent), 'Skip to content', 'first stop');
		await audit(v, 'skip link');
		await p.keyboard.press('Enter');
		equal(await p.evaluate(() => document.activeElement.id), 'content');

		await p.keyboard.press('Control+k');
		await p.keyboard.type('res');
		await p.getByRole('option', { name: /Resolver/ }).waitFor();
		await audit(v, 'finder');
		equal(await p.getAttribute('[role=combobox]', 'aria-activedescendant'), 'found-0');
		await p.keyboard.press('Enter');
		await p.waitForURL('**/network/resolver', { waitUntil: 'commit' });

		await p.keyboard.press('Control+k');
		await p.keyboard.type('k-find');
		await p.getByRole('option', { name: /k-find/ }).waitFor();
		await p.keyboard.press('Enter');
		await p.waitForURL('**/network/names?q=k-find', { waitUntil: 'commit' });
		await until(async () => await p.locator('.names tbody tr').count() === 1, 'the list is narrowed to it');

		await p.keyboard.press('Control+k');
		await p.keyboard.type('add a name');
		await p.keyboard.press('ArrowDown');
		await p.keyboard.press('ArrowUp');
		await p.keyboard.press('Enter');
		await v.dialog().getByText('Add a name').first().waitFor();
		await p.keyboard.press('Escape');

		await p.evaluate(() => document.activeElement.blur());
		await p.keyboard.press('?');
		await v.dialog().getByText('Show these keys').waitFor();
		await audit(v, 'keys');
		await p.keyboard.press('Escape');

		// a menu by keys: opens, moves, closes, and the focus comes back
		const menu = p.getByRole('button', { name: 'More actions for k-find.myhome.home.arpa A' });
		await menu.focus();
		await p.keyboard.press('Enter');
		equal(await p.evaluate(() => document.activeElement.textContent), 'Edit');
		await p.keyboard.press('ArrowDown');
		equal(await p.evaluate(() => document.activeElement.textContent), 'Remove');
		await p.keyboard.press('Escape');
		equal(await menu.evaluate((e) => e === document.activeElement), true, 'the focus is back');
		await p.keyboard.press('Enter');
		await p.keyboard.press('Enter');
		await v.dialog().getByText('Change a name').waitFor();
		await p.keyboard.press('Escape');
		equal(await menu.evaluate((e) => e === document.activeElement), true, 'the focus is back after a dialog');
	});
	await cell.clearNames('k-');
}

async function phone(cell) {
	await visit(cell, 'phone', async (v) => {
		await v.signIn();
		for (const [tab, title] of [['Network', 'Network'], ['Peers', 'Peers'], ['Jobs', 'Jobs'], ['Home', 'Home']]) {
			await v.page.locator('.tabbar').getByText(tab).click();
			await heading(v, title);
		}
		await v.page.locator('.tabbar').getByText('More').click();
		await audit(v, 'more');
		await v.page.getByRole('link', { name: 'Users and tokens' }).last().click();
		await heading(v, 'Users and tokens');
		equal(await v.dialog().count(), 0, 'the sheet is gone');
		await v.page.locator('.tabbar').getByText('More').click();
		await v.page.getByRole('button', { name: 'Switch to light' }).last().click();
		equal(await v.page.evaluate(() => document.documentElement.dataset.theme), 'light');
	});
}

async function sleeps(cell) {
	await visit(cell, 'desktop', async (v) => {
		const opened = [], ended = [];
		v.page.on('request', (r) => r.url().includes('/api/events') && opened.push(r.url()));
		v.page.on('requestfailed', (r) => r.url().includes('/api/events') && ended.push(r.url()));
		await v.signIn(ADMIN, '/network/names');
		await until(() => opened.length - ended.length === 1, 'one stream is open');
		const hide = (state) => v.page.evaluate((s) => {
			Object.defineProperty(document, 'visibilityState', { value: s, configurable: true });
			document.dispatchEvent(new Event('visibilitychange'));
		}, state);
		await hide('hidden');
		await until(() => opened.length === ended.length, 'closed while the tab is hidden');
		// what happened meanwhile is fetched on return
		await cell.clearNames('s-');
		await cell.do('POST', '/api/dns/records', { name: 's-asleep', type: 'A', value: '192.0.2.1' });
		await hide('visible');
		await v.page.locator('.names').getByText('s-asleep').waitFor();
		await until(() => opened.length - ended.length === 1, 'one stream again');
		await v.page.getByRole('link', { name: 'Home', exact: true }).first().click();
		await heading(v, 'Home');
		await until(() => opened.at(-1).includes('dns') && opened.length - ended.length === 1, 'still one, now with the numbers');
		ok(!/dns/.test(opened[0]), 'only what the page shows is sent');
	});
	await cell.clearNames('s-');
}

async function policy(cell) {
	const page = await cell.call('GET', '/', undefined, { Accept: 'text/html', 'Accept-Encoding': 'gzip' });
	const csp = page.headers['content-security-policy'] ?? '';
	for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'"])
		ok(csp.includes(part), `the policy has ${part}: ${csp}`);
	await visit(cell, 'desktop', async (v) => {
		await v.signIn();
		const refused = await v.page.evaluate(() => {
			try {
				document.createElement('p').innerHTML = '<b>x</b>';
				return false;
			} catch {
				return true;
			}
		});
		ok(refused, 'markup from text is refused');
		v.always.push(/innerHTML|TrustedHTML|Trusted Type/i);
		await v.page.evaluate(() => { window.__csp = []; });
	});
	equal((await cell.call('GET', '/assets/app-00000000.js')).status, 404, 'an old file name is not answered with the page');
}

export default async function run(suite, cell) {
	await cell.ensure();
	await suite.test('every link leads to a page, on a desktop', () => links(cell, 'desktop'));
	await suite.test('every link leads to a page, on a phone', () => links(cell, 'phone'));
	await suite.test('finder, keys and menus without a mouse', () => keyboard(cell));
	await suite.test('the tabs of a phone', () => phone(cell));
	await suite.test('one stream, only while it is looked at', () => sleeps(cell));
	await suite.test('the page runs under the strict policy', () => policy(cell));
}
