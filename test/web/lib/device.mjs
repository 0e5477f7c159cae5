// A device of the VPN: takes a file as the cell hands it out into use, with wireguard-go.
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok, until } from './suite.mjs';

const run = promisify(execFile), LONGEST = { timeout: 20_000, killSignal: 'SIGKILL' };
let made = 0;
const of = (config, name) => [...config.matchAll(new RegExp(`^${name} = (.*)$`, 'gm'))].flatMap((m) => m[1].split(',').map((x) => x.trim()));

export class Device {
	/** Its socket is one of the whole machine: no two have a name. */
	name = `pic${process.pid}-${++made}`;

	/** `here`: the browser's own machine; it must not be loading anything meanwhile. Otherwise one far from home. */
	constructor({ here = false } = {}) {
		this.prefix = here ? [] : ['ip', 'netns', 'exec', process.env.PIC_WEB_FAR];
	}

	exec(...argv) {
		const [cmd, ...args] = [...this.prefix, ...argv];
		return run(cmd, args, LONGEST);
	}

	/** Up, with a way to the cell alone: others stay as they are. */
	async up(config) {
		const [cmd, ...args] = [...this.prefix, 'wireguard-go', '-f', this.name];
		const child = spawn(cmd, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LOG_LEVEL: 'error' } });
		let said = '';
		for (const s of [child.stdout, child.stderr])
			s.on('data', (d) => { said += d; });
		this.child = child;
		this.gone = new Promise((done) => child.on('exit', done));
		await until(() => {
			ok(running(child), `wireguard-go ended with ${child.exitCode ?? child.signalCode}:\n${said}`);
			return this.exec('wg', 'show', this.name).then(() => true, () => false);
		}, 'the device has its tunnel');
		await this.exec('ip', 'link', 'set', this.name, 'addrgenmode', 'none');
		await this.set(config);
		for (const a of of(config, 'Address'))
			await this.exec('ip', 'addr', 'add', a, 'dev', this.name);
		await this.exec('ip', 'link', 'set', this.name, 'up', 'mtu', of(config, 'MTU')[0] ?? '1420');
		for (const server of of(config, 'DNS'))
			await this.exec('ip', 'route', 'add', server, 'dev', this.name);
	}

	async set(config) {
		const dir = mkdtempSync(join(tmpdir(), 'pic-device-'));
		try {
			writeFileSync(join(dir, 'conf'), config.replace(/^(Address|DNS|MTU) = .*\n/gm, ''), { mode: 0o600 });
			await this.exec('wg', 'setconf', this.name, join(dir, 'conf'));
		} finally {
			rmSync(dir, { recursive: true, force: true });
		}
	}

	/** Until cell and device have shaken hands: a file with a sign of life begins by itself. */
	async met() {
		await until(async () => /\t[1-9]\d*$/m.test((await this.exec('wg', 'show', this.name, 'latest-handshakes')).stdout), 'a handshake', 30_000);
	}

	async down() {
		if (this.child && running(this.child)) {
			await this.exec('ip', 'link', 'del', this.name).catch(() => {});
			this.child.kill();
			const late = setTimeout(() => this.child.kill('SIGKILL'), 5_000);
			await this.gone;
			clearTimeout(late);
		}
		this.child = null;
	}
}

const running = (child) => child.exitCode === null && child.signalCode === null;

/** The cell's own address in the VPN, as the file says it. */
export const serverOf = (config) => of(config, 'DNS')[0];
