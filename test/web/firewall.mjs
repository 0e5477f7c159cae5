// Firewall and routes (FWL-2, FWL-7, FWL-9, FWL-12, FWL-13, FWL-15, EXP-2, EXP-3, UI-5, UI-11): own rules in their order, what
// a change would make reachable before it is saved, forwards, promises, settings that ask
// first, the matrix also of very many peers, open doors, routes; and as a service: rules in force and who was turned away.
import { equal, ok, until } from './lib/suite.mjs';
import { audit, fits } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN, canRoot, Cell } from './lib/cell.mjs';
import { Device } from './lib/device.mjs';

const MANY = 120;
const api = { rules: '/api/firewall/rules', forwards: '/api/firewall/forwards', assertions: '/api/firewall/assertions', statics: '/api/routing/static' };
const names = async (cell) => (await cell.do('GET', api.rules)).map((r) => r.name);
const section = (cell) => cell.do('GET', '/api/config/sections/firewall');
const row = (v, name) => v.page.getByRole('row').filter({ hasText: name });

async function clear(cell) {
	for (const path of Object.values(api))
		for (const x of await cell.do('GET', path))
			await cell.do('DELETE', `${path}/${x.id}`);
	for (const p of await cell.do('GET', '/api/peers'))
		await cell.do('DELETE', `/api/peers/${p.name}`);
	for (const g of await cell.do('GET', '/api/groups'))
		await cell.do('DELETE', `/api/groups/${g.name}`);
}

async function rules(cell, kind) {
	await clear(cell);
	await cell.do('POST', '/api/groups', { name: 'kids' });
	await cell.do('POST', '/api/peers', { name: 'tom', groups: ['kids'] });
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/firewall');
		await v.page.getByText('No rules of your own').waitFor();
		await v.page.getByText('No port leads inside').waitFor();
		await v.page.getByText('There is no firewall on this machine as it is started now.').waitFor();
		await audit(v, 'no rules');

		await v.page.locator('#rules').getByRole('button', { name: 'Add a rule' }).click();
		await v.field('from_kind').selectOption('peer');
		await v.field('to_kind').selectOption('cidr');
		await v.field('proto').selectOption('tcp');
		await v.field('ports').fill('90-80');
		await v.dialog().getByRole('button', { name: 'Add a rule' }).click();
		await v.dialog().getByText('Enter a name', { exact: true }).waitFor();
		await v.dialog().getByText('Enter the name of a peer').waitFor();
		await v.dialog().getByText('Enter a network, for example 192.168.1.0/24').waitFor();
		await v.dialog().getByText('Ports or ranges, for example 631, 8000-8010').waitFor();
		await audit(v, 'errors of a rule');
		// what the cell says stands at the field it means (UI-5)
		await v.field('name').fill('printer');
		await v.field('to').fill('192.168.1.9/32');
		await v.field('ports').fill('631, 8000-8010');
		await v.field('from').fill('nobody');
		v.expected.push(/status of 400 .*firewall.rules/, /status of 400 .*firewall.rules/);
		await v.dialog().getByRole('button', { name: 'Add a rule' }).click();
		await v.dialog().locator('.err').getByText('There is no device "nobody"').waitFor();
		await audit(v, 'a peer that is not there');
		await v.field('from_kind').selectOption('group');
		await v.field('from').selectOption('kids');
		await v.dialog().getByRole('button', { name: 'Add a rule' }).click();
		await v.dialog().waitFor({ state: 'detached' });
		const [r] = await cell.do('GET', api.rules);
		equal([r.name, r.action, r.from, r.to, r.proto, r.ports], ['printer', 'drop', { group: 'kids' }, { cidr: '192.168.1.9/32' }, 'tcp', ['631', '8000-8010']]);
		await row(v, 'printer').getByText('group kids → 192.168.1.9/32 · TCP 631, 8000-8010').waitFor();

		// who would reach what otherwise, before it is saved (EXP-3)
		await v.page.locator('#rules').getByRole('button', { name: 'Add a rule' }).click();
		await v.field('name').fill('no internet');
		await v.field('from_kind').selectOption('peer');
		await v.field('from').fill('tom');
		await v.dialog().locator('#diff li').filter({ hasText: /tom.*→ Internet/ }).getByText('may not').waitFor();
		await audit(v, 'what a rule changes');
		equal(await names(cell), ['printer'], 'nothing happened yet');
		await v.field('position').selectOption('0');
		await v.dialog().getByRole('button', { name: 'Add a rule' }).click();
		await v.dialog().waitFor({ state: 'detached' });
		equal(await names(cell), ['no internet', 'printer'], 'the order in which they count');
		await audit(v, 'rules');

		// an order that nobody notices needs no question; a switch that somebody notices does
		await v.choose('no internet', 'Move down');
		await until(async () => (await names(cell))[0] === 'printer', 'moved');
		await v.choose('no internet', 'Switch off');
		await v.dialog().getByText('Change no internet?').waitFor();
		await v.dialog().locator('#diff li').filter({ hasText: /tom.*→ Internet/ }).getByText('may', { exact: true }).waitFor();
		await audit(v, 'before a rule is switched off');
		equal((await cell.do('GET', api.rules))[1].enabled, true, 'nothing happened yet');
		await v.dialog().getByRole('button', { name: 'Do it' }).click();
		await row(v, 'no internet').getByText('Off', { exact: true }).waitFor();

		// somebody else is faster (UI-5)
		await v.choose('printer', 'Edit');
		await cell.do('PUT', `${api.rules}/${r.id}`, { action: 'reject' });
		await v.field('name').fill('the printer');
		v.expected.push(/status of 412 .*firewall.rules/);
		await v.dialog().getByRole('button', { name: 'Save' }).click();
		await v.dialog().getByText('Somebody changed this meanwhile.').waitFor();
		await v.dialog().getByRole('button', { name: 'Save' }).click();
		await v.dialog().waitFor({ state: 'detached' });
		equal(await names(cell), ['the printer', 'no internet']);

		await v.choose('no internet', 'Remove');
		await audit(v, 'remove a rule');
		await v.dialog().getByRole('button', { name: 'Remove' }).click();
		await row(v, 'no internet').waitFor({ state: 'detached' });
		equal(await names(cell), ['the printer']);
	});
}

