// The page of a person without admin rights. It calls only what such a person may.
import { cellName } from '../lib/cell';
import { me, signOut } from '../lib/session';
import { t } from '../lib/text';
import { isDark, setTheme, theme } from '../lib/theme';
import { AccountCards } from '../parts/accountcards';
import { Banners } from '../parts/banner';
import { Icon, Mark } from '../parts/icon';
import { PageHead } from '../parts/page';
import { LeaveDialog } from '../parts/shell';

export default function Me() {
	const m = me.value!, dark = (theme.value, isDark());
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
			<AccountCards />
		</main>
		<LeaveDialog />
	</div>;
}
