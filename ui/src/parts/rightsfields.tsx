// The fields that say what a peer may use and whose it is.
import { useAccessWords } from '../lib/access';
import { accessName } from '../lib/accessname';
import type { Form } from '../lib/form';
import { td } from '../lib/peertext';
import { NEW_USER, type Rights } from '../lib/rights';
import { useResource } from '../lib/resource';
import type { User } from '../lib/types';
import type { Group } from '../lib/vpntypes';
import { ChecksField, SelectField, SwitchField, TextField } from './field';

type Of<T extends Rights> = { form: Form<T> };

export function UseFields<T extends Rights>({ form: f }: Of<T>) {
	const form = f as unknown as Form<Rights>, words = useAccessWords();
	const has = form.values.value.service_access, all = words.every((w) => has.includes(w)), others = has.filter((w) => !words.includes(w));
	return <>
		<SwitchField form={form} name="internet_access" label={td.internet} help={td.internetHelp} />
		<SwitchField form={form} name="lan_access" label={td.lan} help={td.lanHelp} />
		<SwitchField form={form} name="peer_access" label={td.peers} help={td.peersHelp} />
		{words.length ? <>
			<ChecksField form={form} name="service_access" label={td.services} help={td.servicesHelp} options={words.map((w) => ({ value: w, label: accessName(w) }))} />
			<button type="button" class="btn sm self-start" onClick={() => form.set('service_access', all ? others : [...others, ...words])}>{all ? td.dropServices : td.allServices}</button>
		</> : null}
	</>;
}

/** `fresh`: the peer is made now, in a dialog, and an account may be made with it. */
export function WhoseFields<T extends Rights>({ form: f, fresh }: Of<T> & { fresh?: boolean }) {
	const form = f as unknown as Form<Rights>;
	const users = useResource<User[]>('/api/auth/users').data.value?.filter((u) => u.role === 'peer') ?? [];
	const groups = useResource<Group[]>('/api/groups', ['config']).data.value ?? [];
	const had = form.o.initial.owner;
	const known = [...new Set([...users.map((u) => u.username), ...(had ? [had] : [])])];
	return <>
		<SelectField form={form} name="owner" full={!!fresh} label={td.owner} help={td.ownerHelp} options={[{ value: '', label: td.ownerNone },
			...known.map((u) => ({ value: u, label: u })), ...(fresh ? [{ value: NEW_USER, label: td.ownerNew }] : [])]} />
		<TextField form={form} name="expires_at" label={td.expires} type="datetime-local" full={!!fresh} help={td.expiresHelp} />
		{groups.length ? <ChecksField form={form} name="groups" label={td.groups} help={td.groupsHelp} options={groups.map((g) => ({ value: g.name, label: g.name }))} /> : null}
		<TextField form={form} name="description" label={td.description} full maxLength={256} />
	</>;
}

export const SubnetField = <T extends Rights>({ form }: Of<T>) =>
	<TextField form={form as unknown as Form<Rights>} name="subnets" label={td.subnets} full mono rows={2} placeholder="192.168.5.0/24" help={td.subnetsHelp} />;
