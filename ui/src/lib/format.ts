// Numbers, times and plurals, all through Intl.

// English as this person writes dates and numbers, else as most of the world does.
const language = navigator.languages.find((l) => /^en(-|$)/.test(l) && l !== 'en') ?? 'en-GB';
const rules = new Intl.PluralRules(language);
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const one = new Intl.NumberFormat(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
const ago = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
const shortDate = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
const seconds = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hour12: false });

export const plural = (n: number, singular: string, many: string) =>
	`${whole.format(n)} ${rules.select(n) === 'one' ? singular : many}`;

export const num = (n: number) => whole.format(n);
export const decimal = (n: number) => one.format(n);
export const pct = (part: number, all: number) => percent.format(all ? part / all : 0);

/** A rate per second: one digit while it is small. */
export const rate = (n: number) => n > 0 && n < 10 ? one.format(n) : whole.format(n);

export const dayMonth = (iso: string) => shortDate.format(new Date(iso));
export const day = (iso: string) => date.format(new Date(iso));
export const exactTime = (iso: string) => dateTime.format(new Date(iso));
export const exactClock = (iso: string) => seconds.format(new Date(iso));
export const clockTime = (ms: number) => clock.format(new Date(ms));

const SPANS: [Intl.RelativeTimeFormatUnit, number][] =
	[['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60]];

/** "3 min ago", "in 2 days"; under a minute: now. */
export function since(iso: string, now = Date.now()) {
	const s = (new Date(iso).getTime() - now) / 1000;
	for (const [unit, size] of SPANS)
		if (Math.abs(s) >= size)
			return ago.format(Math.round(s / size), unit);
	return ago.format(0, 'second');
}

const unit = (n: number, u: string) =>
	new Intl.NumberFormat(language, { style: 'unit', unit: u, unitDisplay: 'short' }).format(n);

/** A length of time in its largest one or two units. */
export function span(s: number) {
	const d = Math.floor(s / 86_400), h = Math.floor(s / 3600) % 24, m = Math.floor(s / 60) % 60;
	if (d)
		return h ? `${unit(d, 'day')} ${unit(h, 'hour')}` : unit(d, 'day');
	if (h)
		return m ? `${unit(h, 'hour')} ${unit(m, 'minute')}` : unit(h, 'hour');
	return m ? unit(m, 'minute') : unit(Math.floor(s), 'second');
}

/** Time left as m:ss, for locks and codes. */
export const countdown = (s: number) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`;

export function bytes(n: number) {
	for (const [size, name] of [[1 << 30, 'gigabyte'], [1 << 20, 'megabyte'], [1 << 10, 'kilobyte']] as const)
		if (n >= size)
			return new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 1 }).format(n / size);
	return `${whole.format(n)} B`;
}

/** A rate of the network, in bits as every other program counts it. */
export function bitrate(n: number) {
	for (const [size, name] of [[1e9, 'Gb/s'], [1e6, 'Mb/s'], [1e3, 'kb/s']] as const)
		if (n >= size)
			return `${one.format(n / size)} ${name}`;
	return `${whole.format(n)} b/s`;
}

export const list = (items: string[]) => new Intl.ListFormat(language).format(items);
