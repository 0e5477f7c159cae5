// This browser's choice of light or dark; theme.js applies it before the first paint.
import { signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

function stored(): Theme {
	const v = remember('theme');
	return v === 'light' || v === 'dark' ? v : 'system';
}

/** Read a value this browser keeps; storage may be refused. */
export function remember(key: string) {
	try {
		return localStorage.getItem(`pic.${key}`);
	} catch {
		return null;
	}
}

export function keep(key: string, value: string | null) {
	try {
		if (value === null)
			localStorage.removeItem(`pic.${key}`);
		else
			localStorage.setItem(`pic.${key}`, value);
	} catch {
		// the choice then lasts as long as the page
	}
}

export const theme = signal<Theme>(stored());

export function setTheme(v: Theme) {
	theme.value = v;
	keep('theme', v === 'system' ? null : v);
	dispatchEvent(new CustomEvent('pic-theme', { detail: v }));
}

export const isDark = () => document.documentElement.dataset.theme === 'dark';
