// Groups of peers: what they are called and how many are in them.
import { useSignal } from '@preact/signals';
import { del, post, put } from '../lib/api';
import { useForm } from '../lib/form';
import { td } from '../lib/peertext';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import * as v from '../lib/validate';
import type { Group } from '../lib/vpntypes';
import { Confirm } from './confirm';
import { Dialog } from './dialog';
import { TextField } from './field';
import { FormBox, Submit } from './form';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { toast } from './toast';

const x = td.group;
const url = (g: Group) => `/api/groups/${encodeURIComponent(g.name)}`;

/** null adds one. */
function GroupForm({ old, all, onClose, done }: { old: Group | null; all: Group[]; onClose: () => void; done: () => Promise<void> }) {
	const form = useForm({
		initial: { name: old?.name ?? '', description: old?.description ?? '' },
		check: (g) => ({ name: (g.name.trim().length > 20 || v.cellName(g.name.trim())) && (g.name.trim() ? td.check.group : t.check.needName)
			|| (all.some((o) => o !== old && o.name.toLowerCase() === g.name.trim().toLowerCase()) ? x.taken : undefined) }),
		send: async (g) => {
			const body = { name: g.name.trim(), description: g.description.trim() };
			if (old)
				await put(url(old), old.name === body.name ? { description: body.description } : body, old.rev === undefined ? null : `"r${old.rev}"`);
			else
				await post('/api/groups', body);
			toast(old ? x.changed(body.name) : x.added(body.name));
			await done();
			onClose();
		},
	});
	return <Dialog title={old ? x.edit : x.add} onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="group">{old ? t.form.save : x.add}</Submit></>}>
		<FormBox form={form} id="group">
			<TextField form={form} name="name" label={x.name} focus maxLength={20} />
			<TextField form={form} name="description" label={x.description} maxLength={256} />
		</FormBox>
	</Dialog>;
}

export function GroupsDialog({ onClose, show }: { onClose: () => void; show: (name: string) => void }) {
	const list = useResource<Group[]>('/api/groups', ['config']);
	const doing = useSignal<{ kind: 'edit' | 'remove'; g: Group | null } | null>(null);
	const open = (kind: 'edit' | 'remove', g: Group | null) => () => { doing.value = { kind, g }; };
	const close = () => { doing.value = null; };
	const d = doing.value;
	return <>
		<Dialog title={x.title} onClose={onClose} footer={<><button type="button" class="btn" onClick={open('edit', null)}><Icon name="plus" />{x.add}</button>
			<button type="button" class="btn primary" onClick={onClose}>{t.form.done}</button></>}>
			<p class="muted">{x.text}</p>
			<Loaded of={list}>{(all) => all.length ? <ul class="list inset-list">{all.map((g) => <li key={g.name}>
				<div class="grow"><button type="button" class="btn link clip" title={g.name} aria-label={x.show(g.name)} onClick={() => show(g.name)}>{g.name}</button>
					<div class="sub clip" title={g.description}>{[x.members(g.peers.length), g.description].filter(Boolean).join(' · ')}</div></div>
				<button type="button" class="icon-btn" aria-label={x.change(g.name)} onClick={open('edit', g)}><Icon name="edit" /></button>
				<button type="button" class="icon-btn" aria-label={x.removeIt(g.name)} onClick={open('remove', g)}><Icon name="trash" /></button></li>)}</ul>
				: <Empty icon="users" title={x.none} />}</Loaded>
		</Dialog>
		{d?.kind === 'edit' ? <GroupForm old={d.g} all={list.data.value ?? []} onClose={close} done={() => list.load()} /> : null}
		{d?.kind === 'remove' && d.g ? <Confirm title={x.removeTitle(d.g.name)} verb={t.form.remove} danger onClose={close} act={async () => {
			await del(url(d.g!));
			toast(x.removed(d.g!.name));
			await list.load();
		}}><p>{x.removeText}</p></Confirm> : null}
	</>;
}
