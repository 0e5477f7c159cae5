// Addresses and pages. One signal holds where we are; a page with unsaved edits may
// hold a change of page back until the person decided.
import { signal } from '@preact/signals';

export const path = signal(location.pathname);
export const query = signal(new URLSearchParams(location.search));
/** Where the person wanted to go while something was unsaved. */
export const leaving = signal<string | null>(null);

const dirty = new Set<() => boolean>();
let here = location.pathname + location.search;

/** While the page is shown, ask f before leaving it. Returns the undo. */
export function guard(f: () => boolean) {
	dirty.add(f);
	return () => { dirty.delete(f); };
}

const unsaved = () => [...dirty].some((f) => f());

function show() {
	here = location.pathname + location.search;
	query.value = new URLSearchParams(location.search);
	path.value = location.pathname;
}

export function go(to: string, how: 'push' | 'replace' = 'push') {
	if (to === here)
		return;
	if (unsaved()) {
		leaving.value = to;
		return;
	}
	history[how === 'push' ? 'pushState' : 'replaceState'](null, '', to);
	const samePage = location.pathname === path.value;
	show();
	if (!samePage)
		scrollTo(0, 0);
}

/** The person decided to lose the edits. */
export function leave() {
	const to = leaving.value;
	leaving.value = null;
	dirty.clear();
	if (to)
		go(to);
}

addEventListener('popstate', () => {
	if (unsaved()) {
		leaving.value = location.pathname + location.search;
		history.pushState(null, '', here);
		return;
	}
	show();
});

addEventListener('beforeunload', (e) => {
	if (unsaved())
		e.preventDefault();
});
