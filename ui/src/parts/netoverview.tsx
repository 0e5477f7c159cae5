// The cell's own names and what each side of the house gets to hear when it asks for
// them: the split made visible.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get, Problem } from '../lib/api';
import { dns } from '../lib/cell';
import { useDnsLive } from '../lib/dnslive';
import { sayProblem } from '../lib/form';
import { t } from '../lib/text';
import type { DnsLookup, Status, Zone } from '../lib/types';
import { ASKERS } from '../lib/zones';
import { Copy } from './copy';
import { Icon, type IconName } from './icon';
import { Link } from './link';
import { Lookup, outcome } from './lookup';
import { Card } from './page';
import { Badge } from './state';
import { UpstreamRow } from './resolver';
import { SecureDns } from './securedns';

const ICON: Partial<Record<Zone, IconName>> = { lan: 'home', vpn: 'lock', local: 'laptop', public: 'cloud' };

type Heard = DnsLookup | string | null;

function Side({ zone, heard }: { zone: Zone; heard: Heard }) {
	const o = heard && typeof heard !== 'string' ? outcome(heard) : null;
	return <li>
		<span class="glyph"><Icon name={ICON[zone]!} /></span>
		<div class="grow"><div class="strong">{t.zone[zone]}</div>
			{heard && typeof heard !== 'string' && heard.answers.length ? <div class="sub mono wrap-any">{heard.answers.map((a) => a.value).join(', ')}</div>
				: <div class="sub">{typeof heard === 'string' ? heard : t.network.side[zone]}</div>}</div>
		{o ? <Badge tone={o.tone}>{o.word}</Badge> : null}
	</li>;
}

function Split({ domain }: { domain: string }) {
	const heard = useSignal<Record<string, Heard>>({}), busy = useSignal(false);
	const ask = async () => {
		busy.value = true;
		await Promise.all(ASKERS.map(async (zone) => {
			let r: Heard;
			try {
				r = await get<DnsLookup>('/api/dns/query', { name: domain, type: 'A', zone });
			} catch (e) {
				if (!(e instanceof Problem))
					throw e;
				r = sayProblem(e);
			}
			heard.value = { ...heard.value, [zone]: r };
		}));
		busy.value = false;
	};
	useEffect(() => void ask(), [domain]);
	return <Card title={t.network.split} id="split" acts={
		<button type="button" class="btn sm" aria-busy={busy.value || undefined} onClick={() => void ask()}><Icon name="refresh" />{t.network.checkNow}</button>}>
		<p class="pad-x muted small">{t.network.splitText(domain)}</p>
		<ul class="list">{ASKERS.map((z) => <Side key={z} zone={z} heard={heard.value[z] ?? null} />)}</ul>
	</Card>;
}

export function NetworkOverview({ s }: { s: Status }) {
	useDnsLive();
	const same = s.domain === s.effective_domain;
	return <div class="grid top-aligned">
		<div class="c7 stack">
			<Split domain={s.effective_domain} />
			<Lookup />
		</div>
		<div class="c5 stack">
			<Card title={t.network.address} id="address">
				<div class="body"><dl class="kv one">
					<dt>{t.network.effective}</dt><dd><Copy text={s.effective_domain} what={t.network.effective} /></dd>
					{same ? null : <><dt>{t.network.internal}</dt><dd><Copy text={s.domain} what={t.network.internal} /></dd></>}
					<dt>{t.network.mode}</dt><dd>{t.mode[s.domain_mode]?.title ?? s.domain_mode}</dd>
				</dl></div>
			</Card>
			<Card title={t.upstream.title} id="upstreams" acts={<Link class="small" href="/network/resolver">{t.upstream.manage}</Link>}>
				<ul class="list slim">{dns.value?.upstreams.map((u) => <UpstreamRow key={`${u.address} ${u.port} ${u.transport}`} u={u} />)}</ul>
			</Card>
			<SecureDns host={s.effective_domain} />
		</div>
	</div>;
}
