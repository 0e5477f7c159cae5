// Filtering: lists, what goes past them and what is stopped without one, and a test.
import { useSignal } from '@preact/signals';
import { get } from '../lib/api';
import { useForm } from '../lib/form';
import { domains, isDomain, lines } from '../lib/lines';
import { tn } from '../lib/nettext';
import { useResource } from '../lib/resource';
import { useSection, type Section } from '../lib/section';
import { t } from '../lib/text';
import type { BlockCheck, Blocklist, BlockRules } from '../lib/types';
import { useSettings } from './autosave';
import { Blocklists } from './blocklists';
import { ChoiceField, TextField } from './field';
import { FormBox, Submit } from './form';
import { Loaded } from './loading';
import { Card } from './page';
import { SaveState, SettingsBox } from './settings';
import { Badge } from './state';

const MOST = 10_000;

const from = (r: BlockRules) => ({ allow: r.allow.join('\n'), deny: r.deny.join('\n'), response: r.response });

type Values = ReturnType<typeof from>;

const to = (v: Values) => ({ allow: lines(v.allow), deny: lines(v.deny), response: v.response });

function Rules({ section }: { section: Section<BlockRules> }) {
	const s = useSettings<BlockRules, Values>(section, { from, to, check: (v) => ({ allow: domains(v.allow, MOST), deny: domains(v.deny, MOST) }) }), { form } = s;
	return <Card title={tn.rules.title} id="rules" acts={<SaveState of={s.saving} />}>
		<div class="body"><SettingsBox of={s} id="rules-form">
			<TextField form={form} name="allow" label={tn.rules.allow} mono rows={4} placeholder="example.org" help={tn.rules.allowHelp} />
			<TextField form={form} name="deny" label={tn.rules.deny} mono rows={4} placeholder="ads.example" help={tn.rules.denyHelp} />
			<ChoiceField form={form} name="response" label={tn.rules.response} options={(['zero', 'nxdomain'] as const).map((k) => ({ value: k, ...tn.rules[k] }))} />
		</SettingsBox></div>
	</Card>;
}

interface Asked {
	name: string;
	r: BlockCheck;
}

function Result({ name, r, lists }: Asked & { lists: Blocklist[] }) {
	const x = tn.blockTest, of = lists.find((l) => l.id === r.list_id)?.name ?? r.list_id;
	const why = r.blocked ? r.by === 'deny' ? x.byDeny : x.byList(of ?? '') : r.allowed_by ? x.allowedBy(r.allowed_by) : x.byNothing;
	return <div class="result" id="check-result" role="status">
		<div class="row wrap"><Badge tone={r.blocked ? 'warn' : 'ok'}>{r.blocked ? x.blocked : x.passes}</Badge><span class="strong wrap-any">{name}</span></div>
		<p class="small wrap-any">{why}</p>
	</div>;
}

function Test({ lists }: { lists: Blocklist[] }) {
	const x = tn.blockTest, result = useSignal<Asked | null>(null);
	const form = useForm({
		initial: { name: '', peer: '' },
		check: (v) => ({ name: !v.name.trim() ? t.check.needLookup : isDomain(v.name.trim().replace(/\.$/, '')) ? undefined : t.check.target }),
		send: async (v) => {
			const name = v.name.trim(), peer = v.peer.trim();
			result.value = { name, r: await get<BlockCheck>('/api/blocklists/check', { name, ...(peer ? { peer } : {}) }) };
		},
	});
	return <Card title={x.title} id="check">
		<div class="body stack">
			<p class="muted small">{x.text}</p>
			<FormBox form={form} class="fields">
				<TextField form={form} name="name" label={x.name} full mono placeholder="ads.example" />
				{lists.some((l) => !l.apply_to.all) ? <TextField form={form} name="peer" label={x.peer} full help={x.peerHelp} /> : null}
				<Submit form={form} plain class="self-start">{x.go}</Submit>
			</FormBox>
			{result.value ? <Result {...result.value} lists={lists} /> : null}
		</div>
	</Card>;
}

export function FilteringTab() {
	const of = useResource<Blocklist[]>('/api/blocklists', ['config']);
	const rules = useSection<BlockRules>('/api/blocklists/rules');
	return <div class="grid top-aligned">
		<div class="c7 stack"><Blocklists of={of} /><Test lists={of.data.value ?? []} /></div>
		<div class="c5 stack"><Loaded of={rules.of}>{() => <Rules section={rules} />}</Loaded></div>
	</div>;
}
