// Time as signals; each ticks only while something shows it.
import { signal } from '@preact/signals';

function ticking(ms: number) {
	let timer = 0;
	const s = signal(Date.now(), {
		watched() {
			timer = setInterval(() => { s.value = Date.now(); }, ms);
		},
		unwatched() { clearInterval(timer); },
	});
	return s;
}

export const everySecond = ticking(1000);
export const everyFewSeconds = ticking(5000);
export const everyHalfMinute = ticking(30_000);
