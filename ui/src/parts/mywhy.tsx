// Why a member's device does not reach something: a name or an address, and what becomes of it. The question is the
// address of the page; an error page of the front door leads to it.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { explainHref, readTarget, sayTarget } from '../lib/explain';
import { te } from '../lib/explaintext';
import { useForm } from '../lib/form';
import { go, query } from '../lib/router';
import type { MyDevice } from '../lib/vpntypes';
import { Explained } from './explained';
import { SelectField, TextField } from './field';
import { FormBox, Submit } from './form';
import { Card } from './page';

const x = te.own;

interface Props {
	devices: MyDevice[];
	here: string | null;
}

interface Question {
	device: string;
	target: string;
}

/** As the address has it; a device that is not one's own counts for nothing. */
function asked({ devices, here }: Props): Question {
	const q = query.value, own = (name: string | null) => devices.find((d) => d.name === name)?.name;
	const host = q.get('host') ?? '';
	return { device: own(q.get('peer')) ?? own(here) ?? devices[0]!.name, target: host && sayTarget({ host, port: Number(q.get('port') ?? 443) }) };
}

const check = (f: Question) => ({
	device: undefined, target: !f.target.trim() ? te.needHost : readTarget(f.target) ? undefined : te.badTarget,
});

function Ask({ again, ...p }: Props & { again: () => void }) {
	const q = query.value.toString(), now = asked(p), meant = useRef(now.device);
	const form = useForm<Question>({ initial: now, check, send: async (f) => {
		const { host, port } = readTarget(f.target)!, to = explainHref(f.device, host, port);
		if (to === location.pathname + location.search)
			again();
		go(to);
	} });
	useEffect(() => form.reset(now), [q]);
	// which device this is may be known later than the form stands; one that was chosen meanwhile stays
	useEffect(() => {
		if (form.values.value.device === meant.current)
			form.set('device', now.device);
		meant.current = now.device;
	}, [now.device]);
	return <FormBox form={form} id="why-form" class="body fields">
		<p class="muted full">{x.text}</p>
		<TextField form={form} name="target" label={x.host} mono help={x.hostHelp} full={p.devices.length < 2} />
		{p.devices.length > 1 ? <SelectField form={form} name="device" label={x.device} options={p.devices.map((d) => ({ value: d.name, label: d.name }))} /> : null}
		<div class="full row wrap"><span class="grow" /><Submit form={form}>{x.find}</Submit></div>
	</FormBox>;
}

export function MyWhy(p: Props) {
	const times = useSignal(0), of = p.devices.length ? asked(p) : null, to = of && readTarget(of.target);
	return <>
		<Card title={x.title} id="why">{of ? <Ask {...p} again={() => { times.value++; }} /> : <p class="body muted">{x.none}</p>}</Card>
		{of && to ? <Explained key={`${of.device} ${of.target} ${times.value}`} path="/api/peer/explain" own
			ask={{ device: of.device, host: to.host, port: String(to.port) }} /> : null}
	</>;
}
