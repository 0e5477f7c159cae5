// The query log: who asked what and how it ended, live.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { del, Problem } from '../lib/api';
import { allow, block, plain } from '../lib/blockrules';
import { sayProblem } from '../lib/form';
import { tn } from '../lib/nettext';
import { useSection, type Section } from '../lib/section';
import { useTail, type LogFilter } from '../lib/tail';
import { t } from '../lib/text';
import type { DnsSection, LogEntry } from '../lib/types';
import { useSettings } from './autosave';
import { Confirm } from './confirm';
import { SelectField } from './field';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { LogView, wasBlocked } from './logview';
import { Note } from './note';
import { Card } from './page';
import { SaveState, SettingsBox } from './settings';
import { Badge } from './state';
import { toast } from './toast';

const x = tn.log;
const LEVELS = ['off', 'errors', 'all'] as const;
const RCODES = ['NOERROR', 'BLOCKED', 'NXDOMAIN', 'SERVFAIL', 'REFUSED'];
const PAUSE_MS = 300;

function Level({ section }: { section: Section<DnsSection> }) {
	const s = useSettings(section, { from: (c: DnsSection) => ({ query_log: c.query_log }), to: (v) => v, check: () => ({}) });
	return <SettingsBox of={s} id="level" class="row level">
		<SelectField form={s.form} name="query_log" label={x.level} options={LEVELS.map((k) => ({ value: k, label: x.levels[k] }))} />
		<SaveState of={s.saving} />
	</SettingsBox>;
}

function Filters({ set }: { set: (f: LogFilter) => void }) {
	const typed = useSignal<LogFilter>({ name: '', peer: '', rcode: '' });
	useEffect(() => {
		let timer = 0;
		const stop = typed.subscribe((f) => {
			clearTimeout(timer);
			timer = setTimeout(() => set({ ...f, name: f.name.trim(), peer: f.peer.trim() }), PAUSE_MS);
		});
		return () => {
			stop();
			clearTimeout(timer);
		};
	}, []);
	const text = (key: 'name' | 'peer', label: string, says: string) => <div class="input-wrap find"><Icon name="search" />
		<input class="input" type="search" aria-label={label} placeholder={says} value={typed.value[key]} data-find={key === 'name' ? true : undefined}
			onInput={(e) => { typed.value = { ...typed.value, [key]: e.currentTarget.value }; }} /></div>;
	return <div class="bar" role="group" aria-label={t.table.show}>
		{text('name', x.name, x.find)}{text('peer', x.peer, x.findPeer)}
		<select class="input results" aria-label={x.rcode} value={typed.value.rcode} onChange={(e) => { typed.value = { ...typed.value, rcode: e.currentTarget.value }; }}>
			<option value="">{x.anyResult}</option>
			{RCODES.map((r) => <option key={r} value={r}>{x.results[r]}</option>)}
		</select>
	</div>;
}

async function turn(e: LogEntry) {
	const name = plain(e.name ?? '');	// what has none has no button
	try {
		const undo = await (wasBlocked(e) ? allow(name) : block(name));
		toast(wasBlocked(e) ? x.isAllowed(name) : x.isBlocked(name), { undo: () => void undo() });
	} catch (p) {
		if (!(p instanceof Problem))
			throw p;
		toast(sayProblem(p), { tone: 'bad' });
	}
}

const NOTHING = { off: x.noneOff, errors: x.noneErrors, all: x.noneAll };

export function LogTab() {
	const section = useSection<DnsSection>('/api/config/sections/dns');
	const filter = useSignal<LogFilter>({ name: '', peer: '', rcode: '' }), clearing = useSignal(false);
	const log = useTail(filter.value), lines = log.shown.value, filtered = Object.values(filter.value).some(Boolean);
	const level = section.of.data.value?.query_log ?? 'errors';
	return <Card title={x.title} id="log" sub={log.paused.value ? <Badge tone="off">{x.paused}</Badge> : <Badge tone="ok">{x.live}</Badge>} acts={<>
		{log.paused.value ? <button type="button" class="btn sm" onClick={log.resume}>{x.goOn}</button> : <button type="button" class="btn sm" onClick={() => { log.paused.value = true; }}>{x.pause}</button>}
		<button type="button" class="btn sm" onClick={() => { clearing.value = true; }}>{x.clear}</button></>}>
		<div class="body stack"><p class="muted small">{x.text}</p>
			<Loaded of={section.of} lines={1}>{() => <Level section={section} />}</Loaded></div>
		<Filters set={(f) => { filter.value = f; }} />
		{log.error.value && !lines ? <div class="pad"><Note kind="bad">{sayProblem(log.error.value)}</Note></div> : null}
		{lines?.length ? <LogView lines={lines} paused={log.paused} waiting={log.waiting.value} resume={log.resume} act={(e) => void turn(e)} />
			: lines ? <Empty icon="lines" title={filtered ? x.noneMatch : x.none}>{filtered ? null : NOTHING[level]}</Empty> : null}
		{clearing.value ? <Confirm title={x.clearTitle} verb={x.clear} danger onClose={() => { clearing.value = false; }} act={async () => {
			await del('/api/dns/log');
			log.resume();
			toast(x.cleared);
		}}><p>{x.clearText}</p></Confirm> : null}
	</Card>;
}
