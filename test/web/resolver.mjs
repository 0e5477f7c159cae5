// Name services: the list is edited, the cell asks what it was given, memory is emptied.
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';
import { certificate } from './lib/authority.mjs';
import { encryptedUpstream, upstream, ADDRESS, PORT } from './lib/upstream.mjs';

const list = async (cell) => (await cell.do('GET', '/api/config/sections/dns')).upstreams;
const KEPT = [{ address: '9.9.9.9', port: 53, transport: 'udp' }];
const put = (cell, upstreams) => cell.do('PUT', '/api/config/sections/dns', { upstreams });

const row = (v, address) => v.page.locator('#upstreams li').getByText(address, { exact: true });

async function edit(cell, kind) {
	await put(cell, KEPT);
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/network/resolver');
		await v.page.getByText('9.9.9.9').waitFor();
		await audit(v, 'resolver');
		await v.button('Add a name service').click();
		await audit(v, 'add a name service');
		await v.field('address').fill('not an address');
		await v.field('port').fill('70000');
		await v.dialog().getByRole('button', { name: 'Add a name service' }).click();
		await v.page.getByText('Not an IP address').waitFor();
		await v.page.getByText('A number from 1 to 65535').waitFor();
		await audit(v, 'errors');
		await v.field('transport').selectOption('udp');
		await v.field('address').fill(ADDRESS);
		await v.field('port').fill(String(PORT));
		await v.dialog().getByRole('button', { name: 'Add a name service' }).click();
		await row(v, ADDRESS).waitFor();
		equal((await list(cell)).map((u) => [u.address, u.port, u.transport]), [['9.9.9.9', 53, 'udp'], [ADDRESS, PORT, 'udp']]);

		await v.choose('9.9.9.9', 'Remove');
		await audit(v, 'remove');
		await v.dialog().getByRole('button', { name: 'Remove' }).click();
		await row(v, '9.9.9.9').waitFor({ state: 'detached' });
		equal((await list(cell)).map((u) => u.address), [ADDRESS]);
		await v.button('Undo').click();
		await row(v, '9.9.9.9').waitFor();
		equal((await list(cell)).length, 2, 'undone');
	});
}

async function asks(cell) {
	const up = await upstream();
	try {
		await put(cell, KEPT);
		await visit(cell, 'desktop', async (v) => {
			await v.signIn(ADMIN, '/network/resolver');
			await v.choose('9.9.9.9', 'Edit');
			await v.field('address').fill(ADDRESS);
			await v.field('port').fill(String(PORT));
			await v.button('Save').click();
			await v.dialog().waitFor({ state: 'detached' });
			const name = `a${Date.now()}.example.net`;
			equal(await cell.dig(name), ['192.0.2.80'], 'the new name service is asked');
			ok(up.asked.some((n) => n.startsWith(name)), 'by the cell');
			await v.page.locator('#upstreams').getByText('Answers', { exact: true }).waitFor();

			const hits = async () => Number((await v.page.locator('#cache dd').nth(1).innerText()).replace(/\D/g, ''));
			const before = await hits();
			// each front door remembers for itself, so one more question may miss
			for (let i = 0; i < 12; i++)
				await cell.dig(name);
			await until(async () => await hits() > before, 'the numbers of the memory move');
			await v.page.fill('#cache [name=name]', name);
			await v.button('Forget').click();
			await v.page.getByText(/[1-9]\d* answers? forgotten/).waitFor();
			const times = up.asked.length;
			await cell.dig(name);
			ok(up.asked.length > times, 'asked again after it was forgotten');
			await v.button('Forget all').click();
			await audit(v, 'forget all');
			await v.dialog().getByRole('button', { name: 'Forget all' }).click();
			await v.page.getByText(/\d+ answers? forgotten/).last().waitFor();
		});
	} finally {
		await up.close();
	}
}

const forwards = (cell) => cell.do('GET', '/api/dns/forwards');

async function clearForwards(cell) {
	for (const f of await forwards(cell))
		await cell.do('DELETE', `/api/dns/forwards/${f.zone}`);
}

