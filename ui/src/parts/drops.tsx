// Packets that were turned away, the newest first: they come by themselves until
// somebody looks at older ones.
import { useSignal, useSignalEffect } from '@preact/signals';
import { get } from '../lib/api';
import { everyFewSeconds } from '../lib/clock';
import { explainHref } from '../lib/explain';
import { type Drop, type FirewallSection } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { sentence } from '../lib/form';
import { exactClock, exactTime } from '../lib/format';
import { useResource } from '../lib/resource';
import { useSection, type Section } from '../lib/section';
import { t } from '../lib/text';
import { useSettings } from './autosave';
import { SwitchField } from './field';
import { SECTION } from './fwsettings';
import { Link } from './link';
import { Empty, Loaded } from './loading';
import { Note } from './note';
import { Card } from './page';
import { SaveState, SettingsBox } from './settings';
import { Table } from './table';

const PATH = '/api/firewall/drops', LIMIT = 100;

interface Page {
	entries: Drop[];
	next_cursor: string | null;
}

const what = (d: Drop) => d.port === null ? /icmp/.test(d.proto) ? tf.icmp : d.proto : tf.portOf(d.proto.toUpperCase(), d.port);
const way = (d: Drop) => tf.via(d.interface_in ?? tf.here, d.interface_out ?? tf.here);

/** Only peers are known by name; of others the cell cannot say who they were. */
const explained = (d: Drop) => d.peer && (d.proto === 'tcp' || d.proto === 'udp') && d.port ? explainHref(d.peer, d.to, d.port, d.proto) : null;

const Why = ({ d }: { d: Drop }) => <><div class="wrap-any">{d.reason ? sentence(d.reason) : tf.byNow}</div>
	<div class="small muted">{way(d)}{explained(d) ? <> · <Link href={explained(d)!}>{tf.explain}</Link></> : null}</div></>;

const Sides = ({ d }: { d: Drop }) => <><div class="strong wrap-any">{d.peer ?? d.from}</div>
	<div class="small muted wrap-any">{d.peer ? <><span class="mono">{d.from}</span> </> : null}→ <span class="mono">{d.to}</span> · <span class="num">{what(d)}</span></div></>;

function List({ first, on }: { first: Page; on: boolean }) {
	const older = useSignal<Page | null>(null), stopped = useSignal<Page | null>(null);
	const shown = stopped.value ?? first, rows = [...shown.entries, ...(older.value?.entries ?? [])].map((d, i) => ({ ...d, i }));
	const next = older.value ? older.value.next_cursor : shown.next_cursor;
	const more = async () => {
		const page = await get<Page>(PATH, { limit: LIMIT, cursor: next! });
		stopped.value = shown;
		older.value = { entries: [...(older.value?.entries ?? []), ...page.entries], next_cursor: page.next_cursor };
	};
	const live = () => {
		stopped.value = stopped.value ? null : first;
		older.value = null;
	};
	return <Table label={tf.drops} find={tf.dropFind} class="fw drops" rows={rows} id={(d) => String(d.i)} sort="when" descending text={(d) => `${d.from} ${d.to} ${d.peer ?? ''} ${d.reason ?? ''} ${d.port ?? ''}`}
		empty={<Empty icon="check" title={on ? tf.noDrops : tf.dropsOff}>{on ? tf.noDropsText : null}</Empty>}
		bar={<button type="button" class="chip bar-end" aria-pressed={!stopped.value} onClick={live}>{tf.live}</button>}
		foot={next ? <button type="button" class="btn sm" onClick={() => void more()}>{tf.older}</button> : undefined}
		columns={[
			{ key: 'when', head: tf.when, class: 't-when num', sort: (d) => -d.i, cell: (d) => <time dateTime={d.ts} title={exactTime(d.ts)}>{exactClock(d.ts)}</time> },
			{ key: 'who', head: tf.who, class: 't-rule', sort: (d) => d.peer ?? d.from, cell: (d) => <Sides d={d} /> },
			{ key: 'why', head: tf.reason, class: 't-why', sort: (d) => d.reason ?? '', cell: (d) => <Why d={d} /> },
		]} />;
}

function Log({ of }: { of: Section<FirewallSection> }) {
	const s = useSettings(of, { from: (c: FirewallSection) => ({ log_drops: c.log_drops }), to: (v) => v, check: () => ({}) });
	return <Card title={t.section.logging!} id="log" sub={<SaveState of={s.saving} />}><SettingsBox of={s} id="log-form" class="body stack">
		<SwitchField form={s.form} name="log_drops" label={tf.log} help={tf.logHelp} />
	</SettingsBox></Card>;
}

export function Drops() {
	const of = useResource<Page>(PATH, ['config'], { limit: LIMIT }), section = useSection<FirewallSection>(SECTION);
	const on = section.of.data.value?.log_drops !== false;
	useSignalEffect(() => {
		everyFewSeconds.value;
		if (document.visibilityState === 'visible' && of.data.peek() && !of.loading.peek())
			void of.load();
	});
	return <>
		<Card title={tf.drops} id="drops">
			<p class="pad-x small muted">{tf.dropsText}</p>
			{of.error.value && of.data.value ? <div class="pad-x"><Note kind="warn">{of.error.value.message}</Note></div> : null}
			<Loaded of={of}>{(first) => <List first={first} on={on} />}</Loaded>
		</Card>
		<Loaded of={section.of} lines={2}>{() => <Log of={section} />}</Loaded>
	</>;
}
