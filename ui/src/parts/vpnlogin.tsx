// Whether a device of the VPN signs its owner in.
import { useSection, type Section } from '../lib/section';
import { t } from '../lib/text';
import type { AuthSection } from '../lib/types';
import { useSettings } from './autosave';
import { SwitchField } from './field';
import { Loaded } from './loading';
import { Card } from './page';
import { SaveState, SettingsBox } from './settings';

const from = (s: AuthSection) => ({ vpn_login: s.vpn_login });

function Form({ section }: { section: Section<AuthSection> }) {
	const s = useSettings(section, { from, to: (v) => v, check: () => ({}) });
	return <Card title={t.users.signingIn} id="signing-in" acts={<SaveState of={s.saving} />}>
		<div class="body"><SettingsBox of={s} id="signing-in-form">
			<SwitchField form={s.form} name="vpn_login" label={t.users.vpnLogin} help={t.users.vpnLoginHelp} />
		</SettingsBox></div>
	</Card>;
}

export function VpnLogin() {
	const section = useSection<AuthSection>('/api/config/sections/auth');
	return <Loaded of={section.of}>{() => <Form section={section} />}</Loaded>;
}
