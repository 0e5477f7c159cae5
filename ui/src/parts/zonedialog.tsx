// One domain from a zone file: add it or change it, by pasting or choosing a file. What
// the cell finds wrong stands at the text, and the line it means is shown.
import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Problem, put, request } from '../lib/api';
import { sayProblem, sentence, useForm } from '../lib/form';
import { isDomain } from '../lib/lines';
import { tn } from '../lib/nettext';
import { t } from '../lib/text';
import type { DnsZone, ZoneChanged, ZoneFile } from '../lib/types';
import { namesSomebody, zoneChoices } from '../lib/zones';
import { Dialog } from './dialog';
import { ChecksField, TextField } from './field';
import { FormBox, Submit } from './form';
import { Note } from './note';
import { toast } from './toast';

const x = tn.zones;
const MOST = 16 << 20;

interface Values {
	name: string;
	zonefile: string;
	views: string[];
}

interface Props {
	/** null adds one. */
	zone: DnsZone | null;
	all: DnsZone[];
	onClose: () => void;
	done: () => Promise<void>;
}

// the cell itself always gets answers
const choices = (views: string[]) => views.filter((v) => v !== 'local');
const bare = (s: string) => s.trim().replace(/\.$/, '').toLowerCase();

function checkName(s: string, all: DnsZone[]) {
	if (!s)
		return t.check.needDomain;
	if (s.length > 253)
		return t.check.nameTooLong;
	if (all.some((z) => z.name === s))
		return x.exists;
	return isDomain(s) ? undefined : tn.check.zone;
}

const check = (v: Values, zone: DnsZone | null, all: DnsZone[]) => ({
	name: zone ? undefined : checkName(bare(v.name), all),
	zonefile: zone && !v.zonefile.trim() ? x.needFile : new Blob([v.zonefile]).size > MOST ? x.fileLarge : undefined,
	views: namesSomebody(v.views, zone?.views) ? undefined : t.check.needView,
});

/** Put the line that the cell names into view and mark it. */
function showLine(form: HTMLFormElement | null, said: string) {
	const at = /\bline (\d+)/i.exec(said), box = form?.querySelector('textarea');
	if (!at || !box)
		return;
	const rows = box.value.split('\n'), n = Math.min(Number(at[1]), rows.length) - 1;
	const start = rows.slice(0, n).reduce((sum, r) => sum + r.length + 1, 0);
	box.focus();
	box.setSelectionRange(start, start + (rows[n]?.length ?? 0));
	box.scrollTop = box.scrollHeight / rows.length * Math.max(0, n - 3);
}

function FileButton({ take }: { take: (text: string, name: string) => void }) {
	const id = useId(), problem = useSignal('');
	const read = async (f: File | undefined) => {
		problem.value = '';
		if (!f)
			return;
		if (f.size > MOST) {
			problem.value = x.fileLarge;
			return;
		}
		const text = await f.text();
		if (text.includes('\0'))
			problem.value = x.notText;
		else
			take(text, f.name);
	};
	return <div class="field full">
		<label for={id}>{x.choose}</label>
		<input type="file" id={id} class="input file" accept=".zone,.db,.txt,text/*" onChange={(e) => void read(e.currentTarget.files?.[0])} />
		{problem.value ? <p class="err" role="alert">{problem.value}</p> : null}
	</div>;
}

export function ZoneDialog({ zone, all, onClose, done }: Props) {
	const etag = useRef<string | null>(null), theirs = useSignal(false);
	const path = zone ? `/api/dns/zones/${encodeURIComponent(zone.name)}` : '/api/dns/zones';
	const load = async () => {
		const a = await request<ZoneFile>('GET', path);
		etag.current = a.etag;
		return { name: zone!.name, zonefile: a.data.zonefile, views: choices(a.data.views) };
	};
	const form = useForm<Values>({
		initial: { name: zone?.name ?? '', zonefile: '', views: zone ? choices(zone.views) : ['vpn', 'lan'] },
		check: (v) => check(v, zone, all),
		send: async (v) => {
			try {
				if (zone) {
					const a = await put<ZoneChanged>(path, { zonefile: v.zonefile, views: v.views }, etag.current);
					for (const w of a.warnings)
						toast(sentence(w), { tone: 'bad' });
				} else {
					await request('POST', path, { body: { name: bare(v.name), views: v.views, ...(v.zonefile.trim() ? { zonefile: v.zonefile } : {}) } });
				}
			} catch (e) {
				if (e instanceof Problem)
					requestAnimationFrame(() => showLine(form.element, `${e.message} ${e.fields.map((f) => f.message).join(' ')}`));
				throw e;
			}
			toast(zone ? x.changed(zone.name) : x.added(bare(v.name)));
			await done();
		},
		conflict: async () => {
			etag.current = (await request<ZoneFile>('GET', path)).etag;
			theirs.value = true;
		},
	});
	useEffect(() => {
		if (zone)
			load().then((v) => form.reset(v), (e: unknown) => {
				if (!(e instanceof Problem))
					throw e;
				form.problem.value = sayProblem(e);
			});
	}, []);
	return <Dialog title={zone ? x.editTitle(zone.name) : x.addTitle} wide onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="zone">{zone ? t.form.save : x.add}</Submit></>}>
		{theirs.value ? <Note kind="warn" alert action={<button type="button" class="btn sm" onClick={() => void load().then((v) => {
			form.reset(v);
			theirs.value = false;
		})}>{t.form.takeTheirs}</button>}><span class="strong">{t.form.changedMeanwhile}</span> {t.form.saveKeeps}</Note> : null}
		<FormBox form={form} id="zone" class="fields">
			{zone ? null : <TextField form={form} name="name" label={x.name} full mono focus placeholder="example.test" help={x.nameHelp} />}
			<TextField form={form} name="zonefile" label={x.file} full mono rows={10} placeholder={x.example} help={zone ? x.fileHelp : `${x.fileHelp} ${x.fileEmpty}`} />
			<FileButton take={(text, name) => {
				form.set('zonefile', text);
				const guess = bare(name.replace(/^db\.|\.(zone|db|txt)$/g, ''));
				if (!zone && !form.values.value.name && isDomain(guess) && guess.includes('.'))
					form.set('name', guess);
			}} />
			<ChecksField form={form} name="views" label={x.views} help={x.viewsHelp} options={zoneChoices()} />
		</FormBox>
	</Dialog>;
}
