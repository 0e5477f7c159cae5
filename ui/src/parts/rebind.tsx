// Answers from outside must not point into the home: which addresses are held back, and
// for whom an exception is made.
import { domains, lines } from '../lib/lines';
import { tn } from '../lib/nettext';
import type { Section } from '../lib/section';
import type { DnsSection } from '../lib/types';
import { useSettings } from './autosave';
import { SwitchField, TextField } from './field';
import { Loaded } from './loading';
import { Card } from './page';
import { SaveState, SettingsBox } from './settings';

const MAX = 64;

const from = (s: DnsSection) => ({ rebind_protection: s.rebind_protection, rebind_allow: s.rebind_allow.join('\n') });

type Values = ReturnType<typeof from>;

const to = (v: Values) => ({ rebind_protection: v.rebind_protection, rebind_allow: lines(v.rebind_allow) });

export function Rebind({ section }: { section: Section<DnsSection> }) {
	return <Loaded of={section.of}>{() => <Form section={section} />}</Loaded>;
}

function Form({ section }: { section: Section<DnsSection> }) {
	const s = useSettings<DnsSection, Values>(section, { from, to, check: (v) => ({ rebind_allow: domains(v.rebind_allow, MAX) }) });
	const on = s.form.values.value.rebind_protection;
	return <Card title={tn.rebind.title} id="rebind" acts={<SaveState of={s.saving} />}>
		<div class="body"><SettingsBox of={s} id="rebind-form">
			<SwitchField form={s.form} name="rebind_protection" label={tn.rebind.on} help={tn.rebind.help} />
			{on ? <TextField form={s.form} name="rebind_allow" label={tn.rebind.allow} mono rows={3} placeholder="plex.direct" help={tn.rebind.allowHelp} /> : null}
		</SettingsBox></div>
	</Card>;
}
