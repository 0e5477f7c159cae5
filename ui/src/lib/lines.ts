// Lists that a person types into one box: one on each line, commas and blanks do as well.
import { isAddress } from './address';
import { tn } from './nettext';

export const lines = (s: string) => s.split(/[\s,;]+/).filter(Boolean);

export const twice = (list: string[]) => list.find((x, i) => list.indexOf(x) !== i);

export function servers(s: string, most: number): string | undefined {
	const list = lines(s), bad = list.find((a) => !isAddress(a)), again = twice(list);
	if (!list.length)
		return tn.check.needServers;
	if (bad)
		return tn.check.badServer(bad);
	if (again)
		return tn.check.twice(again);
	return list.length > most ? tn.check.serversMany : undefined;
}

// letters, digits and hyphens; `_` may stand anywhere in a label (service names)
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

export const isDomain = (s: string) => s.length <= 253 && s.split('.').every((l) => LABEL.test(l));

/** A list of domains in one box: the first line that is none is named. */
export function domains(s: string, most: number): string | undefined {
	const all = s.split('\n');
	for (const [i, line] of all.entries()) {
		const bad = lines(line).find((x) => !isDomain(x));
		if (bad)
			return tn.check.line(i + 1, bad);
	}
	return lines(s).length > most ? tn.check.linesMany(most) : undefined;
}

/** A whole number between the two. */
export const range = (s: string, low: number, high: number) =>
	/^\d{1,10}$/.test(s) && Number(s) >= low && Number(s) <= high ? undefined : tn.check.range(low, high);
