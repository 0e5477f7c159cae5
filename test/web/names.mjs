// Names: added, changed and removed in the browser, asked with a standard client.
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';

const row = (v, text) => v.page.locator('.names tbody tr').filter({ hasText: text });

async function add(v, fields) {
	await v.button('Add a name').first().click();
	if (fields.type)
		await v.dialog().locator('[name=type]').selectOption(fields.type);
	await v.field('name').fill(fields.name);
	await v.field('value').fill(fields.value);
	await v.dialog().getByRole('button', { name: 'Add a name' }).click();
}

async function lifecycle(cell, kind) {
	const name = `nas-${kind}`, full = `${name}.myhome.home.arpa`;
	await cell.clearNames(name);
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/network/names');
		await row(v, 'Automatic').first().waitFor();
		await v.button('Add a name').click();
		await audit(v, 'add a name');
		await v.page.keyboard.press('Escape');
		equal(await v.dialog().count(), 0, 'nothing typed: closes at once');
		await add(v, { name, value: '192.0.2.5' });
		await row(v, name).waitFor();
		await audit(v, 'names');
		equal(await cell.dig(full), ['192.0.2.5'], 'the name answers');

		await v.choose(`${full} A`, 'Edit');
		await v.field('value').fill('192.0.2.6');
		await v.button('Save').click();
		await row(v, '192.0.2.6').waitFor();
		equal(await cell.dig(full), ['192.0.2.6'], 'the new value answers');

		await v.choose(`${full} A`, 'Remove');
		await audit(v, 'remove a name');
		await v.dialog().getByRole('button', { name: 'Remove' }).click();
		await row(v, name).waitFor({ state: 'detached' });
		equal(await cell.dig(full), [], 'the name is gone');
	});
}

async function types(cell) {
	await cell.clearNames('t-');
	const list = [
		['t-aaaa', 'AAAA', '2001:db8::5', '2001:db8::5'], ['t-cname', 'CNAME', 'www.myhome.home.arpa', 'www.myhome.home.arpa.'], ['t-txt', 'TXT', 'hello world', '"hello world"'],
		['t-mx', 'MX', '10 mx.example.org', '10 mx.example.org.'], ['_t-srv._tcp', 'SRV', '0 5 5060 sip.example.org', '0 5 5060 sip.example.org.'], ['t-caa', 'CAA', '0 issue "letsencrypt.org"', '0 issue "letsencrypt.org"'],
	];
	await cell.clearNames('_t-');
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/network/names');
		for (const [name, type, value] of list) {
			await add(v, { name, type, value });
			await row(v, name).waitFor();
		}
	});
	for (const [name, type, , wire] of list)
		equal(await cell.dig(`${name}.myhome.home.arpa`, type), [wire], type);
	await cell.clearNames('t-');
	await cell.clearNames('_t-');
}

async function refusals(cell) {
	await cell.clearNames('r-');
	await visit(cell, 'phone', async (v) => {
		await v.signIn(ADMIN, '/network/names');
		await row(v, 'Automatic').first().waitFor();
		await add(v, { name: 'not a name', value: '1.2.3' });
		await v.page.getByText(/Only letters, digits, hyphens, underscores/).waitFor();
		await v.page.getByText(/Not an IPv4 address/).waitFor();
		await until(() => v.page.evaluate(() => document.activeElement?.getAttribute('name') === 'name'), 'the first error has the focus');
		await audit(v, 'errors in the dialog');
		await v.field('name').fill('www');
		await v.field('value').fill('192.0.2.1');
		await v.page.getByText('The cell makes this name itself').waitFor();

		// a name that somebody else takes before this page hears of it: the cell's own reason
		v.expected.push(/status of 409/);
		const stale = await cell.do('GET', '/api/dns/records?generated=1');
		await v.page.route('**/api/dns/records?generated=1', (r) => r.fulfill({ json: stale }));
		await v.field('name').fill('r-raced');
		await cell.do('POST', '/api/dns/records', { name: 'r-raced', type: 'A', value: '192.0.2.1' });
		await v.dialog().getByRole('button', { name: 'Add a name' }).click();
		const said = await cell.call('POST', '/api/dns/records', { name: 'r-raced', type: 'A', value: '192.0.2.1' });
		equal(said.status, 409);
		await v.says(said.body.errors?.[0]?.message ?? said.body.detail);
		await audit(v, 'reason of the cell');

		await v.page.keyboard.press('Escape');
		await v.page.getByText('Discard what you typed?').waitFor();
		await audit(v, 'unsaved');
		await v.button('Keep editing').click();
		equal(await v.field('name').inputValue(), 'r-raced', 'the text is still there');
		await v.page.keyboard.press('Escape');
		await v.button('Discard').click();
		equal(await v.dialog().count(), 0);
	});
	await cell.clearNames('r-');
}

