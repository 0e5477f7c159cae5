// The certificate that the cell itself shows, and renewing it.
import { useSignal } from '@preact/signals';
import { Problem, request } from '../lib/api';
import { sayProblem } from '../lib/form';
import { day } from '../lib/format';
import { useResource } from '../lib/resource';
import type { Certificate } from '../lib/types';
import { tv } from '../lib/vaulttext';
import { Icon } from './icon';
import { Loaded } from './loading';
import { Note } from './note';
import { Card } from './page';
import { Badge, type Tone } from './state';
import { toast } from './toast';

const TONE: Record<Certificate['status'], Tone> = { internal: 'ok', pending: 'warn', expiring: 'warn', expired: 'bad' };
const SHOWN = 3;

export const daysLeft = (n: number) => n < 0 ? tv.over : tv.left(n);

/** The first few; the rest is counted, and in the title. */
export function Names({ of }: { of: string[] }) {
	return <div class="strong wrap-any" title={of.join(', ')}>{of.slice(0, SHOWN).join(', ')}
		{of.length > SHOWN ? <span class="muted"> {tv.more(of.length - SHOWN)}</span> : null}</div>;
}

function Row({ c, renew, busy }: { c: Certificate; renew: () => void; busy: boolean }) {
	return <li>
		<span class="glyph"><Icon name="lock" /></span>
		<div class="grow">
			<Names of={c.names} />
			<div class="sub">{daysLeft(c.days_remaining)} · {tv.renews} {day(c.next_renewal_at)}</div>
			<div class="sub">{c.used_by.map((u) => tv.used[u] ?? u).join(', ')}</div>
			{c.last_error ? <div class="small bad-t wrap-any">{c.last_error}</div> : null}
		</div>
		<Badge tone={TONE[c.status]}>{tv.state[c.status]}</Badge>
		{c.status === 'pending' ? null : <button type="button" class="btn sm" disabled={busy} onClick={renew}><Icon name="refresh" />{tv.renew}</button>}
	</li>;
}

export function Served() {
	const list = useResource<Certificate[]>('/api/certificates', ['certificate', 'config']);
	const busy = useSignal(false), problem = useSignal('');
	const renew = async (c: Certificate) => {
		busy.value = true;
		problem.value = '';
		try {
			await request('POST', '/api/certificates/renew', { body: { id: c.id } });
			toast(tv.renewed);
			await list.load();
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			problem.value = sayProblem(e);
		}
		busy.value = false;
	};
	return <Card title={tv.served} id="served">
		{problem.value ? <div class="pad"><Note kind="bad" alert>{problem.value}</Note></div> : null}
		<Loaded of={list}>{(rows) => <ul class="list roomy">{[...rows].sort((a, b) => a.days_remaining - b.days_remaining).map((c) =>
			<Row key={c.id} c={c} busy={busy.value} renew={() => void renew(c)} />)}</ul>}</Loaded>
	</Card>;
}
