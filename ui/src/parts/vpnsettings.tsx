// What is written into the files of peers: saves itself. What changes the door itself
// asks first and says what the cell expects of it.
import { useSignal } from '@preact/signals';
import { isAddress, isIpv4, isIpv6 } from '../lib/address';
import { put } from '../lib/api';
import { useForm } from '../lib/form';
import { isDomain, lines, range } from '../lib/lines';
import { isPrefix } from '../lib/rights';
import type { Section } from '../lib/section';
import { t } from '../lib/text';
import type { DryRun } from '../lib/types';
import * as v from '../lib/validate';
import { tw } from '../lib/vpntext';
import type { WireguardSection } from '../lib/vpntypes';
import { useSettings } from './autosave';
import { Confirm } from './confirm';
import { ChoiceField, SelectField, SwitchField, TextField } from './field';
import { FormBox, Submit } from './form';
import { Icon } from './icon';
import { Note } from './note';
import { Card } from './page';
import { SaveState, SettingsBox } from './settings';
import { toast } from './toast';

const PATH = '/api/config/sections/wireguard';
const x = tw.checks;
type Of = { of: Section<WireguardSection> };

const isAuto = (s: string) => s.trim() === 'auto';

function checkDns(s: string) {
	const all = lines(s);
	return isAuto(s) ? undefined : !all.length || !all.every(isAddress) ? x.dns : all.length > 4 ? x.dnsMany : undefined;
}

function checkSplit(s: string) {
	const all = lines(s), bad = all.find((p) => !isPrefix(p));
	return bad ? x.split(bad) : all.length > 32 ? x.splitMany : undefined;
}

export function ClientCard({ of }: Of) {
	const s = useSettings(of, {
		from: (c: WireguardSection) => ({ endpoint_host: c.endpoint_host, keepalive_s: String(c.keepalive_s), client_dns: c.client_dns.join('\n'),
			split_prefixes: c.split_prefixes.join('\n'), preshared_keys: c.preshared_keys, client_keys: c.client_keys }),
		to: (c) => ({ endpoint_host: c.endpoint_host.trim(), keepalive_s: Number(c.keepalive_s), client_dns: lines(c.client_dns),
			split_prefixes: lines(c.split_prefixes), preshared_keys: c.preshared_keys, client_keys: c.client_keys }),
		check: (c) => ({ endpoint_host: isAddress(c.endpoint_host.trim()) || isDomain(c.endpoint_host.trim()) ? undefined : x.host,
			keepalive_s: range(c.keepalive_s.trim(), 0, 3600), client_dns: checkDns(c.client_dns), split_prefixes: checkSplit(c.split_prefixes) }),
		field: (name) => name.replace(/\[\d+\]$/, '').replace(/^.*\./, ''),
	}), form = s.form;
	return <Card title={tw.client} id="client" sub={<SaveState of={s.saving} />}><div class="body stack">
		<p class="small muted">{tw.clientText}</p>
		<SettingsBox of={s} id="client-form" class="fields">
			<TextField form={form} name="endpoint_host" label={tw.endpointHost} mono help={tw.endpointHelp} />
			<TextField form={form} name="keepalive_s" label={tw.keepalive} inputmode="numeric" suffix={tw.seconds} help={tw.keepaliveHelp} />
			<TextField form={form} name="client_dns" label={tw.dns} mono rows={2} help={tw.dnsHelp} />
			<TextField form={form} name="split_prefixes" label={tw.split} mono rows={2} placeholder="192.168.1.0/24" help={tw.splitHelp} />
			<SwitchField form={form} name="preshared_keys" label={tw.psk} help={tw.pskHelp} />
			<ChoiceField form={form} name="client_keys" label={tw.keys} options={['first_handshake', 'sealed'].map((k) => ({ value: k, ...tw.keyKinds[k]! }))} />
		</SettingsBox>
	</div></Card>;
}

interface Door {
	enabled: boolean;
	port: string;
	backend: string;
	mtu: string;
	address: string;
	address6: string;
}

const doorOf = (s: WireguardSection): Door => ({ enabled: s.enabled, port: String(s.port), backend: s.backend, mtu: String(s.mtu), address: s.address, address6: s.address6 ?? '' });

const doorBody = (d: Door) => ({ enabled: d.enabled, port: Number(d.port), backend: d.backend, mtu: Number(d.mtu), address: d.address.trim(), address6: d.address6.trim() || null });

const doorCheck = (d: Door) => ({
	port: v.port(d.port.trim()), mtu: range(d.mtu.trim(), 1280, 1500),
	address: isPrefix(d.address.trim()) && isIpv4(d.address.split('/')[0]!.trim()) ? undefined : x.prefix4,
	address6: !d.address6.trim() || isPrefix(d.address6.trim()) && isIpv6(d.address6.split('/')[0]!.trim()) ? undefined : x.prefix6,
});

type Asked = { body: object; would: DryRun; key: boolean };

export function DoorCard({ of, done }: Of & { done: () => Promise<void> }) {
	const asked = useSignal<Asked | null>(null);
	const ask = async (body: object, key: boolean) => {
		asked.value = { body, key, would: await put<DryRun>(`${PATH}?dry_run=1`, body, of.of.etag) };
	};
	const form = useForm<Door>({
		initial: doorOf(of.of.data.peek()!), check: doorCheck, guarded: true,
		field: (name) => name.replace(/^.*\./, ''),
		send: (d) => ask(doorBody(d), false),
		conflict: async () => {
			await of.of.load();
			form.reset(doorOf(of.of.data.peek()!));
			form.problem.value = t.form.changedMeanwhile;
		},
	});
	const a = asked.value;
	return <Card title={tw.door} id="door"><div class="body stack">
		<p class="small muted">{tw.doorText}</p>
		<FormBox form={form} id="door-form" class="fields">
			<SwitchField form={form} name="enabled" label={tw.enabled} />
			<TextField form={form} name="port" label={tw.port} inputmode="numeric" />
			<SelectField form={form} name="backend" label={tw.backend} options={Object.entries(tw.backends).map(([value, label]) => ({ value, label }))} />
			<TextField form={form} name="address" label={tw.ip} mono />
			<TextField form={form} name="address6" label={tw.ip6} mono help={tw.ip6Help} />
			<TextField form={form} name="mtu" label={tw.mtu} inputmode="numeric" help={tw.mtuHelp} />
			<div class="full row wrap"><button type="button" class="btn" onClick={() => void ask({ private_key: 'generate' }, true).catch((e: Error) => toast(e.message, { tone: 'bad' }))}>
				<Icon name="key" />{tw.renew}</button><span class="grow" /><Submit form={form}>{tw.change}</Submit></div>
		</FormBox>
		{a ? <Confirm title={a.key ? tw.keyTitle : tw.askTitle} verb={a.key ? tw.makeKey : tw.change} danger onClose={() => { asked.value = null; }} act={async () => {
			await of.save(a.body);
			form.reset(doorOf(of.of.data.peek()!));
			toast(tw.changed);
			await done();
		}}><p>{a.key ? tw.keyText : tw.askText}</p>{a.would.warnings.map((w) => <Note kind="warn" key={w}>{w}</Note>)}</Confirm> : null}
	</div></Card>;
}
