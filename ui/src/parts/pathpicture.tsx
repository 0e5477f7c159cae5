// The one picture: the name services outside, the cell, and the devices that ask it,
// with what flows between them now.
import { cellName, dns, status, upstreamsAsked, upstreamsUp } from '../lib/cell';
import { rateNow, rates } from '../lib/dnslive';
import { rate } from '../lib/format';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import { Icon } from './icon';
import { Link } from './link';

const say = (n: number | null) => n === null ? t.path.noRate : t.path.rate(rate(n));

export function PathPicture() {
	const info = useResource<{ lan_address: string | null }>('/api/network/info', ['config']);
	const d = dns.value, s = status.value, address = info.data.value?.lan_address;
	const up = d?.upstreams.filter((u) => u.state !== 'down' && u.rtt_ms !== null) ?? [];
	const best = Math.min(...up.map((u) => u.rtt_ms ?? Infinity));
	const running = s ? Object.values(s.services).filter((p) => p.running).length : 0;
	return <section class="card path" aria-label={t.path.label}>
		<div class="hop"><span class="orb"><Icon name="cloud" /></span><div>
			<div class="t">{t.path.outside}</div>
			<div class="sub">{d ? upstreamsAsked.value ? t.path.upstreams(upstreamsUp.value, d.upstreams.length) : t.path.notAsked(d.upstreams.length) : ' '}</div></div></div>
		<div class="wire live"><span class="lab num"><span><Icon name="up" class="tx" />{say(rateNow(rates.value.forwarded))}</span></span>
			<span class="lab under num">{Number.isFinite(best) ? t.path.away(best) : t.path.forwarded}</span></div>
		<div class="hop self"><span class="orb"><Icon name="cell" /></span><div class="min0">
			<div class="t clip" title={cellName.value}>{cellName.value}</div>
			<div class="sub">{address ? <><span class="num">{address}</span> · </> : null}{s ? t.path.parts(running) : ' '}</div></div></div>
		<div class="wire live"><span class="lab num"><span><Icon name="down" class="rx" />{say(rateNow(rates.value.questions))}</span></span>
			<span class="lab under">{t.path.asked}</span></div>
		<div class="hop"><span class="orb"><Icon name="devices" /></span><div>
			<div class="t">{t.path.devices}</div>
			<div class="sub">{s?.peers_count ? <Link href="/peers">{t.path.peersOnline(s.peers_online ?? 0, s.peers_count)}</Link> : t.path.devicesText}</div></div></div>
	</section>;
}
