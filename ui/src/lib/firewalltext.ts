// The words of the pages of firewall and routes; see text.ts.
import en from '../text/en.firewall';

export type FirewallText = typeof en;
export const tf: FirewallText = en;
