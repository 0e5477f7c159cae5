// Long work: started on one page, followed on another, its result where it belongs.
import { equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';
import { upstream, ADDRESS, PORT } from './lib/upstream.mjs';

const rows = (v) => v.page.locator('.jobs tbody tr');

async function examine(cell, kind) {
	await visit(cell, kind, async (v) => {
		await v.signIn();
		await v.button('Examine now').click();
		await v.button('Examine now').waitFor({ timeout: 40_000 });
		await v.page.locator('#checks li, #checks details').first().waitFor();
		await v.page.locator('#checks summary').click();
		const said = (await cell.do('GET', '/api/diagnosis')).checks;
		equal(await v.page.locator('#checks li').count(), said.length, 'one row for each check');
		const worst = said.find((c) => c.fix && c.verdict !== 'ok');
		if (worst)
			ok((await v.page.locator('#checks').innerText()).toLowerCase().includes(worst.fix.toLowerCase()), 'what to do is said');
		await audit(v, 'home with checks');
	});
}

/** What the page asks there, once: answered by the cell at once, heard when the job is over and its event has come. */
async function late(cell, v, path) {
	const said = v.page.waitForEvent('requestfinished', { predicate: (r) => path.test(new URL(r.url()).pathname), timeout: 60_000 });
	await v.page.route((url) => path.test(url.pathname), async (route) => {
		const answer = await route.fetch();
		ok(/"(queued|running)"/.test(await answer.text()), 'the job runs when it is asked for');
		await until(async () => (await cell.do('GET', '/api/jobs')).every((j) => /succeeded|failed|cancelled/.test(j.state)), 'it is over', 40_000);
		await new Promise((done) => setTimeout(done, 1000));
		await route.fulfill({ response: answer });
	}, { times: 1 });
	return said;
}

/** An answer that was on its way while the job ended says less than the event that overtook it. */
async function overtaken(cell) {
	await visit(cell, 'desktop', (v) => slowly(cell, async () => {
		await v.signIn();
		let heard = late(cell, v, /^\/api\/jobs\/[^/]+$/);
		await v.button('Examine now').click();
		await heard;
		await v.button('Examine now').waitFor();
		heard = late(cell, v, /^\/api\/jobs$/);
		await cell.do('POST', '/api/diagnosis');
		await v.go('/jobs');
		await heard;
		await rows(v).first().getByText('Done', { exact: true }).waitFor();
	}));
}

/** A name service that never answers keeps the examination busy for a while. */
async function slowly(cell, f) {
	const before = (await cell.do('GET', '/api/config/sections/dns')).upstreams;
	await cell.do('PUT', '/api/config/sections/dns', { upstreams: ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => ({ address, port: 53, transport: 'udp' })) });
	try {
		await f();
	} finally {
		await cell.do('PUT', '/api/config/sections/dns', { upstreams: before });
	}
}

async function list(cell, kind) {
	await visit(cell, kind, async (v) => {
		await v.signIn(ADMIN, '/jobs');
		await rows(v).first().waitFor();
		const before = await rows(v).count();
		// another window starts it; this one sees it come and go
		await cell.do('POST', '/api/diagnosis');
		await v.page.waitForFunction((n) => document.querySelectorAll('.jobs tbody tr').length > n, before);
		const first = rows(v).first();
		ok(/Examine the cell/.test(await first.innerText()), 'the newest comes first');
		await first.getByText('Done', { exact: true }).waitFor({ timeout: 40_000 });
		await audit(v, 'jobs');
	});
}

/** A running job and the question whether to stop it. */
async function askToStop(cell, v) {
	await cell.do('POST', '/api/diagnosis');
	await v.button('Stop Examine the cell').first().click();
	await v.page.getByText('Stop “Examine the cell”?').waitFor();
}

/** True: it was stopped; false: on a busy machine it was over before. */
async function stopped(cell, v) {
	await askToStop(cell, v);
	await v.dialog().getByRole('button', { name: 'Stop' }).click();
	await rows(v).first().getByText(/Stopped|Done/).waitFor({ timeout: 40_000 });
	await v.page.keyboard.press('Escape');	// it says that there was nothing to stop
	await v.dialog().waitFor({ state: 'detached' });
	return (await cell.do('GET', '/api/jobs'))[0].state === 'cancelled';
}

async function cancel(cell) {
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/jobs');
		await rows(v).first().waitFor();
		await slowly(cell, async () => {
			v.expected.push(/status of 409/);
			await until(() => stopped(cell, v), 'one is stopped in the cell', 60_000);
			await rows(v).first().getByText('Stopped').waitFor();
			await askToStop(cell, v);
			await audit(v, 'stop a job');
			await v.button('Cancel').click();
			await v.dialog().waitFor({ state: 'detached' });
		});
	});
}

export default async function run(suite, cell) {
	await cell.ensure();
	// one that answers: an examination does not wait for those of the Internet
	const before = (await cell.do('GET', '/api/config/sections/dns')).upstreams, up = await upstream();
	await cell.do('PUT', '/api/config/sections/dns', { upstreams: [{ address: ADDRESS, port: PORT, transport: 'udp' }] });
	await suite.test('the cell is examined, on a desktop', () => examine(cell, 'desktop'));
	await suite.test('the cell is examined, on a phone', () => examine(cell, 'phone'));
	await suite.test('an answer that is older than an event changes nothing', () => overtaken(cell));
	await suite.test('a job started elsewhere comes and goes, on a desktop', () => list(cell, 'desktop'));
	await suite.test('a job started elsewhere comes and goes, on a phone', () => list(cell, 'phone'));
	await suite.test('a job is stopped', () => cancel(cell));
	await cell.do('PUT', '/api/config/sections/dns', { upstreams: before });
	await up.close();
}
