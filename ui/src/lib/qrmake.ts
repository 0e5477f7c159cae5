// Draws a code in this browser, for keys that never leave it. ISO/IEC 18004: bytes,
// error correction M, every version; the smallest that holds the text.

// by version: error correction words in each block, and how many blocks (table 9)
const EC = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, ...Array<number>(19).fill(28)];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49];
const MARGIN = 4;

/** All words a version holds, data and error correction: what the fixed patterns leave. */
function capacity(v: number) {
	let bits = (16 * v + 128) * v + 64;
	if (v >= 2) {
		const n = Math.floor(v / 7) + 2;
		bits -= (25 * n - 10) * n - 55;
		if (v >= 7)
			bits -= 36;
	}
	return bits >> 3;
}

/** In the field of 256 elements with x^8+x^4+x^3+x^2+1. */
function times(a: number, b: number) {
	let z = 0;
	for (let i = 7; i >= 0; i--)
		z = (z << 1) ^ ((z >>> 7) * 0x11d) ^ (((b >>> i) & 1) * a);
	return z;
}

function divisor(n: number) {
	const d = Array<number>(n).fill(0);
	d[n - 1] = 1;
	for (let i = 0, root = 1; i < n; i++, root = times(root, 2))
		for (let j = 0; j < n; j++)
			d[j] = times(d[j]!, root) ^ (d[j + 1] ?? 0);
	return d;
}

function remainder(data: number[], d: number[]) {
	const r = Array<number>(d.length).fill(0);
	for (const b of data) {
		const f = b ^ r.shift()!;
		r.push(0);
		d.forEach((c, i) => { r[i]! ^= times(c, f); });
	}
	return r;
}

/** Header, bytes and padding of a version; null: it does not hold them. */
function fill(bytes: Uint8Array, v: number) {
	const room = (capacity(v) - EC[v - 1]! * BLOCKS[v - 1]!) * 8, bits: number[] = [];
	const put = (value: number, n: number) => {
		for (let i = n - 1; i >= 0; i--)
			bits.push((value >>> i) & 1);
	};
	put(4, 4);
	put(bytes.length, v < 10 ? 8 : 16);
	bytes.forEach((b) => put(b, 8));
	if (bits.length > room)
		return null;
	put(0, Math.min(4, room - bits.length));
	put(0, -bits.length & 7);
	for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11)
		put(pad, 8);
	return Array.from({ length: room / 8 }, (_, i) => bits.slice(i * 8, i * 8 + 8).reduce((a, b) => a << 1 | b, 0));
}

/** Words of all blocks in the order in which they are drawn; long blocks stand last. */
function interleave(data: number[], v: number) {
	const n = BLOCKS[v - 1]!, ec = EC[v - 1]!, all = capacity(v);
	const short = Math.floor(all / n) - ec, long = all % n, d = divisor(ec);
	const blocks = Array.from({ length: n }, (_, i) => {
		const extra = Math.max(0, i - (n - long));
		return data.slice(i * short + extra, (i + 1) * short + extra + (i >= n - long ? 1 : 0));
	});
	const tails = blocks.map((b) => remainder(b, d)), out: number[] = [];
	for (let i = 0; i <= short; i++)
		blocks.forEach((b) => i < b.length && out.push(b[i]!));
	for (let i = 0; i < ec; i++)
		tails.forEach((b) => out.push(b[i]!));
	return out;
}

