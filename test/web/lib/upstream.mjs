// A name service for the cell to ask: every A question gets 192.0.2.80, unless silent.
import dgram from 'node:dgram';
import { DEVICE } from './network.mjs';

export const ADDRESS = process.env.PIC_WEB_CELL ? DEVICE : '127.0.0.1';
export const PORT = 5300;

export async function upstream(port = PORT) {
	const socket = dgram.createSocket('udp4');
	const asked = [];
	socket.on('message', (m, from) => {
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
		const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 80]);
		socket.send(isA ? Buffer.concat([head, answer]) : head, from.port, from.address);
	});
	await new Promise((done, fail) => socket.once('error', fail).bind(port, ADDRESS, done));
	return { asked, close: () => new Promise((done) => socket.close(done)) };
}
