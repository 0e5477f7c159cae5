// First run (SET-1…5, SET-9, UIL-4): from the printed address to a cell that answers its name,
// with the keyboard alone; then the same on a phone.
import { empty, equal, ok, until } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN, canRoot, Cell } from './lib/cell.mjs';
import { Device } from './lib/device.mjs';

const heading = (v, name) => v.page.getByRole('heading', { level: 1, name }).waitFor();

/** Tab to what has this accessible name (or field name) and stay there. */
async function tabTo(v, what) {
	const at = () => v.page.evaluate(() => {
		const e = document.activeElement;
		return e === document.body ? '' : `${e.getAttribute('name') ?? ''}|${e.getAttribute('aria-label') ?? ''}|${e.value ?? ''}|${e.textContent.trim()}`;
	});
	for (let i = 0; i < 40; i++) {
		if ((await at()).split('|').includes(what))
			return;
		await v.page.keyboard.press('Tab');
	}
	throw new Error(`Tab never reaches ${what}`);
}

const press = async (v, what, key = 'Enter') => {
	await tabTo(v, what);
	await v.page.keyboard.press(key);
};

async function type(v, field, text) {
	await tabTo(v, field);
	await v.page.keyboard.press('Control+a');
	await v.page.keyboard.type(text);
}

/** In sight when all is done, wherever the page stands: nobody scrolls past the checks for it. */
async function leaving(v, checks) {
	await until(async () => !await v.page.getByText('Working').count(), 'all tasks are over');
	equal(await v.page.locator('#checked').getAttribute('open'), null, 'what is fine is one line');
	await v.page.getByText(/^\d+ checks, all fine$/).waitFor();
	ok(await v.page.locator('#checked li').count() >= checks, 'the checks are kept');
	for (const y of [0, 1e6, 200]) {
		await v.page.evaluate((to) => scrollTo(0, to), y);
		const b = await v.button('Open your cell').boundingBox(), h = v.page.viewportSize().height;
		ok(b && b.y >= 0 && b.y + b.height <= h, `scrolled to ${y} the way on is in sight: ${JSON.stringify(b)} of ${h}`);
	}
	await v.page.evaluate(() => scrollTo(0, 0));
}

const shows = (v, text) => v.page.getByText(text).first().waitFor();
const invalid = (v) => v.page.evaluate(() => document.activeElement?.getAttribute('name') ?? '');

async function gate(cell) {
	const r = await cell.call('GET', '/api/status');
	equal([r.status, r.body.type, r.body.setup_url], [428, 'urn:pic:setup-required', '/setup']);
	const page = await cell.call('GET', '/network', undefined, { Accept: 'text/html', 'Accept-Encoding': 'gzip' });
	equal([page.status, page.headers.location], [302, '/setup'], 'every page leads to the wizard');
}

async function wrongToken(cell) {
	await visit(cell, 'phone', async (v) => {
		v.expected.push(/status of 401/);
		await v.go(`/setup#t=${'a'.repeat(26)}`);
		await heading(v, 'Enter the set-up token');
		equal(new URL(v.page.url()).hash, '', 'the token leaves the address bar');
		await audit(v, 'token');
		await v.page.fill('[name=token]', 'too short');
		await v.button('Continue').click();
		await shows(v, '26 letters and digits');
		await v.page.fill('[name=token]', (await cell.wizardUrl()).split('#t=')[1]);
		await v.button('Continue').click();
		await heading(v, 'Welcome to your cell');
	});
}

