// One own rule: who, to whom, what becomes of it, and where it stands among the others.
import { checkEnds, endsBody, endsOf, isPorts, type Ends, type Rule } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { lines } from '../lib/lines';
import { t } from '../lib/text';
import { EndFields } from './ends';
import { SelectField, TextField } from './field';
import { RowDialog } from './rowdialog';

interface Values extends Ends {
	name: string;
	action: string;
	proto: string;
	ports: string;
	position: string;
}

const ACTIONS = ['accept', 'drop', 'reject'], PROTOS = ['any', 'tcp', 'udp', 'icmp'], PORTS_MAX = 16;
const hasPorts = (proto: string) => proto === 'tcp' || proto === 'udp';

function checkPorts(v: Values) {
	const all = lines(v.ports);
	return !hasPorts(v.proto) || all.every(isPorts) ? all.length > PORTS_MAX ? tf.check.portsMany : undefined : tf.check.ports;
}

interface Props {
	old: Rule | null;
	all: Rule[];
	onClose: () => void;
	done: () => Promise<void>;
}

export function RuleDialog({ old, all, ...rest }: Props) {
	// where it is shown among the others is where it would be put
	const others = all.filter((r) => r.id !== old?.id), at = old ? all.findIndex((r) => r.id === old.id) : others.length;
	const place = at < others.length ? String(at) : '';
	return <RowDialog<Rule, Values> title={old ? tf.edit : tf.add} verb={tf.add} path="/api/firewall/rules" old={old} {...rest}
		values={(r) => ({ ...endsOf(r ?? { from: { zone: 'vpn' }, to: { target: 'internet' } }), name: r?.name ?? '', action: r?.action ?? 'drop', proto: r?.proto ?? 'any', ports: (r?.ports ?? []).join(', '), position: place })}
		check={(v) => ({ ...checkEnds(v), name: v.name.trim() ? undefined : t.check.needName, ports: checkPorts(v) })}
		body={(v) => ({ name: v.name.trim(), action: v.action, ...endsBody(v), proto: v.proto, ports: hasPorts(v.proto) ? lines(v.ports) : [],
			...(v.position === place ? {} : { position: v.position === '' ? others.length : Number(v.position) }) })}
		name={(v) => v.name.trim()}>{(form) => <>
			<TextField form={form} name="name" label={tf.name} full focus={!old} maxLength={64} />
			<EndFields form={form} side="from" />
			<EndFields form={form} side="to" />
			<SelectField form={form} name="action" label={tf.action} options={ACTIONS.map((a) => ({ value: a, label: tf.actions[a]! }))} />
			<SelectField form={form} name="proto" label={tf.proto} options={PROTOS.map((x) => ({ value: x, label: tf.protos[x]! }))} />
			{hasPorts(form.values.value.proto) ? <TextField form={form} name="ports" label={tf.ports} mono placeholder="631, 8000-8010" help={tf.portsHelp} /> : null}
			{others.length ? <SelectField form={form} name="position" label={tf.position} help={tf.positionHelp} options={[
				...others.map((r, i) => ({ value: String(i), label: tf.before(i + 1, r.name) })), { value: '', label: tf.last }]} /> : null}
		</>}</RowDialog>;
}
