// Time: not trusted and why, told on the home page; servers are entered, asked, judged.
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';
import { timeservers } from './lib/timeserver.mjs';

const SERVERS = ['192.168.77.11', '192.168.77.12', '192.168.77.13'];
const SILENT = '192.168.77.99';

const section = (cell) => cell.do('GET', '/api/config/sections/ntp');
const settings = (v) => v.page.locator('#time-settings');

async function untrusted(cell, kind) {
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/');
		await v.page.getByText('The clock cannot be relied on.').waitFor();
		await audit(v, 'home without the time');
		await v.page.getByRole('link', { name: 'Look at the time' }).click();
		await v.page.locator('#time').getByText('The clock cannot be relied on yet.').waitFor();
		const { reason } = await cell.do('GET', '/api/ntp/status');
		if (reason)
			await v.page.locator('#time').getByText(reason.slice(1)).waitFor();
		await audit(v, 'time, not trusted');
	});
}

async function refused(cell) {
	const before = await section(cell);
	await visit(cell, 'phone', async (v) => {
		await v.signIn(ADMIN, '/network/time');
		const box = settings(v).locator('[name=sources]');
		await box.fill('a server\n1.2.3');
		await settings(v).getByText('Not saved').waitFor();
		await box.blur();
		await settings(v).getByText(/is neither a host name nor an address/).waitFor();
		await audit(v, 'a wrong time server');
		equal((await section(cell)).sources, before.sources, 'nothing is saved while a field is wrong');
		// leaving now would lose it
		await v.page.getByRole('link', { name: 'Names', exact: true }).click();
		await v.page.getByText('Leave without saving?').waitFor();
		await v.button('Leave').click();
		await v.page.locator('#names').waitFor();
	});
}

async function asked(cell, kind) {
	await cell.do('PUT', '/api/config/sections/ntp', { sources: [SILENT] });
	const servers = await timeservers(SERVERS, 'eth0', { [SERVERS[2]]: 40_000 });
	try {
		await visit(cell, kind, async (v) => {
			await v.signIn(ADMIN, '/network/time');
			await settings(v).locator('[name=sources]').fill(SERVERS.join('\n'));
			await settings(v).getByText('Saved', { exact: true }).waitFor();
			equal((await section(cell)).sources, SERVERS);
			await until(async () => {
				await v.button('Sync now').click();
				await v.button('Sync now').waitFor();
				return (await cell.do('GET', '/api/ntp/status')).time_trusted;
			}, 'two servers that agree are trusted', 40_000);
			await v.page.locator('#time').getByText('The clock can be relied on.').waitFor();
			await v.page.locator('#sources').getByText('Followed', { exact: true }).waitFor();
			const row = v.page.locator('#sources li').filter({ hasText: SERVERS[2] });
			await row.getByText('Wrong', { exact: true }).waitFor();
			ok(/[1-8] of the last 8 questions answered/.test(await row.locator('.beats').getAttribute('aria-label')), 'how often it answered');
			await audit(v, 'time, trusted');
			await v.go('/');
			await v.page.locator('#parts').waitFor();
			equal(await v.page.getByText('The clock cannot be relied on.').count(), 0, 'nothing to say any more');
		});
	} finally {
		await servers.close();
	}
}

async function switched(cell) {
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/network/time');
		const box = settings(v);
		await box.getByLabel('VPN').uncheck();
		await box.locator('[name=discipline]').selectOption('never');
		await until(async () => (await section(cell)).discipline === 'never' && !(await section(cell)).serve_zones.includes('vpn'), 'both are saved');
		// the page is left before it has saved by itself
		await box.getByLabel('VPN').check();
		await v.page.getByRole('link', { name: 'Names', exact: true }).click();
		await until(async () => (await section(cell)).serve_zones.includes('vpn'), 'leaving saves first');
		// somebody else changes another member: both are kept
		await v.go('/network/time');
		await box.locator('[name=sources]').waitFor();
		await cell.do('PUT', '/api/config/sections/ntp', { serve_zones: ['lan'] });
		await until(async () => !await box.getByLabel('VPN').isChecked(), 'what somebody else saved appears');
		await box.getByRole('switch').uncheck();
		await until(async () => !(await section(cell)).enabled, 'a switch saves at once');
		await audit(v, 'time, off');
	});
}

export default async function run(suite, cell) {
	cell.clock = 'leave';
	await cell.fresh();
	await cell.ensure();
	await cell.do('PUT', '/api/config/sections/ntp', { sources: [SILENT], discipline: 'never' });
	// the kernel is one for all: where another program keeps it, the clock is trusted from the first moment
	if (!(await cell.do('GET', '/api/ntp/status')).time_trusted)
		for (const kind of ['desktop', 'phone'])
			await suite.test(`a clock that is not trusted is told, on a ${kind}`, () => untrusted(cell, kind));
	await suite.test('a wrong server is refused, and not lost unasked', () => refused(cell));
	if (process.env.PIC_WEB_CELL)
		for (const kind of ['desktop', 'phone'])
			await suite.test(`servers are asked and judged, set on a ${kind}`, () => asked(cell, kind));
	await suite.test('settings save themselves', () => switched(cell));
	cell.clock = 'trust';
	await cell.remove();
}
