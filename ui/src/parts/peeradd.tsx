// A new peer: a name is enough. What it is set up with is shown at once.
import { useSignal } from '@preact/signals';
import { request } from '../lib/api';
import { useForm } from '../lib/form';
import { list } from '../lib/format';
import { codeSource } from '../lib/peeracts';
import { isKey, makeKeys, type KeyPair } from '../lib/peerkey';
import { td } from '../lib/peertext';
import { checkPeerName, checkRights, NEW_USER, rightsBody, rightsOf, type Rights } from '../lib/rights';
import { t } from '../lib/text';
import type { MadePeer, Peer } from '../lib/vpntypes';
import * as v from '../lib/validate';
import { CodeDialog } from './codedialog';
import { Dialog } from './dialog';
import { ChoiceField, TextField } from './field';
import { FormBox, Submit } from './form';
import { NewPasswordField } from './passwordfield';
import { SubnetField, UseFields, WhoseFields } from './rightsfields';
import { toast } from './toast';

interface Values extends Rights {
	name: string;
	password: string;
	keys: string;
	public_key: string;
}

const body = (x: Values, key: string) => ({
	name: x.name.trim(), ...rightsBody(x), ...(key ? { public_key: key } : {}), ...(x.owner === NEW_USER ? { password: x.password } : {}),
});

const check = (x: Values, all: Peer[]) => ({
	...checkRights(x), name: checkPeerName(x.name.trim(), all.map((p) => p.name)),
	password: x.owner === NEW_USER ? v.password(x.password, 10) : undefined,
	public_key: x.keys !== 'given' ? undefined : !x.public_key.trim() ? td.check.needKey : isKey(x.public_key.trim()) ? undefined : td.check.key,
});

/** Only where this browser can: it needs HTTPS. */
const canMake = () => !!globalThis.crypto?.subtle;

interface Props {
	all: Peer[];
	onClose: () => void;
	done: () => Promise<void>;
}

export function AddPeer({ all, onClose, done }: Props) {
	const made = useSignal<{ peer: MadePeer; pair: KeyPair | null } | null>(null);
	const form = useForm<Values>({
		initial: { ...rightsOf(null), name: '', password: '', keys: 'cell', public_key: '' },
		check: (x) => check(x, all),
		field: (name) => name.replace(/^peers?(\[\d+\])?\./, '').replace(/\[\d+\]$/, ''),
		send: async (x) => {
			const pair = x.keys === 'browser' ? await makeKeys() : null;
			if (x.keys === 'browser' && !pair) {
				form.problem.value = td.noMaking;
				return;
			}
			const peer = (await request<MadePeer>('POST', '/api/peers', { body: body(x, pair?.publicKey ?? (x.keys === 'given' ? x.public_key.trim() : '')) })).data;
			const failed = (peer.accounts ?? []).filter((a) => !a.provisioned).map((a) => a.service);
			toast(failed.length ? td.accounts(list(failed)) : td.added(peer.name), failed.length ? { tone: 'bad' } : {});
			made.value = { peer, pair };
			await done();
		},
	});
	const m = made.value;
	if (m)
		return <CodeDialog name={m.peer.name} before={null} source={codeSource(m.peer.name)} file={m.peer}
			{...(m.pair ? { privateKey: m.pair.privateKey } : {})} onClose={onClose} />;
	const x = form.values.value;
	return <Dialog title={td.add} onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="peer">{td.add}</Submit></>}>
		<FormBox form={form} id="peer" class="fields">
			<TextField form={form} name="name" label={td.name} full focus help={td.deviceHelp} maxLength={64} />
			<div class="full stack"><h3>{td.mayTitle}</h3><UseFields form={form} /></div>
			<details class="why full"><summary>{td.more}</summary><div class="fields inset">
				<WhoseFields form={form} fresh />
				{x.owner === NEW_USER ? <div class="full"><NewPasswordField form={form} name="password" label={td.password} min={10} /></div> : null}
				<SubnetField form={form} />
				<ChoiceField form={form} name="keys" label={td.keyTitle} options={['cell', ...(canMake() ? ['browser'] : []), 'given'].map((k) => ({ value: k, ...td.keys[k]! }))} />
				{x.keys === 'given' ? <TextField form={form} name="public_key" label={td.publicKey} full mono /> : null}
			</div></details>
		</FormBox>
	</Dialog>;
}
