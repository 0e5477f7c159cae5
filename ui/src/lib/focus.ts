// What has the focus can go away: its dialog closes, its row was removed, here or elsewhere.
// Then the page has it, so that the next key starts there and not at the top of everything.
export function keepFocus() {
	let last: EventTarget | null = null;
	const hear = (e: FocusEvent) => { last = e.target; };
	const seen = new MutationObserver(() => {
		if (last instanceof Node && !last.isConnected && document.activeElement === document.body)
			document.getElementById('content')?.focus({ preventScroll: true });
	});
	document.addEventListener('focusin', hear);
	seen.observe(document.body, { childList: true, subtree: true });
	return () => {
		document.removeEventListener('focusin', hear);
		seen.disconnect();
	};
}
