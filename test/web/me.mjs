// My page of a member (PEER-11, UI-2, UI-8, UI-10): own devices, a new key, how to get in, why something is not reached
// (EXP-4: asked there, and by the link of an error page), and signing in by the VPN alone (`vpn_login`). Nothing of
// others, and no request that is refused.
import { empty, equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { canRoot, Cell } from './lib/cell.mjs';
import { Device, serverOf } from './lib/device.mjs';
import { DEVICE } from './lib/network.mjs';

const ANNA = { username: 'anna', password: 'annas own password' };
const hello = (v) => v.page.getByRole('heading', { level: 1, name: 'Hello anna' }).waitFor();

async function make(cell) {
	await cell.do('POST', '/api/peers', { name: 'anna', password: ANNA.password });
	await cell.do('POST', '/api/proxy/routes', { name: 'ha', host: 'ha', target: `http://${DEVICE}:8123`, access: ['vpn', 'lan'] });
	await cell.do('POST', '/api/proxy/routes', { name: 'wiki', host: 'wiki', target: `http://${DEVICE}:8124`, access: ['vpn', 'lan'] });
	await cell.do('POST', '/api/peers', { name: 'anna-laptop', owner: 'anna', service_access: ['route:ha'] });
	await cell.do('POST', '/api/peers', { name: 'somebody-elses' });
}

async function unmake(cell) {
	for (const p of await cell.do('GET', '/api/peers'))
		await cell.do('DELETE', `/api/peers/${p.name}`);
	for (const r of await cell.do('GET', '/api/proxy/routes'))
		await cell.do('DELETE', `/api/proxy/routes/${r.id}`);
}

async function ownPage(cell, kind) {
	const refused = [], called = [];
	await visit(cell, kind, async (v) => {
		v.page.on('response', (r) => {
			if (r.url().includes('/api/'))
				called.push(new URL(r.url()).pathname);
			if (r.status() === 403)
				refused.push(r.url());
		});
		await v.signIn(ANNA, '/');
		await hello(v);
		await v.page.locator('.top').getByText('myhome', { exact: true }).waitFor();
		const devices = v.page.locator('#devices');
		await devices.getByText('anna-laptop').waitFor();
		equal(await devices.getByText('somebody-elses').count(), 0, 'nothing of others');
		await devices.getByText('Not connected yet').first().waitFor();
		const open = v.page.locator('#services').getByRole('link', { name: 'Open ha' });
		await open.waitFor();
		ok(/^https:\/\/ha\.myhome\./.test(await open.getAttribute('href')), 'the way to a service');
		await audit(v, 'my page');

		const before = (await cell.do('GET', '/api/peers/anna-laptop')).public_key;
		await v.choose('anna-laptop', 'Show code');
		await v.dialog().locator('.qr path').waitFor();
		await audit(v, 'my code');
		equal(await v.button('Send a link').count(), 0, 'a member sends no links');
		await v.button('Done').click();
		await v.choose('anna-laptop', 'New code');
		await v.dialog().getByText('Give it a new key?').waitFor();
		await v.button('Make a new code').click();
		await v.dialog().locator('.qr path').waitFor();
		ok((await cell.do('GET', '/api/peers/anna-laptop')).public_key !== before, 'a new key');
		await v.button('Done').click();
	});
	empty(refused, 'requests that were refused');
	empty(called.filter((p) => !/^\/api\/(peer\/|auth\/|events$)/.test(p)), 'requests that are none of a member');
}

const why = (v) => v.page.locator('[role=status] .note').getByText(/^It stops at: /);
const asked = (v) => v.page.locator('[name=target]').inputValue();

/** Asked on the page, by the keyboard; the answer is the cell's, without what has no part in it. */
async function whyNot(cell, kind) {
	const refused = [];
	await visit(cell, kind, async (v) => {
		v.page.on('response', (r) => {
			if (r.url().includes('/api/peer/') && r.status() >= 400)
				refused.push(r.url());
		});
		await v.signIn(ANNA, '/');
		const card = v.page.locator('#why'), field = card.getByLabel('What you want to reach');
		await field.fill('a b');
		await v.page.keyboard.press('Enter');
		await card.getByText('A name or an address, for example').waitFor();
		await audit(v, 'no name and no address');
		await field.fill(`https://wiki.myhome.home.arpa:8443/start?page=1`);
		await v.page.keyboard.press('Enter');
		await why(v).waitFor();
		equal([await asked(v), new URL(v.page.url()).search], ['wiki.myhome.home.arpa:8443', '?peer=anna&host=wiki.myhome.home.arpa&port=8443'], 'the question is the address');
		const said = await (await v.page.request.get('/api/peer/explain?device=anna&host=wiki.myhome.home.arpa&port=8443')).json();
		const met = said.steps.filter((s) => s.verdict !== 'skip'), first = met.find((s) => s.verdict === 'fail');
		equal(await v.page.locator('.explained > li').count(), met.length, 'the steps that were met');
		await v.page.locator('.stop').getByText(first.detail.slice(1)).waitFor();
		await v.page.locator('[role=status] .note').getByText(first.fix.slice(1)).waitFor();
		equal(await v.page.locator('.explained a').count(), 0, 'no way to pages of an admin');
		await audit(v, 'it stops');
		equal(await v.page.locator('[role=status] [role=status], [role=status] button').count(), 0, 'what is read out holds nothing that changes');
		await v.button('Copy for them').click();
		equal((await v.page.evaluate(() => navigator.clipboard.readText())).split('\n')[0], 'anna → wiki.myhome.home.arpa:8443', 'to send to whoever can help');
		await card.getByLabel('From your device').selectOption('anna-laptop');
		await v.button('Find out').click();
		await v.page.locator('#steps').getByText('anna-laptop → ').waitFor();
		await v.page.goBack();
		await v.page.locator('#steps').getByText('anna → ').waitFor();
		equal(await card.getByLabel('From your device').inputValue(), 'anna', 'the form follows the address');
		// of somebody else's device nothing is asked
		await v.go('/explain?peer=somebody-elses&host=wiki.myhome.home.arpa');
		await v.page.locator('#steps').getByText('anna → ').waitFor();
	}, { permissions: ['clipboard-read', 'clipboard-write'] });
	empty(refused, 'requests that were refused');
}

/** Without a mouse: a session is ended, its row goes, and the next key starts on the page (UI-1). */
async function byKeyboard(cell) {
	await cell.signIn(ANNA);
	await cell.signIn();
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ANNA, '/');
		const rows = v.page.locator('#sessions li');
		await v.page.getByText('This one').waitFor();
		const before = await rows.count();
		await rows.nth(1).getByRole('button').focus();
		await v.page.keyboard.press('Enter');
		await v.dialog().waitFor();
		for (const key of ['Tab', 'Enter'])
			await v.page.keyboard.press(key);
		await v.dialog().waitFor({ state: 'detached' });
		equal(await rows.count(), before - 1, 'one less');
		equal(await v.page.evaluate(() => document.activeElement.id), 'content', 'the row is gone: the page has the focus');
	});
}

