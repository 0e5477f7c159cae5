// The frame of every admin page: sidebar, rail or bottom tabs, top bar, what needs
// attention, and the page itself.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { attention, cellName, status, watchStatus } from '../lib/cell';
import { lost } from '../lib/live';
import { pageAt, pages, type Page } from '../lib/pages';
import { leave, leaving, path } from '../lib/router';
import { me, signOut } from '../lib/session';
import { t } from '../lib/text';
import { isDark, setTheme, theme } from '../lib/theme';
import { Banners } from './banner';
import { Confirm } from './confirm';
import { Dialog } from './dialog';
import { Finder, KeyList, openFinder, useKeys } from './finder';
import { Icon, Mark } from './icon';
import { Link } from './link';
import { Menu } from './menu';

const current = (p: Page) => pageAt(path.value) === p ? 'page' : undefined;

const Item = ({ page }: { page: Page }) => <Link class="item" href={page.href} title={page.title} aria-current={current(page)}>
	<Icon name={page.icon} /><span>{page.title}</span>
</Link>;

const Brand = () => <Link class="brand" href="/" title={cellName.value}>
	<Mark /><div><b class="clip">{cellName.value}</b><span>{t.product}</span></div>
</Link>;

function Sidebar() {
	return <nav class="nav" aria-label={t.nav.main}>
		<Brand />
		{pages.filter((p) => p.group === 'top').map((p) => <Item page={p} key={p.href} />)}
		<h2>{t.nav.groupNetwork}</h2>
		{pages.filter((p) => p.group === 'network').map((p) => <Item page={p} key={p.href} />)}
		<h2>{t.nav.groupSystem}</h2>
		{pages.filter((p) => p.group === 'system').map((p) => <Item page={p} key={p.href} />)}
		<div class="foot small muted">{status.value ? t.nav.version(status.value.version) : ''}</div>
	</nav>;
}

function TabBar() {
	const more = useSignal(false);
	const rest = pages.filter((p) => !p.tab);
	const close = () => { more.value = false; };
	return <>
		<nav class="tabbar" aria-label={t.nav.phone}>
			{pages.filter((p) => p.tab).map((p) => <Link key={p.href} href={p.href} aria-current={current(p)}>
				<Icon name={p.icon} /><span>{p.title}</span></Link>)}
			<button type="button" aria-haspopup="dialog" aria-current={rest.some(current) ? 'page' : undefined}
				onClick={() => { more.value = true; }}><Icon name="more" /><span>{t.nav.more}</span></button>
		</nav>
		{more.value ? <Dialog title={t.nav.more} onClose={close}>
			<div class="more-list">
				{rest.map((p) => <Link key={p.href} href={p.href} onClick={close}><Icon name={p.icon} />{p.title}</Link>)}
				<button type="button" onClick={switchTheme}><Icon name={dark() ? 'sun' : 'moon'} />{dark() ? t.theme.toLight : t.theme.toDark}</button>
				<button type="button" onClick={() => void signOut()}><Icon name="signout" />{t.account.signOut}</button>
			</div>
		</Dialog> : null}
	</>;
}

// reading the signal makes the caller follow the choice
const dark = () => (theme.value, isDark());
const switchTheme = () => setTheme(isDark() ? 'light' : 'dark');

function TopBar() {
	const stuck = useSignal(false);
	useEffect(() => {
		const look = () => { stuck.value = scrollY > 4; };
		addEventListener('scroll', look, { passive: true });
		return () => removeEventListener('scroll', look);
	}, []);
	const n = attention.value.length, name = me.value?.username ?? '';
	return <header class={stuck.value ? 'top is-stuck' : 'top'}>
		<Link class="brand" href="/"><Mark /><b>{cellName.value}</b></Link>
		<button type="button" class="finder" onClick={() => openFinder()}>
			<Icon name="search" /><span>{t.finder.open}</span><kbd>{t.finder.key}</kbd></button>
		<span class="grow" />
		{n ? <Link class="pill-link" href="/#attention" aria-label={t.attention.count(n)}><span class="pill warn" aria-hidden="true">
			<Icon name="alert" small /><span><span class="num">{n}</span><span class="hide-s"> {t.attention.things(n)}</span></span></span></Link> : null}
		<button type="button" class="icon-btn hide-s" aria-label={dark() ? t.theme.toLight : t.theme.toDark} onClick={switchTheme}>
			<Icon name={dark() ? 'sun' : 'moon'} /></button>
		<Menu label={t.account.menu(name)} head={<div class="menu-head"><b class="clip">{me.value?.display_name || name}</b>
			<span class="small muted">{t.account.signedInAs(name)}</span></div>} items={[
			{ text: t.nav.account, icon: 'user', href: '/account' },
			{ text: t.account.signOut, icon: 'signout', act: () => void signOut() },
		]}><Icon name="user" /></Menu>
	</header>;
}

export function LeaveDialog() {
	return leaving.value === null ? null : <Confirm title={t.form.leaveTitle} verb={t.form.leave} danger
		onClose={() => { leaving.value = null; }} act={async () => leave()}>
		<p>{t.form.leaveText}</p>
	</Confirm>;
}

export function Shell({ children }: { children: ComponentChildren }) {
	useEffect(watchStatus, []);
	useEffect(() => {
		// the other pages come while nothing else does: they open at once, also when the cell is away
		const timer = setTimeout(() => pages.flatMap((p) => p.each ? [p.load, p.each] : [p.load]).forEach((load) => void load().catch(() => {})), 1500);
		return () => clearTimeout(timer);
	}, []);
	useKeys();
	return <>
		<a class="skip" href="#content">{t.nav.skip}</a>
		<div class={lost.value ? 'shell is-stale' : 'shell'}>
			<Sidebar />
			<div class="main">
				<Banners />
				<TopBar />
				<main class="page" id="content" tabIndex={-1}>{children}</main>
			</div>
		</div>
		<TabBar />
		<Finder />
		<KeyList />
		<LeaveDialog />
	</>;
}
