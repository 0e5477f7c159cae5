// Going back to an earlier configuration: the cell says beforehand what would change.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { post, Problem } from '../lib/api';
import { loadStatus } from '../lib/cell';
import { sayProblem } from '../lib/form';
import { exactTime } from '../lib/format';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import type { Applied, DryRun, Generation } from '../lib/types';
import { sayChange } from '../lib/words';
import { Confirm } from './confirm';
import { DiffList } from './difflist';
import { Note } from './note';
import { toast } from './toast';

interface Props {
	to: Generation;
	current: number;
	onClose: () => void;
	done: () => Promise<void>;
}

export function RollbackDialog({ to, current, onClose, done }: Props) {
	const would = useSignal<DryRun | null>(null), problem = useSignal('');
	const before = useResource<unknown>(`/api/config/generations/${current}`), after = useResource<unknown>(`/api/config/generations/${to.generation}`);
	useEffect(() => {
		post<DryRun>('/api/config/rollback?dry_run=1', { generation: to.generation }).then((r) => { would.value = r; }, (e) => {
			if (!(e instanceof Problem))
				throw e;
			problem.value = sayProblem(e);
		});
	}, []);
	const w = would.value;
	return <Confirm wide title={t.rollback.title(to.generation)} verb={t.rollback.go(to.generation)} ready={!!w?.changes.length} onClose={onClose} act={async () => {
		const r = await post<Applied>('/api/config/rollback', { generation: to.generation });
		toast(t.rollback.done(to.generation, r.generation));
		await Promise.all([done(), loadStatus()]);
	}}>
		<p>{t.rollback.text(exactTime(to.written_at), sayChange(to.summary))}</p>
		<ul class="how"><li>{t.rollback.keeps(current)}</li><li>{t.rollback.users}</li></ul>
		{problem.value ? <Note kind="bad" alert>{problem.value}</Note> : null}
		{w?.warnings.map((x) => <Note kind="warn" key={x}>{x}</Note>)}
		{w ? <div class="stack tight"><h3>{t.rollback.changes}</h3><DiffList changes={w.changes} before={before.data.value} after={after.data.value} none={t.rollback.nothing} /></div>
			: problem.value ? null : <span class="skel" />}
	</Confirm>;
}
