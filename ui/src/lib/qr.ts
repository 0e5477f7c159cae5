// A code arrives as SVG text. The page policy allows no markup from text, so the one
// path in it is taken out and drawn by our own elements.

export interface Qr {
	size: number;
	d: string;
	stroked: boolean;
}

/** null when the text is not the picture we expect. */
export function readQr(svg: string): Qr | null {
	const box = /\bviewBox="0 0 (\d{1,4}) (\d{1,4})"/.exec(svg);
	// a white one may lie behind: our own paper does that
	const path = svg.match(/<path\b[^>]*>/g)?.find((p) => !/\bfill="(#fff|#ffffff|white)"/.test(p));
	const d = path && /\bd="([MmHhVvLlZz0-9 ,.\-]+)"/.exec(path)?.[1];
	if (!box || !d || box[1] !== box[2])
		return null;
	return { size: Number(box[1]), d, stroked: /\bstroke="/.test(path) };
}
