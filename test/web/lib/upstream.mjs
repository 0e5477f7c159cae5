// A name service for the cell to ask: every A question gets 192.0.2.80, unless silent.
import dgram from 'node:dgram';
import tls from 'node:tls';
import { DEVICE } from './network.mjs';

export const ADDRESS = process.env.PIC_WEB_CELL ? DEVICE : '127.0.0.1';
export const PORT = 5300;

function answer(m, asked) {
	let end = 12, name = '';
	while (m[end]) {
		name += `${m.subarray(end + 1, end + 1 + m[end])}.`;
		end += m[end] + 1;
	}
	end += 5;
	asked.push(name.toLowerCase());
	const isA = m.readUInt16BE(end - 4) === 1;
	const head = Buffer.from(m.subarray(0, end));
	head.writeUInt16BE(0x8180, 2);
	head.writeUInt16BE(isA ? 1 : 0, 6);
	head.writeUInt16BE(0, 8);
	head.writeUInt16BE(0, 10);
	const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 80]);
	return isA ? Buffer.concat([head, record]) : head;
}

export async function upstream(port = PORT) {
	const socket = dgram.createSocket('udp4');
	const asked = [];
	socket.on('message', (m, from) => socket.send(answer(m, asked), from.port, from.address));
	await new Promise((done, fail) => socket.once('error', fail).bind(port, ADDRESS, done));
	return { asked, close: () => new Promise((done) => socket.close(done)) };
}

/** The same over TLS (RFC 7858). */
export async function encryptedUpstream(port, certificate) {
	const asked = [], open = new Set();
	const server = tls.createServer(certificate, (s) => {
		let had = Buffer.alloc(0);
		open.add(s);
		s.on('close', () => open.delete(s)).on('error', () => {}).on('data', (d) => {
			had = Buffer.concat([had, d]);
			while (had.length >= 2 && had.length >= 2 + had.readUInt16BE(0)) {
				const a = answer(had.subarray(2, 2 + had.readUInt16BE(0)), asked), size = Buffer.alloc(2);
				had = had.subarray(2 + had.readUInt16BE(0));
				size.writeUInt16BE(a.length);
				s.write(Buffer.concat([size, a]));
			}
		});
	});
	server.on('tlsClientError', () => {});	// a probe, or who does not trust us
	await new Promise((done, fail) => server.once('error', fail).listen(port, ADDRESS, done));
	return { asked, close: () => new Promise((done) => {
		server.close(done);
		open.forEach((s) => s.destroy());
	}) };
}
