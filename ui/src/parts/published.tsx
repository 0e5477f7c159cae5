// What the world is told of this cell: by whom, which addresses, since when, and what
// stands in the way.
import { useSignal } from '@preact/signals';
import { del } from '../lib/api';
import { status } from '../lib/cell';
import { sentence } from '../lib/form';
import { useResource } from '../lib/resource';
import { ts } from '../lib/settingstext';
import type { DdnsStatus, Listener } from '../lib/types';
import { Ago } from './ago';
import { useAsk } from './ask';
import { Confirm } from './confirm';
import { Loaded } from './loading';
import { Note } from './note';
import { Card } from './page';
import { Badge } from './state';
import { toast } from './toast';

function State({ s }: { s: DdnsStatus }) {
	if (s.last_error)
		return <Badge tone="bad">{ts.failing}</Badge>;
	if (s.provider === 'pic_ngo' && !s.registered)
		return <Badge tone="warn">{ts.notRegistered}</Badge>;
	return s.last_update_at ? <Badge tone="ok">{ts.upToDate}</Badge> : <Badge tone="info">{ts.waiting}</Badge>;
}

function useTelling(kind: string, path: string, again: () => Promise<void>) {
	return useAsk(kind, path, (j) => {
		if (j.state === 'failed' && j.error)
			toast(j.error, { tone: 'bad' });
		void again();
	});
}

function Told({ s, again }: { s: DdnsStatus; again: () => Promise<void> }) {
	const update = useTelling('ddns.update', '/api/ddns/update', again), register = useTelling('ddns.register', '/api/ddns/register', again);
	const leaving = useSignal(false);
	return <>
		<p class="muted small">{ts.publishedText}</p>
		<dl class="kv">
			<dt>{ts.providers[s.provider] ?? s.provider}</dt><dd><State s={s} /> <span class="mono">{s.name ?? ''}</span></dd>
			<dt>{ts.address4}</dt><dd class="mono">{s.last_ip ?? ts.never}</dd>
			{s.last_ip6 ? <><dt>{ts.address6}</dt><dd class="mono">{s.last_ip6}</dd></> : null}
			<dt>{ts.told}</dt><dd>{s.last_update_at ? <Ago at={s.last_update_at} /> : ts.never}</dd>
		</dl>
		{s.last_error ? <Note kind="bad" id="ddns-error">{sentence(s.last_error)}</Note> : null}
		{status.value && !status.value.time_trusted ? <Note kind="warn">{ts.clock}</Note> : null}
		<div class="row wrap">
			<button type="button" class={`btn${update.busy ? ' busy' : ''}`} aria-disabled={update.busy || undefined} onClick={update.ask}>{ts.update}</button>
			{s.provider === 'pic_ngo' ? <>
				<button type="button" class={`btn${register.busy ? ' busy' : ''}`} aria-disabled={register.busy || undefined} onClick={register.ask}>{ts.register}</button>
				{s.registered ? <button type="button" class="btn" onClick={() => { leaving.value = true; }}>{ts.giveBack}</button> : null}
			</> : null}
		</div>
		{leaving.value ? <Confirm title={ts.giveBackTitle(s.name ?? '')} verb={ts.giveBack} danger onClose={() => { leaving.value = false; }} act={async () => {
			await del('/api/ddns/register');
			await again();
			toast(ts.gaveBack);
		}}><p>{ts.giveBackText}</p></Confirm> : null}
	</>;
}

/** Port 80 as far as it can be seen from inside. */
function Door() {
	const all = useResource<Listener[]>('/api/network/listeners', ['config', 'health']).data.value;
	const http = all?.filter((l) => l.protocol === 'http');
	const open = http?.find((l) => l.open), port = (open ?? http?.[0])?.port ?? 80;
	return http ? <Note kind={open ? 'info' : 'bad'} id="door-80">{open ? ts.doorOpen(port) : ts.doorShut(port)}</Note> : null;
}

export function Published({ mode }: { mode: string }) {
	const of = useResource<DdnsStatus>('/api/ddns/status', ['config', 'ddns']);
	return <Card title={ts.published} id="published">
		<Loaded of={of}>{(s) => <div class="body"><div class="stack">
			{s.provider === 'none' ? <p class="muted">{ts.nothing}</p> : <Told s={s} again={() => of.load()} />}
			{mode === 'http01' ? <Door /> : null}
		</div></div>}</Loaded>
	</Card>;
}
