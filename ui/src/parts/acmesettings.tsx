// Where public certificates are ordered; saves itself.
import { ts } from '../lib/settingstext';
import { useSection, type Section } from '../lib/section';
import type { CertificatesSection } from '../lib/types';
import * as v from '../lib/validate';
import { useSettings } from './autosave';
import { SelectField, TextField } from './field';
import { Loaded } from './loading';
import { Card } from './page';
import { SaveState, SettingsBox } from './settings';

interface Values { acme_email: string; acme_directory: string; key_type: string }

const from = (s: CertificatesSection): Values => ({ acme_email: s.acme_email ?? '', acme_directory: s.acme_directory, key_type: s.key_type });

function Body({ section, mode }: { section: Section<CertificatesSection>; mode: string }) {
	const s = useSettings<CertificatesSection, Values>(section, {
		from, to: (x) => ({ acme_email: x.acme_email.trim() || null, acme_directory: x.acme_directory.trim(), key_type: x.key_type }),
		check: (x) => ({
			acme_email: v.email(x.acme_email.trim()),
			acme_directory: x.acme_directory.trim().startsWith('https://') ? undefined : ts.needsHttps,
		}),
	});
	return <div class="body"><SettingsBox of={s} id="acme-form">
		<p class="muted small">{mode === 'lan' ? ts.acmeNone : ts.acmeText}</p>
		<TextField form={s.form} name="acme_email" label={ts.email} type="email" help={ts.emailHelp} />
		<TextField form={s.form} name="acme_directory" label={ts.directory} mono help={ts.directoryHelp} />
		<SelectField form={s.form} name="key_type" label={ts.keyType} options={Object.entries(ts.keyTypes).map(([value, label]) => ({ value, label }))} />
		<SaveState of={s.saving} />
	</SettingsBox></div>;
}

export function AcmeSettings({ mode }: { mode: string }) {
	const section = useSection<CertificatesSection>('/api/config/sections/certificates');
	return <Card title={ts.acme} id="acme"><Loaded of={section.of}>{() => <Body section={section} mode={mode} />}</Loaded></Card>;
}
