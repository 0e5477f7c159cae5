// The words of the page of certificates; see text.ts.
import en from '../text/en.vault';

export type VaultText = typeof en;
export const tv: VaultText = en;
