// Names: who your cell is to whom, the names it serves, and where it asks for others;
// what it filters, the time it tells, and what was asked.
import type { ComponentType } from 'preact';
import { status } from '../lib/cell';
import { path } from '../lib/router';
import { t } from '../lib/text';
import { FilteringTab } from '../parts/filtering';
import { LogTab } from '../parts/log';
import { PageHead } from '../parts/page';
import { NamesTab } from '../parts/names';
import { NetworkOverview } from '../parts/netoverview';
import { ResolverTab } from '../parts/resolver';
import { Tabs } from '../parts/tabs';
import { TimeTab } from '../parts/timetab';

const Overview = () => status.value ? <NetworkOverview s={status.value} /> : null;

const TABS: { href: string; text: string; show: ComponentType }[] = [
	{ href: '/network', text: t.network.tabOverview, show: Overview },
	{ href: '/network/names', text: t.network.tabNames, show: NamesTab },
	{ href: '/network/resolver', text: t.network.tabResolver, show: ResolverTab },
	{ href: '/network/filtering', text: t.network.tabFiltering, show: FilteringTab },
	{ href: '/network/time', text: t.network.tabTime, show: TimeTab },
	{ href: '/network/log', text: t.network.tabLog, show: LogTab },
];

export default function Network() {
	const Show = (TABS.find((x) => x.href === path.value) ?? TABS[0]!).show;
	return <>
		<PageHead title={t.nav.network}>{t.network.text}</PageHead>
		<Tabs label={t.nav.network} items={TABS} />
		<Show />
	</>;
}
