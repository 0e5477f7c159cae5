// The own rules in the order in which they count.
import { useSignal, useSignalEffect } from '@preact/signals';
import { etagOf, sayEnd, sayFlow, sayMatched, type Rule } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { useResource } from '../lib/resource';
import { go, query } from '../lib/router';
import { t } from '../lib/text';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Menu, type MenuItem } from './menu';
import { Card } from './page';
import { Ask, type Asked } from './rowdialog';
import { RuleDialog } from './ruledialog';
import { Badge, type Tone } from './state';
import { Table } from './table';

const PATH = '/api/firewall/rules', MAX = 256;
const TONE: Record<string, Tone> = { accept: 'ok', drop: 'bad', reject: 'bad' };

/** The same to move and to switch: a part of the record, and a question when somebody would notice. */
const change = (r: Rule, body: object): Asked =>
	({ what: { method: 'PUT', path: `${PATH}/${r.id}`, body, etag: etagOf(r) }, title: tf.changeTitle(r.name), verb: tf.go, said: tf.saved(r.name), quiet: true });

const removal = (r: Rule): Asked =>
	({ what: { method: 'DELETE', path: `${PATH}/${r.id}`, etag: etagOf(r) }, title: tf.removeTitle(r.name), verb: t.form.remove, danger: true, text: tf.removeText, said: tf.removed(r.name) });

const State = ({ r }: { r: Rule }) => r.enabled ? <Badge tone={TONE[r.action]!}>{tf.did[r.action]}</Badge> : <Badge tone="off">{tf.off}</Badge>;

export function OwnRules() {
	const list = useResource<Rule[]>(PATH, ['config']), all = list.data.value ?? [];
	const editing = useSignal<Rule | 'new' | null>(null), asked = useSignal<Asked | null>(null);
	useSignalEffect(() => {
		if (query.value.has('add') && list.data.value) {
			editing.value = 'new';
			go('/firewall', 'replace');
		}
	});
	const ask = (a: Asked) => () => { asked.value = a; };
	const menu = (r: Rule): MenuItem[] => {
		const i = all.indexOf(r);
		return [
			{ text: t.form.edit, icon: 'edit', act: () => { editing.value = r; } },
			...(i > 0 ? [{ text: tf.up, icon: 'up', act: ask(change(r, { position: i - 1 })) } as MenuItem] : []),
			...(i < all.length - 1 ? [{ text: tf.down, icon: 'down', act: ask(change(r, { position: i + 1 })) } as MenuItem] : []),
			{ text: r.enabled ? tf.switchOff : tf.on, icon: r.enabled ? 'minus' : 'check', act: ask(change(r, { enabled: !r.enabled })) },
			{ text: t.form.remove, icon: 'trash', danger: true, act: ask(removal(r)) },
		];
	};
	const add = <button type="button" class="btn sm primary" disabled={!list.data.value || all.length >= MAX} onClick={() => { editing.value = 'new'; }}><Icon name="plus" />{tf.add}</button>;
	return <Card title={tf.rules} id="rules" acts={all.length ? add : null}>
		<p class="pad-x small muted">{tf.rulesText}</p>
		<Loaded of={list}>{(rows) => <Table label={tf.rules} find={tf.find} class="fw" rows={rows} id={(r) => r.id} sort="place"
			text={(r) => `${r.name} ${sayEnd(r.from)} ${sayEnd(r.to)} ${sayFlow(r)}`}
			chips={[...Object.keys(tf.did).map((a) => ({ key: a, text: tf.did[a]!, of: (r: Rule) => r.enabled && r.action === a })), { key: 'off', text: tf.off, of: (r: Rule) => !r.enabled }]}
			empty={<Empty icon="wall" title={tf.none} action={add}>{tf.noneText}</Empty>}
			columns={[
				{ key: 'place', head: tf.place, class: 't-n num', sort: (r) => rows.indexOf(r), cell: (r) => rows.indexOf(r) + 1 },
				{ key: 'rule', head: tf.rule, class: 't-rule', sort: (r) => r.name, cell: (r) => <><div class="strong wrap-any">{r.name}</div>
					<div class="small muted">{sayEnd(r.from)} → {sayEnd(r.to)}{sayFlow(r) ? ` · ${sayFlow(r)}` : ''}{sayMatched(r)}</div></> },
				{ key: 'action', head: tf.action, class: 't-state', sort: (r) => r.action, cell: (r) => <State r={r} /> },
				{ key: 'act', head: tf.menu, mute: true, class: 't-act end', cell: (r) => <Menu label={t.table.more(r.name)} items={menu(r)} /> },
			]} />}</Loaded>
		{editing.value ? <RuleDialog old={editing.value === 'new' ? null : editing.value} all={all} onClose={() => { editing.value = null; }} done={() => list.load()} /> : null}
		{asked.value ? <Ask key={JSON.stringify(asked.value.what)} a={asked.value} onClose={() => { asked.value = null; }} done={() => list.load()} /> : null}
	</Card>;
}
