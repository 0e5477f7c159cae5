// Questions a second over the last five minutes, as they come in.
import { clockTime, num, rate } from '../lib/format';
import { SAMPLES, type Rates } from '../lib/dnslive';
import { t } from '../lib/text';
import { sparkPath } from './spark';

const W = 960, H = 240;

// The next round number above whose quarters are whole: 4 8 20 40 80 200 …
function ceiling(n: number) {
	const p = 10 ** Math.floor(Math.log10(Math.max(n, 1)));
	return [2, 4, 8, 20].map((f) => f * p).find((c) => c >= n && c % 4 === 0) ?? 20 * p;
}

function Plane({ rates, top }: { rates: Rates; top: number }) {
	const all = sparkPath(rates.questions, W, H, top), forwarded = sparkPath(rates.forwarded, W, H, top);
	const from = rates.questions.findIndex((v) => v !== null) * W / (SAMPLES - 1);
	const peak = Math.max(0, ...rates.questions.map((v) => v ?? 0));
	return <svg class="chart" viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none" role="img" aria-label={t.home.chartSays(rate(peak))}>
		<defs><linearGradient id="fill1" x1="0" y1="0" x2="0" y2="1">
			<stop offset="0" stop-color="var(--chart-1)" stop-opacity=".26" /><stop offset="1" stop-color="var(--chart-1)" stop-opacity=".02" />
		</linearGradient></defs>
		{[0, 1, 2, 3, 4].map((i) => <path class="g" key={i} d={`M0 ${H - i * (H - 2) / 4}H${W}`} />)}
		{all ? <path class="a1" d={`${all}V${H}H${from.toFixed(1)}Z`} /> : null}
		<path class="l1" d={all} /><path class="l2" d={forwarded} />
	</svg>;
}

export function RateChart({ rates, end }: { rates: Rates; end: number }) {
	const top = Math.max(4, ceiling(Math.max(...rates.questions.map((v) => v ?? 0))));
	return <div class="plot live">
		<div class="yl num" aria-hidden="true">{[4, 3, 2, 1, 0].map((i) => <span key={i}>{num(top * i / 4)}</span>)}</div>
		<Plane rates={rates} top={top} />
		<div class="xl num" aria-hidden="true">{[5, 4, 3, 2, 1, 0].map((m) => <span key={m}>{clockTime(end - m * 60_000)}</span>)}</div>
	</div>;
}
