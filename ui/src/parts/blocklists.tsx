// Block lists: what each holds, how old it is, whose questions it stops.
import { useSignal, useSignalEffect } from '@preact/signals';
import { del, post, Problem, put } from '../lib/api';
import { sayProblem, sentence } from '../lib/form';
import { list as join, num } from '../lib/format';
import { useJobs } from '../lib/jobs';
import { tn } from '../lib/nettext';
import type { Resource } from '../lib/resource';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import type { ApplyTo, Blocklist, Job } from '../lib/types';
import { Ago } from './ago';
import { Confirm } from './confirm';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { ListDialog } from './listdialog';
import { Menu } from './menu';
import { Card } from './page';
import { Badge } from './state';
import { toast } from './toast';

const x = tn.lists;
const MAX = 32, FRESH_MS = 1000;
const url = (l: Blocklist, more = '') => `/api/blocklists/${encodeURIComponent(l.id)}${more}`;
const etag = (l: Blocklist) => l.rev === undefined ? null : `"r${l.rev}"`;

const who = (a: ApplyTo) => a.all ? x.forAll : x.forSome(join([...a.groups.map(x.group), ...a.peers]));

interface RowProps {
	l: Blocklist;
	job: Job | undefined;
	turn: (on: boolean) => void;
	refresh: () => void;
	edit: () => void;
	remove: () => void;
}

function Row({ l, job, turn, refresh, edit, remove }: RowProps) {
	return <li>
		<div class="grow">
			<div class="row"><span class="strong clip" title={l.name}>{l.name}</span>{l.error && !job ? <Badge tone="bad">{x.failed}</Badge> : null}</div>
			<div class="sub wrap-any">{l.refreshed_at ? <>{x.entries(l.entries)}{l.skipped ? `, ${x.skipped(l.skipped)}` : ''} · <Ago at={l.refreshed_at} /></> : x.never} · {who(l.apply_to)}</div>
			{l.refreshing && !job ? <div class="sub" role="status">{t.state.working}…</div> : null}
			{job ? <><progress max={100} value={job.progress} aria-label={t.jobs.progressOf(l.name)} /><div class="sub" role="status">{job.message ?? job.step ?? t.jobs.states[job.state]}</div></>
				: l.error ? <div class="small bad-t wrap-any">{sentence(l.error)}</div> : null}
		</div>
		<input type="checkbox" role="switch" class="switch" checked={l.enabled} aria-label={x.on(l.name)} onChange={(e) => turn(e.currentTarget.checked)} />
		<Menu label={t.table.more(l.name)} items={[
			{ text: x.refreshNow, icon: 'refresh', act: refresh },
			{ text: t.form.edit, icon: 'edit', act: edit },
			{ text: t.form.remove, icon: 'trash', danger: true, act: remove },
		]} />
	</li>;
}

export function Blocklists({ of }: { of: Resource<Blocklist[]> }) {
	const editing = useSignal<Blocklist | 'new' | null>(null), removing = useSignal<Blocklist | null>(null);
	const jobs = useJobs('blocklist.refresh', () => void of.load());
	// what was fetched is in use a moment after its job is over, and no event tells
	useSignalEffect(() => {
		if (!of.data.value?.some((l) => l.refreshing))
			return;
		const timer = setTimeout(() => void of.load(), FRESH_MS);
		return () => clearTimeout(timer);
	});
	useSignalEffect(() => {
		if (query.value.has('add') && of.data.value) {
			editing.value = 'new';
			go('/network/filtering', 'replace');
		}
	});
	const act = (f: () => Promise<unknown>) => f().catch((e: unknown) => {
		if (!(e instanceof Problem))
			throw e;
		toast(sayProblem(e), { tone: 'bad' });
	}).then(() => of.load());
	// the switch stands where it was put until the cell has said more
	const turn = (l: Blocklist, enabled: boolean) => {
		of.data.value = of.data.value?.map((o) => o.id === l.id ? { ...o, enabled } : o) ?? null;
		return act(() => put(url(l), { enabled }, etag(l)));
	};
	const refresh = (l: Blocklist) => act(async () => jobs.follow((await post<{ job: Job }>(url(l, '/refresh'), {})).job.id));
	const all = of.data.value ?? [];
	const add = <button type="button" class="btn sm" disabled={!of.data.value || all.length >= MAX} onClick={() => { editing.value = 'new'; }}><Icon name="plus" />{x.add}</button>;
	return <Card title={x.title} id="lists" acts={all.length ? add : null}>
		<Loaded of={of}>{(rows) => rows.length ? <>
			<p class="pad-x muted small">{x.text}</p>
			<ul class="list">{rows.map((l) => <Row key={l.id} l={l} job={jobs.running.value[l.id]}
				turn={(enabled) => void turn(l, enabled)} refresh={() => void refresh(l)}
				edit={() => { editing.value = l; }} remove={() => { removing.value = l; }} />)}</ul>
		</> : <Empty icon="shield" title={x.none} action={add}>{x.noneText}</Empty>}</Loaded>
		{all.length ? <footer>{x.foot(num(all.reduce((n, l) => n + (l.enabled ? l.entries : 0), 0)))}</footer> : null}
		{editing.value ? <ListDialog old={editing.value === 'new' ? null : editing.value} all={all} onClose={() => { editing.value = null; }} done={async () => {
			editing.value = null;
			await of.load();
		}} /> : null}
		{removing.value ? <Confirm title={x.removeTitle(removing.value.name)} verb={t.form.remove} danger onClose={() => { removing.value = null; }} act={async () => {
			const l = removing.value!;
			await del(url(l), undefined, etag(l));
			toast(x.removed(l.name));
			await of.load();
		}}><p>{x.removeText(removing.value.entries)}</p></Confirm> : null}
	</Card>;
}
