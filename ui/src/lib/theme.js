// Runs before the first paint, as its own file because the page policy refuses inline
// scripts: the theme this browser chose, else the system's.
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
})();
