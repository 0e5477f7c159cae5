// Chromium as a person has it: a desktop in light, a phone in dark. Everything the
// page complains about is kept and is a failure unless a test said it expects it.
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { empty } from './suite.mjs';
import { ADMIN } from './cell.mjs';
import { CELL, VPN } from './network.mjs';

let server = null, browser = null;

async function launch() {
	server ??= await chromium.launchServer({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb', '--hide-scrollbars',
			// names of the cell, and of addresses behind it; of the cell "away" as a device in its VPN finds it
			`--host-resolver-rules=MAP away.home.arpa ${VPN},MAP *.away.home.arpa ${VPN},MAP *.home.arpa ${CELL}`],
	});
	browser ??= await chromium.connect(server.wsEndpoint(), { timeout: 30_000 });
	return browser;
}

/** Also when it hangs: what waits for it then fails, and nobody waits for it longer than 10 s. */
export async function closeBrowser() {
	const s = server;
	server = browser = null;
	await soon(s?.kill());
}

/** Whether it came to an end in 10 s. */
function soon(work) {
	const late = new Promise((done) => setTimeout(done, 10_000, false));
	return Promise.race([Promise.resolve(work).then(() => true), late]);
}

const KIND = {
	desktop: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
	phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: 'dark' },
};

export class Visitor {
	/** Texts of complaints that the running test expects (regular expressions). */
	expected = [];
	problems = [];

	static async open(cell, kind = 'desktop', more = {}) {
		const v = new Visitor();
		v.kind = kind;
		v.context = await (await launch()).newContext({
			ignoreHTTPSErrors: true, baseURL: cell.base, locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce', ...KIND[kind], ...more,
		});
		v.page = await v.context.newPage();
		v.page.setDefaultTimeout(15_000);
		v.page.on('console', (m) => {
			if (['error', 'warning'].includes(m.type()))
				v.problems.push(`${m.text()} (${m.location().url})`);
		});
		v.page.on('pageerror', (e) => v.problems.push(String(e.stack)));
		await v.page.addInitScript(() => {
			window.__csp = [];
			addEventListener('securitypolicyviolation', (e) => window.__csp.push(`${e.violatedDirective} ${e.sourceFile}:${e.lineNumber}`));
		});
		return v;
	}

	/** Not signed in is what the first question of every page may hear. */
	always = [/status of 401 .*\/api\/auth\/me\)/];

	/** No message, no violation of the policy. */
	async calm() {
		const bad = this.problems.filter((p) => ![...this.always, ...this.expected].some((x) => x.test(p)));
		this.problems = [];
		this.expected = [];
		empty(bad, 'the console says');
		empty(await this.page.evaluate(() => window.__csp ?? []).catch(() => []), 'the page policy was violated');
	}

	/** Chromium now and then never closes a context whose connections were just cut: then the browser goes. */
	async close() {
		if (!await soon(this.context.close()))
			await closeBrowser();
	}

	async signIn(who = ADMIN, path = '/') {
		const p = this.page;
		await p.goto(path);
		await p.fill('[name=username]', who.username);
		await p.fill('[name=password]', who.password);
		await p.keyboard.press('Enter');
		await p.waitForSelector('main h1');
		await p.locator('form [name=password]').waitFor({ state: 'detached' });
	}

	go(path) { return this.page.goto(path); }
	text(s) { return this.page.getByText(s, { exact: true }); }
	button(name) { return this.page.getByRole('button', { name, exact: true }); }
	field(name) { return this.page.locator(`dialog [name="${name}"]`); }
	dialog() { return this.page.locator('dialog[open]'); }

	/** The cell's own reason stands in the open dialog (its first letter may have grown). */
	async says(reason) {
		await this.dialog().last().getByText(new RegExp(reason.slice(1).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).waitFor();
	}

	/** Open the menu of a row and choose. */
	async choose(of, item) {
		await this.page.getByRole('button', { name: `More actions for ${of}`, exact: true }).click();
		await this.page.getByRole('menuitem', { name: item, exact: true }).click();
	}
}

/** Run f with a visitor that is closed and checked afterwards. */
export async function visit(cell, kind, f, more) {
	const v = await Visitor.open(cell, kind, more);
	try {
		await f(v);
		await v.calm();
	} catch (e) {
		e.message += await snapshot(v);
		throw e;
	} finally {
		await v.close();
	}
}

let pictures = 0;

/** What the page looked like; for people who look into a failure. */
async function snapshot(v) {
	const dir = join(tmpdir(), 'pic-web-pictures');
	mkdirSync(dir, { recursive: true });
	const file = join(dir, `${process.pid}-${++pictures}.png`);
	try {
		await v.page.screenshot({ path: file });
		return `\n[${v.page.url()} ${file}]${v.problems.length ? `\n[${v.problems.join(' | ')}]` : ''}`;
	} catch {
		return '';
	}
}
