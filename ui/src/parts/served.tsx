// The certificates that the cell shows or waits for, what ends first at the top, and ordering them anew.
import { useSignal } from '@preact/signals';
import { Problem, request } from '../lib/api';
import { sayProblem } from '../lib/form';
import { day, exactTime } from '../lib/format';
import { useJobs } from '../lib/jobs';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import type { Certificate, Job } from '../lib/types';
import { tv } from '../lib/vaulttext';
import { Confirm } from './confirm';
import { Icon } from './icon';
import { ImportDialog } from './importdialog';
import { Loaded } from './loading';
import { Menu } from './menu';
import { Note } from './note';
import { Card } from './page';
import { Badge, type Tone } from './state';
import { toast } from './toast';

const TONE: Record<Certificate['status'], Tone> = { internal: 'ok', valid: 'ok', pending: 'warn', failed: 'bad', expiring: 'warn', expired: 'bad' };
const SHOWN = 3;

export const daysLeft = (n: number) => n < 0 ? tv.over : tv.left(n);

/** What time says of it: how long it lasts, when it is ordered anew or tried again. */
function life(c: Certificate) {
	if (c.days_remaining === null)
		return c.next_renewal_at ? `${tv.again} ${exactTime(c.next_renewal_at)}` : tv.soon;
	return c.next_renewal_at ? `${daysLeft(c.days_remaining)} · ${tv.renews} ${day(c.next_renewal_at)}` : daysLeft(c.days_remaining);
}

/** The first few; the rest is counted, and in the title. */
export function Names({ of }: { of: string[] }) {
	return <div class="strong wrap-any" title={of.join(', ')}>{of.slice(0, SHOWN).join(', ')}
		{of.length > SHOWN ? <span class="muted"> {tv.more(of.length - SHOWN)}</span> : null}</div>;
}

function Row({ c, renew, remove, busy, job }: { c: Certificate; renew: () => void; remove: () => void; busy: boolean; job: Job | undefined }) {
	const provisional = c.source === 'internal' && c.status === 'pending';
	return <li>
		<span class="glyph"><Icon name="lock" /></span>
		<div class="grow">
			<Names of={c.names} />
			<div class="sub">{[tv.source[c.source] ?? c.source, c.issuer].filter(Boolean).join(' · ')}</div>
			<div class="sub">{job ? [tv.ordering, job.step].filter(Boolean).join(' · ') : life(c)}</div>
			<div class="sub">{c.used_by.map((u) => u.startsWith('route:') ? tv.route(u.slice(6)) : tv.used[u] ?? u).join(', ')}</div>
			{c.last_error && !job ? <div class="small bad-t wrap-any">{c.last_error}</div> : null}
			{c.last_error && !job ? <div class="small wrap-any">{tv.failedHelp}</div> : null}
		</div>
		<Badge tone={TONE[c.status]}>{provisional ? tv.provisional : tv.state[c.status]}</Badge>
		{c.source === 'imported' ? <Menu label={t.table.more(c.names[0] ?? c.id)} items={[{ text: tv.forget, icon: 'trash', danger: true, act: remove }]} /> : null}
		{provisional || c.source === 'imported' ? null : <button type="button" class="btn sm" disabled={busy || !!job} onClick={renew}><Icon name="refresh" />{tv.renew}</button>}
	</li>;
}

export function Served() {
	const list = useResource<Certificate[]>('/api/certificates', ['certificate', 'config']);
	const busy = useSignal(false), problem = useSignal(''), importing = useSignal(false), removing = useSignal<Certificate | null>(null);
	const name = removing.value?.names[0] ?? '';
	const over = (j: Job) => {
		if (j.state === 'succeeded')
			toast(tv.renewed);
		void list.load();
	};
	const issue = useJobs('cert.issue', over), again = useJobs('cert.renew', over);
	const jobOf = (c: Certificate) => [...Object.values(issue.running.value), ...Object.values(again.running.value)].find((j) => c.names.includes(j.object ?? ''));
	const renew = async (c: Certificate) => {
		busy.value = true;
		problem.value = '';
		try {
			const { data: { job } } = await request<{ job: Job }>('POST', '/api/certificates/renew', { body: { id: c.id } });
			await (job.kind === 'cert.issue' ? issue : again).follow(job.id);
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			problem.value = sayProblem(e);
		}
		busy.value = false;
	};
	return <Card title={tv.served} id="served" acts={<Menu label={t.table.more(tv.served)} items={[{ text: tv.importIt, icon: 'plus', act: () => { importing.value = true; } }]} />}>
		{problem.value ? <div class="pad"><Note kind="bad" alert>{problem.value}</Note></div> : null}
		<Loaded of={list}>{(rows) => <ul class="list roomy">{rows.map((c) =>
			<Row key={c.id} c={c} busy={busy.value} job={jobOf(c)} renew={() => void renew(c)} remove={() => { removing.value = c; }} />)}</ul>}</Loaded>
		{importing.value ? <ImportDialog onClose={() => { importing.value = false; }} done={() => list.load()} /> : null}
		{removing.value ? <Confirm title={tv.forgetTitle(name)} verb={tv.forget} danger onClose={() => { removing.value = null; }} act={async () => {
			await request('DELETE', `/api/certificates/${removing.value!.id}`);
			toast(tv.forgotten);
			await list.load();
		}}><p>{tv.forgetText}</p></Confirm> : null}
	</Card>;
}
