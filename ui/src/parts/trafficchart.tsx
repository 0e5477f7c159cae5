// What went to and from a peer, by the hour or the day.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { bytes, clockTime, dayMonth, exactTime } from '../lib/format';
import { td } from '../lib/peertext';
import { useResource } from '../lib/resource';
import type { Traffic } from '../lib/vpntypes';
import { Empty, Loaded } from './loading';
import { Card } from './page';
import { sparkPath } from './spark';

const W = 960, H = 200, LABELS = 6, FRESH_MS = 60_000;
const RANGES = ['day', 'week', 'month'] as const;
const sum = (a: number[]) => a.reduce((x, y) => x + y, 0);

function Plot({ points, short }: { points: Traffic['points']; short: boolean }) {
	// what the cell sent, the device received
	const down = points.map((p) => p.tx_bytes), up = points.map((p) => p.rx_bytes);
	const top = Math.max(1, ...down, ...up), area = sparkPath(down, W, H, top);
	// spread evenly: the last stands below the last point
	const marked = Array.from({ length: LABELS }, (_, i) => points[Math.round(i * (points.length - 1) / (LABELS - 1))]!);
	return <div class="plot">
		<div class="yl num" aria-hidden="true">{[1, 0.5, 0].map((f) => <span key={f}>{bytes(Math.round(top * f))}</span>)}</div>
		<svg class="chart" viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none" role="img" aria-label={td.trafficSays(bytes(sum(down)), bytes(sum(up)))}>
			{[0, 0.5, 1].map((f) => <path class="g" key={f} d={`M0 ${H - f * (H - 2)}H${W}`} />)}
			<path class="a2" d={`${area}V${H}H0Z`} /><path class="l1" d={area} /><path class="l2" d={sparkPath(up, W, H, top)} />
		</svg>
		<div class="xl num" aria-hidden="true">{marked.map((p, i) => <span key={i}>{short ? clockTime(Date.parse(p.ts)) : dayMonth(p.ts)}</span>)}</div>
	</div>;
}

const Rows = ({ points }: { points: Traffic['points'] }) => <details class="more"><summary>{td.asTable}</summary>
	<table class="table plain-rows"><thead><tr><th scope="col">{td.when}</th><th scope="col">{td.downTotal}</th><th scope="col">{td.upTotal}</th></tr></thead>
		<tbody>{points.filter((p) => p.rx_bytes || p.tx_bytes).map((p) => <tr key={p.ts}><td>{exactTime(p.ts)}</td><td class="num">{bytes(p.tx_bytes)}</td><td class="num">{bytes(p.rx_bytes)}</td></tr>)}</tbody></table></details>;

export function TrafficCard({ path }: { path: string }) {
	const range = useSignal<typeof RANGES[number]>('day');
	const of = useResource<Traffic>(path, [], { range: range.value });
	useEffect(() => {
		const timer = setInterval(() => document.visibilityState === 'visible' && void of.load(), FRESH_MS);
		return () => clearInterval(timer);
	}, [of]);
	return <Card title={td.traffic} id="traffic" acts={<div class="seg" role="group" aria-label={td.range}>{RANGES.map((r) =>
		<button type="button" key={r} aria-pressed={range.value === r} onClick={() => { range.value = r; }}>{td.ranges[r]}</button>)}</div>}>
		<div class="chart-card"><Loaded of={of} lines={5}>{({ points }) => points.some((p) => p.rx_bytes || p.tx_bytes) ? <>
			<div class="pad legend-row"><span class="key">{td.downTotal}</span><span class="key k2">{td.upTotal}</span></div>
			<div class="body chart-box"><Plot points={points} short={range.value === 'day'} /></div>
			<Rows points={points} /></> : <Empty icon="activity" title={td.noTraffic} />}</Loaded></div>
	</Card>;
}
