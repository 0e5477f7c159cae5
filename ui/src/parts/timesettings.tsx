// Whom the cell asks for the time, whom it tells, and whether it sets the clock.
import { isAddress } from '../lib/address';
import { isDomain, lines, twice } from '../lib/lines';
import { tn } from '../lib/nettext';
import { useSection, type Section } from '../lib/section';
import type { NtpSection } from '../lib/types';
import { zoneChoices } from '../lib/zones';
import { useSettings } from './autosave';
import { ChecksField, SelectField, SwitchField, TextField } from './field';
import { Loaded } from './loading';
import { Card } from './page';
import { SaveState, SettingsBox } from './settings';

const MAX = 8;
const DISCIPLINES = ['auto', 'always', 'never'] as const;

const from = (s: NtpSection) => ({ enabled: s.enabled, sources: s.sources.join('\n'), serve_zones: s.serve_zones, discipline: s.discipline });

type Values = ReturnType<typeof from>;

const to = (v: Values) => ({ ...v, sources: lines(v.sources) });

function checkSources(s: string) {
	const list = lines(s), bad = list.find((x) => !isAddress(x) && !(isDomain(x) && !/^[\d.]+$/.test(x))), again = twice(list.map((x) => x.toLowerCase()));
	if (!list.length)
		return tn.time.needSource;
	if (bad)
		return tn.time.badSource(bad);
	if (again)
		return tn.check.twice(again);
	return list.length > MAX ? tn.time.sourcesMany : undefined;
}

export function TimeSettings() {
	const section = useSection<NtpSection>('/api/config/sections/ntp');
	return <Loaded of={section.of}>{() => <Form section={section} />}</Loaded>;
}

function Form({ section }: { section: Section<NtpSection> }) {
	const s = useSettings<NtpSection, Values>(section, { from, to, check: (v) => ({ sources: checkSources(v.sources) }) }), { form } = s;
	const on = form.values.value.enabled, few = lines(form.values.value.sources).length < 3;
	return <Card title={tn.time.settings} id="time-settings" acts={<SaveState of={s.saving} />}>
		<div class="body"><SettingsBox of={s} id="time-form">
			<SwitchField form={form} name="enabled" label={tn.time.enabled} help={tn.time.enabledHelp} />
			{on ? <>
				<TextField form={form} name="sources" label={tn.time.ask} mono rows={4} help={few ? tn.time.askFew : tn.time.askHelp} />
				<ChecksField form={form} name="serve_zones" label={tn.time.serve} help={tn.time.serveHelp} options={zoneChoices(['lan', 'vpn'])} />
				<SelectField form={form} name="discipline" label={tn.time.discipline} help={tn.time.disciplineHelp} options={DISCIPLINES.map((k) => ({ value: k, label: tn.time.disciplines[k] }))} />
			</> : null}
		</SettingsBox></div>
	</Card>;
}