// Without it the other servers are not asked: they are the only ones that answer here.
async function elsewhere(cell, kind) {
	const up = await upstream(53), name = `${kind}-${Date.now()}.corp.example`;
	await put(cell, [{ address: '192.0.2.1', port: 53, transport: 'udp' }]);
	await clearForwards(cell);
	try {
		await visit(cell, kind, async (v) => {
			await v.signIn(ADMIN, '/network/resolver');
			await v.page.getByText('No such domains').waitFor();
			await v.button('Add a domain').click();
			await v.field('zone').fill('not a domain');
			await v.field('servers').fill(`${ADDRESS}\nrouter`);
			await v.dialog().getByRole('button', { name: 'Add a domain' }).click();
			await v.page.getByText(/Only letters, digits, hyphens and dots/).waitFor();
			await v.page.getByText('router is not an IP address').waitFor();
			await audit(v, 'errors of a domain asked elsewhere');
			v.expected.push(/status of 409/);
			await v.field('zone').fill('myhome.home.arpa');
			await v.field('servers').fill(ADDRESS);
			await v.dialog().getByRole('button', { name: 'Add a domain' }).click();
			await v.says('is a domain of this cell');
			await v.field('zone').fill('Corp.Example.');
			await v.dialog().getByRole('button', { name: 'Add a domain' }).click();
			await v.page.locator('#forwards li').getByText('corp.example', { exact: true }).waitFor();
			await audit(v, 'a domain asked elsewhere');
			equal((await forwards(cell)).map((f) => [f.zone, f.servers]), [['corp.example', [ADDRESS]]]);
			equal(await cell.dig(name), ['192.0.2.80'], 'the other server is asked');
			ok(up.asked.some((n) => n.startsWith(name)), 'by the cell');

			await v.choose('corp.example', 'Remove');
			await audit(v, 'remove a domain asked elsewhere');
			await v.dialog().getByRole('button', { name: 'Remove' }).click();
			await v.page.getByText('No such domains').waitFor();
			equal(await forwards(cell), []);
			await v.button('Undo').click();
			await v.page.locator('#forwards li').getByText('corp.example', { exact: true }).waitFor();
			equal((await forwards(cell)).map((f) => f.servers), [[ADDRESS]], 'undone');
		});
	} finally {
		await clearForwards(cell);
		await up.close();
	}
}

// An encrypted name service is asked under its name; when its door is shut, what the person chose happens.
async function encrypted(cell, kind) {
	const name = () => `s${Date.now()}.example.net`;
	let up = await encryptedUpstream(8853, certificate('dns.test'));
	const plain = await upstream(53);
	await put(cell, KEPT);
	await cell.do('PUT', '/api/config/sections/dns', { upstream_policy: 'opportunistic' });
	try {
		await visit(cell, kind, async (v) => {
			await v.signIn(ADMIN, '/network/resolver');
			await v.choose('9.9.9.9', 'Edit');
			await v.field('transport').selectOption('dot');
			await until(async () => await v.field('port').inputValue() === '853', 'the port follows');
			await until(async () => await v.field('tls_name').inputValue() === 'dns.quad9.net', 'the name of a known one is filled in');
			await v.field('address').fill(ADDRESS);
			await v.field('port').fill('8853');
			await v.field('tls_name').fill('');
			await v.button('Save').click();
			await v.page.getByText('Enter the name in its certificate').waitFor();
			await audit(v, 'an encrypted name service');
			await v.field('tls_name').fill('dns.test');
			await v.button('Save').click();
			await v.dialog().waitFor({ state: 'detached' });
			equal(await cell.dig(name()), ['192.0.2.80'], 'it is asked');
			ok(up.asked.length > 0 && plain.asked.length === 0, 'encrypted');
			await v.page.locator('#upstreams').getByText('Answers', { exact: true }).waitFor();

			await up.close();
			up = null;
			await until(async () => {
				await cell.dig(name());
				return plain.asked.length > 0;
			}, 'asked without encryption after it failed several times', 60_000);
			await v.page.locator('#fallback').getByText(/is asked without encryption right now/).waitFor();
			await v.page.locator('#upstreams').getByText('Not encrypted', { exact: true }).waitFor();
			await audit(v, 'asked without encryption');

			await v.page.getByText('Give no answer', { exact: true }).click();
			await until(async () => (await cell.do('GET', '/api/config/sections/dns')).upstream_policy === 'strict', 'the choice is saved');
			const before = plain.asked.length;
			equal(await cell.dig(name()), [], 'no answer rather than one that others can read');
			equal(plain.asked.length, before, 'nothing was asked in the open');
		});
	} finally {
		await up?.close();
		await plain.close();
		await put(cell, KEPT);
		await cell.do('PUT', '/api/config/sections/dns', { upstream_policy: 'opportunistic' });
	}
}

const keep = (v) => v.page.locator('#keep');