const MASKS: ((x: number, y: number) => number)[] = [
	(x, y) => (x + y) % 2, (_, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3, (x, y) => (Math.floor(x / 3) + (y >> 1)) % 2,
	(x, y) => x * y % 2 + x * y % 3, (x, y) => (x * y % 2 + x * y % 3) % 2, (x, y) => ((x + y) % 2 + x * y % 3) % 2,
];

/** Modules: 1 dark, 0 light, undefined: not drawn yet. */
class Grid {
	size: number;
	cells: (number | undefined)[][];

	constructor(private v: number) {
		this.size = v * 4 + 17;
		this.cells = Array.from({ length: this.size }, () => Array<number | undefined>(this.size).fill(undefined));
		this.fixed();
	}

	private set(x: number, y: number, dark: boolean | number) {
		if (x >= 0 && y >= 0 && x < this.size && y < this.size)
			this.cells[y]![x] = Number(dark);
	}

	private ring(cx: number, cy: number, r: number, dark: (d: number) => boolean) {
		for (let y = -r; y <= r; y++)
			for (let x = -r; x <= r; x++)
				this.set(cx + x, cy + y, dark(Math.max(Math.abs(x), Math.abs(y))));
	}

	private fixed() {
		const n = this.size, at = this.alignments();
		for (let i = 0; i < n; i++) {
			this.set(6, i, i % 2 === 0);
			this.set(i, 6, i % 2 === 0);
		}
		for (const [x, y] of [[3, 3], [n - 4, 3], [3, n - 4]] as const)
			this.ring(x, y, 4, (d) => d !== 2 && d !== 4);
		for (const x of at)
			for (const y of at)
				if (!(x === 6 && y === 6 || x === 6 && y === n - 7 || x === n - 7 && y === 6))
					this.ring(x, y, 2, (d) => d !== 1);
		this.format(0);
		this.version();
	}

	private alignments() {
		if (this.v === 1)
			return [];
		const n = Math.floor(this.v / 7) + 2, step = Math.floor((this.v * 8 + n * 3 + 5) / (n * 4 - 4)) * 2;
		return [6, ...Array.from({ length: n - 1 }, (_, i) => this.size - 7 - i * step)];
	}

	/** Level M is 00, so the mask alone is said. */
	format(mask: number) {
		let r = mask;
		for (let i = 0; i < 10; i++)
			r = r << 1 ^ (r >>> 9) * 0x537;
		const bits = (mask << 10 | r) ^ 0x5412, n = this.size, bit = (i: number) => bits >>> i & 1;
		for (let i = 0; i < 8; i++) {
			this.set(8, i < 6 ? i : i + 1, bit(i));
			this.set(n - 1 - i, 8, bit(i));
		}
		for (let i = 8; i < 15; i++) {
			this.set(i === 8 ? 7 : 14 - i, 8, bit(i));
			this.set(8, n - 15 + i, bit(i));
		}
		this.set(8, n - 8, 1);
	}

	private version() {
		if (this.v < 7)
			return;
		let r = this.v;
		for (let i = 0; i < 12; i++)
			r = r << 1 ^ (r >>> 11) * 0x1f25;
		const bits = this.v << 12 | r;
		for (let i = 0; i < 18; i++) {
			const a = this.size - 11 + i % 3, b = Math.floor(i / 3);
			this.set(a, b, bits >>> i & 1);
			this.set(b, a, bits >>> i & 1);
		}
	}

	/** Columns in pairs from the right, up and down in turn, round what is drawn. */
	draw(words: number[], mask: number) {
		let i = 0, up = true;
		for (let right = this.size - 1; right >= 1; right -= 2, up = !up) {
			if (right === 6)
				right = 5;
			for (let row = 0; row < this.size; row++)
				for (const x of [right, right - 1]) {
					const y = up ? this.size - 1 - row : row;
					if (this.cells[y]![x] !== undefined)
						continue;
					const bit = (words[i >> 3] ?? 0) >>> (7 - (i & 7)) & 1;
					i++;
					this.cells[y]![x] = bit ^ Number(MASKS[mask]!(x, y) === 0);
				}
		}
		this.format(mask);
	}

	/** What makes it hard to read (8.8.2). */
	get penalty() {
		const n = this.size, rows = this.cells.map((r) => r.join('')), columns = rows.map((_, x) => rows.map((r) => r[x]).join(''));
		let sum = 0;
		for (const line of [...rows, ...columns]) {
			for (const run of line.match(/0{5,}|1{5,}/g) ?? [])
				sum += run.length - 2;
			sum += 40 * [...line.matchAll(/(?=00001011101|10111010000)/g)].length;
		}
		for (let y = 0; y + 1 < n; y++)
			for (let x = 0; x + 1 < n; x++)
				sum += /^(00|11)$/.test(rows[y]!.slice(x, x + 2)) && rows[y]!.slice(x, x + 2) === rows[y + 1]!.slice(x, x + 2) ? 3 : 0;
		const dark = rows.join('').replace(/0/g, '').length;
		return sum + 10 * Math.floor(Math.abs(dark * 20 - n * n * 10) / (n * n));
	}

	get path() {
		return this.cells.map((r, y) => [...r.join('').matchAll(/1+/g)]
			.map((m) => `M${m.index + MARGIN} ${y + MARGIN}h${m[0].length}v1h-${m[0].length}z`).join('')).join('');
	}
}

/** SVG text as the cell writes it; null: too long for any code. `mask` forces one of the eight. */
export function makeQr(text: string, mask?: number) {
	const bytes = new TextEncoder().encode(text);
	for (let v = 1; v <= 40; v++) {
		const data = fill(bytes, v);
		if (!data)
			continue;
		const words = interleave(data, v);
		const drawn = (mask === undefined ? [0, 1, 2, 3, 4, 5, 6, 7] : [mask]).map((m) => {
			const g = new Grid(v);
			g.draw(words, m);
			return g;
		});
		const best = drawn.reduce((a, b) => b.penalty < a.penalty ? b : a), side = best.size + 2 * MARGIN;
		return `<svg viewBox="0 0 ${side} ${side}"><path d="${best.path}"/></svg>`;
	}
	return null;
}
