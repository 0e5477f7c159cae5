// What an examination of the cell found: what to look at first, what is fine behind
// a line that opens.
import { sentence } from '../lib/form';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import type { Check } from '../lib/types';
import { checkName } from '../lib/words';
import { Ago } from './ago';
import { useAsk } from './ask';
import { Loaded } from './loading';
import { Card } from './page';
import { Badge, type Tone } from './state';

const TONE: Record<Check['verdict'], Tone> = { ok: 'ok', warn: 'warn', fail: 'bad', unknown: 'off' };
const RANK = { fail: 0, warn: 1, unknown: 2, ok: 3 };

export function CheckRow({ c }: { c: Check }) {
	return <li>
		<div class="grow"><div class="strong wrap-any">{checkName(c.id)}</div>
			<div class="sub wrap-any">{sentence(c.detail)}</div>
			{c.fix && c.verdict !== 'ok' ? <div class="sub fix wrap-any">{sentence(c.fix)}</div> : null}</div>
		<Badge tone={TONE[c.verdict]}>{t.verdict[c.verdict]}</Badge>
	</li>;
}

interface Report {
	run_at: string | null;
	checks: Check[];
}

export function CheckList({ checks }: { checks: Check[] }) {
	const sorted = [...checks].sort((a, b) => RANK[a.verdict] - RANK[b.verdict]);
	const fine = sorted.filter((c) => c.verdict === 'ok');
	return <>
		<ul class="list">{sorted.filter((c) => c.verdict !== 'ok').map((c) => <CheckRow c={c} key={c.id} />)}</ul>
		{fine.length ? <details class="more"><summary>{t.checks.fine(fine.length)}</summary>
			<ul class="list">{fine.map((c) => <CheckRow c={c} key={c.id} />)}</ul></details> : null}
	</>;
}

export function ChecksCard({ class: cls }: { class?: string }) {
	const report = useResource<Report>('/api/diagnosis');
	const { ask, busy } = useAsk('diagnosis.run', '/api/diagnosis', () => void report.load());
	return <Card title={t.checks.title} id="checks" {...(cls ? { class: cls } : {})} acts={
		<button type="button" class="btn sm" aria-busy={busy || undefined} aria-disabled={busy || undefined}
			onClick={() => busy ? undefined : void ask()}>{busy ? t.checks.running : t.checks.now}</button>}>
		<Loaded of={report}>{(r) => r.run_at ? <CheckList checks={r.checks} /> : <p class="pad muted">{t.checks.notYet}</p>}</Loaded>
		{report.data.value?.run_at ? <footer>{t.checks.at} <Ago at={report.data.value.run_at} /></footer> : null}
	</Card>;
}
