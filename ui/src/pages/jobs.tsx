// What the cell does by itself or was told to do and that takes a while: runs on,
// whatever page is open.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { del } from '../lib/api';
import { exactTime } from '../lib/format';
import { jobOver } from '../lib/jobs';
import { listen } from '../lib/live';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import type { Job, JobState } from '../lib/types';
import { Ago } from '../parts/ago';
import { Confirm } from '../parts/confirm';
import { Empty, Loaded } from '../parts/loading';
import { PageHead } from '../parts/page';
import { Badge, type Tone } from '../parts/state';
import { Table, type Column } from '../parts/table';
import { toast } from '../parts/toast';

const TONE: Record<JobState, Tone> = { queued: 'off', running: 'info', waiting: 'warn', succeeded: 'ok', failed: 'bad', cancelled: 'off' };
const active = (j: Job) => !jobOver(j);
const title = (j: Job) => t.job[j.kind] ?? j.kind;

function What({ j }: { j: Job }) {
	const says = j.error ?? j.message ?? j.step;
	return <div class="cut">
		<div class="strong clip">{title(j)}{j.object ? <span class="muted"> · {j.object}</span> : null}</div>
		{j.state === 'running' ? <progress max={100} value={j.progress} aria-label={t.jobs.progressOf(title(j))} /> : null}
		{says ? <div class={j.error ? 'small bad-t wrap-any' : 'small muted wrap-any'}>{says}</div> : null}
	</div>;
}

const when = (j: Job) => [
	[t.jobs.created, j.created_at], [t.jobs.started, j.started_at], [t.jobs.finished, j.finished_at],
].filter(([, at]) => at).map(([word, at]) => `${word} ${exactTime(at!)}`).join(', ');

const columns = (cancel: (j: Job) => void): Column<Job>[] => [
	{ key: 'what', head: t.jobs.what, class: 't-name', sort: title, cell: (j) => <What j={j} /> },
	{ key: 'state', head: t.jobs.state, class: 't-state', sort: (j) => j.state, cell: (j) => <Badge tone={TONE[j.state]}>{t.jobs.states[j.state]}{j.state === 'running' ? ` ${j.progress} %` : ''}</Badge> },
	{ key: 'when', head: t.jobs.when, class: 't-when', sort: (j) => j.created_at, cell: (j) => <span class="small muted" title={when(j)}><Ago at={j.finished_at ?? j.started_at ?? j.created_at} /></span> },
	{ key: 'actor', head: t.jobs.actor, class: 't-actor', sort: (j) => j.actor, cell: (j) => <span class="small muted">{j.actor}</span> },
	{ key: 'act', head: t.table.actions, mute: true, class: 't-act end', cell: (j) => active(j)
		? <button type="button" class="btn sm" aria-label={t.jobs.cancelOf(title(j))} onClick={() => cancel(j)}>{t.jobs.cancel}</button> : null },
];

export default function Jobs() {
	const list = useResource<Job[]>('/api/jobs');
	const stopping = useSignal<Job | null>(null);
	useEffect(() => listen('job', (d) => {
		const { job } = d as { job: Job };
		const all = list.data.value ?? [];
		list.data.value = all.some((j) => j.id === job.id) ? all.map((j) => j.id === job.id ? job : j) : [job, ...all];
		if (list.loading.peek())	// what is under way may be older than this
			void list.load();
	}), []);
	return <>
		<PageHead title={t.nav.jobs}>{t.jobs.text}</PageHead>
		<section class="card" aria-label={t.nav.jobs}><Loaded of={list}>{(rows) => <Table label={t.nav.jobs} find={t.jobs.find} rows={rows} class="jobs"
			id={(j) => j.id} text={(j) => `${title(j)} ${j.kind} ${j.object ?? ''} ${j.actor} ${j.message ?? ''} ${j.error ?? ''}`}
			sort="when" descending columns={columns((j) => { stopping.value = j; })}
			chips={[{ key: 'active', text: t.jobs.active, of: active }, { key: 'failed', text: t.jobs.states.failed, of: (j) => j.state === 'failed' }]}
			empty={<Empty icon="jobs" title={t.jobs.none}>{t.jobs.noneText}</Empty>} />}</Loaded></section>
		{stopping.value ? <Confirm title={t.jobs.cancelTitle(title(stopping.value))} verb={t.jobs.cancel} danger onClose={() => { stopping.value = null; }} act={async () => {
			await del(`/api/jobs/${encodeURIComponent(stopping.value!.id)}`);
			toast(t.jobs.cancelled);
			await list.load();
		}}><p>{t.jobs.cancelText}</p></Confirm> : null}
	</>;
}
