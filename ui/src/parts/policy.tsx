// What the cell does when a name service that was chosen for its encryption does not
// answer encrypted; and whether that is so right now.
import { dns } from '../lib/cell';
import { list } from '../lib/format';
import { tn } from '../lib/nettext';
import type { Section } from '../lib/section';
import type { DnsSection } from '../lib/types';
import { useSettings } from './autosave';
import { ChoiceField } from './field';
import { Note } from './note';
import { SaveState, SettingsBox } from './settings';

const from = (s: DnsSection) => ({ upstream_policy: s.upstream_policy });

export function Fallback() {
	const plain = dns.value?.upstreams.filter((u) => u.fallback).map((u) => u.address) ?? [];
	return plain.length ? <div class="pad" id="fallback"><Note kind="warn"><span class="strong">{tn.policy.fallback(list(plain), plain.length)}</span> <span class="muted-on">{tn.policy.fallbackText}</span></Note></div> : null;
}

/** Only where one of them is asked encrypted: for the others there is nothing to decide. */
export function Policy({ section }: { section: Section<DnsSection> }) {
	const s = useSettings(section, { from, to: (v) => v, check: () => ({}) });
	return <div class="pad policy"><SettingsBox of={s} id="policy">
		<ChoiceField form={s.form} name="upstream_policy" label={tn.policy.label} options={(['opportunistic', 'strict'] as const).map((k) => ({ value: k, ...tn.policy[k] }))} />
		<SaveState of={s.saving} />
	</SettingsBox></div>;
}
