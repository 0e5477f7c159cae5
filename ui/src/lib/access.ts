// The words by which a peer may be let to services.
import { useResource } from './resource';
import type { Route } from './types';

const ALWAYS = ['calendar', 'files', 'mail', 'webdav'];

/** Those that exist now, and those that a peer has already. */
export function useAccessWords(had: readonly string[] = []) {
	const routes = useResource<Route[]>('/api/proxy/routes', ['config']).data.value ?? [];
	return [...new Set([...routes.map((r) => `route:${r.name}`), ...ALWAYS, ...had])];
}
