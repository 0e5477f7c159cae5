// Runs in the page: pairs of unrelated visible texts, buttons and badges that share more
// than 2 × 4 px. Neither axe nor the scroll width notices those.

export function overlaps() {
	const root = document.querySelector('dialog[open]') ?? document.body;
	const hidden = (el) => {
		if (!el.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }))
			return true;
		for (let e = el; e && e !== document.documentElement; e = e.parentElement) {
			const s = getComputedStyle(e);
			if (s.clipPath.startsWith('inset(50%'))
				return true;
		}
		return false;
	};
	// bars that stay in place lie over what scrolls below them, as they should
	const layer = (el) => {
		for (let e = el; e && e !== root; e = e.parentElement) {
			const p = getComputedStyle(e).position;
			if (p === 'fixed' || p === 'sticky')
				return e;
		}
		return root;
	};
	const clip = (r, el) => {
		let { left, top, right, bottom } = r;
		for (let e = el; e && e !== document.documentElement; e = e.parentElement) {
			const s = getComputedStyle(e);
			if (s.overflowX === 'visible' && s.overflowY === 'visible')
				continue;
			const b = e.getBoundingClientRect();
			left = Math.max(left, b.left);
			right = Math.min(right, b.right);
			top = Math.max(top, b.top);
			bottom = Math.min(bottom, b.bottom);
		}
		return right - left > 1 && bottom - top > 1 ? { left, top, right, bottom } : null;
	};
	const items = [];
	const add = (el, rect, says) => {
		const r = clip(rect, el);
		if (r)
			items.push({ el, r, says, layer: layer(el) });
	};
	const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
	for (let n = walk.nextNode(); n; n = walk.nextNode()) {
		const el = n.parentElement;
		if (!n.data.trim() || el.closest('svg, option, script, noscript') || hidden(el))
			continue;
		const range = document.createRange();
		range.selectNodeContents(n);
		for (const r of range.getClientRects())
			add(el, r, n.data.trim().slice(0, 40));
	}
	for (const el of root.querySelectorAll('button, .btn, .badge, .glyph, .orb, input, select'))
		if (!hidden(el) && !el.matches('.sr'))
			add(el, el.getBoundingClientRect(), `<${el.tagName.toLowerCase()} ${el.className}> ${(el.getAttribute('aria-label') ?? el.textContent ?? '').trim().slice(0, 30)}`);
	const bad = [];
	for (let i = 0; i < items.length; i++)
		for (let j = i + 1; j < items.length; j++) {
			const a = items[i], b = items[j];
			if (a.el === b.el || a.el.contains(b.el) || b.el.contains(a.el) || a.layer !== b.layer)
				continue;
			// the button that shows a password stands inside the field
			if (a.el.closest('.reveal') && a.el.closest('.reveal') === b.el.closest('.reveal'))
				continue;
			const w = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left);
			const h = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
			if (w > 2 && h > 4)
				bad.push(`"${a.says}" and "${b.says}" share ${Math.round(w)}×${Math.round(h)}`);
		}
	return bad.slice(0, 20);
}
