// What stands where data will be: grey shapes after 200 ms, the reason when it failed,
// and what to do when there is none yet.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { sayProblem } from '../lib/form';
import type { Resource } from '../lib/resource';
import { t } from '../lib/text';
import { Icon, type IconName } from './icon';
import { Note } from './note';

/** Show children with the data, or what stands for it. */
export function Loaded<T>({ of, lines = 3, children }: { of: Resource<T>; lines?: number; children: (data: T) => ComponentChildren }) {
	const data = of.data.value, error = of.error.value;
	if (data !== null)
		return <>{children(data)}</>;
	if (error)
		return <div class="pad"><Note kind="bad" action={<button type="button" class="btn sm" onClick={() => void of.load()}>{t.form.tryAgain}</button>}>
			<span class="strong">{t.error.notLoaded}</span> {sayProblem(error)}
		</Note></div>;
	return <Loading lines={lines} cancel={() => of.cancel()} />;
}

function Loading({ lines, cancel }: { lines: number; cancel: () => void }) {
	const slow = useSignal(false);
	useEffect(() => {
		const timer = setTimeout(() => { slow.value = true; }, 10_000);
		return () => clearTimeout(timer);
	}, []);
	return <div class="pad wait" role="status">
		<span class="sr">{t.state.loading}</span>
		{Array.from({ length: lines }, (_, i) => <span class="skel" key={i} />)}
		{slow.value ? <p class="row"><span class="grow muted">{t.state.stillWorking}</span>
			<button type="button" class="btn sm" onClick={cancel}>{t.form.cancel}</button></p> : null}
	</div>;
}

/** `page`: nothing else is on the page, so the title is its heading. */
export function Empty({ icon, title, children, action, page }: { icon: IconName; title: string; children?: ComponentChildren; action?: ComponentChildren; page?: boolean }) {
	return <div class="empty">
		<span class="glyph"><Icon name={icon} /></span>
		{page ? <h1 class="h2">{title}</h1> : <p class="strong">{title}</p>}
		{children ? <p>{children}</p> : null}
		{action}
	</div>;
}
