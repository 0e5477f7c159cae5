// What may be done to one peer, as calls of the cell.
import { del, get, post, put } from './api';
import type { CodeSource } from '../parts/codedialog';
import type { OneTimeLink, Peer, PeerFile } from './vpntypes';

export const peerUrl = (name: string, tail = '') => `/api/peers/${encodeURIComponent(name)}${tail}`;
export const peerEtag = (p: Peer) => p.rev === undefined ? null : `"r${p.rev}"`;

export const turn = (p: Peer, enabled: boolean) => put<Peer>(peerUrl(p.name), { enabled }, peerEtag(p));

/** Says what could not be reached, empty when everything was. */
export async function removePeer(name: string, keepUser: boolean) {
	const r = await del<{ unreached?: { service?: string; cell?: string }[] }>(peerUrl(name) + (keepUser ? '?keep_user=1' : ''));
	return (r.unreached ?? []).map((u) => u.service ?? u.cell ?? '').filter(Boolean);
}

export const codeSource = (name: string): CodeSource => ({
	load: () => get<PeerFile>(peerUrl(name, '/config')),
	rekey: () => post<PeerFile>(peerUrl(name, '/rekey'), {}),
	link: {
		make: (expires_in_s, rekey) => post<OneTimeLink>(peerUrl(name, '/link'), rekey ? { expires_in_s, rekey } : { expires_in_s }),
		revoke: async () => void await del(peerUrl(name, '/link')),
	},
});
