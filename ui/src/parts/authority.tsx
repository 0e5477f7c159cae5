// The root certificate: how devices come to trust it, and replacing it.
import { useSignal } from '@preact/signals';
import { request } from '../lib/api';
import { day } from '../lib/format';
import type { Resource } from '../lib/resource';
import { t } from '../lib/text';
import type { Vault } from '../lib/types';
import { tv } from '../lib/vaulttext';
import { Confirm } from './confirm';
import { CopyButton } from './copy';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Menu } from './menu';
import { Note } from './note';
import { Card } from './page';
import { toast } from './toast';

function Root({ ca }: { ca: NonNullable<Vault['ca']> }) {
	return <div class="pad stack">
		<p class="muted">{tv.trustText}</p>
		<dl class="kv">
			<dt>{tv.root}</dt><dd class="wrap-any">{ca.subject}</dd>
			<dt>{tv.until}</dt><dd>{day(ca.not_after)}</dd>
			<dt>{tv.may}</dt><dd class="wrap-any">{ca.permitted_names.join(', ')} {tv.mayMore}</dd>
			<dt>{tv.print}</dt><dd class="row wrap"><code class="wrap-any">{ca.fingerprint}</code><CopyButton text={ca.fingerprint} /></dd>
		</dl>
		<div class="row wrap">
			<a class="btn primary" href="/ca" target="_blank" rel="noreferrer"><Icon name="devices" />{tv.steps}</a>
			<a class="btn" href="/ca/root.crt" download><Icon name="download" />{tv.download}</a>
			<a class="btn" href="/ca/root.mobileconfig"><Icon name="phone" />{tv.apple}</a>
		</div>
	</div>;
}

export function Authority({ of }: { of: Resource<Vault> }) {
	const rotating = useSignal<'key' | 'root' | null>(null);
	const root = rotating.value === 'root';
	return <Card title={tv.trust} id="authority" acts={of.data.value?.ca || of.data.value?.ca_error ? <Menu label={t.table.more(tv.root)} items={[
		...(of.data.value.ca ? [{ text: tv.rotate, icon: 'refresh' as const, act: () => { rotating.value = 'key'; } }] : []),
		{ text: tv.rotateRoot, icon: 'refresh', danger: true, act: () => { rotating.value = 'root'; } },
	]} /> : null}>
		<Loaded of={of}>{(v) => v.ca ? <Root ca={v.ca} /> : v.ca_error ? <div class="pad"><Note kind="bad"><strong>{tv.broken}</strong>: {v.ca_error}. {tv.brokenText}</Note></div> : <Empty icon="shield" title={tv.none}>{tv.noneText}</Empty>}</Loaded>
		{rotating.value ? <Confirm title={root ? tv.rotateRoot : tv.rotate} verb={root ? tv.rotateRoot : tv.rotate} danger={root} onClose={() => { rotating.value = null; }} act={async () => {
			await request('POST', '/api/vault/ca/rotate', { body: { root } });
			toast(tv.rotated);
			await of.load();
		}}><p>{tv.rotateText}</p>{root ? <p>{tv.rotateRootText}</p> : null}</Confirm> : null}
	</Card>;
}
