#!/usr/bin/env node
// The interface in a real browser, against the real program.
//
//	node test/web/run.mjs [AREA...]
//
// PIC is the program (default ./pic), CHROMIUM the browser (default
// /usr/bin/chromium). As root it builds a network of its own: the cell in one
// namespace, browser and DNS clients in another, so that they are devices of
// the home network and no port of this machine is touched. Otherwise both run
// here, over the loopback.
import { spawn } from 'node:child_process';
import { Suite } from './lib/suite.mjs';
import { Cell } from './lib/cell.mjs';
import { closeBrowser } from './lib/browser.mjs';
import { network } from './lib/network.mjs';

const AREAS = ['contrast', 'logic', 'wizard', 'signin', 'home', 'secure', 'names', 'zones', 'secondaries', 'resolver', 'filtering', 'time', 'querylog', 'proxy', 'visit', 'vault', 'settings', 'history', 'account', 'users', 'jobs', 'peers', 'wireguard', 'firewall', 'explain', 'member', 'me', 'shell', 'layout', 'loss'];

const inside = process.env.PIC_WEB_CELL !== undefined;
const net = inside ? null : network();
if (net) {
	const child = spawn('ip', ['netns', 'exec', net.lan, process.execPath, ...process.argv.slice(1)],
		{ stdio: 'inherit', env: { ...process.env, PIC_WEB_CELL: net.cell, PIC_WEB_FAR: net.far } });
	const code = await new Promise((done) => child.on('exit', (c) => done(c ?? 1)));
	net.remove();
	process.exit(code);
}

const wanted = process.argv.slice(2);
for (const w of wanted)
	if (!AREAS.includes(w)) {
		console.error(`no area ${w}: ${AREAS.join(' ')}`);
		process.exit(2);
	}

const suite = new Suite();
suite.onHang = closeBrowser;
const cell = new Cell();
for (const area of AREAS.filter((a) => !wanted.length || wanted.includes(a))) {
	suite.area = area;
	try {
		const m = await import(`./${area}.mjs`);
		await m.default(suite, cell);
	} catch (e) {
		suite.fail('area', e);
	}
	await closeBrowser();
}
await cell.remove();
console.log(`${suite.passed} passed, ${suite.failed} failed`);
process.exit(suite.failed ? 1 : 0);