/** At home, signed in on the way: the page in place of a server that is down leads here. */
async function ledHere(cell, kind) {
	const r = await cell.do('POST', '/api/proxy/routes', { name: 'down', host: 'down', target: `http://${DEVICE}:9`, login: 'user' });
	await visit(cell, kind, async (v) => {
		v.expected.push(/status of 502/);
		await v.page.goto(r.url);
		await v.page.fill('[name=username]', ANNA.username);
		await v.page.fill('[name=password]', ANNA.password);
		await v.page.keyboard.press('Enter');
		await v.page.getByRole('heading', { level: 1, name: 'No answer' }).waitFor();
		await audit(v, 'a server that is down');
		await v.page.getByRole('link', { name: 'Explain this, step by step' }).click();
		await v.page.locator('#steps').getByText(`→ ${new URL(r.url).host}`).waitFor();
		equal(await asked(v), new URL(r.url).host, 'what did not answer is filled in');
		ok(await v.page.evaluate(() => document.querySelector('#why').getBoundingClientRect().top < document.querySelector('#devices').getBoundingClientRect().top), 'it stands first');
		await audit(v, 'led here');
	});
	await cell.do('DELETE', `/api/proxy/routes/${r.id}`);
}

/** In the VPN, what a device has no right to: from the refusal to the answer without typing anything. */
async function refusedByDevice() {
	const cell = new Cell({ root: true }), device = new Device({ here: true });
	try {
		await cell.ensure();
		await cell.do('PUT', '/api/config', { cell_name: 'away' });
		await make(cell);
		await cell.do('PUT', '/api/config/sections/auth', { vpn_login: true });
		await device.up((await cell.do('GET', '/api/peers/anna/config')).config);
		await device.met();
		await visit(cell, 'phone', async (v) => {
			v.expected.push(/status of 403/);
			await v.page.goto('https://wiki.away.home.arpa/');
			await v.page.getByText('anna has no access to the page wiki (route:wiki)').waitFor();
			await audit(v, 'a page that refuses a device');
			await v.page.getByRole('link', { name: 'Explain this, step by step' }).click();
			await v.button('Sign in as this device').click();
			await v.page.locator('#steps').getByText('anna → wiki.away.home.arpa:443').waitFor();
			await v.page.getByText('It stops at: Name.').waitFor();
			equal(await asked(v), 'wiki.away.home.arpa');
			await v.page.locator('.explained').getByText('Your device').waitFor();
			await audit(v, 'why it is refused');
		});
	} finally {
		await device.down();
		await cell.remove();
	}
}

