// What one connection would meet, step by step. A member's answer leads to no page of an admin, and says what to do next.
import type { Explanation, ExplainStep } from '../lib/explain';
import { te } from '../lib/explaintext';
import { sayProblem, sentence } from '../lib/form';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import { Ago } from './ago';
import { CopyButton } from './copy';
import { Icon, type IconName } from './icon';
import { Link } from './link';
import { Loaded } from './loading';
import { Note } from './note';
import { Card } from './page';
import { Badge, type Tone } from './state';

const x = te;
const TONE: Record<string, Tone> = { pass: 'ok', fail: 'bad', skip: 'off', unknown: 'warn' };
const ICON: Record<string, IconName> = { peer: 'devices', dns: 'network', route: 'compare', exit: 'cloud', firewall: 'wall', listener: 'server', certificate: 'shield', proxy: 'network', login: 'user', upstream: 'server' };

/** Their objects have names that people gave them. */
const NAMED = new Set(['peers', 'proxy', 'users']);

/** Where what decides is changed. */
function placeOf(s: ExplainStep) {
	switch (s.owner) {
	case 'peers': return s.object ? `/peers/${encodeURIComponent(s.object)}/access` : '/peers';
	case 'firewall': return '/firewall';
	case 'routing': return '/firewall/routes';
	case 'dns': return '/network/names';
	case 'blocklists': return '/network/filtering';
	case 'proxy': return '/proxy';
	case 'users': return '/users';
	case 'certificates': return '/vault';
	case 'wireguard': return '/wireguard';
	case 'identity': case 'network': case 'admin_access': return '/settings';
	default: return null;
	}
}

const stageOf = (s: ExplainStep, own?: boolean) => own && s.stage === 'peer' ? x.own.peer : x.stages[s.stage] ?? s.stage;

function Step({ s, first, own }: { s: ExplainStep; first: boolean; own?: boolean | undefined }) {
	const place = own || s.verdict === 'skip' ? null : placeOf(s);
	return <li class={first ? 'stage stop' : s.verdict === 'skip' ? 'stage skipped' : 'stage'}>
		<span class="glyph"><Icon name={ICON[s.stage] ?? 'info'} /></span>
		<div class="grow">
			<h3>{stageOf(s, own)}</h3>
			<p class="wrap-any">{sentence(s.detail)}</p>
			{s.fix ? <p class="fix wrap-any"><span class="strong">{x.fix}:</span> {s.fix}</p> : null}
			{s.changed_at || place ? <p class="small muted">{s.changed_at ? <>{s.changed_by ? x.changedBy(s.changed_by) : x.changed} <Ago at={s.changed_at} /></> : null}{s.changed_at && place ? ' · ' : ''}
				{place ? <Link href={place}>{x.look((NAMED.has(s.owner!) && s.object) || (t.section[s.owner!] ?? s.owner!))}</Link> : null}</p> : null}
		</div>
		<Badge tone={TONE[s.verdict] ?? 'off'}>{x.verdicts[s.verdict] ?? s.verdict}</Badge>
	</li>;
}

const stopOf = (e: Explanation) => e.verdict === 'deny' ? e.steps.find((s) => s.verdict === 'fail') : undefined;

/** The no and its reason. */
function refusal(e: Explanation, own?: boolean) {
	const stop = stopOf(e);
	return { stop, said: stop ? x.deny(stageOf(stop, own)) : x.denied, why: stop ? `${sentence(stop.detail)}.` : '' };
}

function Verdict({ e, own }: { e: Explanation; own?: boolean | undefined }) {
	const { stop, said, why } = refusal(e, own);
	switch (e.verdict) {
	case 'allow': return <Note kind="ok"><span class="strong">{x.allow}</span> {own ? x.own.fine : ''}</Note>;
	case 'deny': return <Note kind="bad"><span class="strong">{said}</span> {why}{own && stop?.fix ? <p>{sentence(stop.fix)}.</p> : null}</Note>;
	default: return <Note kind="warn"><span class="strong">{x.unknown}</span> {x.unknownText}</Note>;
	}
}

/** A member's no, to send to whoever can help. Not in the status: that is read out whole whenever something in it changes. */
function ForThem({ e }: { e: Explanation }) {
	const { said, why } = refusal(e, true);
	return <CopyButton text={[x.from(e.from, e.to), said, why].join('\n')} label={x.own.copy} />;
}

/** Of what has no part in it a member hears nothing. */
function Steps({ e, own }: { e: Explanation; own?: boolean | undefined }) {
	const stop = stopOf(e), steps = own ? e.steps.filter((s) => s.verdict !== 'skip') : e.steps;
	return <Card title={x.steps} id="steps" sub={<span class="small muted wrap-any">{x.from(e.from, e.to)}</span>} acts={own && e.verdict === 'deny' ? <ForThem e={e} /> : null}>
		<ol class="list explained">{steps.map((s) => <Step key={s.stage} s={s} first={s === stop} own={own} />)}</ol></Card>;
}

/** What the cell answers there; `own`: for a member, of a device of his. */
export function Explained({ path, ask, own }: { path: string; ask: Record<string, string>; own?: boolean }) {
	const of = useResource<Explanation>(path, ['config'], ask), bad = of.error.value, e = of.data.value;
	if (bad && !of.loading.value && (bad.status === 404 || bad.status === 400))
		return <Note kind="warn" alert>{sayProblem(bad)}</Note>;
	return <>
		<div role="status">{e ? <Verdict e={e} own={own} /> : null}</div>
		<Loaded of={of} lines={10}>{(said) => <Steps e={said} own={own} />}</Loaded>
	</>;
}
