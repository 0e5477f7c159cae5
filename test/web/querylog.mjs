// The query log: live, filtered, paused by scrolling; one tap blocks a name.
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';
import { upstream, ADDRESS, PORT } from './lib/upstream.mjs';

const line = (v, name) => v.page.locator('.log li').filter({ hasText: name });
const level = async (cell) => (await cell.do('GET', '/api/config/sections/dns')).query_log;
const rules = (cell) => cell.do('GET', '/api/blocklists/rules');

async function live(cell, kind) {
	const mark = `${kind}${Date.now()}`;
	await cell.do('PUT', '/api/blocklists/rules', { allow: [], deny: [] });
	await cell.do('PUT', '/api/config/sections/dns', { query_log: 'errors' });
	await cell.do('DELETE', '/api/dns/log');
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/network/log');
		await v.page.getByText('Nothing yet').waitFor();
		await audit(v, 'log, empty');
		await v.page.locator('#level [name=query_log]').selectOption('all');
		await until(async () => await level(cell) === 'all', 'the level is saved');

		const ask = (i) => cell.dig(`q${i}-${mark}.example.net`);
		await ask(0);
		await line(v, `q0-${mark}`).first().waitFor();
		ok((await line(v, `q0-${mark}`).first().innerText()).includes(ADDRESS), 'with the name service that answered');
		await cell.garble();
		await line(v, 'no question that could be read').first().waitFor();
		await audit(v, 'log with lines');
		await Promise.all(Array.from({ length: 40 }, (_, i) => ask(i + 1)));
		await until(async () => await v.page.locator('.log li').count() >= 41, 'all lines appear by themselves');
		const box = v.page.locator('.log');
		const atEnd = () => box.evaluate((el) => el.scrollHeight - el.scrollTop - el.clientHeight < 4);
		await until(atEnd, 'the end is in view');

		await box.evaluate((el) => { el.scrollTop = 0; });
		await v.page.getByText('Paused', { exact: true }).waitFor();
		const shown = await v.page.locator('.log li').count();
		await ask(50);
		await v.page.getByRole('button', { name: /new lines?$/ }).waitFor();
		await audit(v, 'log, paused');
		equal(await v.page.locator('.log li').count(), shown, 'nothing moves while it is read');
		await v.page.getByRole('button', { name: /new lines?$/ }).click();
		await line(v, `q50-${mark}`).first().waitFor();
		await until(atEnd, 'back at the end');
		await v.page.getByText('Live', { exact: true }).waitFor();

		await cell.dig(`${mark}.myhome.home.arpa`);
		await line(v, `${mark}.myhome`).first().waitFor();
		equal(await line(v, `${mark}.myhome`).first().getByRole('button').count(), 0, 'own names cannot be blocked');
		await v.page.getByRole('searchbox', { name: 'Name' }).fill(`q7-${mark}`);
		await until(async () => await line(v, mark).count() > 0 && await v.page.locator('.log li').count() === await line(v, `q7-${mark}`).count(), 'only what was looked for');
		await v.button(`Block q7-${mark}.example.net`).first().click();
		await v.page.getByText(`q7-${mark}.example.net is blocked now`).waitFor();
		equal((await rules(cell)).deny, [`q7-${mark}.example.net`]);
		equal(await ask(7), ['0.0.0.0'], 'it is blocked');
		await v.button(`Allow q7-${mark}.example.net`).first().click();
		await v.page.getByText(`q7-${mark}.example.net is allowed now`).waitFor();
		equal((await rules(cell)).deny, []);
		equal(await ask(7), ['192.0.2.80'], 'it answers again');
		await audit(v, 'log, filtered');
		await v.page.getByLabel('Result').selectOption('SERVFAIL');
		await v.page.getByText('No question like that').waitFor();

		await v.button('Clear').click();
		await audit(v, 'clear the log');
		await v.dialog().getByRole('button', { name: 'Clear' }).click();
		await v.page.getByText('Log cleared').waitFor();
		equal((await cell.do('GET', '/api/dns/log')).entries.filter((e) => e.name?.includes(mark)), [], 'nothing is kept');
	});
}

export default async function run(suite, cell) {
	await cell.ensure();
	const { upstreams, query_log } = await cell.do('GET', '/api/config/sections/dns');
	const up = await upstream();
	await cell.do('PUT', '/api/config/sections/dns', { upstreams: [{ address: ADDRESS, port: PORT, transport: 'udp' }] });
	for (const kind of ['desktop', 'phone'])
		await suite.test(`live, paused, filtered, one tap blocks, on a ${kind}`, () => live(cell, kind));
	await up.close();
	await cell.do('PUT', '/api/config/sections/dns', { upstreams, query_log });
	ok(await level(cell) === query_log, 'as before');
}
