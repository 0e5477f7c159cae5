// Passwords made by this browser, and how long a typed one would hold.

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';	// without those that look alike

/** Four groups of five letters: 99 bits, easy to read out. */
export function makePassword() {
	const out: string[] = [];
	while (out.length < 20) {
		// 248 = 8 * 31: the rest of a byte would favour the first letters
		for (const b of crypto.getRandomValues(new Uint8Array(32)))
			if (b < 248 && out.length < 20)
				out.push(LETTERS[b % LETTERS.length]!);
	}
	return [0, 5, 10, 15].map((i) => out.slice(i, i + 5).join('')).join('-');
}

export type Strength = 'short' | 'weak' | 'good' | 'strong';

export function strength(s: string, min: number): Strength {
	const n = [...s].length, kinds = new Set([...s.toLowerCase()]).size;
	if (n < min)
		return 'short';
	if (kinds < 6 || /^(.{1,4})\1+$/.test(s) || /password|passwort|123456|qwert/i.test(s))
		return 'weak';
	return n >= 16 ? 'strong' : 'good';
}
