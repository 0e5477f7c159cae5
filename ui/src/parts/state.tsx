// State as word, shape and colour, in that order.
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'off';
const SHAPE: Record<Tone, IconName> = { ok: 'check', warn: 'alert', bad: 'close', info: 'activity', off: 'minus' };

export function Badge({ tone = 'off', icon = true, children }: { tone?: Tone; icon?: boolean; children: ComponentChildren }) {
	return <span class={tone === 'off' ? 'badge' : `badge ${tone}`}>
		{icon ? <Icon name={SHAPE[tone]} /> : null}{children}
	</span>;
}

export const Dot = ({ tone }: { tone: Tone }) => <span class={`dot ${tone === 'info' ? 'ok' : tone}`} aria-hidden="true" />;
