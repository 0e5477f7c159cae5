// Runs in the page: what sticks out of the window or of a box that cuts it off. A phone
// widens innerWidth to whatever a page needs, so that number shows nothing. What scrolls
// by itself on purpose or ends in an ellipsis may be longer than its place.

export function tooWide() {
	const LONGER = '.tabs, .chips, .ruleset, input, select, textarea';
	const root = document.scrollingElement, bad = [];
	const width = root.clientWidth;
	if (root.scrollWidth > width)
		bad.push(`the page scrolls sideways by ${root.scrollWidth - width}`);
	// the box that cuts off what el is or (as text) holds; null when that is as it should be
	const frame = (el, text) => {
		for (let e = el; e && e !== root && e !== document.body; e = e.parentElement) {
			const s = getComputedStyle(e);
			if (e.matches(LONGER) || s.clipPath !== 'none' || s.overflowX !== 'visible' && s.textOverflow === 'ellipsis')
				return null;
			if ((text || e !== el) && s.overflowX !== 'visible')
				return { ...inner(e), of: e };
			if (s.position === 'fixed')
				break;
		}
		return { left: 0, right: width };
	};
	const inner = (e) => {
		const left = e.getBoundingClientRect().left + e.clientLeft;
		return { left, right: left + e.clientWidth };
	};
	const name = (e) => `<${e.tagName.toLowerCase()} class="${e.getAttribute('class') ?? ''}">`;
	const check = (el, rect, says, text = false) => {
		const f = rect.width > 1 && frame(el, text);
		const over = f ? Math.max(rect.right - f.right, f.left - rect.left) : 0;
		if (over > 1.5)
			bad.push(`${says} sticks out of ${f.of ? name(f.of) : 'the window'} by ${Math.round(over)}`);
	};
	const top = document.querySelector('dialog[open]') ?? document.body;
	for (const el of [top, ...top.querySelectorAll('*:not(svg *, option, script, noscript)')]) {
		if (!el.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
			continue;
		check(el, el.getBoundingClientRect(), name(el));
		for (const n of el.childNodes)
			if (n.nodeType === Node.TEXT_NODE && n.data.trim()) {
				const range = document.createRange();
				range.selectNodeContents(n);
				check(el, range.getBoundingClientRect(), `"${n.data.trim().slice(0, 40)}" in ${name(el)}`, true);
			}
	}
	return bad.slice(0, 20);
}
