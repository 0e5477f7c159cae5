// A line of the last values in a tile. Decoration: the number stands beside it.

/** y from zero; null is a gap. */
export function sparkPath(values: readonly (number | null)[], w: number, h: number, top: number) {
	let d = '', pen = false;
	const step = w / Math.max(1, values.length - 1);
	values.forEach((v, i) => {
		if (v !== null)
			d += `${pen ? 'L' : 'M'}${(i * step).toFixed(1)} ${(h - (v / top) * (h - 2)).toFixed(1)}`;
		pen = v !== null;
	});
	return d;
}

export function Spark({ values }: { values: readonly (number | null)[] }) {
	const top = Math.max(1, ...values.map((v) => v ?? 0));
	const line = sparkPath(values, 120, 36, top);
	if (!line)
		return <svg class="spark" viewBox="0 0 120 36" preserveAspectRatio="none" aria-hidden="true"><path class="off" d="M0 35H120" /></svg>;
	const from = values.findIndex((v) => v !== null) * 120 / Math.max(1, values.length - 1);
	return <svg class="spark" viewBox="0 0 120 36" preserveAspectRatio="none" aria-hidden="true">
		<path class="a1" d={`${line}V36H${from.toFixed(1)}Z`} /><path class="l1" d={line} />
	</svg>;
}
