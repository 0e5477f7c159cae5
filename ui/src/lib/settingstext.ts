// The words of the settings; see text.ts.
import en from '../text/en.settings';

export type SettingsText = typeof en;
export const ts: SettingsText = en;