/** What is done there is told late: nobody may ask meanwhile what would come of it (the console would tell). */
const slowly = (v, path) => v.page.route(path, async (r) => {
	const answer = r.request().method() === 'GET' ? null : await r.fetch();
	if (answer)
		await v.page.waitForTimeout(1000);
	await (answer ? r.fulfill({ response: answer }) : r.continue());
});

async function forwards(cell, kind) {
	await clear(cell);
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/firewall?forward');
		await v.dialog().waitFor();
		await v.field('port').fill('70000');
		await v.field('to_ip').fill('home');
		await v.dialog().getByRole('button', { name: 'Add a forward' }).click();
		await v.dialog().getByText('A number from 1 to 65535').waitFor();
		await v.dialog().getByText('Not an IP address').waitFor();
		await audit(v, 'errors of a forward');
		await v.field('name').fill('game');
		await v.field('port').fill('25565');
		v.expected.push(/status of 400 .*forwards/, /status of 400 .*forwards/);
		await v.field('to_ip').fill('8.8.8.8');
		await v.dialog().getByRole('button', { name: 'Add a forward' }).click();
		await v.dialog().locator('.err').waitFor();
		await v.field('to_ip').fill('192.168.1.20');
		await v.field('to_port').fill('25');
		await slowly(v, '**/api/firewall/forwards');
		await v.dialog().getByRole('button', { name: 'Add a forward' }).click();
		await v.dialog().waitFor({ state: 'detached' });
		const [f] = await cell.do('GET', api.forwards);
		equal([f.name, f.zone, f.proto, f.port, f.to_ip, f.to_port], ['game', 'public', 'tcp', 25565, '192.168.1.20', 25]);
		await row(v, 'game').getByText('Open to: Internet').waitFor();
		await audit(v, 'a forward');
		await v.choose('game', 'Switch off');
		await row(v, 'game').getByText('Off', { exact: true }).waitFor();
		await v.choose('game', 'Remove');
		await v.dialog().getByRole('button', { name: 'Remove' }).click();
		await v.page.getByText('No port leads inside').waitFor();
	});
}

/** What the cell says of more cases than it looks at, which it would take minutes to make. */
async function unknown(v) {
	const why = 'rules and their ports make too many cases to look at each';
	await v.page.route(`**${api.assertions}`, async (r) => {
		const answer = await r.fetch();
		await r.fulfill({ response: answer, json: (await answer.json()).map((a) => ({ ...a, holds: null, reason: why })) });
	});
	await v.page.reload();
	await row(v, 'tom stays out').getByText('Not known', { exact: true }).waitFor();
	await row(v, 'tom stays out').getByText(/^Rules and their ports make too many cases/).waitFor();
	await audit(v, 'a promise of which nothing is known');
	await v.page.unrouteAll({ behavior: 'wait' });
	await v.page.reload();
	await row(v, 'tom stays out').getByText('Holds', { exact: true }).waitFor();
}

