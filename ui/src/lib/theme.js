// Runs before the first paint, as its own file because the page policy refuses inline
// scripts: the theme this browser chose, else the system's. And when the program of the
// page did not arrive (a phone that changes networks): ask for it again, three times.
(() => {
	let chosen = null;
	try {
		chosen = localStorage.getItem('pic.theme');
	} catch {
		// storage refused: follow the system
	}
	const dark = matchMedia('(prefers-color-scheme: dark)');
	const set = () => {
		document.documentElement.dataset.theme =
			chosen === 'light' || chosen === 'dark' ? chosen : dark.matches ? 'dark' : 'light';
	};
	set();
	dark.addEventListener('change', set);
	addEventListener('pic-theme', (e) => {
		chosen = e.detail;
		set();
	});
	addEventListener('error', (e) => {
		if (!/^(SCRIPT|LINK)$/.test(e.target.tagName ?? ''))
			return;
		try {
			const tries = Number(sessionStorage.getItem('pic.tries'));
			sessionStorage.setItem('pic.tries', String(tries + 1));
			if (tries < 3)
				setTimeout(() => location.reload(), 500 * (tries + 1));
		} catch {
			// nowhere to count: better no page than one that reloads for ever
		}
	}, true);
})();
