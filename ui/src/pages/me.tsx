// The page of a person without admin rights. It calls only what such a person may.
import { useEffect, useRef } from 'preact/hooks';
import { cellName, nameCell } from '../lib/cell';
import { keepFocus } from '../lib/focus';
import { td } from '../lib/peertext';
import { fresh, useFresh } from '../lib/peers';
import { useResource } from '../lib/resource';
import { query } from '../lib/router';
import { me, signOut } from '../lib/session';
import { t } from '../lib/text';
import { isDark, setTheme, theme } from '../lib/theme';
import type { Session } from '../lib/types';
import type { MyDashboard } from '../lib/vpntypes';
import { AccountCards } from '../parts/accountcards';
import { Banners } from '../parts/banner';
import { Icon, Mark } from '../parts/icon';
import { Loaded } from '../parts/loading';
import { MyDevices } from '../parts/mydevices';
import { MyServices } from '../parts/myservices';
import { MyWhy } from '../parts/mywhy';
import { PageHead } from '../parts/page';
import { LeaveDialog } from '../parts/shell';

const x = td.me;

/** Whether this device is in the VPN: the cell knows by which way the page came. */
function Here({ ip }: { ip: string | null }) {
	const zone = me.value!.zone, vpn = zone === 'vpn', home = zone === 'lan' || zone === 'local';
	return <section class={`card state-card${vpn ? ' ok-card' : ''}`} id="here">
		<span class="orb"><Icon name={vpn ? 'check' : home ? 'home' : 'alert'} /></span>
		<div class="grow"><div class="strong">{vpn ? x.here : home ? x.atHome : x.away}</div>
			<div class="small muted">{vpn ? ip ? x.hereText(ip) : '' : home ? x.atHomeText : x.awayText}</div></div>
	</section>;
}

/** Who comes from an error page asks why, and finds that first. */
function Own() {
	const asked = useRef(query.value.has('host')).current;
	const of = useResource<MyDashboard>('/api/peer/dashboard', ['config']), d = of.data.value;
	useFresh(of, (all, by) => ({ ...all, devices: all.devices.map((p) => fresh(p, by(p.name))) }));
	useEffect(() => {
		if (d)
			nameCell(d.cell_name);
	}, [d]);
	// in the VPN an address is a device, and the session knows from which it was opened
	const from = useResource<Session[]>('/api/auth/sessions').data.value?.find((s) => s.current)?.address;
	const here = me.value!.zone === 'vpn' && from ? d?.devices.find((p) => p.ip === from || p.ip6 === from) ?? null : null;
	const why = d ? <MyWhy devices={d.devices} here={here?.name ?? null} /> : null;
	return <>
		<Here ip={here?.ip ?? null} />
		{asked ? why : null}
		<Loaded of={of} lines={4}>{(all) => <MyDevices devices={all.devices} here={here?.name ?? null} changed={() => of.load()} />}</Loaded>
		<MyServices />
		{asked ? null : why}
	</>;
}

export default function Me() {
	const m = me.value!, dark = (theme.value, isDark());
	useEffect(keepFocus, []);
	return <div class="me">
		<a class="skip" href="#content">{t.nav.skip}</a>
		<Banners />
		<header class="top">
			<span class="brand"><Mark /><b class="clip">{cellName.value}</b></span>
			<span class="grow" />
			<button type="button" class="icon-btn" aria-label={dark ? t.theme.toLight : t.theme.toDark} onClick={() => setTheme(dark ? 'light' : 'dark')}>
				<Icon name={dark ? 'sun' : 'moon'} /></button>
			<button type="button" class="btn quiet" onClick={() => void signOut()}><Icon name="signout" />{t.account.signOut}</button>
		</header>
		<main class="page" id="content" tabIndex={-1}>
			<PageHead title={t.me.hello(m.display_name || m.username)}>{t.me.text(cellName.value)}</PageHead>
			<Own />
			<AccountCards />
		</main>
		<LeaveDialog />
	</div>;
}
