// All rights of a peer, whose it is and until when. Before saving it is said who would
// reach what otherwise than now.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get, put } from '../lib/api';
import { isIpv4, isIpv6 } from '../lib/address';
import { useForm } from '../lib/form';
import { peerUrl, peerEtag } from '../lib/peeracts';
import { td } from '../lib/peertext';
import type { Resource } from '../lib/resource';
import { checkRights, rightsBody, rightsOf, type Rights } from '../lib/rights';
import { t } from '../lib/text';
import type { Peer } from '../lib/vpntypes';
import { Differences, useTry } from './difference';
import { TextField } from './field';
import { FormBox, Submit } from './form';
import { Note } from './note';
import { Card } from './page';
import { SubnetField, UseFields, WhoseFields } from './rightsfields';
import { toast } from './toast';

interface Values extends Rights {
	ip: string;
	ip6: string;
}

const valuesOf = (p: Peer): Values => ({ ...rightsOf(p), ip: p.ip, ip6: p.ip6 ?? '' });

/** Only what is different: what somebody else changed meanwhile stays. */
function changes(v: Values, p: Peer) {
	const full = (x: Values): Record<string, unknown> => ({ ...rightsBody(x), ip: x.ip.trim(), ip6: x.ip6.trim() || null });
	const was = full(valuesOf(p));
	return Object.fromEntries(Object.entries(full(v)).filter(([k, x]) => JSON.stringify(x) !== JSON.stringify(was[k])));
}

export function PeerAccess({ of }: { of: Resource<Peer> }) {
	const base = useSignal(of.data.peek()!), theirs = useSignal<Peer | null>(null);
	const form = useForm<Values>({
		initial: valuesOf(base.peek()), guarded: true,
		check: (v) => ({ ...checkRights(v, valuesOf(base.value).expires_at),
			ip: isIpv4(v.ip.trim()) ? undefined : t.check.ipv4, ip6: !v.ip6.trim() || isIpv6(v.ip6.trim()) ? undefined : td.check.ip6 }),
		field: (name) => name.replace(/\[\d+\]$/, '').replace(/^.*\./, ''),
		send: async (v) => {
			const p = await put<Peer>(peerUrl(base.peek().name), changes(v, base.peek()), peerEtag(theirs.peek() ?? base.peek()));
			base.value = p;
			theirs.value = null;
			toast(td.changed(p.name));
			await of.load();
		},
		conflict: async () => { theirs.value = await get<Peer>(peerUrl(base.peek().name)); },
	});
	// what somebody else saved is taken over while nothing is typed here
	const now = of.data.value;
	useEffect(() => {
		if (!now || form.dirty || form.busy.peek())
			return;
		base.value = now;
		if (JSON.stringify(valuesOf(now)) !== JSON.stringify(form.values.peek()))
			form.reset(valuesOf(now));
	}, [now]);
	const body = changes(form.values.value, base.value);
	const said = useTry(form.valid && Object.keys(body).length ? { method: 'PUT', path: peerUrl(base.value.name), body } : null, form.busy.value);
	return <Card title={td.mayTitle} id="rights">
		<FormBox form={form} id="rights-form" class="body stack">
			{theirs.value ? <Note kind="warn" alert action={<button type="button" class="btn sm" onClick={() => {
				base.value = theirs.value!;
				form.reset(valuesOf(theirs.value!));
				theirs.value = null;
			}}>{t.form.takeTheirs}</button>}><span class="strong">{t.form.changedMeanwhile}</span> {t.form.saveKeeps}</Note> : null}
			<UseFields form={form} />
			<div class="fields">
				<WhoseFields form={form} />
				<SubnetField form={form} />
				<TextField form={form} name="ip" label={td.ip} mono />
				<TextField form={form} name="ip6" label={td.ip6} mono />
			</div>
			<Differences said={said} />
			<div class="row wrap"><span class="grow small muted">{td.rightsText}</span><Submit form={form}>{td.save}</Submit></div>
		</FormBox>
	</Card>;
}
