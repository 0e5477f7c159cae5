// One name service that the cell asks: add or change it. The list is saved as a whole.
import { useForm } from '../lib/form';
import { t } from '../lib/text';
import type { Upstream } from '../lib/types';
import * as v from '../lib/validate';
import { Dialog } from './dialog';
import { SelectField, TextField } from './field';
import { FormBox, Submit } from './form';

interface Values {
	address: string;
	transport: string;
	port: string;
}

interface Props {
	list: Upstream[];
	at: number | 'new';
	onClose: () => void;
	/** Somebody changed the list meanwhile: fetch it. */
	etagNow: () => Promise<void>;
	save: (list: Upstream[]) => Promise<void>;
}

export function UpstreamDialog({ list, at, onClose, etagNow, save }: Props) {
	const old = at === 'new' ? null : list[at];
	const form = useForm<Values>({
		initial: { address: old?.address ?? '', transport: old?.transport ?? 'udp', port: String(old?.port ?? 53) },
		check: (x) => ({
			address: v.address(x.address.trim()) ?? (list.some((u, i) => i !== at && u.address === x.address.trim() && String(u.port) === x.port && u.transport === x.transport) ? t.check.sameUpstream : undefined),
			port: v.port(x.port),
		}),
		send: (x) => {
			const u: Upstream = { address: x.address.trim(), port: Number(x.port), transport: x.transport as Upstream['transport'] };
			return save(at === 'new' ? [...list, u] : list.map((o, i) => i === at ? u : o));
		},
		conflict: async () => {
			await etagNow();
			form.problem.value = t.upstream.changedMeanwhile;
		},
	});
	return <Dialog title={old ? t.upstream.edit : t.upstream.add} onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="upstream">{old ? t.form.save : t.upstream.add}</Submit></>}>
		<FormBox form={form} id="upstream" class="fields">
			<TextField form={form} name="address" label={t.upstream.address} full mono focus help={t.upstream.addressHelp} />
			<SelectField form={form} name="transport" label={t.upstream.transport} options={['udp', 'tcp'].map((k) => ({ value: k, label: t.transport[k]! }))} />
			<TextField form={form} name="port" label={t.upstream.port} inputmode="numeric" />
		</FormBox>
	</Dialog>;
}
