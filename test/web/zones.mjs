// Domains from zone files: pasted, chosen, refused with the line, exported, removed.
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';

const TEXT = `$TTL 300
@    SOA ns hostmaster 7 3600 600 86400 60
@    NS  ns
ns   A   192.0.2.1
www  A   192.0.2.2
*.x  TXT "any name below x"
`;

const dir = mkdtempSync(join(tmpdir(), 'pic-web-zone-'));

const extras = async (cell) => (await cell.do('GET', '/api/dns/zones')).filter((z) => z.kind === 'extra').map((z) => z.name);

async function clear(cell) {
	for (const z of await extras(cell))
		await cell.do('DELETE', `/api/dns/zones/${z}`);
}

const card = (v) => v.page.locator('#zones');
const add = (v) => card(v).getByRole('button', { name: 'Add a domain' });
const row = (v, zone) => card(v).getByRole('row').filter({ hasText: zone });
const submit = (v) => v.dialog().getByRole('button', { name: 'Add a domain' });

async function lifecycle(cell, kind) {
	const zone = `${kind}.example`;
	await clear(cell);
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/network/names');
		await add(v).click();
		await audit(v, 'add a zone');
		await v.field('name').fill('not a name');
		await submit(v).click();
		await v.page.getByText(/Only letters, digits, hyphens and dots/).waitFor();
		await v.field('name').fill('myhome.home.arpa');
		await v.page.getByText('The cell answers for this domain already').waitFor();

		// what the cell finds wrong stands at the text, and the line is marked
		v.expected.push(/status of 400/);
		await v.field('name').fill(zone);
		await v.field('zonefile').fill(TEXT.replace('192.0.2.2', '192.0.2'));
		await submit(v).click();
		const said = await v.dialog().locator('.err').innerText();
		ok(/line 5/i.test(said), `the line is named: ${said}`);
		await until(async () => await v.page.evaluate(() => {
			const box = document.querySelector('dialog textarea');
			return box.value.slice(box.selectionStart, box.selectionEnd);
		}) === 'www  A   192.0.2', 'the line is marked');
		await audit(v, 'a zone file with a mistake');
		equal(await extras(cell), [], 'nothing is kept of it');

		await v.field('zonefile').fill(TEXT);
		await submit(v).click();
		await v.dialog().waitFor({ state: 'detached' });
		await row(v, zone).waitFor();
		await audit(v, 'zones');
		equal(await cell.dig(`www.${zone}`), ['192.0.2.2'], 'the zone answers');
		equal(await cell.dig(`a.x.${zone}`, 'TXT'), ['"any name below x"'], 'wildcards, too');

		await v.choose(zone, 'Change');
		await until(async () => /192\.0\.2\.2/.test(await v.field('zonefile').inputValue()), 'the text of the zone is there');
		await v.field('zonefile').fill(TEXT.replace('192.0.2.2', '192.0.2.3'));
		await v.dialog().getByLabel('VPN').uncheck();
		await v.button('Save').click();
		await v.dialog().waitFor({ state: 'detached' });
		equal(await cell.dig(`www.${zone}`), ['192.0.2.3'], 'the new text answers');
		equal((await cell.do('GET', `/api/dns/zones/${zone}`)).views.includes('vpn'), false, 'for whom was changed');

		const download = v.page.waitForEvent('download');
		await v.choose(zone, 'Export');
		const saved = await download;
		equal(saved.suggestedFilename(), `${zone}.zone`);
		const file = join(dir, kind);
		await saved.saveAs(file);
		ok(/192\.0\.2\.3/.test(readFileSync(file, 'utf8')), 'the file holds the zone');

		await v.choose(zone, 'Remove');
		const button = v.dialog().getByRole('button', { name: 'Remove' });
		equal(await button.getAttribute('aria-disabled'), 'true', 'not before its name is typed');
		await audit(v, 'remove a zone');
		await v.field('typed').fill(zone);
		await button.click();
		await row(v, zone).waitFor({ state: 'detached' });
		equal(await extras(cell), []);
	});
}

async function fromFile(cell) {
	await clear(cell);
	try {
		writeFileSync(join(dir, 'db.file.example'), TEXT);
		writeFileSync(join(dir, 'picture.db'), Buffer.from([0x89, 0x50, 0, 0]));
		await visit(cell, 'desktop', async (v) => {
			await v.signIn(ADMIN, '/network/names');
			await add(v).click();
			const choose = v.dialog().getByLabel('Choose a file');
			await choose.setInputFiles(join(dir, 'picture.db'));
			await v.page.getByText('This is not a text file').waitFor();
			await choose.setInputFiles(join(dir, 'db.file.example'));
			await until(async () => await v.field('name').inputValue() === 'file.example', 'the name of the file is a good guess');
			equal(await v.field('zonefile').inputValue(), TEXT);
			await submit(v).click();
			await row(v, 'file.example').waitFor();
			equal(await cell.dig('www.file.example'), ['192.0.2.2']);
			// an own name may stand in it now
			await v.button('Add a name').click();
			ok((await v.dialog().locator('[name=zone] option').allInnerTexts()).includes('file.example'), 'names can be added to it');
		});
	} finally {
		await clear(cell);
	}
}

async function meanwhile(cell) {
	await clear(cell);
	await cell.do('POST', '/api/dns/zones', { name: 'two.example', zonefile: TEXT });
	await visit(cell, 'phone', async (v) => {
		await v.signIn(ADMIN, '/network/names');
		await v.choose('two.example', 'Change');
		await until(async () => await v.field('zonefile').inputValue() !== '', 'the text is there');
		await cell.do('PUT', '/api/dns/zones/two.example', { zonefile: TEXT.replace('192.0.2.2', '192.0.2.4') });
		v.expected.push(/status of 412/);
		await v.field('zonefile').fill(TEXT.replace('192.0.2.2', '192.0.2.5'));
		await v.button('Save').click();
		await v.page.getByText('Somebody changed this meanwhile.').waitFor();
		await audit(v, 'a zone changed meanwhile');
		await v.button('Take theirs').click();
		await until(async () => /192\.0\.2\.4/.test(await v.field('zonefile').inputValue()), 'theirs is shown');
	});
	await clear(cell);
}

export default async function run(suite, cell) {
	await cell.ensure();
	for (const kind of ['desktop', 'phone'])
		await suite.test(`a zone is added, refused, changed, exported, removed, on a ${kind}`, () => lifecycle(cell, kind));
	await suite.test('a zone comes from a file', () => fromFile(cell));
	await suite.test('two people change the same zone', () => meanwhile(cell));
	rmSync(dir, { recursive: true, force: true });
}
