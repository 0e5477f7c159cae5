// WireGuard: the server, its way in, what peers are told, and who is there.
import { fresh, useFresh } from '../lib/peers';
import { useResource } from '../lib/resource';
import { useSection } from '../lib/section';
import { t } from '../lib/text';
import { tw } from '../lib/vpntext';
import type { VpnStatus, WireguardSection } from '../lib/vpntypes';
import { Loaded } from '../parts/loading';
import { PageHead } from '../parts/page';
import { LiveCard } from '../parts/vpnlive';
import { PortCard, ServerCard } from '../parts/vpnserver';
import { ClientCard, DoorCard } from '../parts/vpnsettings';

export default function Wireguard() {
	const status = useResource<VpnStatus>('/api/wireguard/status', ['config']);
	const section = useSection<WireguardSection>('/api/config/sections/wireguard');
	useFresh(status, (s, by) => ({ ...s, peers: s.peers.map((p) => p.kind === 'peer' ? fresh(p, by(p.name)) : p) }));
	return <>
		<PageHead title={t.nav.wireguard}>{tw.text}</PageHead>
		<ServerCard of={status} />
		<PortCard done={() => status.load()} />
		<LiveCard of={status} />
		<Loaded of={section.of} lines={5}>{() => <>
			<ClientCard of={section} />
			<DoorCard of={section} done={() => status.load()} />
		</>}</Loaded>
	</>;
}
