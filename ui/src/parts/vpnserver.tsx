// How the VPN's server is, what peers need to know of it, and whether they get there.
import { useSignal } from '@preact/signals';
import { post, Problem } from '../lib/api';
import { sayProblem, sentence } from '../lib/form';
import type { Resource } from '../lib/resource';
import type { PortCheck, VpnStatus } from '../lib/vpntypes';
import { tw } from '../lib/vpntext';
import { Copy } from './copy';
import { Icon } from './icon';
import { Loaded } from './loading';
import { Note } from './note';
import { Card } from './page';
import { Badge, type Tone } from './state';
import { toast } from './toast';

// as a developer starts the cell, all of it is as it should be, and there is still no interface
const runs = (s: VpnStatus) => s.running && s.data_plane !== 'none';

function Facts({ s }: { s: VpnStatus }) {
	return <dl class="kv pad">
		<dt>{tw.state}</dt><dd><Badge tone={runs(s) ? 'ok' : 'bad'}>{runs(s) ? tw.runs : tw.stopped}</Badge></dd>
		<dt>{tw.plane}</dt><dd>{tw.planes[s.data_plane] ?? s.data_plane}</dd>
		<dt>{tw.interface}</dt><dd class="mono">{s.interface}</dd>
		<dt>{tw.endpoint}</dt><dd>{s.endpoint ? <Copy text={s.endpoint} what={tw.endpoint} /> : tw.noEndpoint}</dd>
		<dt>{tw.port}</dt><dd class="num">UDP {s.port}</dd>
		<dt>{tw.key}</dt><dd><Copy text={s.public_key} what={tw.key} /></dd>
		<dt>{tw.address}</dt><dd><Copy text={s.address} what={tw.address} />{s.address6 ? <> <Copy text={s.address6} what={tw.address} /></> : null}</dd>
		<dt>{tw.mtu}</dt><dd class="num">{tw.bytes(s.mtu)}</dd>
	</dl>;
}

export function ServerCard({ of }: { of: Resource<VpnStatus> }) {
	const s = of.data.value;
	return <>
		{s?.reason ? <Note kind="warn"><span class="strong">{tw.notRunning}</span> {sentence(s.reason)}</Note>
			: s && s.data_plane === 'none' ? <Note kind="info"><span class="strong">{tw.none}</span> {tw.noneText}</Note> : null}
		<Card title={tw.server} id="server"><Loaded of={of} lines={7}>{(x) => <Facts s={x} />}</Loaded></Card>
	</>;
}

const TONE = (c: PortCheck): Tone => c.open === true ? 'ok' : c.open === false || !c.bound ? 'bad' : 'off';

const textOf = (c: PortCheck) => c.reason ? sentence(c.reason) : !c.bound ? tw.unbound : c.open === true ? tw.openText : c.open === false ? tw.closedText(c.port) : tw.unknownText;

export function PortCard({ done }: { done: () => Promise<void> }) {
	const said = useSignal<PortCheck | null>(null), busy = useSignal(false), problem = useSignal('');
	const run = async (f: () => Promise<void>) => {
		if (busy.value)
			return;
		busy.value = true;
		problem.value = '';
		try {
			await f();
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			problem.value = sayProblem(e);
		}
		busy.value = false;
	};
	const c = said.value;
	return <Card title={tw.portTitle} id="port"><div class="body stack">
		{problem.value ? <Note kind="bad" alert>{problem.value}</Note> : null}
		<p role="status" class="stack tight">{c ? <><span><Badge tone={TONE(c)}>{c.open === true ? tw.open : c.open === false || !c.bound ? tw.closed : tw.unknown}</Badge></span>
			<span class="small muted">{textOf(c)}</span></> : <span class="muted">{busy.value ? tw.checking : tw.notChecked}</span>}</p>
		<div class="row wrap">
			<button type="button" class="btn" aria-busy={busy.value || undefined} onClick={() => void run(async () => {
				said.value = await post<PortCheck>('/api/wireguard/check-port');
			})}><Icon name="activity" />{tw.check}</button>
			<button type="button" class="btn" aria-busy={busy.value || undefined} onClick={() => void run(async () => {
				const r = await post<{ endpoint: string | null }>('/api/wireguard/refresh-ip');
				toast(r.endpoint ? tw.refreshed(r.endpoint) : tw.noAddress);
				await done();
			})}><Icon name="refresh" />{tw.refresh}</button>
		</div>
	</div></Card>;
}
