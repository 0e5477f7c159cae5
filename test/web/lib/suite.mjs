// Tests one after the other: each says its name and what failed.
import { inspect } from 'node:util';

export class Suite {
	passed = 0;
	failed = 0;
	area = '';
	/** Called when a test takes longer than any may. */
	onHang = async () => {};

	async test(name, f) {
		const at = Date.now();
		try {
			await limited(f(), this.onHang);
			this.passed++;
			console.log(`ok      ${this.area}: ${name} (${((Date.now() - at) / 1000).toFixed(1)} s)`);
		} catch (e) {
			this.fail(name, e);
		}
	}

	fail(name, e) {
		// the browser's errors keep their first message in the stack
		const text = e?.stack ? `${e.message}\n${e.stack.replace(/^[^]*?(?=\n +at )/, '')}` : inspect(e);
		this.failed++;
		console.log(`NOT OK  ${this.area}: ${name}\n${text.replace(/^/gm, '        ')}`);
	}
}

const LONGEST = 120_000;

function limited(work, onHang) {
	let timer;
	const over = new Promise((_, fail) => {
		timer = setTimeout(() => {
			fail(new Error(`not over after ${LONGEST / 1000} s`));
			void onHang();
		}, LONGEST);
	});
	return Promise.race([work, over]).finally(() => clearTimeout(timer));
}

export function ok(x, what) {
	if (!x)
		throw new Error(what);
}

export function equal(got, want, what = 'value') {
	if (JSON.stringify(got) !== JSON.stringify(want))
		throw new Error(`${what}: got ${inspect(got, { depth: 5 })}, want ${inspect(want, { depth: 5 })}`);
}

export function empty(list, what) {
	if (list.length)
		throw new Error(`${what}:\n  ${list.join('\n  ')}`);
}

/** Until f gives something true; what it gives is the result. */
export async function until(f, what, ms = 15_000) {
	const end = Date.now() + ms;
	for (;;) {
		const x = await f();
		if (x)
			return x;
		if (Date.now() > end)
			throw new Error(`still not after ${ms / 1000} s: ${what}`);
		await new Promise((done) => setTimeout(done, 100));
	}
}
