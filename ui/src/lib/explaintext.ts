// The words of what a connection meets; see text.ts.
import en from '../text/en.explain';

export type ExplainText = typeof en;
export const te: ExplainText = en;
