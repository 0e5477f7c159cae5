// One record of the firewall, added or changed: what would come of it is said first.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { get, Problem, request } from '../lib/api';
import { endField, etagOf } from '../lib/firewall';
import { tf } from '../lib/firewalltext';
import { sayProblem, useForm, type Form } from '../lib/form';
import { t } from '../lib/text';
import { Confirm } from './confirm';
import { Dialog } from './dialog';
import { Differences, useTry, type Proposal } from './difference';
import { FormBox, Submit } from './form';
import { Note } from './note';
import { toast } from './toast';

export interface Row {
	id: string;
	rev?: number;
}

interface Props<T extends Row, V extends object> {
	title: string;
	verb: string;
	path: string;
	/** null adds one. */
	old: T | null;
	values: (row: T | null) => V;
	check: (v: V) => Partial<Record<keyof V & string, string | undefined>>;
	body: (v: V) => object;
	name: (v: V) => string;
	onClose: () => void;
	done: () => Promise<void>;
	children: (form: Form<V>) => ComponentChildren;
}

export function RowDialog<T extends Row, V extends object>({ old, path, children, ...p }: Props<T, V>) {
	const theirs = useSignal<T | null>(null);
	const method = old ? 'PUT' : 'POST', url = old ? `${path}/${old.id}` : path;
	const form = useForm<V>({
		initial: p.values(old), check: p.check, field: endField,
		send: async (v) => {
			const row = theirs.value ?? old;
			await request(method, url, { body: p.body(v), etag: row ? etagOf(row) : null });
			toast(old ? tf.saved(p.name(v)) : tf.added(p.name(v)));
			await p.done();
			p.onClose();
		},
		conflict: async () => {
			theirs.value = (await get<T[]>(path)).find((r) => r.id === old?.id) ?? null;
			if (!theirs.value)
				form.problem.value = tf.gone;
		},
	});
	const said = useTry(form.valid && (form.dirty || !old) ? { method, path: url, body: p.body(form.values.value) } : null, form.busy.value);
	// what it says may be below what a phone shows
	const many = said.value?.would?.reachability?.length, broken = said.value?.problem?.kind === 'assertion';
	return <Dialog title={p.title} onClose={p.onClose} dirty={() => form.dirty} footer={<>
		<span class="grow small" role="status">{broken ? tf.breaks : many ? tf.changesReach(many) : ''}</span>
		<button type="button" class="btn" onClick={p.onClose}>{t.form.cancel}</button>
		<Submit form={form} of="row">{old ? t.form.save : p.verb}</Submit></>}>
		{theirs.value ? <Note kind="warn" alert action={<button type="button" class="btn sm" onClick={() => form.reset(p.values(theirs.value))}>{t.form.takeTheirs}</button>}>
			<span class="strong">{t.form.changedMeanwhile}</span> {t.form.saveKeeps}</Note> : null}
		<FormBox form={form} id="row" class="fields">{children(form)}</FormBox>
		<Differences said={said} />
	</Dialog>;
}

/** A change that needs no form. */
export interface Asked {
	what: Proposal;
	title: string;
	verb: string;
	text?: string;
	danger?: boolean;
	said: string;
	/** Not worth a question when nobody would notice. */
	quiet?: boolean;
}

export function Ask({ a, onClose, done }: { a: Asked; onClose: () => void; done: () => Promise<void> }) {
	const doing = useSignal(false), said = useTry(a.what, doing.value, 0), s = said.value;
	const silent = a.quiet && s?.would && !s.would.reachability?.length && !s.would.warnings.length;
	const send = async () => {
		doing.value = true;
		try {
			await request(a.what.method, a.what.path, { etag: a.what.etag ?? null, ...(a.what.body === undefined ? {} : { body: a.what.body }) });
		} catch (e) {
			doing.value = false;
			throw e;
		}
		toast(a.said);
		await done();
	};
	useEffect(() => {
		if (silent)
			void send().catch((e) => {
				if (!(e instanceof Problem))
					throw e;
				toast(sayProblem(e), { tone: 'bad' });
			}).finally(onClose);
	}, [silent]);
	if (a.quiet && (!s || silent))
		return null;
	return <Confirm title={a.title} verb={a.verb} {...(a.danger ? { danger: true } : {})} onClose={onClose} act={send} wide>
		{a.text ? <p>{a.text}</p> : null}
		<Differences said={said} />
	</Confirm>;
}
