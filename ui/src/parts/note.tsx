// A sentence the reader must not miss, with the button that deals with it.
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';

type Kind = 'info' | 'warn' | 'bad' | 'ok';
const ICON: Record<Kind, IconName> = { info: 'info', warn: 'alert', bad: 'alert', ok: 'check' };

interface Props {
	kind: Kind;
	children: ComponentChildren;
	action?: ComponentChildren;
	/** Read out at once: for what just happened, not for what stood there already. */
	alert?: boolean;
	id?: string;
}

export function Note({ kind, children, action, alert, id }: Props) {
	return <div class={`note ${kind}`} id={id} role={alert ? 'alert' : undefined}>
		<Icon name={ICON[kind]} />
		<div class="txt">{children}</div>
		{action}
	</div>;
}
