// Home: what it says is what the cell says, and it moves by itself (UIL-5).
import { availableParallelism } from 'node:os';
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { canRoot, Cell } from './lib/cell.mjs';
import { readPng } from './lib/png.mjs';
import { upstream, ADDRESS, PORT } from './lib/upstream.mjs';

const number = async (v) => Number((await v.page.locator('#questions').innerText()).replace(/\D/g, '') || -1);

async function tells(cell) {
	const s = await cell.do('GET', '/api/status');
	await visit(cell, 'desktop', async (v) => {
		await v.signIn();
		await v.page.getByText(`Version ${s.version}`).first().waitFor();
		await v.page.locator('.page-head').getByText(s.effective_domain).waitFor();
		equal(await v.page.locator('.nav .brand b').innerText(), s.cell_name, 'the name of the cell');
		const rows = await v.page.locator('#parts li').count();
		equal(rows, Object.keys(s.services).length, 'one row for each part');
		equal(await v.page.locator('#parts .badge.ok').count(), Object.values(s.services).filter((p) => p.running).length, 'running parts');
		const address = (await cell.do('GET', '/api/network/info')).lan_address;
		if (address)
			await v.page.locator('.hop.self').getByText(address).waitFor();
		equal(await v.page.title(), `Home · ${s.cell_name}`);
		await audit(v, 'home');
	});
}

/** The line above the last row goes from edge to edge, also where that row has one part only. */
async function divided(cell) {
	await visit(cell, 'desktop', async (v) => {
		await v.signIn();
		await v.page.locator('#parts li').nth(1).waitFor();
		await v.page.evaluate(() => {
			const all = document.querySelectorAll('#parts li');
			if (all.length % 2 === 0)
				all[all.length - 1].remove();
		});
		const box = await v.page.locator('#parts').boundingBox(), last = await v.page.locator('#parts li').last().boundingBox();
		ok(last.width < box.width * 0.6, 'two columns');
		const strip = { x: box.x + 2, y: Math.round(last.y), width: box.width - 4, height: 1 };
		const at = readPng(await v.page.screenshot({ clip: strip, fullPage: true })).at;
		equal(at(0.9, 0), at(0.1, 0), 'the line goes on');
		const below = readPng(await v.page.screenshot({ clip: { ...strip, y: strip.y + 4 }, fullPage: true })).at;
		ok(JSON.stringify(below(0.9, 0)) !== JSON.stringify(at(0.9, 0)), 'and it is a line');
	});
}

/** Of a service, which has parts that a developer's cell lacks: no id of a part, no word of a program. */
async function named() {
	const cell = new Cell({ root: true });
	try {
		await cell.ensure();
		const parts = await until(async () => {
			const s = (await cell.do('GET', '/api/status')).services;
			return s.vpn?.running && s.firewall?.running && s;
		}, 'the parts of a service run');
		await cell.do('POST', '/api/groups', { name: 'kids' });
		await cell.do('POST', '/api/peers', { name: 'tom', groups: ['kids'] });
		await cell.do('POST', '/api/proxy/routes', { name: 'wiki', host: 'wiki', target: 'http://192.168.77.2:9', access: ['vpn'] });
		await visit(cell, 'desktop', async (v) => {
			await v.signIn();
			await v.page.locator('#parts li').nth(Object.keys(parts).length - 1).waitFor();
			const said = await v.page.locator('#parts li > .grow > div').allInnerTexts();
			for (const id of [...Object.keys(parts), 'running'])
				ok(!said.includes(id), `${id} is no name for a person`);
			for (const what of ['Address added: wiki', 'Peer added: tom', 'Group added: kids', 'Cell set up'])
				await v.page.locator('#recent').getByText(what, { exact: true }).waitFor();
		});
	} finally {
		await cell.remove();
	}
}

async function moves(cell, kind) {
	await visit(cell, kind, async (v) => {
		await v.signIn();
		await until(async () => await number(v) >= 0, 'the number is there');
		const before = await number(v);
		await cell.dig('myhome.home.arpa');
		await cell.dig('www.myhome.home.arpa');
		await until(async () => await number(v) >= before + 2, 'the number of questions grows without a reload');
		await v.page.locator('.plot svg.chart').waitFor();
		await audit(v, 'home with a chart');
	});
}