async function merge(cell) {
	await cell.clearNames('m-');
	const r = await cell.do('POST', '/api/dns/records', { name: 'm-both', type: 'A', value: '192.0.2.1' });
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/network/names');
		await v.choose('m-both.myhome.home.arpa A', 'Edit');
		await cell.do('PUT', `/api/dns/records/${r.id}`, { value: '192.0.2.2' });
		v.expected.push(/status of 412/);
		await v.field('ttl').fill('60');
		await v.button('Save').click();
		await v.page.getByText('Somebody changed this meanwhile.').waitFor();
		await v.dialog().getByText('A 192.0.2.2').waitFor();
		await audit(v, 'changed meanwhile');
		await v.button('Take theirs').click();
		equal(await v.field('value').inputValue(), '192.0.2.2');
		await v.field('ttl').fill('61');
		await v.button('Save').click();
		await v.dialog().waitFor({ state: 'detached' });
	});
	const now = (await cell.do('GET', '/api/dns/records')).find((x) => x.id === r.id);
	equal([now.value, now.ttl], ['192.0.2.2', 61], 'both changes are kept');
	await cell.clearNames('m-');
}

async function find(cell) {
	await cell.clearNames('f-');
	for (let i = 0; i < 3; i++)
		await cell.do('POST', '/api/dns/records', { name: `f-${i}`, type: 'A', value: `192.0.2.${i}` });
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/network/names');
		await row(v, 'f-0').waitFor();
		await v.page.keyboard.press('/');
		await v.page.keyboard.type('f-1');
		await until(async () => await v.page.locator('.names tbody tr').count() === 1, 'one row is left');
		await v.page.keyboard.type('nothing like that');
		await v.page.getByText('Nothing matches.').waitFor();
		await audit(v, 'nothing matches');
		await v.button('Show all').click();
		await v.page.getByRole('button', { name: /^Yours/ }).click();
		equal(await v.page.locator('.names tbody tr').filter({ hasText: 'Automatic' }).count(), 0, 'only own names');
		const head = v.page.getByRole('columnheader', { name: 'Value' });
		await head.getByRole('button').click();
		equal(await head.getAttribute('aria-sort'), 'ascending');
		const values = () => v.page.locator('.names .t-value:not(th)').allInnerTexts();
		const up = (await values()).filter((x) => x.startsWith('192.0.2.'));
		equal(up, [...up].sort(), 'sorted by value');
		await head.getByRole('button').click();
		equal(await head.getAttribute('aria-sort'), 'descending');
	});
	await cell.clearNames('f-');
}

async function elsewhere(cell) {
	await cell.clearNames('e-');
	await visit(cell, 'phone', async (v) => {
		await v.signIn(ADMIN, '/network/names');
		await row(v, 'Automatic').first().waitFor();
		await cell.do('POST', '/api/dns/records', { name: 'e-other', type: 'A', value: '192.0.2.9' });
		await row(v, 'e-other').waitFor();
		await cell.clearNames('e-');
		await row(v, 'e-other').waitFor({ state: 'detached' });
	});
}

/** What happens between the fetch and the first event is not lost. */
async function between(cell) {
	await cell.clearNames('b-');
	await visit(cell, 'desktop', async (v) => {
		let held = false;
		await v.page.route('**/api/events**', async (r) => {
			if (!held) {
				held = true;
				await row(v, 'Automatic').first().waitFor();
				await cell.do('POST', '/api/dns/records', { name: 'b-tween', type: 'A', value: '192.0.2.9' });
			}
			await r.continue();
		});
		await v.signIn(ADMIN, '/network/names');
		await row(v, 'b-tween').waitFor();
		ok(held, 'the stream was held');
	});
	await cell.clearNames('b-');
}

async function lookup(cell) {
	await cell.clearNames('l-');
	await cell.do('POST', '/api/dns/records', { name: 'l-home', type: 'A', value: '192.0.2.33', views: ['lan'] });
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/network');
		const ask = async (zone) => {
			await v.page.fill('#lookup [name=name]', 'l-home.myhome.home.arpa');
			await v.page.selectOption('#lookup [name=zone]', zone);
			await v.button('Ask').click();
		};
		await ask('lan');
		await v.page.locator('#lookup-result').getByText('192.0.2.33').waitFor();
		await audit(v, 'network with an answer');
		await ask('vpn');
		await v.page.locator('#lookup-result').getByText('No such name').waitFor();
		await ask('public');
		await v.page.locator('#lookup-result').getByText('Refused', { exact: true }).waitFor();
		// the split at a glance
		const sides = v.page.locator('#split li');
		equal(await sides.count(), 4);
		await until(async () => await v.page.locator('#split .badge').count() === 4, 'every side has its answer');
		ok(/Answered/.test(await sides.nth(0).innerText()), 'home hears an address');
		ok(/Refused/.test(await sides.nth(3).innerText()), 'the Internet is refused');
	});
	await cell.clearNames('l-');
}

export default async function run(suite, cell) {
	await cell.ensure();
	await suite.test('added, asked, changed, removed, on a desktop', () => lifecycle(cell, 'desktop'));
	await suite.test('added, asked, changed, removed, on a phone', () => lifecycle(cell, 'phone'));
	await suite.test('every record type answers on the wire', () => types(cell));
	await suite.test('refusals stand at their field, in the words of the cell', () => refusals(cell));
	await suite.test('two people change the same name', () => merge(cell));
	await suite.test('searched, filtered, sorted', () => find(cell));
	await suite.test('a name added elsewhere appears', () => elsewhere(cell));
	await suite.test('a name added before the page listens appears', () => between(cell));
	await suite.test('a name is tested as each side hears it', () => lookup(cell));
}
