// Time: whether the clock can be relied on and why, whom the cell asks, and who sets it.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { post, Problem } from '../lib/api';
import { loadStatus } from '../lib/cell';
import { sayProblem, sentence } from '../lib/form';
import { num } from '../lib/format';
import { tn } from '../lib/nettext';
import { useResource, type Resource } from '../lib/resource';
import type { NtpSource, NtpStatus } from '../lib/types';
import { Ago } from './ago';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Note } from './note';
import { Card } from './page';
import { Badge, type Tone } from './state';
import { TimeSettings } from './timesettings';
import { toast } from './toast';

const FRESH_MS = 10_000;
const TONE: Record<NtpSource['state'], Tone> = { peer: 'ok', used: 'ok', good: 'ok', outlier: 'off', falseticker: 'bad', lost: 'bad', unfit: 'warn', denied: 'warn', new: 'off' };

function Head({ s }: { s: NtpStatus }) {
	return s.time_trusted
		? <Note kind="ok"><span class="strong">{tn.time.trusted}</span> <span class="muted-on">{tn.time.trustedText}</span></Note>
		: <Note kind="warn"><span class="strong">{tn.time.untrusted}</span> <span class="muted-on">{s.reason ? `${sentence(s.reason).replace(/\.?$/, '.')} ` : ''}{tn.time.untrustedText}</span></Note>;
}

function State({ s }: { s: NtpStatus }) {
	const x = tn.time;
	return <div class="body stack">
		<Head s={s} />
		<dl class="kv num">
			<dt>{x.state}</dt><dd>{s.running ? <Badge tone={s.synchronised ? 'ok' : 'warn'}>{s.synchronised ? x.synchronised : x.notSynchronised}</Badge> : <Badge tone="off">{x.off}</Badge>}</dd>
			<dt>{x.source}</dt><dd class="wrap-any">{s.source ?? '–'}</dd>
			<dt>{x.stratum}</dt><dd>{x.stratumSays(s.stratum)}</dd>
			<dt>{x.offset}</dt><dd>{s.offset_us === null ? '–' : x.offsetSays(s.offset_us)}</dd>
			<dt>{x.jitter}</dt><dd>{s.jitter_us === null ? '–' : x.time(s.jitter_us)}</dd>
			<dt>{x.leap}</dt><dd>{x.leaps[s.leap]}</dd>
			<dt>{x.control}</dt><dd>{x.controls[s.clock_control]}</dd>
			<dt>{x.served}</dt><dd>{x.servedSays(s.clients, s.requests)}</dd>
		</dl>
	</div>;
}

/** The last eight questions to a source, the newest on the right. */
function Reach({ of }: { of: number }) {
	const bits = Array.from({ length: 8 }, (_, i) => (of >> (7 - i)) & 1);
	const says = tn.time.reachSays(bits.filter(Boolean).length);
	return <span class="beats" role="img" aria-label={says} title={says}>{bits.map((b, i) => <i class={b ? 'on' : undefined} key={i} />)}</span>;
}

function Source({ s }: { s: NtpSource }) {
	const x = tn.time;
	return <li>
		<span class="glyph"><Icon name="clock" /></span>
		<div class="grow"><div class="strong mono clip" title={s.host}>{s.host}</div>
			<div class="sub wrap-any">{s.address && s.address !== s.host ? <span class="mono">{s.address}</span> : null}{s.address && s.address !== s.host ? ' · ' : ''}
				{s.last_at === null ? x.noAnswer : [s.stratum !== null && x.stratumShort(s.stratum), s.offset_us !== null && x.offsetSays(s.offset_us),
					s.delay_us !== null && x.delay(s.delay_us)].filter(Boolean).join(' · ')}
				{s.last_at ? <> · <Ago at={s.last_at} /></> : null}</div></div>
		<Reach of={s.reach} />
		<Badge tone={TONE[s.state]}>{x.states[s.state]}</Badge>
	</li>;
}

function SyncNow({ of }: { of: Resource<NtpStatus> }) {
	const busy = useSignal(false);
	const sync = async () => {
		busy.value = true;
		try {
			of.data.value = await post<NtpStatus>('/api/ntp/sync', {});
			toast(of.data.value.synchronised ? tn.time.synced : tn.time.notSynced, { tone: of.data.value.synchronised ? 'ok' : 'bad' });
			await loadStatus();
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			toast(sayProblem(e), { tone: 'bad' });
			await of.load();
		}
		busy.value = false;
	};
	return <button type="button" class="btn sm" aria-busy={busy.value || undefined} aria-disabled={busy.value || undefined}
		onClick={() => busy.value ? undefined : void sync()}><Icon name="refresh" />{busy.value ? tn.time.syncing : tn.time.sync}</button>;
}

export function TimeTab() {
	const of = useResource<NtpStatus>('/api/ntp/status', ['config', 'health']);
	useEffect(() => {
		// no event tells of single measurements; they come minutes apart
		const timer = setInterval(() => {
			if (document.visibilityState === 'visible')
				void of.load();
		}, FRESH_MS);
		return () => clearInterval(timer);
	}, [of]);
	return <div class="grid top-aligned">
		<div class="c7 stack">
			<Card title={tn.time.title} id="time" acts={<SyncNow of={of} />}><Loaded of={of} lines={6}>{(s) => <State s={s} />}</Loaded></Card>
			<Card title={tn.time.sources} id="sources"><Loaded of={of}>{(s) => s.sources.length
				? <ul class="list roomy">{s.sources.map((x) => <Source s={x} key={`${x.host} ${x.address}`} />)}</ul>
				: <Empty icon="clock" title={tn.time.noSources}>{tn.time.noSourcesText}</Empty>}</Loaded>
				{of.data.value?.sources.length ? <footer>{tn.time.sourcesFoot(num(of.data.value.sources.length))}</footer> : null}</Card>
		</div>
		<div class="c5 stack"><TimeSettings /></div>
	</div>;
}