/** What must stay so: refused when it is not, and whatever would break it as well (FWL-13). */
async function promises(cell, kind) {
	await clear(cell);
	await cell.do('POST', '/api/peers', { name: 'tom' });
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/firewall');
		await v.page.locator('#assertions').getByRole('button', { name: 'Add a promise' }).click();
		await v.field('name').fill('tom stays out');
		await v.field('from_kind').selectOption('peer');
		await v.field('from').fill('tom');
		await v.field('to_kind').selectOption('target');
		await v.field('to').selectOption('internet');
		v.expected.push(/status of 409 .*assertions/, /status of 409 .*assertions/);
		await v.dialog().locator('.note').getByText(/tom would reach the Internet/).waitFor();
		await audit(v, 'a promise that does not hold');
		await v.dialog().getByRole('radio', { name: 'Gets through' }).check();
		await v.dialog().locator('.note').waitFor({ state: 'detached' });
		await v.dialog().getByRole('button', { name: 'Add a promise' }).click();
		await v.dialog().waitFor({ state: 'detached' });
		await row(v, 'tom stays out').getByText('tom always reaches the Internet').waitFor();
		await row(v, 'tom stays out').getByText('Holds', { exact: true }).waitFor();
		await audit(v, 'a promise');
		await unknown(v);

		await v.page.locator('#rules').getByRole('button', { name: 'Add a rule' }).click();
		await v.field('name').fill('breaks it');
		v.expected.push(/status of 409 .*rules/);
		await v.dialog().locator('.note').getByText(/assertion "tom stays out" would not hold/i).waitFor();
		await audit(v, 'a rule that would break a promise');
		await v.page.keyboard.press('Escape');
		await v.button('Discard').click();

		await v.page.getByRole('button', { name: 'Remove tom stays out' }).click();
		await v.dialog().getByRole('button', { name: 'Remove' }).click();
		await v.page.getByText('No promises yet').waitFor();
	});
}

async function settings(cell, kind) {
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/firewall');
		const form = v.page.locator('#defaults');
		await form.getByRole('switch', { name: 'Keep the Internet away' }).check();
		await form.getByRole('button', { name: 'Save' }).click();
		await v.dialog().getByText('Change what holds without a rule?').waitFor();
		await audit(v, 'before the settings change');
		equal((await section(cell)).host_guard, 'off', 'nothing happened yet');
		await v.dialog().getByRole('button', { name: 'Do it' }).click();
		await v.dialog().waitFor({ state: 'detached' });
		equal((await section(cell)).host_guard, 'on');

		await v.go('/firewall/drops');
		await v.page.getByText('Nothing was turned away').waitFor();
		await v.page.locator('#log').getByRole('switch').uncheck();
		await until(async () => !(await section(cell)).log_drops, 'saved at once');
		await v.page.getByText('What is turned away is not written down.').waitFor();
		await audit(v, 'nothing is written down');
	});
	await cell.do('PUT', '/api/config/sections/firewall', { host_guard: 'off', log_drops: true });
}

/** The matrix of rules in force: without them it is not known what they would stop (FWL-11). */
async function reach(cell, kind) {
	await clear(cell);
	for (let i = 0; i < MANY; i++)
		await cell.do('POST', '/api/peers', { name: `p${String(i).padStart(3, '0')}`, internet_access: i !== 7 });
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/firewall/reach');
		const rows = v.page.locator('#reach .list > li'), p7 = rows.filter({ hasText: 'p007' });
		await p7.waitFor();
		equal(await rows.count(), 25, 'a few at a time');
		equal(await p7.locator('div').filter({ has: v.page.locator('dt', { hasText: 'May not' }) }).getByText('Internet').count(), 1, 'a word at the colour');
		await audit(v, 'the matrix');
		const size = v.page.viewportSize();
		for (const width of [320, 780, 1440]) {
			await v.page.setViewportSize({ width, height: 900 });
			await fits(v.page, `the matrix at ${width} px`);
		}
		await v.page.setViewportSize(size);
		await v.button('Show more').click();
		await until(async () => await rows.count() === 50, 'more of them');

		await v.page.getByRole('button', { name: 'Internet', exact: true }).click();
		await p7.getByText('May not').waitFor();
		await rows.filter({ hasText: 'p008' }).getByText('May', { exact: true }).waitFor();
		ok(/subject|target=internet/.test(v.page.url()), 'it stands in the address');
		await v.page.getByRole('searchbox').or(v.page.getByRole('combobox', { name: 'Who' })).fill('p007');
		await v.page.keyboard.press('Enter');
		await until(async () => await rows.count() === 1, 'one of them');
		await audit(v, 'one of the matrix');
		v.expected.push(/status of 404 .*reachability/);
		await v.page.getByRole('searchbox').or(v.page.getByRole('combobox', { name: 'Who' })).fill('nobody');
		await v.page.keyboard.press('Enter');
		await v.button('Show all').click();
		await p7.waitFor();

		// a cell leads to what explains it (EXP-1)
		await v.page.getByRole('link', { name: /^p007 may not reach Internet/ }).click();
		await v.page.getByRole('heading', { level: 1, name: 'Explain' }).waitFor();
		equal(await v.page.locator('[name=peer]').inputValue(), 'p007');
	});
	await clear(cell);
}

