// The state of the cell on one page, moving by itself.
import { useComputed, useSignal } from '@preact/signals';
import { attention, dns, status, statusAt } from '../lib/cell';
import { everyHalfMinute } from '../lib/clock';
import { counters, rateNow, rates, sampledAt, useDnsLive } from '../lib/dnslive';
import { num, pct, rate, span } from '../lib/format';
import { useResource } from '../lib/resource';
import { me } from '../lib/session';
import { t } from '../lib/text';
import { keep, remember } from '../lib/theme';
import { partName, partText, sayChange } from '../lib/words';
import type { DnsRecord, Generation } from '../lib/types';
import { Ago } from '../parts/ago';
import { ChecksCard } from '../parts/checks';
import { Icon } from '../parts/icon';
import { Link } from '../parts/link';
import { Empty, Loaded } from '../parts/loading';
import { Note } from '../parts/note';
import { Card, PageHead } from '../parts/page';
import { PathPicture } from '../parts/pathpicture';
import { RateChart } from '../parts/ratechart';
import { Spark } from '../parts/spark';
import { Badge } from '../parts/state';

const questions = () => counters.value?.queries ?? dns.value?.queries ?? null;
const hits = () => counters.value?.cache_hits ?? dns.value?.cache.hits ?? 0;
const misses = () => counters.value?.cache_misses ?? dns.value?.cache.misses ?? 0;

function Tiles() {
	const n = questions(), c = counters.value, s = status.value;
	const now = rateNow(rates.value.questions);
	const asked = hits() + misses();
	const failed = c ? c.servfail : null;
	return <div class="grid live">
		<Link class="card tile c3" href="/network"><span class="k"><Icon name="network" />{t.home.questions}</span>
			<span class="v" id="questions">{n === null ? '–' : num(n)}</span><span class="side"><Spark values={rates.value.questions.slice(-60)} /></span>
			<span class="d">{now === null ? t.home.sinceStart : t.home.perSecond(rate(now))}</span></Link>
		<Link class="card tile c3" href="/network/resolver"><span class="k"><Icon name="archive" />{t.home.cached}</span>
			<span class="v">{asked ? pct(hits(), asked) : '–'}</span>
			<span class="d">{t.home.entries(c?.cache_entries ?? dns.value?.cache.entries ?? 0)}</span></Link>
		<Link class="card tile c3" href="/network/resolver"><span class="k"><Icon name="alert" />{t.home.failed}</span>
			<span class="v">{failed === null ? '–' : num(failed)}</span>
			<span class="d">{c ? t.home.refused(c.refused) : t.home.sinceStart}</span></Link>
		<Link class="card tile c3" href="/history"><span class="k"><Icon name="history" />{t.home.generation}</span>
			<span class="v">{s ? num(s.generation) : '–'}</span>
			<span class="d">{t.home.generationText}</span></Link>
	</div>;
}

function Parts() {
	const s = status.value;
	return <Card title={t.home.parts} id="parts" class="c7">
		{s ? <ul class="list parts">{Object.entries(s.services).map(([id, p]) => <li key={id}>
			<div class="grow"><div class="strong">{partName(id)}</div>
				<div class="sub">{p.running ? partText(id) ?? p.status : p.status}</div></div>
			<Badge tone={p.running ? 'ok' : 'bad'}>{p.running ? t.state.running : t.state.stopped}</Badge></li>)}</ul>
			: <div class="pad wait"><span class="skel" /><span class="skel" /><span class="skel" /></div>}
	</Card>;
}

function Chart() {
	const none = rates.value.questions.every((v) => v === null);
	return <section class="card c8" aria-labelledby="h-rate">
		<header><h2 id="h-rate">{t.home.chart}</h2>
			<div class="legend-row"><span class="key">{t.home.asked}</span><span class="key k2">{t.home.forwarded}</span><span class="muted">{t.home.perSecondUnit}</span></div></header>
		<div class="body chart-box">{none ? <p class="muted">{t.home.chartWaits}</p> : <RateChart rates={rates.value} end={sampledAt.value} />}</div>
	</section>;
}

interface Hint {
	id: string;
	title: string;
	text: string;
	fix: string;
	href: string;
}

/** The one next thing worth doing, until done or put away. */
function NextStep() {
	const records = useResource<DnsRecord[]>('/api/dns/records', ['config']);
	const away = useSignal(remember('hints') ?? '');
	const hint = useComputed<Hint | null>(() => {
		const list = records.data.value;
		if (!list || !me.value)
			return null;
		const all: (Hint | null)[] = [
			list.length ? null : { id: 'name', ...t.hint.name, href: '/network/names?add' },
			status.value?.peers_count === 0 ? { id: 'peer', ...t.hint.peer, href: '/peers?add' } : null,
			me.value.totp_enabled ? null : { id: 'factor', ...t.hint.factor, href: '/account#factor' },
		];
		return all.find((h) => h && !away.value.includes(h.id)) ?? null;
	});
	const h = hint.value;
	return h ? <Note kind="info" action={<span class="row">
		<Link class="btn sm" href={h.href}>{h.fix}</Link>
		<button type="button" class="btn sm quiet" onClick={() => {
			away.value += ` ${h.id}`;
			keep('hints', away.value);
		}}>{t.hint.later}</button></span>}>
		<span class="strong">{h.title}</span> <span class="muted-on">{h.text}</span></Note> : null;
}

function Recent() {
	const list = useResource<Generation[]>('/api/config/generations', ['config']);
	return <Card title={t.home.recent} id="recent" class="c4" acts={<Link class="small" href="/history">{t.home.allChanges}</Link>}>
		<Loaded of={list}>{(all) => all.length ? <ul class="list">{[...all].sort((a, b) => b.generation - a.generation).slice(0, 5).map((g) => <li key={g.generation}>
			<span class="glyph"><Icon name="history" /></span>
			<div class="grow"><Link class="plain clip block" href={`/history?to=${g.generation}`}>{sayChange(g.summary)}</Link>
				<div class="sub clip">{t.history.by(g.written_by)}</div></div>
			<span class="sub nowrap"><Ago at={g.written_at} /></span></li>)}</ul> : <Empty icon="history" title={t.history.none} />}</Loaded>
	</Card>;
}

export default function Home() {
	useDnsLive();
	const s = status.value;
	const up = s ? s.uptime + (everyHalfMinute.value - statusAt.value) / 1000 : 0;
	return <>
		<PageHead title={t.nav.home}>{s ? <><span>{s.effective_domain}</span> · <span>{t.home.up(span(Math.max(0, up)))}</span> · <span>{t.nav.version(s.version)}</span></> : ' '}</PageHead>
		<div class="strips" id="attention">
			{attention.value.map((a) => <Note kind="warn" key={a.id} action={<Link class="btn sm" href={a.href}>{a.fix}</Link>}>
				<span class="strong">{a.title}</span> <span class="muted-on">{a.text}</span></Note>)}
			<NextStep />
		</div>
		<PathPicture />
		<Tiles />
		<div class="grid"><Chart /><Recent /></div>
		<div class="grid top-aligned"><Parts /><ChecksCard class="c5" /></div>
	</>;
}
