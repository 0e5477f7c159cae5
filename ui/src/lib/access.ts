// The words that are offered: those of what is there, proxy routes. Others that a peer carries already stay as they are.
import { useResource } from './resource';
import type { Route } from './types';

export const useAccessWords = () => (useResource<Route[]>('/api/proxy/routes', ['config']).data.value ?? []).map((r) => `route:${r.name}`);
