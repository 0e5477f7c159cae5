// Settings: who the cell is, its address in the world, and where its certificates come from.
import { useResource } from '../lib/resource';
import { ts } from '../lib/settingstext';
import { t } from '../lib/text';
import type { WholeConfig } from '../lib/types';
import { AcmeSettings } from '../parts/acmesettings';
import { IdentityCard } from '../parts/identity';
import { Loaded } from '../parts/loading';
import { PageHead } from '../parts/page';
import { Published } from '../parts/published';

export default function Settings() {
	const of = useResource<WholeConfig>('/api/config', ['config']);
	return <>
		<PageHead title={t.nav.settings}>{ts.text}</PageHead>
		<Loaded of={of}>{(c) => <>
			<IdentityCard of={of} config={c} />
			<Published mode={c.identity.domain_mode} />
			<AcmeSettings mode={c.identity.domain_mode} />
		</>}</Loaded>
	</>;
}
