// An address behind a login: the browser is led to the sign-in page and back, is known there from then on, also by its
// WebSockets inside HTTP/2, and is not when the person has signed out (WEB-1, WEB-3, WEB-4, WEB-5).
import { createHash } from 'node:crypto';
import http from 'node:http';
import { equal } from './lib/suite.mjs';
import { audit } from './lib/audit.mjs';
import { visit } from './lib/browser.mjs';
import { ADMIN } from './lib/cell.mjs';
import { DEVICE } from './lib/network.mjs';
import { makeUser } from './signin.mjs';

const WHO = { username: 'visitor', password: 'first password 1' };

/** A web server of the home network that says whom it was told of; a WebSocket gets everything back. */
const serve = () => new Promise((done) => {
	const s = http.createServer((q, a) => {
		a.setHeader('Content-Type', 'text/html');
		a.end(`<title>target</title><p>hello ${q.headers['remote-user'] ?? 'nobody'} (${q.headers['remote-groups'] ?? ''}) at ${q.url}<p>${q.headers.cookie ?? 'no cookie'}`);
	});
	s.on('upgrade', (q, socket) => {
		const accept = createHash('sha1').update(`${q.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
		socket.on('error', () => {});
		socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
		// frames of a browser are masked: unmask one short text and say it back with the name
		socket.on('data', (d) => {
			if ((d[0] & 15) !== 1)
				return;
			const text = `${Buffer.from(d.subarray(6, 6 + (d[1] & 127)).map((b, i) => b ^ d[2 + i % 4]))} ${q.headers['remote-user']}`;
			socket.write(Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]));
		});
	});
	s.listen(0, DEVICE, () => done(s));
});

const says = (v, text) => v.page.getByText(text).waitFor();

async function socketOf(v, url) {
	const session = await v.context.newCDPSession(v.page), seen = [];
	await session.send('Network.enable');
	session.on('Network.webSocketHandshakeResponseReceived', (e) => seen.push(e.response.status));
	const answer = await v.page.evaluate((u) => new Promise((done, fail) => {
		const w = new WebSocket(u);
		w.onopen = () => w.send('ping');
		w.onmessage = (m) => {
			done(m.data);
			w.close();
		};
		w.onerror = () => fail(new Error('the WebSocket failed'));
	}), url.replace('https:', 'wss:'));
	return { answer, status: seen[0] };
}

async function through(cell, kind, r) {
	await visit(cell, kind, async (v) => {
		await v.page.goto(`${r.url}lights?on=1`);
		await v.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
		await says(v, `${new URL(r.url).hostname} asks who you are.`);
		await audit(v, 'signing in on the way');
		await v.page.fill('[name=username]', WHO.username);
		await v.page.fill('[name=password]', WHO.password);
		await v.page.keyboard.press('Enter');
		await says(v, 'hello visitor (peer) at /lights?on=1');
		await says(v, 'no cookie');
		equal(v.page.url(), `${r.url}lights?on=1`);
		equal(await socketOf(v, `${r.url}ws`), { answer: 'ping visitor', status: 200 });		// 101 would be HTTP/1.1
		// signed in at the cell: another browser page needs no more typing
		await v.context.clearCookies({ domain: new URL(r.url).hostname });
		await v.page.goto(r.url);
		await says(v, 'hello visitor (peer) at /');
		// signed out there is signed out everywhere
		await v.page.goto(new URL(v.page.url()).origin.replace('//ha.', '//'));
		v.expected.push(/status of 401 .*\/api\/(peer|auth)\//);		// what the page was still asking for
		await v.button('Sign out').click();
		await v.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
		await v.page.goto(r.url);
		await v.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
	});
}

async function refused(cell) {
	await visit(cell, 'desktop', async (v) => {
		await v.signIn(ADMIN, '/login?check=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU&to=https%3A%2F%2Fevil.example%2F');
		v.expected.push(/status of 400 .*\/api\/auth\/visit/);
		await v.page.getByRole('heading', { level: 1, name: 'The way there is closed' }).waitFor();
		await audit(v, 'a way that is closed');
		await v.button('Go to Home').click();
		await v.page.locator('.nav').waitFor();
	});
}

export default async function run(suite, cell) {
	await cell.ensure();
	await makeUser(cell, WHO.username);
	const server = await serve();
	const r = await cell.do('POST', '/api/proxy/routes', { name: 'ha', host: 'ha', target: `http://${DEVICE}:${server.address().port}`, login: 'user' });
	for (const kind of ['desktop', 'phone'])
		await suite.test(`an address behind a login, on a ${kind}`, () => through(cell, kind, r));
	await suite.test('the sign-in page leads nowhere else', () => refused(cell));
	await cell.do('DELETE', `/api/proxy/routes/${r.id}`);
	server.closeAllConnections();
	server.close();
}
