// The program under test: started with a state of its own, set up, asked, killed.
import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rootFile } from './authority.mjs';
import { ok, until } from './suite.mjs';
import { CELL } from './network.mjs';

export const ADMIN = { username: 'admin', password: 'correct horse battery' };
/** Of a cell of a developer, and of one that runs as a service does. */
const PORTS = { user: { dns: 5353, https: 8443 }, root: { dns: 53, https: 443 } };

const ns = process.env.PIC_WEB_CELL;
const host = ns ? CELL : '127.0.0.1';

/** Whether a cell can be root here: only in a network of its own. */
export const canRoot = ns !== undefined;

export class Cell {
	/** `root`: with interface, firewall and all, as a service; otherwise as a developer starts it. */
	constructor({ root = false } = {}) {
		this.root = root;
		this.ports = root ? PORTS.root : PORTS.user;
		this.base = root ? `https://${host}` : `https://${host}:${this.ports.https}`;
	}

	state = null;
	child = null;
	output = '';
	cookie = '';
	csrf = '';
	eased = false;
	/** Nobody here tells it the time, so it is told to trust its clock; leave: it judges by itself, and steers nothing. */
	clock = 'trust';

	/** Run it; on a state that is set up when there is one. */
	async start() {
		this.state ??= mkdtempSync(join(tmpdir(), 'pic-web-'));
		this.output = '';
		const pic = [resolve(process.env.PIC ?? './pic'), 'run', '--state', this.state, ...(this.root ? [] : ['--user-mode'])];
		const [cmd, ...args] = ns ? ['ip', 'netns', 'exec', ns, ...pic] : pic;
		this.child = spawn(cmd, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PIC_CLOCK: this.clock, PIC_TRUST_FILE: rootFile() } });
		for (const s of [this.child.stdout, this.child.stderr])
			s.on('data', (d) => { this.output += d; });
		this.child.on('exit', (code, signal) => { this.ended = `ended with ${code ?? signal}`; });
		this.ended = '';
		await until(() => {
			ok(!this.ended, `the cell ${this.ended}:\n${this.output.slice(-2000)}`);
			return this.healthy();
		}, `the cell answers\n${this.output.slice(-2000)}`, 20_000);
	}

	healthy() {
		return this.call('GET', '/health').then((r) => r.status === 200, () => false);
	}

	async stop(signal = 'SIGTERM') {
		const child = this.child;
		this.child = null;
		if (!child || child.exitCode !== null || child.signalCode !== null)
			return;
		const gone = new Promise((done) => child.on('exit', done));
		child.kill(signal);
		await Promise.race([gone, new Promise((done) => setTimeout(done, 10_000))]);
		child.kill('SIGKILL');
		// the roles it started must be gone too, or the ports stay taken
		await until(async () => !await this.healthy(), 'nobody answers any more');
	}

	/** A cell that nobody has set up. */
	async fresh() {
		await this.remove();
		await this.start();
	}

	async remove() {
		await this.stop();
		if (this.state)
			rmSync(this.state, { recursive: true, force: true });
		this.state = null;
		this.cookie = this.csrf = '';
		this.eased = false;
	}

	/** The address of the wizard, as printed on the terminal. */
	async wizardUrl() {
		const m = await until(() => /https:\/\/\S+\/setup#t=([a-z2-7]{26})/i.exec(this.output), 'the address of the wizard is printed');
		return `${this.base}/setup#t=${m[1]}`;
	}

	/** Running, set up, and we are signed in as its admin. */
	async ensure() {
		if (!this.child)
			await this.start();
		const s = await this.call('GET', '/api/setup/status');
		if (!s.body.complete) {
			const token = new URL(await this.wizardUrl()).hash.slice(3);
			const r = await this.call('POST', '/api/setup/complete', { cell_name: 'myhome', domain_mode: 'lan', ...ADMIN }, { 'X-Setup-Token': token });
			ok(r.status === 200, `setup: ${r.status} ${JSON.stringify(r.body)}`);
		}
		// every area its own: of an account's 32 sessions the oldest goes, and each visit makes one
		await this.signIn();
		// all tests come from one address, and some sign in wrongly on purpose
		if (!this.eased)
			await this.do('PUT', '/api/config/sections/auth', { address_failures: 100 });
		this.eased = true;
	}

	async signIn(who = ADMIN) {
		this.cookie = this.csrf = '';
		const r = await this.call('POST', '/api/auth/login', who);
		ok(r.status === 200, `sign in: ${r.status} ${JSON.stringify(r.body)}`);
		this.csrf = r.body.csrf_token;
	}

	/** One request as a program of the home network would make it. */
	call(method, path, body, headers = {}) {
		return new Promise((done, fail) => {
			const rq = https.request(this.base + path, {
				method, rejectUnauthorized: false, timeout: 10_000,
				headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
					...(this.cookie ? { Cookie: this.cookie } : {}), ...(this.csrf ? { 'X-CSRF-Token': this.csrf } : {}), ...headers },
			}, (rs) => {
				let text = '';
				rs.on('error', fail);	// cut off in the middle
				rs.setEncoding('utf8').on('data', (d) => { text += d; }).on('end', () => {
					const cookie = rs.headers['set-cookie']?.find((c) => c.startsWith('pic_session='))?.split(';')[0];
					if (cookie)
						this.cookie = cookie;
					try {
						const json = text ? JSON.parse(text) : null;
						if (json?.csrf_token)
							this.csrf = json.csrf_token;
						done({ status: rs.statusCode, body: json, headers: rs.headers });
					} catch {
						done({ status: rs.statusCode, body: text, headers: rs.headers });
					}
				});
			});
			rq.on('error', fail).on('timeout', () => rq.destroy(new Error('no answer in 10 s')));
			rq.end(body === undefined ? undefined : JSON.stringify(body));
		});
	}

	/** As call(), but anything else than success is an error. */
	async do(method, path, body) {
		const r = await this.call(method, path, body);
		ok(r.status < 300, `${method} ${path}: ${r.status} ${JSON.stringify(r.body)}`);
		return r.body;
	}

	/** Remove the own names that start like this: what an earlier run left. */
	async clearNames(prefix) {
		for (const r of await this.do('GET', '/api/dns/records'))
			if (r.name.startsWith(prefix))
				await this.do('DELETE', `/api/dns/records/${r.id}`);
	}

	/** Send the name service what is no question. */
	garble() {
		const s = createSocket('udp4');
		return new Promise((done) => s.send(Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), this.ports.dns, host, () => s.close(done)));
	}

	/** Ask with a standard client; the lines of its short answer. */
	dig(name, type = 'A') {
		const args = ['+short', '+tries=1', '+time=4', '-p', String(this.ports.dns), `@${host}`, name, type];
		return new Promise((done, fail) => execFile('dig', args, (e, out) => {
			if (e?.code === 'ENOENT')
				fail(new Error('dig is not installed'));
			else
				done(out.split('\n').filter((l) => l && !l.startsWith(';')));
		}));
	}
}
