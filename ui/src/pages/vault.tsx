// Certificates: the root that devices trust, what the cell shows, what it has issued, whom it trusts.
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import type { Vault as About } from '../lib/types';
import { tv } from '../lib/vaulttext';
import { Authority } from '../parts/authority';
import { Issued } from '../parts/issued';
import { PageHead } from '../parts/page';
import { Served } from '../parts/served';
import { Trusted } from '../parts/trusted';

export default function Vault() {
	const about = useResource<About>('/api/vault/status', ['certificate']);
	return <>
		<PageHead title={t.nav.vault}>{tv.text}</PageHead>
		<Authority of={about} />
		<Served />
		{about.data.value?.ca ? <Issued /> : null}
		<Trusted />
	</>;
}
