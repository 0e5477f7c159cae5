// The cell goes away and comes back: said in words, what is shown stays, nothing to do.
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';

async function bar(v, name) {
	await v.page.locator(v.kind === 'phone' ? '.tabbar' : '.nav').getByRole('link', { name, exact: true }).click();
	await v.page.getByRole('heading', { level: 1, name }).waitFor();
}

async function comesBack(cell, kind) {
	await cell.ensure();
	await visit(cell, kind, async (v) => {
		v.always.push(/net::ERR_/, /status of (502|503)/);
		await v.signIn(ADMIN, '/');
		await until(async () => /\d/.test(await v.page.locator('#questions').innerText()), 'the numbers are there');
		// pages whose files are here open also while the cell is away
		await bar(v, 'Network');
		await bar(v, 'Home');
		await cell.stop('SIGKILL');
		const lost = v.page.locator('#lost');
		await lost.getByText('The cell does not answer.').waitFor();
		const shown = await v.page.locator('#questions').innerText();
		ok(/\d/.test(shown), 'the last values stay');
		await lost.getByText(/Trying again in \d+ s/).waitFor();
		await lost.getByText(/What you see is .* old/).waitFor();
		await audit(v, 'while the cell is away');

		// what is asked for now says so where it was asked
		await bar(v, 'Network');
		await v.page.getByRole('link', { name: 'Names', exact: true }).click();
		await v.page.getByText('This could not be loaded.').first().waitFor();
		await audit(v, 'a page that cannot load');

		await cell.start();
		await lost.waitFor({ state: 'detached', timeout: 45_000 });
		await v.page.locator('.names tbody tr').first().waitFor();
		equal(await v.page.locator('.note.bad').count(), 0, 'the page is whole again');
		await bar(v, 'Home');
		const number = async () => Number((await v.page.locator('#questions').innerText()).replace(/\D/g, '') || -1);
		await until(async () => await number() >= 0, 'the numbers are there again');
		await until(async () => {
			const before = await number();
			await cell.dig('myhome.home.arpa');
			await v.page.waitForTimeout(1200);
			return await number() > before;
		}, 'and move');
	});
}

async function tryNow(cell) {
	await cell.ensure();
	await visit(cell, 'phone', async (v) => {
		v.always.push(/net::ERR_/, /status of (502|503)/);
		await v.signIn(ADMIN, '/account');
		await cell.stop('SIGTERM');
		const lost = v.page.locator('#lost');
		await lost.waitFor();
		// let the pauses grow, so that waiting for the next try would be long
		await lost.getByText(/again in \d\d s/).waitFor({ timeout: 45_000 });
		await cell.start();
		await v.button('Try now').click();
		await lost.waitFor({ state: 'detached', timeout: 5000 });
	});
}

async function typed(cell) {
	await cell.ensure();
	await visit(cell, 'desktop', async (v) => {
		v.always.push(/net::ERR_/, /status of (502|503)/);
		await v.signIn(ADMIN, '/network/names');
		await cell.clearNames('o-');
		await v.button('Add a name').click();
		await v.field('name').fill('o-offline');
		await v.field('value').fill('192.0.2.4');
		await cell.stop('SIGKILL');
		await v.dialog().getByRole('button', { name: 'Add a name' }).click();
		await v.dialog().getByText('The cell does not answer.').waitFor();
		await cell.start();
		await until(async () => await v.page.locator('#lost').count() === 0, 'the cell is back', 45_000);
		await v.dialog().getByRole('button', { name: 'Add a name' }).click();
		await v.page.locator('.names').getByText('o-offline').waitFor();
	});
	await cell.clearNames('o-');
}

export default async function run(suite, cell) {
	await cell.ensure();
	await suite.test('the cell goes and comes back, on a desktop', () => comesBack(cell, 'desktop'));
	await suite.test('the cell goes and comes back, on a phone', () => comesBack(cell, 'phone'));
	await suite.test('nobody has to wait for the next try', () => tryNow(cell));
	await suite.test('what was typed survives it', () => typed(cell));
}