/** Every open door with who may use it and why (FWL-15). */
async function doors(cell, kind) {
	await clear(cell);
	await cell.do('POST', api.forwards, { name: 'game', proto: 'tcp', port: 25565, to_ip: '192.168.1.20' });
	const all = await cell.do('GET', '/api/network/listeners'), dns = all.filter((l) => l.protocol === 'dns/udp');
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/firewall/doors');
		await row(v, 'TCP 25565').getByText('because of the forward game').waitFor();
		await row(v, 'TCP 25565').getByText('→ 192.168.1.20:25565').waitFor();
		await row(v, 'TCP 25565').getByText('Not open').waitFor();		// without a firewall nobody leads there
		equal(await v.page.locator('#doors tbody').getByRole('row').count(), new Set(all.map((l) => JSON.stringify([l.protocol, l.zones, l.open]))).size, 'all of them, each once');
		const one = row(v, 'Names (DNS)');
		for (const l of dns)
			await one.getByText(`${l.address.includes(':') ? `[${l.address}]` : l.address}:${l.port}`).waitFor();
		await one.getByText('because of the ports of the cell').waitFor();
		await one.getByText('Home network').waitFor();
		await one.getByText('Open', { exact: true }).waitFor();
		await row(v, 'VPN (WireGuard)').getByText('because of the ports of the cell').waitFor();
		await audit(v, 'open doors');
		await v.page.locator('#doors').getByRole('button', { name: /^Internet/ }).click();
		await row(v, 'Names (DNS)').waitFor({ state: 'detached' });
		await row(v, 'TCP 25565').getByText('Internet').waitFor();
	});
	await clear(cell);
}

async function routes(cell, kind) {
	await clear(cell);
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/firewall/routes');
		await v.page.getByText('No routes of your own').waitFor();
		await v.page.locator('#host-routes').getByRole('row').nth(1).waitFor();
		await audit(v, 'routes of the machine');
		await v.page.locator('#statics').getByRole('button', { name: 'Add a route' }).click();
		await v.field('destination').fill('0.0.0.0/0');
		await v.dialog().getByRole('button', { name: 'Add a route' }).click();
		await v.dialog().getByText('The way to everything is the machine’s own').waitFor();
		await v.dialog().getByText('Enter a router or an interface').waitFor();
		await audit(v, 'errors of a route');
		await v.field('destination').fill('10.99.0.0/16');
		await v.field('via').fill('192.168.77.2');
		await v.dialog().getByRole('button', { name: 'Add a route' }).click();
		await v.dialog().waitFor({ state: 'detached' });
		equal((await cell.do('GET', api.statics)).map((r) => [r.destination, r.via, r.interface, r.metric]), [['10.99.0.0/16', '192.168.77.2', null, 100]]);
		await audit(v, 'a route');
		await v.page.getByRole('button', { name: 'Remove 10.99.0.0/16' }).click();
		await v.dialog().getByRole('button', { name: 'Remove' }).click();
		await v.page.getByText('No routes of your own').waitFor();
	});
}