async function byKeyboard(cell) {
	const sent = [];
	await visit(cell, 'desktop', async (v) => {
		v.page.on('request', (r) => {
			if (r.method() === 'POST')
				sent.push([new URL(r.url()).pathname, r.postData() ?? '', r.headers()['x-setup-token'] ?? '']);
		});
		await v.go(await cell.wizardUrl());
		await heading(v, 'Welcome to your cell');
		await v.page.locator('.list .badge').first().waitFor();
		equal(v.page.url(), `${cell.base}/setup`, 'the token leaves the address bar');
		await audit(v, 'welcome');
		await press(v, 'Begin');
		await heading(v, 'What is your cell called?');

		// on leaving the field, on Continue, and in the cell: UIL-4
		await type(v, 'cell_name', 'my home');
		await v.page.keyboard.press('Tab');
		await shows(v, 'Only letters, digits and hyphens, and no hyphen at the ends');
		await press(v, 'Continue');
		await until(async () => await invalid(v) === 'cell_name', 'the field with the error has the focus');
		await audit(v, 'name with an error');
		await type(v, 'cell_name', 'myhome');
		await shows(v, 'myhome.home.arpa');
		await audit(v, 'name');
		await v.page.keyboard.press('Enter');
		await heading(v, 'How will you reach your cell?');
		await audit(v, 'address');
		await press(v, 'Back');
		await heading(v, 'What is your cell called?');
		equal(await v.page.inputValue('[name=cell_name]'), 'myhome', 'Back keeps the answer');
		await press(v, 'Continue');
		await heading(v, 'How will you reach your cell?');
		await v.page.getByRole('radio', { checked: true }).first().waitFor();

		// answers lie in the cell: a reload goes on
		await v.page.reload();
		await v.page.waitForSelector('h1');
		await until(() => v.page.evaluate(() => document.title.includes('Set up')), 'the wizard is back');
		equal((await cell.call('GET', '/api/setup/step?step=identity', undefined, { 'X-Setup-Token': await token(cell) })).body.fields.cell_name.value, 'myhome');
		await backTo(v, 'How will you reach your cell?');
		await v.page.getByRole('radio', { name: /Only at home/ }).check();
		await press(v, 'Continue');
		await heading(v, 'Choose your password');
		await audit(v, 'password');
		await type(v, 'password', 'short');
		await press(v, 'Continue');
		await shows(v, 'At least 12 characters');
		await until(async () => await invalid(v) === 'password', 'the password has the focus');
		await type(v, 'password', ADMIN.password);
		await shows(v, 'Strong');
		await v.page.keyboard.press('Enter');
		await heading(v, 'Which device comes first?');
		await type(v, 'first_peer', 'my phone');
		await press(v, 'Create the cell');
		await shows(v, 'Letters, digits, hyphens, dots and underscores, at most 64');
		await audit(v, 'a device that cannot be called so');
		await type(v, 'first_peer', 'my-phone');
		await v.page.keyboard.press('Enter');
		await heading(v, 'myhome is ready');
		await v.page.locator('#device .qr path').waitFor();
		await shows(v, 'Waiting for the first connection…');
		await leaving(v, 5);
		empty(await v.page.locator('.list li:has(.badge.bad)').allInnerTexts(), 'failed tasks');
		// not the usual port: no device would ask there, so the page says how to try it
		await v.page.getByText(/dig -p 5353 @/).waitFor();
		await audit(v, 'finish');
		await press(v, 'Open your cell');
		await heading(v, 'Home');
		await until(() => v.page.url() === `${cell.base}/`, 'the address of Home');
	});
	const steps = sent.filter(([path]) => path === '/api/setup/step');
	ok(steps.length >= 4, `steps were sent: ${steps.length}`);
	empty(steps.filter(([, body]) => /password|correct horse/.test(body)).map(String), 'a step carries the password');
	empty(sent.filter(([path, , t]) => path.startsWith('/api/setup/') && t.length !== 26).map(String), 'without the token');
	equal(sent.filter(([path]) => path === '/api/setup/complete').length, 1, 'completed once');
}

const token = async (cell) => (await cell.wizardUrl()).split('#t=')[1];

async function backTo(v, title) {
	for (let i = 0; i < 5 && !await v.page.getByRole('heading', { level: 1, name: title }).count(); i++) {
		const back = v.button('Back');
		await (await back.count() ? back : v.page.getByRole('button', { name: /Continue|Begin/ })).click();
		await v.page.waitForTimeout(100);
	}
	await heading(v, title);
}

