// The colours of tokens.css against the contrast that WCAG 2.2 asks for: 4.5 for text,
// 3 for edges that carry meaning, dots and chart lines. No browser needed.
import { readFileSync } from 'node:fs';
import { empty } from './lib/suite.mjs';

const css = readFileSync(new URL('../../ui/src/css/tokens.css', import.meta.url), 'utf8');

function tokens(selector) {
	const out = {};
	const at = css.indexOf(`${selector} {`);
	for (const m of css.slice(at, css.indexOf('\n}', at)).matchAll(/--([\w-]+): (#[0-9a-f]{6});/g))
		out[m[1]] = m[2];
	return out;
}

const channel = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
function luminance(hex) {
	const [r, g, b] = [1, 3, 5].map((i) => channel(parseInt(hex.slice(i, i + 2), 16) / 255));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
export function contrast(a, b) {
	const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x);
	return (hi + 0.05) / (lo + 0.05);
}

const PLANES = ['bg', 'surface', 'surface-2', 'surface-3'];
const PAIRS = [
	...['text', 'text-2', 'text-3', 'link'].flatMap((t) => PLANES.map((p) => [t, p, 4.5])),
	['on-accent', 'accent', 4.5], ['on-accent', 'accent-hover', 4.5], ['on-bad', 'bad-solid', 4.5], ['on-bad', 'bad-solid-hover', 4.5],
	...['ok', 'warn', 'bad', 'info'].flatMap((s) => [[s, `${s}-soft`, 4.5], [s, 'surface', 4.5], [s, 'surface-2', 4.5]]),
	...['ok', 'warn', 'bad', 'info'].flatMap((s) => [['text', `${s}-soft`, 4.5], ['text-2', `${s}-soft`, 4.5]]),
	['text-2', 'accent-soft', 4.5], ['link', 'accent-soft', 4.5], ['nav-on', 'nav-on-bg', 4.5], ['text-2', 'nav-bg', 4.5], ['text-3', 'nav-bg', 4.5],
	['control', 'surface', 3], ['focus', 'surface', 3], ['focus', 'bg', 3], ['accent', 'surface', 3],
	...['ok-dot', 'warn-dot', 'bad-dot', 'off-dot', 'chart-1', 'chart-2', 'chart-3', 'chart-4'].map((d) => [d, 'surface', 3]),
	['ink', 'paper', 15],
];

export default async function run(suite) {
	const light = tokens(':root');
	for (const [name, set] of [['light', light], ['dark', { ...light, ...tokens('[data-theme="dark"]') }]])
		await suite.test(`every pair of colours can be told apart: ${name}`, () => {
			empty(PAIRS.map(([a, b, least]) => {
				if (!set[a] || !set[b])
					return `--${set[a] ? b : a} is not a plain colour`;
				const c = contrast(set[a], set[b]);
				return c < least ? `${a} on ${b}: ${c.toFixed(2)}, needs ${least}` : '';
			}).filter(Boolean), name);
		});
	await suite.test('only tokens.css holds literal colours', () => {
		const files = ['base', 'shell', 'controls', 'parts', 'overlay', 'pages'];
		empty(files.flatMap((f) => [...readFileSync(new URL(`../../ui/src/css/${f}.css`, import.meta.url), 'utf8')
			.matchAll(/#[0-9a-f]{3,8}\b(?![^{]*\{)|\b(rgba?|hsla?)\(/gi)].map((m) => `${f}.css: ${m[0]}`)), 'colours');
	});
}
