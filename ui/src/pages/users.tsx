// Who may use the cell: people, and programs with a token.
import { path } from '../lib/router';
import { t } from '../lib/text';
import { PageHead } from '../parts/page';
import { Tabs } from '../parts/tabs';
import { TokensTab } from '../parts/tokens';
import { UsersTab } from '../parts/userlist';
import { VpnLogin } from '../parts/vpnlogin';

export default function Users() {
	return <>
		<PageHead title={t.nav.users}>{t.users.text}</PageHead>
		<Tabs label={t.nav.users} items={[{ href: '/users', text: t.users.tab }, { href: '/users/tokens', text: t.tokens.tab }]} />
		{path.value === '/users/tokens' ? <TokensTab /> : <><UsersTab /><VpnLogin /></>}
	</>;
}
