// Explain (EXP-1, EXP-4, UI-5, UI-11): one connection step by step, asked by hand or by a link, with the first step that
// says no, who set it and what helps.
import { equal, ok } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';
import { DEVICE } from './lib/network.mjs';

async function clear(cell) {
	for (const r of await cell.do('GET', '/api/proxy/routes'))
		await cell.do('DELETE', `/api/proxy/routes/${r.id}`);
	for (const p of await cell.do('GET', '/api/peers'))
		await cell.do('DELETE', `/api/peers/${p.name}`);
}

async function asked(cell, kind) {
	await clear(cell);
	await cell.do('POST', '/api/peers', { name: 'tom' });
	const route = await cell.do('POST', '/api/proxy/routes', { name: 'wiki', host: 'wiki', target: `http://${DEVICE}:9`, access: ['vpn'] });
	const host = new URL(route.url).hostname;
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/explain');
		await v.page.locator('#explain-form').waitFor();
		await audit(v, 'nothing asked yet');
		await v.button('Explain').click();
		await v.page.getByText('Enter the name of a peer').waitFor();
		await v.page.getByText('Enter a name or an address').waitFor();
		await v.page.locator('[name=peer]').fill('tom');
		await v.page.locator('[name=host]').fill('https://wiki/');
		await v.page.getByText('A name or an address, without https:// and path').waitFor();
		await audit(v, 'errors of the question');
		await v.page.locator('[name=host]').fill(host);
		await v.page.keyboard.press('Enter');

		// the first no stands out: what it is, and what helps
		await v.page.locator('[role=status] .note').getByText(/^It stops at/).waitFor();
		const stop = v.page.locator('.stop');
		equal(await stop.count(), 1, 'one step is the first no');
		const said = await cell.do('GET', `/api/explain?peer=tom&host=${host}`), first = said.steps.find((s) => s.verdict === 'fail');
		ok(first, 'it is refused');
		await stop.getByText(first.detail.slice(1)).waitFor();
		await stop.getByText('What helps:').waitFor();
		await stop.getByText('No', { exact: true }).waitFor();
		equal(await v.page.locator('.explained > li').count(), said.steps.length, 'every step is there');
		ok(v.page.url().includes(`peer=tom&host=${encodeURIComponent(host)}`), 'the question is the address');
		await audit(v, 'it stops');

		await v.page.locator('[name=zone]').selectOption('lan');
		await v.button('Explain').click();
		await v.page.waitForURL(/from_zone=lan/);
		await v.page.locator('#steps').getByText('zone:lan →').waitFor();
		await audit(v, 'from home');
		await v.page.goBack();
		await v.page.locator('#steps').getByText('tom →').waitFor();
		equal(await v.page.locator('[name=peer]').inputValue(), 'tom', 'the form follows the address');
	});
}

async function linked(cell, kind) {
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/peers/tom');
		await v.choose('tom', 'Explain a connection');
		await v.page.locator('[name=peer]').waitFor();
		equal(await v.page.locator('[name=peer]').inputValue(), 'tom');
		v.expected.push(/status of 404 .*explain/);
		await v.go('/explain?peer=nobody&host=example.org');
		await v.page.locator('.note').getByText(/nobody/).waitFor();
		await audit(v, 'nobody of that name');
		// as an error page of the front door leads here
		await v.go('/explain?from_zone=public&host=wiki.myhome.home.arpa');
		await v.page.locator('#steps').waitFor();
		await audit(v, 'from an error page');
	});
}

export default async function run(suite, cell) {
	await cell.ensure();
	for (const kind of ['desktop', 'phone']) {
		await suite.test(`a connection step by step, on a ${kind}`, () => asked(cell, kind));
		await suite.test(`links that lead there, on a ${kind}`, () => linked(cell, kind));
	}
	await clear(cell);
}
