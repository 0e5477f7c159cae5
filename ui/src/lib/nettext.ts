// The words of the network pages; see text.ts.
import en from '../text/en.network';

export type NetText = typeof en;
export const tn: NetText = en;