async function memory(cell, kind) {
	const section = () => cell.do('GET', '/api/config/sections/dns');
	const { cache, rebind_allow, rebind_protection } = await section();
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/network/resolver');
		await keep(v).getByText('How much, how long?').click();
		await keep(v).locator('[name=max_entries]').fill('5');
		await keep(v).getByText('Not saved').waitFor();
		await keep(v).locator('[name=max_entries]').blur();
		await keep(v).getByText('A number from 1000 to 200000').waitFor();
		await audit(v, 'a memory that is too small');
		await keep(v).locator('[name=max_entries]').fill('1000');
		await keep(v).locator('[name=stale_max_s]').fill('2');
		await keep(v).getByText('Saved', { exact: true }).waitFor();
		await until(async () => (await section()).cache.max_entries === 1000 && (await section()).cache.stale_max_s === 7200, 'both are saved');
		// a change of something else in the same section is none of ours
		await cell.do('PUT', '/api/config/sections/dns', { client_qps: 999 });
		await keep(v).getByRole('switch').uncheck();
		await until(async () => (await section()).cache.serve_stale === false, 'a switch saves at once');
		await v.page.locator('#rebind [name=rebind_allow]').fill('plex.direct\nb d\n');
		await until(async () => (await section()).rebind_allow.length === 3, 'blanks part names, too');
		await v.page.locator('#rebind').getByRole('switch').uncheck();
		await until(async () => (await section()).rebind_protection === false, 'protection is off');
		await audit(v, 'resolver, settings');
	});
	await cell.do('PUT', '/api/config/sections/dns', { cache, rebind_allow, rebind_protection, client_qps: 1000 });
}

async function refused(cell) {
	await put(cell, KEPT);
	await visit(cell, 'phone', async (v) => {
		await v.signIn(ADMIN, '/network/resolver');
		await v.page.getByText('9.9.9.9').waitFor();

		// somebody else was faster: 412, then our change on top of theirs
		const stale = await cell.call('GET', '/api/config/sections/dns');
		await v.page.route('**/api/config/sections/dns', (r) => r.request().method() === 'GET'
			? r.fulfill({ json: stale.body, headers: { etag: stale.headers.etag } }) : r.continue());
		await put(cell, [...KEPT, { address: '9.9.9.10', port: 53, transport: 'udp' }]);
		v.expected.push(/status of 412/);
		await v.button('Add a name service').click();
		await v.field('transport').selectOption('udp');
		await v.field('address').fill('9.9.9.11');
		await v.dialog().getByRole('button', { name: 'Add a name service' }).click();
		await v.page.getByText('Somebody changed the name services meanwhile.').waitFor();
		await audit(v, 'changed meanwhile');
		await v.page.unroute('**/api/config/sections/dns');
		await v.dialog().getByRole('button', { name: 'Add a name service' }).click();
		await v.page.getByText('Somebody changed the name services meanwhile.').waitFor();
		await v.dialog().getByRole('button', { name: 'Add a name service' }).click();
		await v.dialog().waitFor({ state: 'detached' });
		equal((await list(cell)).map((u) => u.address), ['9.9.9.9', '9.9.9.10', '9.9.9.11'], 'both changes are kept');

		// a refusal that only the cell can know
		v.expected.push(/status of 4\d\d/);
		await v.button('Add a name service').click();
		await v.field('transport').selectOption('udp');
		await v.field('address').fill('0.0.0.0');
		const said = await cell.call('PUT', '/api/config/sections/dns', { upstreams: [...await list(cell), { address: '0.0.0.0', port: 53, transport: 'udp' }] });
		if (said.status >= 400) {
			await v.dialog().getByRole('button', { name: 'Add a name service' }).click();
			await v.says(said.body.errors?.[0]?.message ?? said.body.detail);
			await audit(v, 'reason of the cell');
		}
	});
	await put(cell, KEPT);
}

export default async function run(suite, cell) {
	await cell.ensure();
	const before = await list(cell);
	await suite.test('added, removed, undone, on a desktop', () => edit(cell, 'desktop'));
	await suite.test('added, removed, undone, on a phone', () => edit(cell, 'phone'));
	await suite.test('the cell asks what it was given; its memory is emptied', () => asks(cell));
	if (process.env.PIC_WEB_CELL)
		for (const kind of ['desktop', 'phone']) {
			await suite.test(`a domain is asked elsewhere, set on a ${kind}`, () => elsewhere(cell, kind));
			await suite.test(`an encrypted name service, and when it is gone, on a ${kind}`, () => encrypted(cell, kind));
		}
	for (const kind of ['desktop', 'phone'])
		await suite.test(`settings of memory and protection save themselves, on a ${kind}`, () => memory(cell, kind));
	await suite.test('a conflict and a refusal are told', () => refused(cell));
	await put(cell, before);
}
