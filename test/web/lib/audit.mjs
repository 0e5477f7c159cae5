// What every page must hold: no finding of axe, nothing wider than its place, no control too small
// for a thumb, no text over other text.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { empty } from './suite.mjs';
import { overlaps } from './overlap.mjs';
import { tooWide } from './wide.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function findings(page) {
	if (!await page.evaluate(() => 'axe' in window))
		await page.evaluate(axe);
	const found = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules }).then((r) => r.violations), RULES);
	return found.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} (${n.failureSummary?.split('\n')[1]?.trim()})`));
}

// In the page. A box ticks by its label, a link in running text is as tall as the text.
function smallControls(phone) {
	const bad = [];
	const clipped = (el) => {
		for (let e = el; e; e = e.parentElement)
			if (getComputedStyle(e).clipPath.startsWith('inset(50%'))
				return true;
		return false;
	};
	for (const el of document.querySelectorAll('a, button, input, select, textarea, summary, [role="option"]')) {
		const boxed = el.matches('input[type="checkbox"], input[type="radio"]') ? el.closest('label') ?? el : el;
		const r = boxed.getBoundingClientRect(), style = getComputedStyle(el);
		if (r.width < 2 || r.height < 2 || !el.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) || clipped(el) || el.matches('.skip'))
			continue;
		if (el.tagName === 'A' && style.display === 'inline')
			continue;
		const least = phone && el.closest('.tabbar, .top') ? 44 : 24;
		if (r.width < least - 0.5 || r.height < least - 0.5)
			bad.push(`${el.tagName.toLowerCase()} "${(el.getAttribute('aria-label') ?? el.textContent ?? '').trim().slice(0, 40)}" ${Math.round(r.width)}×${Math.round(r.height)}`);
	}
	return bad;
}

/** Geometry alone: what must hold at every width. */
export async function fits(page, what) {
	empty(await page.evaluate(tooWide), `${what}: wider than its place`);
	empty(await page.evaluate(overlaps), `${what}: text lies over text`);
}

/** With the whole page in view: what lies below a fixed bar can be scrolled out from there. */
async function inFull(page, f) {
	const size = page.viewportSize(), height = await page.evaluate(() => document.documentElement.scrollHeight);
	if (height + 80 > size.height && !await page.$('dialog[open]'))
		await page.setViewportSize({ width: size.width, height: Math.min(height + 80, 8000) });
	const result = await f();
	await page.setViewportSize(size);
	return result;
}

export async function audit(v, what) {
	const page = v.page;
	// pictures of a moment: what fades or slides in must have arrived
	await page.evaluate(() => Promise.all(document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished.catch(() => {}))));
	await fits(page, what);
	empty(await inFull(page, () => findings(page)), `${what}: axe`);
	empty(await page.evaluate(smallControls, v.kind === 'phone'), `${what}: too small to touch`);
}
