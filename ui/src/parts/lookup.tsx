// "Test a name": ask the cell as if the question came from one side of the house.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get } from '../lib/api';
import { useForm } from '../lib/form';
import { tn } from '../lib/nettext';
import { query } from '../lib/router';
import { t } from '../lib/text';
import type { DnsLookup } from '../lib/types';
import { ASKERS, zoneChoices } from '../lib/zones';
import { SelectField, TextField } from './field';
import { FormBox, Submit } from './form';
import { Card } from './page';
import { Badge, type Tone } from './state';

const TYPES = ['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'SRV', 'CAA', 'PTR', 'NS', 'SOA', 'HTTPS'];
/** One device of the VPN, by its address there. */
const PEER = 'peer';

/** The result code in words. */
export function outcome(r: DnsLookup): { word: string; tone: Tone } {
	if (r.source === 'blocked')
		return { word: t.lookup.blocked, tone: 'warn' };
	switch (r.rcode) {
	case 'NOERROR': return r.answers.length ? { word: t.lookup.answered, tone: 'ok' } : { word: t.lookup.noData, tone: 'off' };
	case 'NXDOMAIN': return { word: t.lookup.noName, tone: 'off' };
	case 'REFUSED': return { word: t.lookup.refused, tone: 'off' };
	default: return { word: t.lookup.failed, tone: 'bad' };
	}
}

function Result({ name, r }: { name: string; r: DnsLookup }) {
	const o = outcome(r);
	return <div class="result" id="lookup-result" role="status">
		<div class="row wrap"><Badge tone={o.tone}>{o.word}</Badge>
			<span class="strong wrap-any">{name}</span>
			<span class="muted small num">{t.lookup.how(r.rule === 'deny' ? tn.lookup.byDeny : t.lookup.source[r.source] ?? r.source, r.ms)} · <code>{r.rcode}</code>{r.rule && r.rule !== 'deny' ? <> · {r.rule}</> : null}</span></div>
		{r.ede ? <p class="small">{r.ede.text || t.lookup.ede(r.ede.code)}</p> : null}
		{r.answers.length ? <ul class="answers mono">{r.answers.map((a) => <li key={a.type + a.value}>
			<span class="muted">{a.type}</span> <span class="wrap-any">{a.value}</span> <span class="muted nowrap">{t.lookup.ttl(a.ttl)}</span></li>)}</ul> : null}
	</div>;
}

export function Lookup() {
	const result = useSignal<{ name: string; r: DnsLookup } | null>(null);
	const form = useForm({
		initial: { name: '', type: 'A', zone: 'lan', as_peer: '' },
		check: (x) => ({ name: x.name.trim() ? undefined : t.check.needLookup, as_peer: x.zone === PEER && !x.as_peer.trim() ? t.check.needName : undefined }),
		send: async ({ type, zone, ...x }) => {
			const name = x.name.trim();
			result.value = { name, r: await get<DnsLookup>('/api/dns/query', { name, type, ...(zone === PEER ? { as_peer: x.as_peer.trim() } : { zone }) }) };
		},
	});
	useEffect(() => {
		if (query.value.has('test'))
			form.element?.querySelector('input')?.focus();
	}, [query.value]);
	return <Card title={t.lookup.title} id="lookup">
		<div class="body stack">
			<p class="muted">{t.lookup.text}</p>
			<FormBox form={form} class="lookup">
				<TextField form={form} name="name" label={t.lookup.name} mono placeholder="nas.example.org" />
				<SelectField form={form} name="type" label={t.lookup.type} options={TYPES.map((x) => ({ value: x, label: x }))} />
				<SelectField form={form} name="zone" label={t.lookup.as} options={[...zoneChoices(ASKERS), { value: PEER, label: tn.lookup.peer }]} />
				{form.values.value.zone === PEER ? <TextField form={form} name="as_peer" label={tn.lookup.name} placeholder="anna-phone" /> : null}
				<Submit form={form}>{t.lookup.go}</Submit>
			</FormBox>
			{result.value ? <Result {...result.value} /> : null}
		</div>
	</Card>;
}
