// The words of the WireGuard page; see text.ts.
import en from '../text/en.wireguard';

export type VpnText = typeof en;
export const tw: VpnText = en;
