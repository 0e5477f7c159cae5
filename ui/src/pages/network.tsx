// Names: who your cell is to whom, the names it serves, and where it asks for others.
import { status } from '../lib/cell';
import { path } from '../lib/router';
import { t } from '../lib/text';
import { PageHead } from '../parts/page';
import { NamesTab } from '../parts/names';
import { NetworkOverview } from '../parts/netoverview';
import { ResolverTab } from '../parts/resolver';
import { Tabs } from '../parts/tabs';

export default function Network() {
	const at = path.value;
	return <>
		<PageHead title={t.nav.network}>{t.network.text}</PageHead>
		<Tabs label={t.nav.network} items={[
			{ href: '/network', text: t.network.tabOverview },
			{ href: '/network/names', text: t.network.tabNames },
			{ href: '/network/resolver', text: t.network.tabResolver },
		]} />
		{at === '/network/names' ? <NamesTab /> : at === '/network/resolver' ? <ResolverTab /> : status.value ? <NetworkOverview s={status.value} /> : null}
	</>;
}
