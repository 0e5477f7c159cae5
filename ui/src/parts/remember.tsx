// Whether browsers are told to come by HTTPS only (HSTS).
import { tp } from '../lib/proxytext';
import { useSection, type Section } from '../lib/section';
import type { ProxySection } from '../lib/types';
import { useSettings } from './autosave';
import { SwitchField } from './field';
import { Loaded } from './loading';
import { Card } from './page';
import { SaveState, SettingsBox } from './settings';

const from = (s: ProxySection) => ({ hsts: s.hsts });

function Form({ section }: { section: Section<ProxySection> }) {
	const s = useSettings(section, { from, to: (v) => v, check: () => ({}) });
	return <Card title={tp.browsers} id="browsers" acts={<SaveState of={s.saving} />}>
		<div class="body"><SettingsBox of={s} id="browsers-form">
			<SwitchField form={s.form} name="hsts" label={tp.hsts} help={tp.hstsHelp} />
		</SettingsBox></div>
	</Card>;
}

export function Remember() {
	const section = useSection<ProxySection>('/api/config/sections/proxy');
	return <Loaded of={section.of}>{() => <Form section={section} />}</Loaded>;
}
