// Certificates for other devices of the home: soonest to run out first.
import { useSignal, useSignalEffect } from '@preact/signals';
import { request } from '../lib/api';
import { day } from '../lib/format';
import { useResource } from '../lib/resource';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import type { IssuedCertificate } from '../lib/types';
import { tv } from '../lib/vaulttext';
import { Confirm } from './confirm';
import { Icon } from './icon';
import { IssueDialog } from './issuedialog';
import { Empty, Loaded } from './loading';
import { Menu } from './menu';
import { Card } from './page';
import { daysLeft, Names } from './served';
import { Badge } from './state';
import { toast } from './toast';

const SOON = 14;

function State({ c }: { c: IssuedCertificate }) {
	if (c.revoked_at)
		return <Badge tone="bad">{tv.revoked}</Badge>;
	return c.days_remaining < SOON ? <Badge tone="warn">{tv.state.expiring}</Badge> : <Badge tone="ok">{tv.valid}</Badge>;
}

function Row({ c, revoke }: { c: IssuedCertificate; revoke: () => void }) {
	return <li>
		<span class="glyph"><Icon name="lock" /></span>
		<div class="grow">
			<Names of={c.names} />
			<div class="sub">{daysLeft(c.days_remaining)} · {tv.until} {day(c.not_after)} · {tv.by} {c.issued_by}</div>
		</div>
		<State c={c} />
		{c.revoked_at ? null : <Menu label={t.table.more(c.names[0] ?? c.id)} items={[{ text: tv.revoke, icon: 'trash', danger: true, act: revoke }]} />}
	</li>;
}

export function Issued() {
	const list = useResource<IssuedCertificate[]>('/api/vault/certificates', ['certificate']);
	const issuing = useSignal(false), revoking = useSignal<IssuedCertificate | null>(null);
	const rows = (list.data.value ?? []).filter((c) => c.kind === 'issued').sort((a, b) => a.days_remaining - b.days_remaining);
	// "/vault?issue" opens the dialog, and reading it away keeps a reload from doing so again
	useSignalEffect(() => {
		if (query.value.has('issue')) {
			issuing.value = true;
			go('/vault', 'replace');
		}
	});
	const add = <button type="button" class="btn sm primary" onClick={() => { issuing.value = true; }}><Icon name="plus" />{tv.issue}</button>;
	const name = revoking.value?.names[0] ?? '';
	return <Card title={tv.issued} id="issued" acts={rows.length ? add : null}>
		<Loaded of={list}>{() => rows.length
			? <ul class="list roomy">{rows.map((c) => <Row key={c.id} c={c} revoke={() => { revoking.value = c; }} />)}</ul>
			: <Empty icon="lock" title={tv.noIssued} action={add}>{tv.noIssuedText}</Empty>}</Loaded>
		{issuing.value ? <IssueDialog onClose={() => { issuing.value = false; }} done={() => list.load()} /> : null}
		{revoking.value ? <Confirm title={tv.revokeTitle(name)} verb={tv.revoke} danger onClose={() => { revoking.value = null; }} act={async () => {
			await request('POST', `/api/vault/certificates/${revoking.value!.id}/revoke`, { body: {} });
			toast(tv.wasRevoked(name));
			await list.load();
		}}><p>{tv.revokeText}</p></Confirm> : null}
	</Card>;
}
