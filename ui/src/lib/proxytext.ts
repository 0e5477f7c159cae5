// The words of the proxy page; see text.ts.
import en from '../text/en.proxy';

export type ProxyText = typeof en;
export const tp: ProxyText = en;
