// A member's own devices: how each is, its code, a new key.
import { useSignal } from '@preact/signals';
import { get, post } from '../lib/api';
import { bytes } from '../lib/format';
import { glyph } from '../lib/glyph';
import { isOutdated } from '../lib/peers';
import { td } from '../lib/peertext';
import { t } from '../lib/text';
import type { MyDevice, PeerFile } from '../lib/vpntypes';
import { Ago } from './ago';
import { CodeDialog, type CodeSource } from './codedialog';
import { Icon } from './icon';
import { Empty } from './loading';
import { Menu, type MenuItem } from './menu';
import { Card } from './page';
import { Badge, Dot } from './state';

const x = td.me;

const source = (name: string): CodeSource => ({
	load: () => get<PeerFile>('/api/peer/config', { device: name }),
	rekey: () => post<PeerFile>(`/api/peer/devices/${encodeURIComponent(name)}/rekey`, {}),
});

function Row({ d, self, open }: { d: MyDevice; self: boolean; open: (renew: boolean) => void }) {
	return <li>
		<span class="glyph"><Icon name={glyph(d.name)} /></span>
		<div class="grow"><div class="row wrap tight"><span class="strong clip" title={d.name}>{d.name}</span>
			{self ? <Badge tone="ok" icon={false}>{x.thisOne}</Badge> : null}{isOutdated(d) ? <Badge tone="warn">{td.again}</Badge> : null}</div>
			<div class="row sub"><Dot tone={d.online ? 'ok' : 'off'} /><span>{!d.enabled ? td.paused : d.online ? x.connectedNow : d.latest_handshake_at ? <>{x.lastSeen} <Ago at={d.latest_handshake_at} /></> : x.neverSeen}</span></div>
			<div class="sub num">{d.ip}{d.rx_bytes || d.tx_bytes ? ` · ${x.traffic(bytes(d.tx_bytes), bytes(d.rx_bytes))}` : ''}</div></div>
		<Menu label={t.table.more(d.name)} items={[...(d.has_private_key ? [{ text: x.code, icon: 'phone', act: () => open(false) } as MenuItem] : []), { text: x.newCode, icon: 'key', act: () => open(true) }]} />
	</li>;
}

export function MyDevices({ devices, here, changed }: { devices: MyDevice[]; here: string | null; changed: () => Promise<void> }) {
	const doing = useSignal<{ d: MyDevice; renew: boolean } | null>(null), a = doing.value;
	return <Card title={x.devices} id="devices">
		{devices.length ? <ul class="list">{devices.map((d) => <Row key={d.name} d={d} self={d.name === here} open={(renew) => { doing.value = { d, renew }; }} />)}</ul>
			: <Empty icon="devices" title={x.noDevices}>{x.noDevicesText}</Empty>}
		{a ? <CodeDialog name={a.d.name} before={a.d.latest_handshake_at} source={source(a.d.name)} renew={a.renew} onClose={() => {
			doing.value = null;
			void changed();
		}} /> : null}
	</Card>;
}
