// Firewall and routes: own rules, forwards and promises; who reaches what; what was
// turned away; what is open; which way packets go.
import type { FirewallStatus } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { useResource } from '../lib/resource';
import { path } from '../lib/router';
import { t } from '../lib/text';
import { Assertions } from '../parts/assertions';
import { Doors } from '../parts/doors';
import { Drops } from '../parts/drops';
import { OwnRules } from '../parts/fwrules';
import { FirewallSettings } from '../parts/fwsettings';
import { FirewallNotes, FirewallState } from '../parts/fwstatus';
import { Routes } from '../parts/hostroutes';
import { PageHead } from '../parts/page';
import { PortForwards } from '../parts/portforwards';
import { Reach } from '../parts/reach';
import { Tabs } from '../parts/tabs';

function Rules() {
	const status = useResource<FirewallStatus>('/api/firewall/status', ['config', 'health']);
	return <>
		<FirewallNotes s={status.data.value} />
		<OwnRules />
		<PortForwards />
		<Assertions />
		<FirewallSettings />
		<FirewallState of={status} />
	</>;
}

function Tab() {
	switch (path.value) {
	case '/firewall/reach': return <Reach />;
	case '/firewall/drops': return <Drops />;
	case '/firewall/doors': return <Doors />;
	case '/firewall/routes': return <Routes />;
	default: return <Rules />;
	}
}

export default function Firewall() {
	return <>
		<PageHead title={t.nav.firewall}>{tf.text}</PageHead>
		<Tabs label={t.nav.firewall} items={[{ href: '/firewall', text: tf.tabs.rules }, { href: '/firewall/reach', text: tf.tabs.reach },
			{ href: '/firewall/drops', text: tf.tabs.drops }, { href: '/firewall/doors', text: tf.tabs.doors }, { href: '/firewall/routes', text: tf.tabs.routes }]} />
		<Tab />
	</>;
}
