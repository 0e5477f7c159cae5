// Certificates: what the cell shows, renewing it, issuing one to a device and revoking it, the page for devices.
import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';

const served = async (cell) => (await cell.do('GET', '/api/certificates'))[0];
const issued = async (cell) => (await cell.do('GET', '/api/vault/certificates')).filter((c) => c.kind === 'issued' && !c.revoked_at);

/** The certificate on the wire. */
const shown = (cell) => new Promise((done, fail) => {
	const u = new URL(cell.base);
	const s = tls.connect({ host: u.hostname, port: u.port, rejectUnauthorized: false }, () => {
		done(s.getPeerX509Certificate());
		s.destroy();
	}).on('error', fail);
});

async function lifecycle(cell, kind) {
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/vault');
		await v.page.locator('#served').getByText('Valid', { exact: true }).waitFor();
		const about = await cell.do('GET', '/api/vault/status');
		await v.page.locator('#authority').getByText(about.ca.subject, { exact: true }).waitFor();
		await v.page.locator('#issued').getByText(kind === 'desktop' ? 'Nothing issued' : 'Revoked').first().waitFor();
		await audit(v, 'certificates');

		const before = await served(cell);
		await v.button('Renew now').click();
		await until(async () => (await served(cell)).id !== before.id, 'another certificate');
		equal((await shown(cell)).serialNumber.toLowerCase(), (await served(cell)).id);

		await v.button('Issue a certificate').click();
		await v.dialog().getByRole('button', { name: 'Issue a certificate' }).click();
		await v.dialog().getByText('Enter at least one name, or a request').waitFor();
		await audit(v, 'errors of a certificate');
		v.expected.push(/status of 400 .*vault.certificates/);
		await v.field('names').fill('bank.example');
		await v.dialog().getByRole('button', { name: 'Issue a certificate' }).click();
		await v.dialog().getByText(/below none of the cell’?'?s own names/).waitFor();
		await v.field('names').fill(`nas.${about.ca.permitted_names[0]}\n192.168.77.9`);
		await v.dialog().getByRole('button', { name: 'Issue a certificate' }).click();
		await v.dialog().getByText('The key is shown this once. Save it now.').waitFor();
		await audit(v, 'a certificate with its key');
		const [file] = await Promise.all([v.page.waitForEvent('download'), v.button('Save as a file').click()]);
		const text = await (await file.createReadStream()).toArray().then((parts) => Buffer.concat(parts).toString());
		ok(/BEGIN PRIVATE KEY/.test(text), 'the key is in the file');
		ok(new X509Certificate(text).subjectAltName.includes('192.168.77.9'), 'and the address in the certificate');
		await v.button('Done').click();
		await v.page.locator('#issued').getByText(/^nas\./).first().waitFor();
		await audit(v, 'an issued certificate');

		const [one] = await issued(cell);
		await v.choose(one.names[0], 'Revoke');
		await audit(v, 'revoking');
		await v.dialog().getByRole('button', { name: 'Revoke' }).click();
		await until(async () => !(await issued(cell)).length, 'revoked');
		await v.page.locator('#issued').getByText('Revoked', { exact: true }).first().waitFor();
		equal(await issued(cell), []);
	});
}

/** A certificate of the owner's: refused without its key, shown, removed. It is issued by the cell itself, for a name of its own. */
async function bring(cell, kind) {
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/vault');
		const about = await cell.do('GET', '/api/vault/status'), name = `brought.${about.ca.permitted_names[0]}`;
		const made = await cell.do('POST', '/api/vault/certificates', { names: [name] });
		await cell.do('POST', `/api/vault/certificates/${made.id}/revoke`, {});	// one menu of that name is enough
		await v.choose('This cell', 'Import a certificate');
		v.expected.push(/status of 400 .*certificates.import/);
		await v.field('chain').fill(made.certificate + made.chain);
		await v.field('key').fill('none');
		await v.dialog().getByRole('button', { name: 'Import a certificate' }).click();
		await v.dialog().getByText('is not a private key in PEM').waitFor();
		await audit(v, 'importing a certificate');
		await v.field('key').fill(made.private_key);
		await v.dialog().getByRole('button', { name: 'Import a certificate' }).click();
		await v.page.locator('#served').getByText(name, { exact: true }).waitFor();
		await audit(v, 'an imported certificate');
		await v.choose(name, 'Remove');
		await v.dialog().getByRole('button', { name: 'Remove' }).click();
		await until(async () => (await cell.do('GET', '/api/certificates')).length === 1, 'removed');
	});
}

/** A key of somebody else: refused when it is none, listed, and gone again. */
async function trust(cell, kind) {
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/vault');
		const root = await cell.do('GET', '/api/vault/ca/certificate');
		await v.page.locator('#trusted').getByText('Nobody else is trusted').waitFor();
		await v.button('Trust a key').click();
		await v.field('name').fill('office');
		v.expected.push(/status of 400 .*vault.trust/);
		await v.field('pem').fill('nothing');
		await v.dialog().getByRole('button', { name: 'Trust a key' }).click();
		await v.dialog().getByText('is not a certificate in PEM').waitFor();
		await audit(v, 'a key that is none');
		await v.field('pem').fill(root);
		await v.dialog().getByRole('button', { name: 'Trust a key' }).click();
		await v.page.locator('#trusted').getByText('office', { exact: true }).waitFor();
		await audit(v, 'trusted keys');
		equal((await cell.do('GET', '/api/vault/trust'))[0].pem, root);
		await v.choose('office', 'Trust no more');
		await v.dialog().getByRole('button', { name: 'Trust no more' }).click();
		await v.page.locator('#trusted').getByText('Nobody else is trusted').waitFor();
		equal(await cell.do('GET', '/api/vault/trust'), []);
	});
}

/** For a device that does not trust the cell yet: in clear, without a script. */
async function steps(cell, kind) {
	await visit(cell, kind, async (v) => {
		await v.page.goto(`${cell.base}/ca`);
		await v.page.getByRole('heading', { name: /^Trust / }).waitFor();
		await v.page.getByText('iPhone and iPad').click();
		await v.page.getByText(/Certificate Trust Settings/).waitFor();
		await audit(v, 'steps for devices');
	});
}

export default async function run(suite, cell) {
	await cell.ensure();
	for (const kind of ['desktop', 'phone']) {
		await suite.test(`the certificate is renewed, one is issued and revoked, on a ${kind}`, () => lifecycle(cell, kind));
		await suite.test(`a certificate is imported and removed, on a ${kind}`, () => bring(cell, kind));
		await suite.test(`a key of somebody else is trusted and is not, on a ${kind}`, () => trust(cell, kind));
		await suite.test(`a device is told how to trust the cell, on a ${kind}`, () => steps(cell, kind));
	}
}
