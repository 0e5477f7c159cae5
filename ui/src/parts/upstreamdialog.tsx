// One name service that the cell asks: add or change it. The list is saved as a whole.
import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { useForm } from '../lib/form';
import { isDomain } from '../lib/lines';
import { tn } from '../lib/nettext';
import { t } from '../lib/text';
import type { Upstream } from '../lib/types';
import * as v from '../lib/validate';
import { Dialog } from './dialog';
import { SelectField, TextField } from './field';
import { FormBox, Submit } from './form';

export const USUAL: Record<string, number> = { dot: 853, tcp: 53, udp: 53 };

interface Values {
	address: string;
	transport: string;
	port: string;
	tls_name: string;
}

// filled in for those everybody knows, so that nobody has to look it up
const KNOWN: Record<string, string> = {
	'9.9.9.9': 'dns.quad9.net', '149.112.112.112': 'dns.quad9.net', '2620:fe::fe': 'dns.quad9.net', '1.1.1.1': 'cloudflare-dns.com', '1.0.0.1': 'cloudflare-dns.com',
	'2606:4700:4700::1111': 'cloudflare-dns.com', '8.8.8.8': 'dns.google', '8.8.4.4': 'dns.google', '2001:4860:4860::8888': 'dns.google', '194.242.2.2': 'dns.mullvad.net',
};

function checkTls(x: Values) {
	if (x.transport !== 'dot')
		return undefined;
	const name = x.tls_name.trim();
	return !name ? tn.check.needTls : isDomain(name) ? undefined : tn.check.tlsName;
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
		initial: { address: old?.address ?? '', transport: old?.transport ?? 'dot', port: String(old?.port ?? USUAL.dot), tls_name: old?.tls_name ?? '' },
		check: (x) => ({
			address: v.address(x.address.trim()) ?? (list.some((u, i) => i !== at && u.address === x.address.trim() && String(u.port) === x.port && u.transport === x.transport) ? t.check.sameUpstream : undefined),
			port: v.port(x.port),
			tls_name: checkTls(x),
		}),
		send: (x) => {
			const u: Upstream = { address: x.address.trim(), port: Number(x.port), transport: x.transport as Upstream['transport'],
				...(x.transport === 'dot' ? { tls_name: x.tls_name.trim() } : {}) };
			return save(at === 'new' ? [...list, u] : list.map((o, i) => i === at ? u : o));
		},
		conflict: async () => {
			await etagNow();
			form.problem.value = t.upstream.changedMeanwhile;
		},
	});
	const was = useRef(form.values.peek());
	const dot = form.values.value.transport === 'dot';
	// what goes with a choice follows it, as long as nobody typed something else
	useSignalEffect(() => {
		const x = form.values.value, before = was.current;
		was.current = x;
		if (x.transport !== before.transport && x.port === String(USUAL[before.transport]))
			form.set('port', String(USUAL[x.transport]));
		if ((x.address !== before.address || x.transport !== before.transport) && (x.tls_name === '' || x.tls_name === KNOWN[before.address.trim()]))
			form.set('tls_name', KNOWN[x.address.trim()] ?? '');
	});
	return <Dialog title={old ? t.upstream.edit : t.upstream.add} onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="upstream">{old ? t.form.save : t.upstream.add}</Submit></>}>
		<FormBox form={form} id="upstream" class="fields">
			<TextField form={form} name="address" label={t.upstream.address} full mono focus help={t.upstream.addressHelp} />
			<SelectField form={form} name="transport" label={t.upstream.transport} options={['dot', 'udp', 'tcp'].map((k) => ({ value: k, label: t.transport[k]! }))} />
			<TextField form={form} name="port" label={t.upstream.port} inputmode="numeric" />
			{dot ? <TextField form={form} name="tls_name" label={tn.upstream.tlsName} full mono placeholder="dns.quad9.net" help={tn.upstream.tlsHelp} /> : null}
		</FormBox>
	</Dialog>;
}
