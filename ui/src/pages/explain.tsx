// Explain: one intended connection, step by step through the real decisions.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { explainHref, isHost, ZONES, type Explanation, type ExplainStep } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { sayProblem, sentence, useForm } from '../lib/form';
import { useResource } from '../lib/resource';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import * as v from '../lib/validate';
import { Ago } from '../parts/ago';
import { PeerField } from '../parts/ends';
import { SelectField, TextField } from '../parts/field';
import { FormBox, Submit } from '../parts/form';
import { Icon, type IconName } from '../parts/icon';
import { Link } from '../parts/link';
import { Loaded } from '../parts/loading';
import { Note } from '../parts/note';
import { Card, PageHead } from '../parts/page';
import { Badge, type Tone } from '../parts/state';

const x = tf.explainPage;
const TONE: Record<string, Tone> = { pass: 'ok', fail: 'bad', skip: 'off', unknown: 'warn' };
const ICON: Record<string, IconName> = { peer: 'devices', dns: 'network', route: 'compare', exit: 'cloud', firewall: 'wall', listener: 'server', certificate: 'shield', proxy: 'network', login: 'user', upstream: 'server' };
const FROM_PEER = '';
const fromZones = ['local', ...ZONES.filter((z) => z !== 'vpn')];

/** Where what decides is changed. */
function placeOf(s: ExplainStep) {
	switch (s.owner) {
	case 'peers': return s.object ? `/peers/${encodeURIComponent(s.object)}/access` : '/peers';
	case 'firewall': return '/firewall';
	case 'routing': return '/firewall/routes';
	case 'dns': return '/network/names';
	case 'blocklists': return '/network/filtering';
	case 'proxy': return '/proxy';
	case 'certificates': return '/vault';
	case 'wireguard': return '/wireguard';
	case 'identity': case 'network': case 'admin_access': return '/settings';
	default: return null;
	}
}

function values() {
	const q = query.value;
	return { zone: q.get('from_zone') ?? FROM_PEER, peer: q.get('peer') ?? '', host: q.get('host') ?? '', port: q.get('port') ?? '443', proto: q.get('proto') === 'udp' ? 'udp' : 'tcp' };
}
type Values = ReturnType<typeof values>;

const check = (f: Values) => ({
	peer: f.zone !== FROM_PEER || f.peer.trim() ? undefined : tf.check.needPeer, port: v.port(f.port.trim()),
	host: !f.host.trim() ? tf.check.needHost : isHost(f.host.trim()) ? undefined : tf.check.host,
});

function Ask({ again }: { again: () => void }) {
	const q = query.value.toString();
	const form = useForm<Values>({ initial: values(), check, send: async (f) => {
		const to = explainHref(f.zone === FROM_PEER ? f.peer.trim() : `zone:${f.zone}`, f.host.trim(), Number(f.port), f.proto);
		if (to === location.pathname + location.search)
			again();
		go(to);
	} });
	useEffect(() => form.reset(values()), [q]);
	const peer = form.values.value.zone === FROM_PEER;
	return <Card title={x.ask} id="ask"><FormBox form={form} id="explain-form" class="body fields">
		<SelectField form={form} name="zone" label={x.who} options={[{ value: FROM_PEER, label: x.peer }, ...fromZones.map((z) => ({ value: z, label: t.zone[z]! }))]} />
		{peer ? <PeerField form={form} name="peer" label={x.peerName} /> : <span />}
		<TextField form={form} name="host" label={x.host} mono placeholder="wiki.myhome.home.arpa" help={x.hostHelp} />
		<div class="two"><TextField form={form} name="port" label={x.port} inputmode="numeric" />
			<SelectField form={form} name="proto" label={x.proto} options={['tcp', 'udp'].map((p) => ({ value: p, label: tf.protos[p]! }))} /></div>
		<div class="full row wrap"><span class="grow" /><Submit form={form}>{x.go}</Submit></div>
	</FormBox></Card>;
}

function Step({ s, first }: { s: ExplainStep; first: boolean }) {
	const place = s.verdict === 'skip' ? null : placeOf(s), stage = x.stages[s.stage] ?? s.stage;
	return <li class={first ? 'stage stop' : s.verdict === 'skip' ? 'stage skipped' : 'stage'}>
		<span class="glyph"><Icon name={ICON[s.stage] ?? 'info'} /></span>
		<div class="grow">
			<h3>{stage}</h3>
			<p class="wrap-any">{sentence(s.detail)}</p>
			{s.fix ? <p class="fix wrap-any"><span class="strong">{x.fix}:</span> {s.fix}</p> : null}
			{s.changed_at || place ? <p class="small muted">{s.changed_at ? <>{s.changed_by ? x.changedBy(s.changed_by) : x.changed} <Ago at={s.changed_at} /></> : null}{s.changed_at && place ? ' · ' : ''}
				{place ? <Link href={place}>{x.look(t.section[s.owner!] ?? s.owner!)}</Link> : null}</p> : null}
		</div>
		<Badge tone={TONE[s.verdict] ?? 'off'}>{x.verdicts[s.verdict] ?? s.verdict}</Badge>
	</li>;
}

function Said({ e }: { e: Explanation }) {
	const stop = e.verdict === 'deny' ? e.steps.find((s) => s.verdict === 'fail') : undefined;
	return <>
		<div role="status">{e.verdict === 'allow' ? <Note kind="ok"><span class="strong">{x.allow}</span></Note>
			: e.verdict === 'deny' ? <Note kind="bad"><span class="strong">{stop ? x.deny(x.stages[stop.stage] ?? stop.stage) : x.denied}</span> {stop ? sentence(stop.detail) : ''}</Note>
			: <Note kind="warn"><span class="strong">{x.unknown}</span> {x.unknownText}</Note>}</div>
		<Card title={x.steps} id="steps" sub={<span class="small muted wrap-any">{x.from(e.from, e.to)}</span>}>
			<ol class="list explained">{e.steps.map((s) => <Step key={s.stage} s={s} first={s === stop} />)}</ol></Card>
	</>;
}

function Answer({ ask }: { ask: Record<string, string> }) {
	const of = useResource<Explanation>('/api/explain', ['config'], ask), bad = of.error.value;
	if (bad && !of.loading.value && (bad.status === 404 || bad.status === 400))
		return <Note kind="warn" alert>{sayProblem(bad)}</Note>;
	return <Loaded of={of} lines={10}>{(e) => <Said e={e} />}</Loaded>;
}

export default function Explain() {
	const q = query.value, who = q.has('from_zone') ? 'from_zone' : 'peer', times = useSignal(0);
	const ask: Record<string, string> = {};
	for (const k of [who, 'host', 'port', 'proto'])
		if (q.get(k))
			ask[k] = q.get(k)!;
	return <>
		<PageHead title={t.nav.explain}>{x.text}</PageHead>
		<Ask again={() => { times.value++; }} />
		{ask[who] && ask.host ? <Answer key={`${JSON.stringify(ask)} ${times.value}`} ask={ask} /> : null}
	</>;
}
