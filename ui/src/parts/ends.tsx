// The two sides of a rule: of what kind, then which.
import { sayEnd, TARGETS, type EndKind, type Ends } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { sentence, type Form } from '../lib/form';
import { useResource } from '../lib/resource';
import type { Group, Peer } from '../lib/vpntypes';
import { zoneChoices } from '../lib/zones';
import { SelectField, TextField } from './field';

const KINDS: Record<'from' | 'to', EndKind[]> = {
	from: ['peer', 'group', 'zone', 'cidr'],
	to: ['peer', 'zone', 'cidr', 'target'],
};
const OFFERED = 20;

type Option = { value: string; label: string };

const fixed: Partial<Record<EndKind, Option[]>> = {
	zone: zoneChoices(),
	target: TARGETS.map((x) => ({ value: x, label: sentence(tf.targets[x]!) })),
};

interface Props<T> {
	form: Form<T & Ends>;
	side: 'from' | 'to';
}

/** A name typed in full; of many only those are offered that match. */
export function PeerField<T extends object>({ form, name, label, full }: { form: Form<T>; name: keyof T & string; label: string; full?: boolean }) {
	const peers = useResource<Peer[]>('/api/peers').data.value ?? [];
	const typed = String(form.values.value[name] ?? '').trim().toLowerCase();
	const found = peers.filter((p) => p.name.toLowerCase().includes(typed)).slice(0, OFFERED).map((p) => p.name);
	return <TextField form={form} name={name} label={label} suggest={found} maxLength={64} {...(full ? { full } : {})} />;
}

function GroupField<T extends object>({ form: f, side }: Props<T>) {
	const form = f as unknown as Form<Ends>, groups = useResource<Group[]>('/api/groups', ['config']).data.value;
	const names = [...new Set([...(groups ?? []).map((g) => g.name), ...(form.values.value[side] ? [form.values.value[side]] : [])])];
	return <SelectField form={form} name={side} label={tf.which} options={[{ value: '', label: tf.pick }, ...names.map((n) => ({ value: n, label: n }))]} />;
}

/** What a rule says already, though it is not offered: a zone or a service that is not there yet. */
const withHad = (options: Option[] = [], kind: EndKind, had: string) =>
	!(kind in fixed || kind === 'service') ? undefined
		: options.some((o) => o.value === had) ? options : [...options, { value: had, label: sentence(sayEnd({ [kind]: had })) }];

export function EndFields<T extends object>({ form: f, side }: Props<T>) {
	const form = f as unknown as Form<Ends>, key = `${side}_kind` as const, kind = form.values.value[key];
	const had = form.o.initial, kinds = had[key] === 'service' ? [...KINDS[side], had[key]] : KINDS[side];
	const options = kind === had[key] ? withHad(fixed[kind], kind, had[side]) : fixed[kind];
	return <>
		<SelectField form={form} name={key} label={side === 'from' ? tf.from : tf.to} options={kinds.map((k) => ({ value: k, label: tf.kind[k]! }))}
			changed={(k) => form.set(side, fixed[k as EndKind]?.[0]?.value ?? '')} />
		{options ? <SelectField form={form} name={side} label={tf.which} options={options} />
			: kind === 'group' ? <GroupField form={form} side={side} />
			: kind === 'peer' ? <PeerField form={form} name={side} label={tf.which} />
			: <TextField form={form} name={side} label={tf.network} mono placeholder="192.168.1.0/24" />}
	</>;
}
