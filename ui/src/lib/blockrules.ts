// One tap on a name: block it from now on, or let it pass.
import { Problem, put, request } from './api';
import type { BlockRules } from './types';

const PATH = '/api/blocklists/rules';

async function change(edit: (r: BlockRules) => Partial<BlockRules>) {
	for (let again = 0; ; again++) {
		const { data, etag } = await request<BlockRules>('GET', PATH);
		try {
			await put(PATH, edit(data), etag);
			return data;
		} catch (e) {
			// somebody else was faster: once more on top of theirs
			if (again || !(e instanceof Problem) || e.status !== 412)
				throw e;
		}
	}
}

const add = (list: string[], name: string) => list.includes(name) ? list : [...list, name];
const without = (list: string[], name: string) => list.filter((x) => x !== name);

export const plain = (name: string) => name.toLowerCase().replace(/\.$/, '');

/** Each gives the way back. */
type Undo = () => Promise<void>;

async function turn(name: string, edit: (r: BlockRules) => Partial<BlockRules>): Promise<Undo> {
	const was = await change(edit);
	const put = (now: string[], before: string[]) => before.includes(name) ? add(now, name) : without(now, name);
	return async () => void await change((r) => ({ deny: put(r.deny, was.deny), allow: put(r.allow, was.allow) }));
}

export const block = (name: string) => turn(name, (r) => ({ deny: add(r.deny, name), allow: without(r.allow, name) }));

// an own entry of that name is taken away; what a list or a name above blocks needs an exception
export const allow = (name: string) => turn(name, (r) => r.deny.includes(name) ? { deny: without(r.deny, name) } : { allow: add(r.allow, name) });
