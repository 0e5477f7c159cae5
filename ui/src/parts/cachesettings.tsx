// What the cell remembers, how much and how long; and whether an old answer is better
// than none.
import type { Section } from '../lib/section';
import { tn } from '../lib/nettext';
import { range } from '../lib/lines';
import type { DnsSection } from '../lib/types';
import { useSettings } from './autosave';
import { SwitchField, TextField } from './field';
import { Loaded } from './loading';
import { Card } from './page';
import { SaveState, SettingsBox } from './settings';

const MIB = 1 << 20, HOUR = 3600;

const from = ({ cache: c }: DnsSection) => ({
	max_entries: String(c.max_entries), max_bytes: String(Math.round(c.max_bytes / MIB)), min_ttl_s: String(c.min_ttl_s), max_ttl_s: String(c.max_ttl_s),
	negative_max_ttl_s: String(c.negative_max_ttl_s), serve_stale: c.serve_stale, stale_max_s: String(c.stale_max_s / HOUR), stale_ttl_s: String(c.stale_ttl_s),
});

type Values = ReturnType<typeof from>;

const to = (v: Values): Partial<DnsSection> => ({ cache: {
	max_entries: Number(v.max_entries), max_bytes: Number(v.max_bytes) * MIB, min_ttl_s: Number(v.min_ttl_s), max_ttl_s: Number(v.max_ttl_s),
	negative_max_ttl_s: Number(v.negative_max_ttl_s), serve_stale: v.serve_stale, stale_max_s: Math.round(Number(v.stale_max_s) * HOUR), stale_ttl_s: Number(v.stale_ttl_s),
} });

const check = (v: Values) => ({
	max_entries: range(v.max_entries, 1000, 200_000), max_bytes: range(v.max_bytes, 1, 256), min_ttl_s: range(v.min_ttl_s, 0, 3600), max_ttl_s: range(v.max_ttl_s, 60, 604_800),
	negative_max_ttl_s: range(v.negative_max_ttl_s, 0, 10_800), stale_ttl_s: range(v.stale_ttl_s, 0, 3600),
	stale_max_s: /^\d+(\.\d+)?$/.test(v.stale_max_s) && Number(v.stale_max_s) <= 72 ? undefined : range('', 0, 72),
});

export function CacheSettings({ section }: { section: Section<DnsSection> }) {
	return <Loaded of={section.of}>{() => <Form section={section} />}</Loaded>;
}

function Form({ section }: { section: Section<DnsSection> }) {
	const s = useSettings(section, { from, to, check }), { form } = s;
	const stale = form.values.value.serve_stale;
	const field = (name: keyof Values & string, label: string, suffix?: string) =>
		<TextField form={form} name={name} label={label} inputmode="numeric" {...(suffix ? { suffix } : {})} />;
	const x = tn.keep;
	return <Card title={x.title} id="keep" acts={<SaveState of={s.saving} />}>
		<div class="body"><SettingsBox of={s} id="keep-form">
			<SwitchField form={form} name="serve_stale" label={x.stale} help={x.staleHelp} />
			{stale ? <div class="fields">{field('stale_max_s', x.staleMax, x.hours)}{field('stale_ttl_s', x.staleTtl, x.seconds)}</div> : null}
			<details class="why"><summary>{x.more}</summary><div class="fields inset">
				{field('max_entries', x.entries)}{field('max_bytes', x.bytes, x.mib)}
				{field('min_ttl_s', x.min, x.seconds)}{field('max_ttl_s', x.max, x.seconds)}
				{field('negative_max_ttl_s', x.negative, x.seconds)}
			</div></details>
		</SettingsBox></div>
	</Card>;
}
