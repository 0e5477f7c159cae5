// The pixels of a screenshot: PNG with 8 bits a channel, RGB or RGBA, not interlaced.
import { inflateSync } from 'node:zlib';

function chunks(file) {
	const out = [];
	for (let at = 8; at < file.length;) {
		const n = file.readUInt32BE(at);
		out.push([file.toString('latin1', at + 4, at + 8), file.subarray(at + 8, at + 8 + n)]);
		at += 12 + n;
	}
	return out;
}

function paeth(a, b, c) {
	const p = a + b - c, pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c);
	return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** at(x, y) with 0 ≤ x, y < 1 is the colour there. */
export function readPng(file) {
	const all = chunks(file), head = all.find(([name]) => name === 'IHDR')[1];
	const width = head.readUInt32BE(0), height = head.readUInt32BE(4), size = head[9] === 6 ? 4 : 3, row = width * size;
	const raw = inflateSync(Buffer.concat(all.filter(([name]) => name === 'IDAT').map(([, d]) => d)));
	const px = Buffer.alloc(row * height);
	for (let y = 0; y < height; y++) {
		const filter = raw[y * (row + 1)];
		for (let x = 0; x < row; x++) {
			const left = x < size ? 0 : px[y * row + x - size], up = y ? px[(y - 1) * row + x] : 0;
			const corner = x < size || !y ? 0 : px[(y - 1) * row + x - size];
			const add = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
			px[y * row + x] = raw[y * (row + 1) + 1 + x] + add;
		}
	}
	return { at: (x, y) => {
		const i = Math.floor(y * height) * row + Math.floor(x * width) * size;
		return [px[i], px[i + 1], px[i + 2]];
	} };
}
