// What no change may break, and whether it holds now.
import { useSignal } from '@preact/signals';
import { checkEnds, endsBody, endsOf, etagOf, sayEnd, type Assertion, type Ends } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { sentence } from '../lib/form';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import { EndFields } from './ends';
import { ChoiceField, TextField } from './field';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Card } from './page';
import { Ask, RowDialog, type Asked } from './rowdialog';
import { Badge } from './state';
import { Table } from './table';

const PATH = '/api/firewall/assertions', MAX = 128;

interface Values extends Ends {
	name: string;
	expect: string;
}

const State = ({ a }: { a: Assertion }) => a.holds === null ? <Badge tone="off">{tf.unjudged}</Badge> : a.holds ? <Badge tone="ok">{tf.holds}</Badge> : <Badge tone="bad">{tf.broken}</Badge>;

const removal = (a: Assertion): Asked =>
	({ what: { method: 'DELETE', path: `${PATH}/${a.id}`, etag: etagOf(a) }, title: tf.removeTitle(a.name), verb: t.form.remove, danger: true, text: tf.removeAssertion, said: tf.removed(a.name) });

export function Assertions() {
	const list = useResource<Assertion[]>(PATH, ['config']), all = list.data.value ?? [];
	const adding = useSignal(false), asked = useSignal<Asked | null>(null);
	const add = <button type="button" class="btn sm" disabled={!list.data.value || all.length >= MAX} onClick={() => { adding.value = true; }}><Icon name="plus" />{tf.addAssertion}</button>;
	return <Card title={tf.assertions} id="assertions" acts={all.length ? add : null}>
		<p class="pad-x small muted">{tf.assertionsText}</p>
		<Loaded of={list}>{(rows) => <Table label={tf.assertions} find={tf.find} class="fw" rows={rows} id={(a) => a.id} text={(a) => `${a.name} ${sayEnd(a.from)} ${sayEnd(a.to)}`}
			empty={<Empty icon="lock" title={tf.noAssertions} action={add}>{tf.noAssertionsText}</Empty>}
			columns={[
				{ key: 'rule', head: tf.name, class: 't-rule', sort: (a) => a.name, cell: (a) => <><div class="strong wrap-any">{a.name}</div>
					<div class="small muted">{sayEnd(a.from)} {tf.expected[a.expect]} {sayEnd(a.to)}</div>
					{a.reason ? <div class="small wrap-any">{sentence(a.reason)}</div> : null}</> },
				{ key: 'state', head: tf.state, class: 't-state', sort: (a) => String(a.holds), cell: (a) => <State a={a} /> },
				{ key: 'act', head: tf.menu, mute: true, class: 't-act end', cell: (a) => <button type="button" class="icon-btn" aria-label={`${t.form.remove} ${a.name}`} onClick={() => { asked.value = removal(a); }}><Icon name="trash" /></button> },
			]} />}</Loaded>
		{adding.value ? <RowDialog<Assertion, Values> title={tf.addAssertion} verb={tf.addAssertion} path={PATH} old={null} onClose={() => { adding.value = false; }} done={() => list.load()}
			values={() => ({ ...endsOf({ from: { zone: 'public' }, to: { target: 'admin' } }), name: '', expect: 'deny' })}
			check={(v) => ({ ...checkEnds(v), name: v.name.trim() ? undefined : t.check.needName })}
			body={(v) => ({ name: v.name.trim(), ...endsBody(v), expect: v.expect })} name={(v) => v.name.trim()}>{(form) => <>
				<TextField form={form} name="name" label={tf.name} full focus maxLength={64} />
				<EndFields form={form} side="from" />
				<EndFields form={form} side="to" />
				<ChoiceField form={form} name="expect" label={tf.expect} options={['deny', 'allow'].map((k) => ({ value: k, ...tf.expects[k]! }))} />
			</>}</RowDialog> : null}
		{asked.value ? <Ask key={JSON.stringify(asked.value.what)} a={asked.value} onClose={() => { asked.value = null; }} done={() => list.load()} /> : null}
	</Card>;
}
