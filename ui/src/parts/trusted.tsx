// Keys of others that the cell trusts: authorities of servers behind routes, WireGuard and age keys.
import { useSignal } from '@preact/signals';
import { request } from '../lib/api';
import { useForm } from '../lib/form';
import { day } from '../lib/format';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import type { TrustEntry } from '../lib/types';
import { tv } from '../lib/vaulttext';
import { Confirm } from './confirm';
import { Dialog } from './dialog';
import { SelectField, TextField } from './field';
import { FormBox, Submit } from './form';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Menu } from './menu';
import { Card } from './page';
import { Badge } from './state';
import { toast } from './toast';

const KINDS: TrustEntry['kind'][] = ['ca', 'wireguard', 'age'];

function Row({ e, remove }: { e: TrustEntry; remove: () => void }) {
	return <li>
		<span class="glyph"><Icon name={e.kind === 'ca' ? 'shield' : 'key'} /></span>
		<div class="grow">
			<div class="strong wrap-any">{e.name}</div>
			<div class="sub wrap-any">{e.kind === 'ca' ? <code class="wrap-any">{e.sha256}</code> : <code class="wrap-any">{e.pem}</code>}</div>
			<div class="sub">{tv.since} {day(e.added_at)}</div>
		</div>
		<Badge icon={false}>{tv.kind[e.kind]}</Badge>
		<Menu label={t.table.more(e.name)} items={[{ text: tv.distrust, icon: 'trash', danger: true, act: remove }]} />
	</li>;
}

function TrustDialog({ onClose, done }: { onClose: () => void; done: () => Promise<void> }) {
	const form = useForm({
		initial: { name: '', kind: 'ca', pem: '' },
		check: (v) => ({ name: v.name.trim() ? undefined : tv.needName, pem: v.pem.trim() ? undefined : tv.needKey }),
		send: async (v) => {
			await request('POST', '/api/vault/trust', { body: { name: v.name.trim(), kind: v.kind, pem: `${v.pem.trim()}\n` } });
			toast(tv.trusted(v.name.trim()));
			await done();
			onClose();
		},
	});
	return <Dialog title={tv.addTrust} onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="trust">{tv.addTrust}</Submit></>}>
		<FormBox form={form} id="trust" class="fields">
			<TextField form={form} name="name" label={tv.trustName} focus placeholder={tv.trustNameHint} />
			<SelectField form={form} name="kind" label={tv.trustKind} options={KINDS.map((k) => ({ value: k, label: tv.kind[k] ?? k }))} />
			<TextField form={form} name="pem" label={tv.trustKey} full mono rows={6} help={tv.trustKeyHelp} />
		</FormBox>
	</Dialog>;
}

export function Trusted() {
	const list = useResource<TrustEntry[]>('/api/vault/trust', ['config']);
	const adding = useSignal(false), removing = useSignal<TrustEntry | null>(null);
	const add = <button type="button" class="btn sm primary" onClick={() => { adding.value = true; }}><Icon name="plus" />{tv.addTrust}</button>;
	const rows = list.data.value ?? [], name = removing.value?.name ?? '';
	return <Card title={tv.trustedByUs} id="trusted" acts={rows.length ? add : null}>
		<Loaded of={list}>{() => rows.length
			? <ul class="list roomy">{rows.map((e) => <Row key={e.id} e={e} remove={() => { removing.value = e; }} />)}</ul>
			: <Empty icon="shield" title={tv.noTrust} action={add}>{tv.noTrustText}</Empty>}</Loaded>
		{adding.value ? <TrustDialog onClose={() => { adding.value = false; }} done={() => list.load()} /> : null}
		{removing.value ? <Confirm title={tv.distrustTitle(name)} verb={tv.distrust} danger onClose={() => { removing.value = null; }} act={async () => {
			await request('DELETE', `/api/vault/trust/${removing.value!.id}`);
			toast(tv.distrusted(name));
			await list.load();
		}}><p>{removing.value.kind === 'ca' ? tv.distrustText : tv.distrustKeyText}</p></Confirm> : null}
	</Card>;
}
