// Settings: one kind of address after another, with what each needs; what the world is told; where certificates come from.
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';

const TOKEN = '0f3a4b5c-1111-2222-3333-444455556666';
const config = (cell) => cell.do('GET', '/api/config');
const at = (v, name) => v.page.locator(`main [name="${name}"]`);
const kind = (v, mode) => v.page.locator(`main [name="domain_mode"][value="${mode}"]`).check();
const save = (v) => v.page.locator('#identity-form button[type="submit"]').click();
const shows = (v, text) => v.page.locator('main').getByText(text).first().waitFor();

/** Save, read what it brings along, and mean it. */
async function change(v, cell, domain) {
	await save(v);
	await v.dialog().getByText(domain).first().waitFor();
	await audit(v, `a change to ${domain}`);
	await v.dialog().getByRole('button', { name: 'Change it' }).click();
	await v.dialog().waitFor({ state: 'detached' });
	equal((await config(cell)).identity.domain_name, domain);
	await v.page.locator('#identity-form .kv').getByText(domain, { exact: true }).waitFor();
}

async function addresses(cell, screen) {
	const before = (await config(cell)).identity;
	await visit(cell, screen, async (v) => {
		await v.signIn(ADMIN, '/settings');
		await v.page.locator('#identity').getByText(before.domain_name, { exact: true }).waitFor();
		await shows(v, 'Nobody outside is told where this cell is.');
		await audit(v, 'settings');

		await kind(v, 'duckdns');
		await save(v);
		await shows(v, 'Enter the token');
		await audit(v, 'a kind of address without what it needs');
		v.expected.push(/status of 400 .*api.config/);
		await at(v, 'subdomain').fill('attic');
		await at(v, 'token').fill('no token');
		await save(v);
		await shows(v, 'Must be the token that duckdns.org shows');	// the cell's own reason, at its field
		equal((await config(cell)).identity.domain_mode, 'lan', 'nothing was saved');
		await at(v, 'token').fill(TOKEN);
		await change(v, cell, 'attic.duckdns.org');
		ok((await config(cell)).ddns.has_token);
		equal(await at(v, 'token').inputValue(), '', 'the token is not shown again');
		await shows(v, 'Set. Left empty, it stays.');
		await v.page.locator('#published').getByText('DuckDNS', { exact: true }).waitFor();
		await audit(v, 'an address at a provider');

		// a change that leaves the token alone keeps it
		await at(v, 'subdomain').fill('cellar');
		await change(v, cell, 'cellar.duckdns.org');
		ok((await config(cell)).ddns.has_token);

		await kind(v, 'http01');
		await at(v, 'domain_name').fill('home.example.org');
		await at(v, 'provider').selectOption('noip');
		await at(v, 'username').fill('anna');
		await at(v, 'token').fill('her password');
		await change(v, cell, 'home.example.org');
		equal((await config(cell)).ddns.provider, 'noip');
		await v.page.locator('#door-80').waitFor();
		await audit(v, 'an own domain');

		await kind(v, 'lan');
		await at(v, 'domain_name').fill('');
		await change(v, cell, before.domain_name);
		equal((await config(cell)).ddns.has_token, false, 'no provider, no credentials');
	});
}

/** The badge beside the name: nobody answers here, which is said, with the cell's own reason, and stops nobody. */
async function names(cell, screen) {
	await visit(cell, screen, async (v) => {
		await v.signIn(ADMIN, '/settings');
		await kind(v, 'pic_ngo');
		await at(v, 'cell_name').fill('somebody');
		const { available, reason } = await cell.do('GET', '/api/ddns/check/somebody');
		equal(available, null);
		ok(reason, 'the cell knows why');
		await v.page.locator('#available').getByText(`The name service does not answer (${reason}); the cell goes on trying`).waitFor();
		await audit(v, 'a name');
		await at(v, 'cell_name').fill('-');
		await save(v);
		await shows(v, 'Only letters, digits and hyphens');
	}, { leaves: true });
}

async function authority(cell, screen) {
	await visit(cell, screen, async (v) => {
		await v.signIn(ADMIN, '/settings');
		await at(v, 'acme_email').fill('nobody');
		await at(v, 'acme_directory').click();
		await shows(v, 'Not an e-mail address');
		await at(v, 'acme_email').fill('anna@example.org');
		await until(async () => (await cell.do('GET', '/api/config/sections/certificates')).acme_email === 'anna@example.org', 'saved by itself');
		await v.page.locator('#acme-form').getByText('Saved').waitFor();
		await at(v, 'acme_email').fill('');
		await until(async () => (await cell.do('GET', '/api/config/sections/certificates')).acme_email === null, 'and away again');
	});
}

export default async function run(suite, cell) {
	await cell.ensure();
	for (const screen of ['desktop', 'phone']) {
		await suite.test(`one kind of address after another, on a ${screen}`, () => addresses(cell, screen));
		await suite.test(`a name is looked up while it is typed, on a ${screen}`, () => names(cell, screen));
		await suite.test(`the authority of certificates, on a ${screen}`, () => authority(cell, screen));
	}
}
