// The words of the pages of devices; see text.ts.
import en from '../text/en.peers';

export type PeerText = typeof en;
export const td: PeerText = en;