/** As a service: the rules are in the kernel, a route of the cell is marked, and a peer is turned away. */
async function inForce() {
	const cell = new Cell({ root: true }), device = new Device();
	try {
		await cell.ensure();
		await cell.do('POST', '/api/peers', { name: 'phone', internet_access: false });
		const other = (await cell.do('POST', '/api/peers', { name: 'tablet' })).ip;
		await device.up((await cell.do('GET', '/api/peers/phone/config')).config);
		await device.met();
		await visit(cell, 'desktop', async (v) => {
			await v.signIn(ADMIN, '/firewall');
			await v.page.locator('#state').getByText('In force').waitFor();
			await v.page.getByText('Show the rules as the kernel has them').click();
			await v.page.locator('.ruleset').getByText('table inet pic').waitFor();
			await audit(v, 'rules in force');

			await v.go('/firewall/drops');
			await v.page.getByText('Nothing was turned away').waitFor();
			await device.exec('ip', 'route', 'add', other, 'dev', device.name);
			await device.exec('timeout', '2', 'bash', '-c', `exec 3<>/dev/tcp/${other}/9`).catch(() => {});	// nobody answers: that is the point
			// peers are kept from each other, and that one was comes by itself
			const drop = v.page.getByRole('row').filter({ hasText: 'phone' }).first();
			await drop.waitFor();
			await audit(v, 'who was turned away');
			await drop.getByRole('link', { name: 'Explain' }).click();
			await v.page.locator('.stop').getByRole('heading', { name: 'Firewall' }).waitFor();
			await audit(v, 'why a peer was turned away');

			// a rule says how often it was met; off, it says nothing
			const met = { action: 'reject', from: { peer: 'phone' }, to: { peer: 'tablet' }, proto: 'tcp', ports: ['10'] };
			await cell.do('POST', api.rules, { name: 'kept apart', ...met });
			await cell.do('POST', api.rules, { name: 'kept apart as well', ...met });
			await cell.do('POST', api.rules, { name: 'not in use', ...met, enabled: false });
			await cell.do('POST', api.forwards, { name: 'game', proto: 'tcp', port: 25565, to_ip: '192.168.1.20' });
			for (let i = 0; i < 2; i++)
				await device.exec('timeout', '5', 'bash', '-c', `exec 3<>/dev/tcp/${other}/10`).catch(() => {});	// refused: that is the point
			await until(async () => (await cell.do('GET', api.rules))[0].packets >= 2, 'both were counted');
			await v.go('/firewall');
			await row(v, 'kept apart').first().getByText(/^phone → tablet · TCP 10 · matched \d+ times$/).waitFor();
			await row(v, 'kept apart as well').getByText('not matched yet').waitFor();
			await row(v, 'game').getByText('not matched yet').waitFor();
			equal(await row(v, 'not in use').getByText('matched').count(), 0, 'what is off matches nothing');
			await audit(v, 'rules that were met');
			const size = v.page.viewportSize();
			await v.page.setViewportSize({ width: 390, height: 844 });
			await fits(v.page, 'rules that were met at 390 px');
			await v.page.setViewportSize(size);

			await cell.do('POST', api.statics, { destination: '10.99.0.0/16', via: '192.168.77.2' });
			await v.go('/firewall/routes');
			await v.page.locator('#host-routes').getByRole('row').filter({ hasText: '10.99.0.0/16' }).getByText('Of the cell').waitFor();
			await v.page.locator('#forwarding').getByText('Forwarded', { exact: true }).first().waitFor();
			await audit(v, 'a route in force');
		});
	} finally {
		await device.down();
		await cell.remove();
	}
}

async function reaches(suite) {
	const cell = new Cell({ root: true });
	try {
		await cell.ensure();
		for (const kind of ['desktop', 'phone'])
			await suite.test(`who reaches what, on a ${kind}`, () => reach(cell, kind));
	} finally {
		await cell.remove();
	}
}

/** As a developer starts it there is no firewall that could have a say. */
async function unknownReach(cell) {
	await cell.do('POST', '/api/peers', { name: 'p007' });
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/firewall/reach');
		const not = v.page.locator('#reach .list > li').filter({ hasText: 'p007' }).locator('div').filter({ has: v.page.locator('dt', { hasText: 'Not known' }) });
		await not.getByText('Internet').waitFor();
		await audit(v, 'a matrix without a firewall');
	});
}

export default async function run(suite, cell) {
	await cell.ensure();
	for (const kind of ['desktop', 'phone']) {
		await suite.test(`own rules, on a ${kind}`, () => rules(cell, kind));
		await suite.test(`port forwards, on a ${kind}`, () => forwards(cell, kind));
		await suite.test(`promises that no change may break, on a ${kind}`, () => promises(cell, kind));
		await suite.test(`what holds without a rule asks first, on a ${kind}`, () => settings(cell, kind));
		await suite.test(`open doors, on a ${kind}`, () => doors(cell, kind));
		await suite.test(`routes, on a ${kind}`, () => routes(cell, kind));
	}
	await suite.test('who reaches what, without a firewall', () => unknownReach(cell));
	await clear(cell);
	if (!canRoot)
		return;
	await cell.stop();
	await reaches(suite);
	await suite.test('rules in force, and who was turned away', inForce);
	await cell.start();
}
