// A code to scan: always black on white, the picture brings its own quiet margin.
import { readQr } from '../lib/qr';

export function QrCode({ svg, label }: { svg: string; label: string }) {
	const q = readQr(svg);
	if (!q)
		return null;
	return <div class="qr"><svg viewBox={`0 0 ${q.size} ${q.size}`} role="img" aria-label={label}>
		<path class={q.stroked ? 'stroked' : undefined} d={q.d} />
	</svg></div>;
}