async function answers(cell) {
	const names = await cell.dig('myhome.home.arpa');
	ok(names.length === 1 && /^\d+\.\d+\.\d+\.\d+$/.test(names[0]), `the cell's name answers: ${names}`);
	equal((await cell.call('GET', '/api/setup/step')).status, 409, 'the wizard is over');
}

async function onPhone(cell) {
	await cell.fresh();
	await visit(cell, 'phone', async (v) => {
		await v.go(await cell.wizardUrl());
		await v.page.locator('.list .badge').first().waitFor();
		await audit(v, 'welcome');
		await v.button('Begin').click();
		await v.page.fill('[name=cell_name]', 'pocket');
		await audit(v, 'name');
		await v.button('Continue').click();
		await heading(v, 'How will you reach your cell?');
		for (const radio of await v.page.getByRole('radio').all()) {
			await radio.check();
			await audit(v, `address ${await radio.getAttribute('value')}`);
		}
		// nobody answers here: the cell's own reason is said, and stops nobody
		await v.page.locator('[name="domain_mode"][value="pic_ngo"]').check();
		const { reason } = (await cell.call('GET', '/api/setup/check-name/pocket', undefined, { 'X-Setup-Token': await token(cell) })).body;
		ok(reason, 'the cell knows why');
		await shows(v, `The name service does not answer (${reason}); this is checked again later`);
		await v.page.getByRole('radio', { name: /Only at home/ }).check();
		await v.button('Continue').click();
		await heading(v, 'Choose your password');
		await v.button('Make one for me').click();
		const made = await v.page.inputValue('[name=password]');
		ok(made.length >= 20, `a made password: ${made}`);
		equal(await v.page.getAttribute('[name=password]', 'type'), 'text', 'a made password can be read');
		await audit(v, 'password');
		await v.button('Continue').click();
		await heading(v, 'Which device comes first?');
		await audit(v, 'device');
		await v.button('Without a device').click();
		await heading(v, 'pocket is ready');
		equal(await v.page.locator('#device').count(), 0, 'no device, no code');
		await leaving(v, 5);
		await audit(v, 'finish');
		await v.button('Open your cell').click();
		await heading(v, 'Home');
	});
	await cell.remove();
}

/** The code of the first device turns green when it connects (SET-9); it may use everything. */
async function firstDevice() {
	const cell = new Cell({ root: true }), device = new Device();
	try {
		await cell.fresh();
		await visit(cell, 'desktop', async (v) => {
			await v.go(await cell.wizardUrl());
			await v.page.locator('.list .badge').first().waitFor();	// they push the button down
			await v.button('Begin').click();
			await v.button('Continue').click();
			await heading(v, 'How will you reach your cell?');
			await v.button('Continue').click();
			await v.page.fill('[name=password]', ADMIN.password);
			await v.button('Continue').click();
			await v.page.fill('[name=first_peer]', 'my-phone');
			const [done] = await Promise.all([v.page.waitForResponse((r) => r.url().endsWith('/api/setup/complete')), v.button('Create the cell').click()]);
			await v.page.locator('#device .qr path').waitFor();
			await v.page.setViewportSize({ width: 390, height: 844 });
			await leaving(v, 10);
			await device.up((await done.json()).peer.config);
			await device.met();
			await v.page.locator('#device').getByText('Connected.').waitFor();
			equal(await v.page.locator('#device .qr.reached').count(), 1, 'green');
			await audit(v, 'the first device is there');
		});
		await cell.signIn();
		const p = await cell.do('GET', '/api/peers/my-phone');
		equal([p.internet_access, p.service_access.includes('files')], [true, true], 'full tunnel and every service');
	} finally {
		await device.down();
		await cell.remove();
	}
}

export default async function run(suite, cell) {
	await cell.fresh();
	await suite.test('before set-up everything leads to the wizard', () => gate(cell));
	await suite.test('a wrong token is asked for again', () => wrongToken(cell));
	await suite.test('from the printed address to a cell, keyboard only', () => byKeyboard(cell));
	await suite.test('the cell answers its name', () => answers(cell));
	await suite.test('on a phone, in the dark', () => onPhone(cell));
	if (canRoot)
		await suite.test('the first device is green when it connects', firstDevice);
}
