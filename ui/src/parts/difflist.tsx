// Changes between two configurations, one block per thing.
import { readable, type Block } from '../lib/diff';
import { t } from '../lib/text';
import type { Change } from '../lib/types';
import { Icon } from './icon';
import { Badge, type Tone } from './state';

const TONE: Record<Block['op'], Tone> = { add: 'ok', remove: 'bad', replace: 'info' };
const SIGN = { add: 'plus', remove: 'minus', replace: 'edit' } as const;

function One({ b }: { b: Block }) {
	return <li class="change">
		<div class="row wrap"><span class={`badge ${TONE[b.op]}`}><Icon name={SIGN[b.op]} />{t.diff[b.op]}</span>
			<span class="strong wrap-any">{b.title}</span>
			{b.title === b.section ? null : <span class="small muted">{b.section}</span>}</div>
		<dl class="delta">{b.rows.map((r) => <div key={r.label + r.before + r.after}>
			<dt>{r.label}</dt>
			<dd>{r.before === null ? null : <del class="mono wrap-any">{r.before}</del>}
				{r.before !== null && r.after !== null ? <span class="sr">{t.diff.becomes}</span> : null}
				{r.after === null ? null : <ins class="mono wrap-any">{r.after}</ins>}</dd></div>)}</dl>
	</li>;
}

export function DiffList({ changes, before, after, none = t.diff.sameText }: { changes: Change[]; before: unknown; after: unknown; none?: string }) {
	const blocks = readable(changes, before as Record<string, unknown> | null, after as Record<string, unknown> | null);
	return blocks.length ? <ul class="changes">{blocks.map((b) => <One b={b} key={b.key} />)}</ul>
		: <p class="muted row"><Badge tone="ok">{t.diff.same}</Badge>{none}</p>;
}
