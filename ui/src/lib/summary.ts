// What a change was, in words. The cell writes a verb and an object ("dns.record.create
// nas"); an unknown verb is shown as it is.
import { t } from './text';

export function sayChange(summary: string) {
	const [verb, ...object] = summary.split(' ');
	const words = t.summary[verb!];
	return words ? [words, ...object].join(' ') : summary;
}
