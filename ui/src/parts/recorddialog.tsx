// Add or change a name of the person's own.
import { useSignal } from '@preact/signals';
import { get, put, request } from '../lib/api';
import { useForm } from '../lib/form';
import { t } from '../lib/text';
import type { DnsRecord, DnsZone, RecordType } from '../lib/types';
import * as v from '../lib/validate';
import { namesSomebody, zoneChoices } from '../lib/zones';
import { Dialog } from './dialog';
import { ChecksField, SelectField, TextField } from './field';
import { FormBox, Submit } from './form';
import { Note } from './note';
import { toast } from './toast';

const TYPES: RecordType[] = ['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'SRV', 'CAA', 'PTR'];

interface Values {
	name: string;
	zone: string;
	type: string;
	value: string;
	ttl: string;
	views: string[];
}

interface Props {
	/** null adds a new one. */
	record: DnsRecord | null;
	all: DnsRecord[];
	zones: DnsZone[];
	/** The zone a new name goes to unless another is chosen. */
	home: string;
	onClose: () => void;
	done: () => void | Promise<void>;
}

const start = (r: DnsRecord | null, home: string): Values => r
	? { name: r.name, zone: r.zone, type: r.type, value: r.value, ttl: String(r.ttl), views: r.views }
	: { name: '', zone: home, type: 'A', value: '', ttl: '300', views: ['vpn', 'lan'] };

const body = (x: Values) => ({ ...x, name: x.name.trim(), value: x.value.trim(), ttl: Number(x.ttl) });

function check(x: Values, own: DnsRecord | null, all: DnsRecord[]) {
	const record = { ...body(x), ...(own?.id ? { id: own.id } : {}) };
	const name = v.recordName(record.name, x.zone);
	return {
		name: name ?? v.recordConflict(record, all),
		value: v.recordValue(x.type as RecordType, x.value),
		ttl: v.ttl(x.ttl),
		views: namesSomebody(x.views, own?.views) ? undefined : t.check.needView,
	};
}

export function RecordDialog({ record, all, zones, home, onClose, done }: Props) {
	// what somebody else made of it while this dialog was open
	const theirs = useSignal<DnsRecord | null>(null);
	const form = useForm<Values>({
		initial: start(record, home),
		check: (x) => check(x, record, all),
		send: async (x) => {
			if (!record) {
				await request('POST', '/api/dns/records', { body: body(x) });
			} else {
				const rev = (theirs.value ?? record) as DnsRecord & { rev?: number };
				await put(`/api/dns/records/${record.id}`, body(x), rev.rev === undefined ? null : `"r${rev.rev}"`);
			}
			toast(record ? t.names.changed : t.names.added);
			await done();
		},
		conflict: async () => {
			const now = await get<DnsRecord[]>('/api/dns/records');
			theirs.value = now.find((r) => r.id === record?.id) ?? null;
			if (!theirs.value)
				form.problem.value = t.names.gone;
		},
	});
	const x = form.values.value, type = x.type as RecordType;
	const choices = zones.filter((z) => z.kind !== 'local').map((z) => ({ value: z.name, label: z.name }));
	return <Dialog title={record ? t.names.edit : t.names.add} onClose={onClose} dirty={() => form.dirty} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.cancel}</button>
		<Submit form={form} of="record">{record ? t.form.save : t.names.add}</Submit></>}>
		{theirs.value ? <Note kind="warn" alert action={<button type="button" class="btn sm" onClick={() => {
			form.reset(start(theirs.value, home));
		}}>{t.form.takeTheirs}</button>}>
			<span class="strong">{t.form.changedMeanwhile}</span> {t.form.theirsIs} <code class="wrap-any">{theirs.value.type} {theirs.value.value}</code>. {t.form.saveKeeps}
		</Note> : null}
		<FormBox form={form} id="record" class="fields">
			<TextField form={form} name="name" label={t.names.name} full mono focus={!record} help={<>{t.names.nameHelp} <code class="wrap-any">{x.name.trim() && x.name !== '@' ? `${x.name.trim()}.` : ''}{x.zone}</code></>} />
			{choices.length > 1 ? <SelectField form={form} name="zone" label={t.names.zone} options={choices} full /> : null}
			<SelectField form={form} name="type" label={t.names.type} options={TYPES.map((k) => ({ value: k, label: t.recordType[k] }))} />
			<TextField form={form} name="ttl" label={t.names.ttl} inputmode="numeric" help={t.names.ttlHelp} />
			<TextField form={form} name="value" label={t.recordValue[type].label} full mono placeholder={t.recordValue[type].example}
				help={t.recordValue[type].help} {...(type === 'TXT' ? { rows: 3 } : {})} />
			<ChecksField form={form} name="views" label={t.names.views} help={t.names.viewsHelp} options={zoneChoices()} />
		</FormBox>
	</Dialog>;
}
