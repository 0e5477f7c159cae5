// The own account of an admin.
import { useEffect } from 'preact/hooks';
import { t } from '../lib/text';
import { AccountCards } from '../parts/accountcards';
import { PageHead } from '../parts/page';

export default function Account() {
	useEffect(() => document.getElementById(location.hash.slice(1))?.scrollIntoView(), []);
	return <>
		<PageHead title={t.nav.account}>{t.account.text}</PageHead>
		<AccountCards />
	</>;
}
