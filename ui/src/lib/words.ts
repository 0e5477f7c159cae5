// Names of things that the cell numbers or composes, in words.
import { t } from './text';

const UUID = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** What a change was: the cell writes a verb and an object ("dns.record.create nas"). */
export function sayChange(summary: string) {
	const [verb, ...rest] = summary.split(' ');
	const [, kind, did] = /^(.+)\.(\w+)$/.exec(verb!) ?? [], of = t.summaryOf[kind!];
	const words = t.summary[verb!] ?? (of && t.summaryVerb[did!]?.(of));
	// a key says nothing to a person; which thing it was shows the comparison
	const object = rest.join(' ').replace(UUID, '').trim();
	if (!words)
		return `${verb} ${object}`.trim();
	if (!object)
		return words;
	return `${words}: ${verb === 'config.update' ? rest.map((s) => t.section[s] ?? s).join(', ') : object}`;
}

/** "edge-0" is one of several front doors. */
export function partName(id: string) {
	const edge = /^edge-(\d+)$/.exec(id);
	return edge ? t.edge(Number(edge[1]) + 1) : t.part[id] ?? id;
}

export const partText = (id: string) => t.partText[id.replace(/-\d+$/, '')];

/** "upstream.udp.9.9.9.9:53" is one of several name services. */
export function checkName(id: string) {
	const up = /^upstream\.(\w+)\.(.+?)(:53)?$/.exec(id);
	return up ? t.checkUpstream(up[2]!, up[1]!.toUpperCase()) : t.checkName[id] ?? id;
}
