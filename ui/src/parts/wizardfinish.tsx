// The cell is made: one line per task, each true when it says so. A failed line says
// what to do and stops no other.
import { signal, useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get, Problem } from '../lib/api';
import { sayProblem } from '../lib/form';
import { jobOver } from '../lib/jobs';
import { answers, complete, page, pageOf, refused } from '../lib/setup';
import { start } from '../lib/session';
import { t } from '../lib/text';
import type { DnsLookup, Job, SetupDone, Status } from '../lib/types';
import { partName, partText } from '../lib/words';
import { CopyButton } from './copy';
import { Icon } from './icon';
import { Note } from './note';
import { Badge, type Tone } from './state';
import { FirstDevice } from './wizarddevice';
import { Heading } from './wizardsteps';

interface Task {
	id: string;
	title: string;
	sub: string;
	tone: Tone;
}

const tasks = signal<Task[]>([]);
const made = signal<SetupDone['peer']>(null);
const WORD: Record<Tone, string> = { ok: t.state.done, info: t.state.working, bad: t.state.failed, warn: t.state.waiting, off: t.state.waiting };

function say(task: Task) {
	const rest = tasks.value.some((x) => x.id === task.id);
	tasks.value = rest ? tasks.value.map((x) => x.id === task.id ? task : x) : [...tasks.value, task];
}

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function parts() {
	for (let tries = 0; ; tries++) {
		const s = await get<Status>('/api/status');
		let all = true;
		for (const [id, p] of Object.entries(s.services)) {
			all &&= p.running;
			say({ id: `part-${id}`, title: partName(id), sub: p.running ? partText(id) ?? t.wizard.partRuns : p.status, tone: p.running ? 'ok' : tries < 10 ? 'info' : 'bad' });
		}
		if (all || tries >= 10)
			return s;
		await wait(500);
	}
}

async function names(s: Status) {
	const task = { id: 'names', title: t.wizard.taskNames(s.effective_domain) };
	say({ ...task, sub: t.wizard.asking, tone: 'info' });
	const r = await get<DnsLookup>('/api/dns/query', { name: s.effective_domain, type: 'A', zone: 'lan' });
	const ok = r.rcode === 'NOERROR' && r.answers.length > 0;
	say({ ...task, sub: ok ? t.wizard.answersWith(r.answers.map((a) => a.value).join(', ')) : t.wizard.answersNot(r.rcode), tone: ok ? 'ok' : 'bad' });
}

async function follow(job: Job) {
	for (let j = job; ; j = await get<Job>(`/api/jobs/${job.id}`)) {
		say({ id: job.id, title: t.job[j.kind] ?? j.kind, sub: j.error ?? j.message ?? j.step ?? '',
			tone: j.state === 'succeeded' ? 'ok' : jobOver(j) ? 'bad' : j.state === 'waiting' ? 'warn' : 'info' });
		if (jobOver(j) || j.state === 'waiting')
			return;
		await wait(1000);
	}
}

async function run(done: Signal<Status | null>, problem: Signal<string>) {
	const save = { id: 'save', title: t.wizard.taskSave };
	tasks.value = [];
	problem.value = '';
	say({ ...save, sub: t.wizard.taskSaving, tone: 'info' });
	try {
		const c = await complete();
		made.value = c.peer ?? null;
		say({ ...save, sub: t.wizard.taskSaved(answers.value.username), tone: 'ok' });
		const s = await parts();
		await names(s);
		done.value = s;
		await Promise.all(c.jobs.map(follow));
	} catch (e) {
		if (!(e instanceof Problem))
			throw e;
		const back = pageOf(e);
		if (back) {
			refused.value = e;
			page.value = back;
			return;
		}
		say({ ...save, sub: sayProblem(e), tone: 'bad' });
		problem.value = sayProblem(e);
	}
}

interface Listener {
	protocol: string;
	port: number;
	open: boolean;
}

/** How devices come to ask this cell: by its address, unless it had to take another port. */
function Next({ domain }: { domain: string }) {
	const port = useSignal(53), host = location.hostname;
	useEffect(() => {
		get<Listener[]>('/api/network/listeners').then((all) => {
			port.value = all.find((l) => l.protocol === 'dns/udp' && l.open)?.port ?? 53;
		}, (e) => {
			// then the usual one is the better guess
			if (!(e instanceof Problem))
				throw e;
		});
	}, []);
	const usual = port.value === 53, text = usual ? host : `dig -p ${port.value} @${host} ${domain}`;
	return <div class="note info"><Icon name="network" />
		<div class="txt"><span class="strong">{t.wizard.nextTitle}</span> {usual ? t.wizard.nextText(host) : <>{t.wizard.otherPort(port.value)} <code class="wrap-any">{text}</code></>}</div>
		<CopyButton text={text} {...(usual ? { label: t.wizard.copyAddress } : {})} /></div>;
}

/** What was looked at; when all is well, one line that opens. */
function Checked({ closed }: { closed: boolean }) {
	const list = <section class="card" aria-label={t.wizard.tasks}><ul class="list" role="list" aria-live="polite">{tasks.value.map((x) => <li key={x.id}>
		<div class="grow"><div class="strong">{x.title}</div><div class="sub wrap-any">{x.sub}</div></div>
		<Badge tone={x.tone}>{WORD[x.tone]}</Badge></li>)}</ul></section>;
	return closed ? <details class="why" id="checked"><summary>{t.wizard.allWell(tasks.value.length)}</summary><div class="inset">{list}</div></details> : list;
}

export function FinishStep() {
	const done = useSignal<Status | null>(null), problem = useSignal('');
	useEffect(() => {
		// a reload after the password was forgotten starts at the password again
		if (answers.value.password)
			void run(done, problem);
		else
			page.value = 'password';
	}, []);
	const s = done.value;
	return <div class="stack">
		<Heading title={s ? t.wizard.ready(s.cell_name) : t.wizard.making}>{s ? t.wizard.readyText : t.wizard.makingText}</Heading>
		{s && made.value ? <FirstDevice peer={made.value} /> : null}
		<Checked closed={!!s && tasks.value.every((x) => x.tone === 'ok')} />
		{problem.value ? <Note kind="bad" action={<button type="button" class="btn sm" onClick={() => void run(done, problem)}>{t.form.tryAgain}</button>}>{t.wizard.notMade}</Note> : null}
		{s ? <>
			<Next domain={s.effective_domain} />
			<div class="row leave"><button type="button" class="btn primary" autofocus onClick={() => void start()}>{t.wizard.open}</button></div>
		</> : null}
	</div>;
}
