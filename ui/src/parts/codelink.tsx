// A page that shows code and file once, for people who are not in the room.
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { Problem } from '../lib/api';
import { sayProblem } from '../lib/form';
import { exactTime } from '../lib/format';
import { td } from '../lib/peertext';
import type { OneTimeLink } from '../lib/vpntypes';
import { Copy } from './copy';
import { Icon } from './icon';
import { Note } from './note';
import { toast } from './toast';

const x = td.code;
const SPANS = [900, 3600, 86_400];

export interface LinkSource {
	make: (seconds: number, rekey: boolean) => Promise<OneTimeLink>;
	revoke: () => Promise<void>;
}

/** `held`: the cell has the key, so the device needs no new one. */
export function CodeLink({ source, held }: { source: LinkSource; held: boolean }) {
	const made = useSignal<OneTimeLink | null>(null), span = useSignal(3600), problem = useSignal(''), id = useId();
	const run = async (f: () => Promise<OneTimeLink | null>) => {
		problem.value = '';
		try {
			made.value = await f();
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			problem.value = sayProblem(e);
		}
	};
	const m = made.value;
	return <div class="stack">
		<p class="small muted">{x.linkText}</p>
		{problem.value ? <Note kind="bad" alert>{problem.value}</Note> : null}
		{held ? null : <Note kind="warn">{x.linkRekey}</Note>}
		{m ? <div class="once stack tight"><Copy text={m.url} what={x.linkWhat} />
			<p class="small muted">{x.linkUntil} {exactTime(m.expires_at)}</p>
			<button type="button" class="btn sm self-start" onClick={() => void run(async () => {
				await source.revoke();
				toast(x.revoked);
				return null;
			})}><Icon name="undo" />{x.revoke}</button></div>
			: <div class="oneline"><div class="field"><label for={id}>{x.linkFor}</label>
				<select class="input" id={id} name="span" value={String(span.value)} onChange={(e) => { span.value = Number(e.currentTarget.value); }}>
					{SPANS.map((s) => <option key={s} value={String(s)}>{x.spans[s]}</option>)}</select></div>
				<button type="button" class="btn primary" onClick={() => void run(() => source.make(span.value, !held))}>{x.makeLink}</button></div>}
	</div>;
}
