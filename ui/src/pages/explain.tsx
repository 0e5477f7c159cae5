// Explain: one intended connection, step by step through the real decisions.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { explainHref, isHost } from '../lib/explain';
import { te } from '../lib/explaintext';
import { tf } from '../lib/firewalltext';
import { useForm } from '../lib/form';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import * as v from '../lib/validate';
import { ASKERS, zoneChoices } from '../lib/zones';
import { PeerField } from '../parts/ends';
import { Explained } from '../parts/explained';
import { SelectField, TextField } from '../parts/field';
import { FormBox, Submit } from '../parts/form';
import { Card, PageHead } from '../parts/page';

const x = te;
const FROM_PEER = '';
const fromZones = ASKERS.filter((z) => z !== 'vpn');

function values() {
	const q = query.value;
	return { zone: q.get('from_zone') ?? FROM_PEER, peer: q.get('peer') ?? '', host: q.get('host') ?? '', port: q.get('port') ?? '443', proto: q.get('proto') === 'udp' ? 'udp' : 'tcp' };
}
type Values = ReturnType<typeof values>;

const check = (f: Values) => ({
	peer: f.zone !== FROM_PEER || f.peer.trim() ? undefined : tf.check.needPeer, port: v.port(f.port.trim()),
	host: !f.host.trim() ? x.needHost : isHost(f.host.trim()) ? undefined : x.badHost,
});

function Ask({ again }: { again: () => void }) {
	const q = query.value.toString();
	const form = useForm<Values>({ initial: values(), check, send: async (f) => {
		const to = explainHref(f.zone === FROM_PEER ? f.peer.trim() : `zone:${f.zone}`, f.host.trim(), Number(f.port), f.proto);
		if (to === location.pathname + location.search)
			again();
		go(to);
	} });
	useEffect(() => form.reset(values()), [q]);
	const peer = form.values.value.zone === FROM_PEER;
	return <Card title={x.ask} id="ask"><FormBox form={form} id="explain-form" class="body fields">
		<SelectField form={form} name="zone" label={x.who} options={[{ value: FROM_PEER, label: x.peer }, ...zoneChoices(fromZones)]} />
		{peer ? <PeerField form={form} name="peer" label={x.peerName} /> : <span />}
		<TextField form={form} name="host" label={x.host} mono placeholder="wiki.myhome.home.arpa" help={x.hostHelp} />
		<div class="two"><TextField form={form} name="port" label={x.port} inputmode="numeric" />
			<SelectField form={form} name="proto" label={x.proto} options={['tcp', 'udp'].map((p) => ({ value: p, label: tf.protos[p]! }))} /></div>
		<div class="full row wrap"><span class="grow" /><Submit form={form}>{x.go}</Submit></div>
	</FormBox></Card>;
}

export default function Explain() {
	const q = query.value, who = q.has('from_zone') ? 'from_zone' : 'peer', times = useSignal(0);
	const ask: Record<string, string> = {};
	for (const k of [who, 'host', 'port', 'proto'])
		if (q.get(k))
			ask[k] = q.get(k)!;
	return <>
		<PageHead title={t.nav.explain}>{x.text}</PageHead>
		<Ask again={() => { times.value++; }} />
		{ask[who] && ask.host ? <Explained key={`${JSON.stringify(ask)} ${times.value}`} path="/api/explain" ask={ask} /> : null}
	</>;
}
