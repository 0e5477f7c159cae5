// My page of a member (PEER-11, UI-2, UI-8, UI-10): own devices, a new key, how to get in, and
// signing in by the VPN alone (`vpn_login`). Nothing of others, and no request that is refused.
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
	for (const kind of ['desktop', 'phone'])
		await suite.test(`my page, on a ${kind}`, () => ownPage(cell, kind));
	await unmake(cell);
	await until(async () => !(await cell.do('GET', '/api/auth/users')).some((u) => u.username === 'anna'), 'the account went with its peers');
	if (!canRoot)
		return;
	await cell.stop();
	await suite.test('signing in by the VPN', byDevice);
	await cell.start();
}