async function forwards(cell) {
	const before = (await cell.do('GET', '/api/config/sections/dns')).upstreams;
	const up = await upstream();
	try {
		await cell.do('PUT', '/api/config/sections/dns', { upstreams: [{ address: ADDRESS, port: PORT, transport: 'udp' }] });
		const name = `q${Date.now()}.example.net`;
		// each of the cell's front doors remembers for itself: many questions, few of them asked on
		for (let i = 0; i < 12; i++)
			equal(await cell.dig(name), ['192.0.2.80'], 'a forwarded answer');
		const times = up.asked.filter((n) => n.includes(name)).length;
		ok(times >= 1 && times <= availableParallelism(), `answered from memory: asked on ${times} of 12 times`);
		await visit(cell, 'phone', async (v) => {
			await v.signIn();
			await v.page.getByText('1 of 1 name service answer').waitFor();
			await until(async () => /\d %|\d%/.test(await v.page.locator('.tile').nth(1).innerText()), 'the share answered from memory');
		});
	} finally {
		await up.close();
		await cell.do('PUT', '/api/config/sections/dns', { upstreams: before });
	}
}

async function attention(cell) {
	const before = (await cell.do('GET', '/api/config/sections/dns')).upstreams;
	await cell.do('PUT', '/api/config/sections/dns', { upstreams: [{ address: ADDRESS, port: PORT + 1, transport: 'udp' }] });
	try {
		for (let i = 0; i < 4; i++)
			await cell.dig(`lost${i}.example.net`);
		await until(async () => (await cell.do('GET', '/api/dns/status')).upstreams.every((u) => u.state === 'down'), 'the cell says that the upstream is down', 30_000);
		for (const kind of ['desktop', 'phone'])
			await visit(cell, kind, async (v) => {
				await v.signIn();
				await v.page.getByText('Names outside your cell cannot be found.').waitFor();
				await v.page.getByRole('link', { name: '1 thing to check' }).waitFor();
				await audit(v, 'home with a problem');
				await v.page.getByRole('link', { name: 'Check the name services' }).click();
				await v.page.locator('#upstreams').getByText('Silent').waitFor();
				equal(new URL(v.page.url()).pathname, '/network/resolver');
			});
	} finally {
		await cell.do('PUT', '/api/config/sections/dns', { upstreams: before });
	}
}

async function hints(cell) {
	for (const r of await cell.do('GET', '/api/dns/records'))
		await cell.do('DELETE', `/api/dns/records/${r.id}`);
	// where nobody is in the VPN, that comes next
	const first = !(await cell.do('GET', '/api/peers')).length;
	if (first)
		await cell.do('POST', '/api/peers', { name: 'hint' });
	await visit(cell, 'phone', async (v) => {
		await v.signIn();
		await v.page.getByText('Next: give a device a name.').waitFor();
		await audit(v, 'home with a hint');
		await v.button('Not now').click();
		await v.page.getByText('Next: protect your sign-in.').waitFor();
		await v.page.reload();
		await v.page.getByText('Next: protect your sign-in.').waitFor();
		equal(await v.page.getByText('Next: give a device a name.').count(), 0, 'what was put away stays away');
		await v.page.getByRole('link', { name: 'Set up a second factor' }).click();
		await v.page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
	});
	if (first)
		await cell.do('DELETE', '/api/peers/hint');
}

async function recent(cell) {
	await visit(cell, 'desktop', async (v) => {
		await v.signIn();
		await v.page.locator('#recent li').first().waitFor();
		await cell.do('POST', '/api/dns/records', { name: 'just-now', type: 'A', value: '192.0.2.1' });
		await v.page.locator('#recent').getByText(/just-now/).waitFor();
		ok(await v.page.locator('#recent li').count() <= 5, 'at most five');
	});
	await cell.clearNames('just-now');
}

export default async function run(suite, cell) {
	await cell.ensure();
	await suite.test('name, version and parts are those of the cell', () => tells(cell));
	await suite.test('the parts are divided from edge to edge', () => divided(cell));
	await suite.test('the questions move without a reload, on a desktop', () => moves(cell, 'desktop'));
	await suite.test('the questions move without a reload, on a phone', () => moves(cell, 'phone'));
	await suite.test('forwarded and remembered answers show', () => forwards(cell));
	await suite.test('a silent name service is said once, with the way to fix it', () => attention(cell));
	await suite.test('a change made elsewhere appears', () => recent(cell));
	await suite.test('one next step, until it is put away', () => hints(cell));
	if (!canRoot)
		return;
	await cell.stop();
	await suite.test('parts and changes have names', named);
	await cell.start();
}
