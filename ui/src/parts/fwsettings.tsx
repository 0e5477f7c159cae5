// What holds when no rule says anything. It may cut off who changes it: so it asks first.
import { useSignal, useSignalEffect } from '@preact/signals';
import type { FirewallSection } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { useForm } from '../lib/form';
import { useSection, type Section } from '../lib/section';
import { SelectField, SwitchField } from './field';
import { FormBox, Submit } from './form';
import { Loaded } from './loading';
import { Card } from './page';
import { Ask, type Asked } from './rowdialog';

export const SECTION = '/api/config/sections/firewall';

const valuesOf = (s: FirewallSection) => ({ vpn_default: s.vpn_default, forward_default: s.forward_default, guard: s.host_guard === 'on' });
type Values = ReturnType<typeof valuesOf>;

const body = (v: Values) => ({ vpn_default: v.vpn_default, forward_default: v.forward_default, host_guard: v.guard ? 'on' : 'off' });

function Defaults({ of: section }: { of: Section<FirewallSection> }) {
	const asked = useSignal<Asked | null>(null), of = section.of;
	const form = useForm<Values>({
		initial: valuesOf(of.data.peek()!), check: () => ({}), guarded: true,
		send: async (v) => {
			// nothing to do is no question
			if (form.dirty)
				asked.value = { what: { method: 'PUT', path: SECTION, body: body(v), etag: of.etag }, title: tf.askTitle, verb: tf.go, danger: true, text: tf.askText, said: tf.settingsSaved };
		},
	});
	const fresh = () => form.reset(valuesOf(of.data.peek()!));
	// what somebody else saved is taken over while nothing is changed here
	useSignalEffect(() => {
		if (of.data.value && !form.dirty && JSON.stringify(valuesOf(of.data.value)) !== JSON.stringify(form.values.peek()))
			fresh();
	});
	const options = Object.entries(tf.defaultOf).map(([value, label]) => ({ value, label }));
	return <>
		<FormBox form={form} id="defaults-form" class="body stack">
			<div class="fields">
				<SelectField form={form} name="vpn_default" label={tf.vpnDefault} help={tf.vpnHelp} options={options} />
				<SelectField form={form} name="forward_default" label={tf.forwardDefault} help={tf.forwardHelp} options={options} />
				<SwitchField form={form} name="guard" label={tf.guard} help={tf.guardHelp} />
			</div>
			<div class="row wrap"><span class="grow" /><Submit form={form}>{tf.save}</Submit></div>
		</FormBox>
		{asked.value ? <Ask a={asked.value} onClose={() => { asked.value = null; }} done={async () => {
			await of.load();
			fresh();
		}} /> : null}
	</>;
}

export function FirewallSettings() {
	const section = useSection<FirewallSection>(SECTION);
	return <Card title={tf.defaults} id="defaults"><Loaded of={section.of} lines={4}>{() => <Defaults of={section} />}</Loaded></Card>;
}
