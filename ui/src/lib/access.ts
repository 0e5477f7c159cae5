// The words by which a peer may be let to services, and what they are called.
import { td } from './peertext';
import { useResource } from './resource';
import type { Route } from './types';

const ALWAYS = ['calendar', 'files', 'mail', 'webdav'];

/** Those that exist now, and those that a peer has already. */
export function useAccessWords(had: readonly string[] = []) {
	const routes = useResource<Route[]>('/api/proxy/routes', ['config']).data.value ?? [];
	return [...new Set([...routes.map((r) => `route:${r.name}`), ...ALWAYS, ...had])];
}

export const accessName = (word: string) => td.service[word] ?? word.replace(/^route:/, '');
