// Which picture stands before a peer: what its name says it is.
import type { IconName } from '../parts/icon';

const KINDS: [RegExp, IconName][] = [
	[/phone|pixel|galaxy|mobile|handy|tablet|ipad/i, 'phone'],
	[/laptop|book|computer|desktop|pc\b|work/i, 'laptop'],
	[/nas|server|router|camper|office|box|pi\b/i, 'server'],
];

export const glyph = (name: string): IconName => KINDS.find(([r]) => r.test(name))?.[1] ?? 'devices';