/** The cell says late from which device the page was opened: the form asks from that one then, unless another was chosen. */
async function knownLate(v, chosen, want) {
	let say;
	const told = new Promise((done) => { say = done; });
	await v.page.route('**/api/auth/sessions', async (r) => {
		await told;
		await r.continue();
	});
	await v.go('/');
	const device = v.page.locator('[name=device]'), target = v.page.locator('[name=target]');
	await device.waitFor();
	equal(await device.inputValue(), 'anna', 'not known yet');
	await target.fill('wiki.myhome.home.arpa');
	if (chosen)
		await device.selectOption(chosen);
	say();
	await v.page.locator('#devices li').filter({ hasText: 'This one' }).getByText('anna-laptop', { exact: true }).waitFor();
	await until(async () => await device.inputValue() === want, `the form asks from ${want}`);
	await v.button('Find out').click();
	await v.page.locator('#steps').getByText(`${want} → wiki.myhome.home.arpa:443`).waitFor();
	equal([await device.inputValue(), new URL(v.page.url()).search], [want, `?peer=${want}&host=wiki.myhome.home.arpa&port=443`], 'from which it was asked, and what was typed');
	await v.page.unroute('**/api/auth/sessions');
}

/** In the VPN as the second of several devices. */
async function bySecondDevice() {
	const cell = new Cell({ root: true }), device = new Device({ here: true });
	try {
		await cell.ensure();
		await make(cell);
		await cell.do('POST', '/api/peers', { name: 'anna-tablet', owner: 'anna' });
		await cell.do('PUT', '/api/config/sections/auth', { vpn_login: true });
		const file = (await cell.do('GET', '/api/peers/anna-laptop/config')).config;
		await device.up(file);
		await device.met();
		await visit({ base: `https://${serverOf(file)}` }, 'desktop', async (v) => {
			await v.go('/');
			await v.button('Sign in as this device').click();
			await hello(v);
			await knownLate(v, null, 'anna-laptop');
			await knownLate(v, 'anna-tablet', 'anna-tablet');
		});
	} finally {
		await device.down();
		await cell.remove();
	}
}

/** One button, no password, and the page knows which device this is. */
async function byDevice() {
	const cell = new Cell({ root: true }), device = new Device({ here: true });
	try {
		await cell.ensure();
		await make(cell);
		await cell.do('PUT', '/api/config/sections/auth', { vpn_login: true });
		const file = (await cell.do('GET', '/api/peers/anna/config')).config;
		await device.up(file);
		await device.met();
		await visit({ base: `https://${serverOf(file)}` }, 'phone', async (v) => {
			await v.go('/');
			await v.button('Sign in as this device').waitFor();
			await audit(v, 'a device that is known');
			await v.button('Sign in as this device').click();
			await hello(v);
			await v.page.getByText('This device is protected.').waitFor();
			await v.page.locator('#devices li').filter({ hasText: 'This one' }).getByText('anna', { exact: true }).waitFor();
			await v.page.locator('#devices').getByText('Online now').waitFor();
			await audit(v, 'my page inside');
		});
		await cell.do('PUT', '/api/config/sections/auth', { vpn_login: false });
		await visit({ base: `https://${serverOf(file)}` }, 'phone', async (v) => {
			await v.go('/');
			await v.button('Sign in').waitFor();
			equal(await v.button('Sign in as this device').count(), 0, 'not offered when it is off');
		});
	} finally {
		await device.down();
		await cell.remove();
	}
}

export default async function run(suite, cell) {
	await cell.ensure();
	await unmake(cell);
	await make(cell);
	for (const kind of ['desktop', 'phone']) {
		await suite.test(`my page, on a ${kind}`, () => ownPage(cell, kind));
		await suite.test(`why something is not reached, on a ${kind}`, () => whyNot(cell, kind));
		await suite.test(`from an error page to the answer, on a ${kind}`, () => ledHere(cell, kind));
	}
	await suite.test('a session is ended by keyboard', () => byKeyboard(cell));
	await unmake(cell);
	await until(async () => !(await cell.do('GET', '/api/auth/users')).some((u) => u.username === 'anna'), 'the account went with its peers');
	if (!canRoot)
		return;
	await cell.stop();
	await suite.test('signing in by the VPN', byDevice);
	await suite.test('in the VPN as the second device', bySecondDevice);
	await suite.test('refused in the VPN, and told why', refusedByDevice);
	await cell.start();
}
