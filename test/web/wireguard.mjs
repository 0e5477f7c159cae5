// The WireGuard page (VPN-11, VPN-12, UI-5, UI-11): how the server is, whether peers reach it, what is
// written into their files, and the door itself, which asks before it changes.
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN, canRoot, Cell } from './lib/cell.mjs';
import { Device } from './lib/device.mjs';

const section = (cell) => cell.do('GET', '/api/config/sections/wireguard');

async function settings(cell, kind) {
	const before = await section(cell);
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/wireguard');
		await v.page.getByText('There is no VPN on this machine as it is started now.').waitFor();
		await v.page.locator('#client-form').waitFor();
		await audit(v, 'no VPN here');
		equal(await v.page.locator('#server').getByText((await cell.do('GET', '/api/wireguard/keys')).public_key).count(), 1, 'its key');

		const client = v.page.locator('#client');
		await client.locator('[name=keepalive_s]').fill('3601');
		await client.locator('[name=client_dns]').click();
		await client.getByText('A number from 0 to 3600').waitFor();
		await client.locator('[name=keepalive_s]').fill('30');
		await client.locator('[name=client_dns]').fill('nobody');
		await client.locator('[name=keepalive_s]').click();
		await client.getByText('auto, or addresses').waitFor();
		await audit(v, 'errors of what peers get');
		await client.locator('[name=client_dns]').fill('auto');
		await client.locator('[name=endpoint_host]').fill('vpn.example.org');
		await client.getByRole('switch').uncheck();
		await until(async () => {
			const s = await section(cell);
			return s.keepalive_s === 30 && s.endpoint_host === 'vpn.example.org' && !s.preshared_keys;
		}, 'saved by itself');
		await client.getByText('Saved', { exact: true }).waitFor();
		await v.page.locator('#server').getByText('vpn.example.org').first().waitFor();

		const door = v.page.locator('#door');
		await door.locator('[name=port]').fill('99999');
		await door.locator('[name=address]').fill('10.0.0.1');
		await door.getByRole('button', { name: 'Change it' }).click();
		await door.getByText('For example 10.0.0.1/24').waitFor();
		await audit(v, 'errors of the door');
		await door.locator('[name=port]').fill('51999');
		await door.locator('[name=address]').fill(before.address);
		await door.getByRole('button', { name: 'Change it' }).click();
		await v.dialog().getByText('Change the door?').waitFor();
		await audit(v, 'before the door changes');
		equal((await section(cell)).port, before.port, 'nothing happened yet');
		await v.dialog().getByRole('button', { name: 'Change it' }).click();
		await v.dialog().waitFor({ state: 'detached' });
		equal((await section(cell)).port, 51999);
		await v.page.locator('#server').getByText('UDP 51999').waitFor();

		const key = (await cell.do('GET', '/api/wireguard/keys')).public_key;
		await door.getByRole('button', { name: 'New server key' }).click();
		await v.dialog().getByRole('button', { name: 'Make a new key' }).click();
		await v.dialog().waitFor({ state: 'detached' });
		ok((await cell.do('GET', '/api/wireguard/keys')).public_key !== key, 'another key');
	});
	await cell.do('PUT', '/api/config/sections/wireguard', { port: before.port, endpoint_host: before.endpoint_host, keepalive_s: before.keepalive_s, preshared_keys: before.preshared_keys });
}

/** A device comes in: the table follows by itself. */
async function live() {
	const cell = new Cell({ root: true }), device = new Device();
	try {
		await cell.ensure();
		await cell.do('POST', '/api/peers', { name: 'phone' });
		await visit(cell, 'desktop', async (v) => {
			await v.signIn(ADMIN, '/wireguard');
			await v.page.locator('#server').getByText('Running').waitFor();
			const row = v.page.locator('#live').getByRole('row').filter({ hasText: 'phone' });
			await row.getByText('Never').waitFor();
			await device.up((await cell.do('GET', '/api/peers/phone/config')).config);
			await device.met();
			await row.getByText('now', { exact: true }).waitFor();
			await audit(v, 'a peer that is there');
			await v.button('Check the port').click();
			await v.page.locator('#port .badge').waitFor();
			await audit(v, 'the port');
		});
	} finally {
		await device.down();
		await cell.remove();
	}
}

export default async function run(suite, cell) {
	await cell.ensure();
	for (const kind of ['desktop', 'phone'])
		await suite.test(`what peers get and the door itself, on a ${kind}`, () => settings(cell, kind));
	if (!canRoot)
		return;
	await cell.stop();
	await suite.test('who is connected, as it happens', live);
	await cell.start();
}
