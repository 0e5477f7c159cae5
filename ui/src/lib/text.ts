// The language of this page. Other languages are typed as the English catalogue.
import en from '../text/en';

export type Text = typeof en;
export const t: Text = en;
