// Whether the rules are in force, and how they read in the kernel.
import { useSignal } from '@preact/signals';
import type { FirewallStatus } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { sentence } from '../lib/form';
import { num } from '../lib/format';
import { useResource, type Resource } from '../lib/resource';
import { Ago } from './ago';
import { Copy } from './copy';
import { Loaded } from './loading';
import { Note } from './note';
import { Card } from './page';
import { Badge } from './state';

function Text() {
	const of = useResource<{ text: string }>('/api/firewall/ruleset', ['config']);
	return <Loaded of={of} lines={6}>{(r) => <pre class="ruleset" tabIndex={0} role="region" aria-label={tf.textOf}>{r.text}</pre>}</Loaded>;
}

function Facts({ s }: { s: FirewallStatus }) {
	const holds = s.backend !== 'none' && !s.fault;
	return <dl class="kv pad">
		<dt>{tf.state}</dt><dd><Badge tone={holds ? 'ok' : 'bad'}>{holds ? tf.enforced : tf.fault}</Badge></dd>
		<dt>{tf.table}</dt><dd><Copy text={`inet ${s.table}`} what={tf.table} /></dd>
		<dt>{tf.lines}</dt><dd>{tf.linesOf(s.rules, s.sets)}</dd>
		<dt>{tf.changed}</dt><dd>{s.last_commit_at ? <Ago at={s.last_commit_at} /> : tf.never}</dd>
		<dt>{tf.repaired}</dt><dd>{s.last_drift_at ? <><Ago at={s.last_drift_at} />{s.last_drift ? <span class="small muted"> {s.last_drift}</span> : null}</> : tf.never}</dd>
		<dt>{tf.dropped}</dt><dd class="num">{num(s.drops)}</dd>
	</dl>;
}

export function FirewallNotes({ s }: { s: FirewallStatus | null }) {
	return <>
		{s?.fault ? <Note kind="bad"><span class="strong">{sentence(s.fault)}.</span> {tf.faultText}</Note>
			: s?.backend === 'none' ? <Note kind="info"><span class="strong">{tf.unfiltered}</span> {tf.unfilteredText}</Note> : null}
		{s?.drift ? <Note kind="bad">{tf.drift}</Note> : null}
	</>;
}

export function FirewallState({ of }: { of: Resource<FirewallStatus> }) {
	const open = useSignal(false);
	return <Card title={tf.state} id="state">
		<Loaded of={of} lines={5}>{(s) => <Facts s={s} />}</Loaded>
		<details class="more" onToggle={(e) => { open.value = e.currentTarget.open; }}><summary>{tf.asText}</summary>
			{open.value ? <Text /> : null}</details>
	</Card>;
}
