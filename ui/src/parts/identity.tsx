// Name and kind of address: chosen in plain words, looked at before it is saved, and
// saved in one piece.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { get, Problem, put } from '../lib/api';
import { sentence, useForm, type Form } from '../lib/form';
import { body, check, domainOf, from, keeps, modes, providerOf, providers, type AddressValues } from '../lib/identity';
import type { Resource } from '../lib/resource';
import { ts } from '../lib/settingstext';
import { t } from '../lib/text';
import type { ChangedConfig, WholeConfig } from '../lib/types';
import * as v from '../lib/validate';
import { Confirm } from './confirm';
import { SelectField, TextField } from './field';
import { FormBox, Submit } from './form';
import { Icon } from './icon';
import { Note } from './note';
import { Card } from './page';
import { toast } from './toast';

/** What the name service says about a name, asked when the typing rests. */
function useAvailable(name: string, wanted: boolean) {
	const said = useSignal<{ name: string; available: boolean | null; reason: string | null } | null>(null);
	useEffect(() => {
		if (!wanted || v.cellName(name))
			return;
		const timer = setTimeout(() => {
			get<NonNullable<typeof said.value>>(`/api/ddns/check/${encodeURIComponent(name)}`)
				.then((r) => { said.value = r; }, () => { said.value = { name, available: null, reason: null }; });
		}, 400);
		return () => clearTimeout(timer);
	}, [name, wanted]);
	return said.value?.name === name ? said.value : null;
}

function NameField({ form, config }: { form: Form<AddressValues>; config: WholeConfig }) {
	const x = form.values.value, name = x.cell_name.trim().toLowerCase(), free = x.domain_mode === 'pic_ngo';
	const ours = config.identity.domain_mode === 'pic_ngo' && config.identity.cell_name === name;
	const said = useAvailable(name, free && !ours), a = ours ? true : said?.available;
	return <TextField form={form} name="cell_name" label={ts.name} {...(free ? { suffix: '.pic.ngo' } : {})} help={free && (ours || said)
		? <span class={`saved ${a === false ? 'bad' : a ? 'ok' : ''}`} role="status" id="available">
			<Icon name={a === false ? 'alert' : a ? 'check' : 'info'} small />
			{ours ? ts.ours : a === false ? ts.taken(name) : a ? ts.free(name) : ts.unknown(said?.reason)}</span>
		: ts.nameHelp} />;
}

function Token({ form, config, label }: { form: Form<AddressValues>; config: WholeConfig; label: string }) {
	return <TextField form={form} name="token" label={label} type="password" {...(keeps(form.values.value, config) ? { help: ts.tokenKept } : {})} />;
}

function ProviderFields({ form, config }: { form: Form<AddressValues>; config: WholeConfig }) {
	switch (providerOf(form.values.value)) {
	case 'cloudflare': return <>
		<Token form={form} config={config} label={ts.cloudflare} />
		<TextField form={form} name="zone" label={ts.zone} help={ts.zoneHelp} placeholder="example.org" />
	</>;
	case 'duckdns': return <>
		<TextField form={form} name="subdomain" label={ts.duckName} suffix=".duckdns.org" />
		<Token form={form} config={config} label={ts.duckToken} />
	</>;
	case 'noip': return <>
		<TextField form={form} name="username" label={ts.username} />
		<Token form={form} config={config} label={ts.password} />
		<TextField form={form} name="hostname" label={ts.hostname} help={ts.hostnameHelp} />
	</>;
	case 'freedns': return <Token form={form} config={config} label={ts.token} />;
	default: return null;
	}
}

function Details({ form, config }: { form: Form<AddressValues>; config: WholeConfig }) {
	const x = form.values.value, mode = x.domain_mode;
	return <>
		{mode === 'cloudflare' || mode === 'http01' ? <TextField form={form} name="domain_name" label={ts.domain} placeholder="cell.example.org" /> : null}
		{mode === 'lan' ? <TextField form={form} name="domain_name" label={ts.ownDomain} mono placeholder={`${x.cell_name}.home.arpa`} help={ts.ownDomainHelp(x.cell_name)} /> : null}
		{mode === 'http01' ? <SelectField form={form} name="provider" label={ts.provider}
			options={providers.map((p) => ({ value: p, label: p === 'none' ? ts.noProvider : ts.providers[p] ?? p }))} /> : null}
		<ProviderFields form={form} config={config} />
	</>;
}

interface Asked { values: AddressValues; warnings: string[] }

/** What the change brings along, and whether the name that is left goes back. */
function Ask({ asked, config, onClose, act }: { asked: Asked; config: WholeConfig; onClose: () => void; act: (release: boolean) => Promise<void> }) {
	const release = useSignal(false), old = config.identity.domain_name, next = domainOf(asked.values);
	const leaves = config.identity.domain_mode === 'pic_ngo' && asked.values.domain_mode !== 'pic_ngo';
	return <Confirm title={ts.askTitle} verb={ts.change} onClose={onClose} act={() => act(release.value)}>
		<p>{old === next ? ts.same : ts.askText(old, next)}</p>
		{asked.warnings.map((w) => <Note kind="warn" key={w}>{sentence(w)}</Note>)}
		{leaves ? <label class="check"><input type="checkbox" name="release" checked={release.value} onChange={(e) => { release.value = e.currentTarget.checked; }} />
			<span>{ts.release(old)}</span></label> : null}
	</Confirm>;
}

export function IdentityCard({ of, config }: { of: Resource<WholeConfig>; config: WholeConfig }) {
	const asked = useSignal<Asked | null>(null);
	const save = async (x: AddressValues, release: boolean) => {
		const done = await put<ChangedConfig>('/api/config', body(x, release), of.etag);
		form.reset({ ...x, token: '' });	// clean: what the cell made of it comes with the section
		await of.load();
		toast(done.warnings[0] ?? ts.saved);
	};
	const form = useForm<AddressValues>({
		initial: from(config), guarded: true, check: (x) => check(x, config),
		field: (name) => ({ api_token: 'token', password: 'token' }[name.replace(/^ddns\./, '')] ?? name.replace(/^\w+\./, '')),
		conflict: () => of.load(),
		send: async (x) => {
			const tried = await put<ChangedConfig>('/api/config', body(x, false), of.etag, { query: { dry_run: 1 } });
			if (tried.warnings.length || domainOf(x) !== config.identity.domain_name)
				asked.value = { values: x, warnings: tried.warnings };
			else
				await save(x, false);
		},
	});
	// what changed elsewhere, unless something is typed here
	useEffect(() => {
		if (!form.dirty && !form.busy.value)
			form.reset(from(config));
	}, [config]);
	const x = form.values.value;
	return <Card title={ts.address} id="identity">
		<div class="body"><FormBox form={form} id="identity-form">
			<dl class="kv"><dt>{ts.now}</dt><dd class="mono">{config.identity.domain_name}</dd></dl>
			<NameField form={form} config={config} />
			<fieldset class="stack tight"><legend class="strong">{ts.kind}</legend>
				{modes.map((m) => <label class="choice" key={m}>
					<input type="radio" name="domain_mode" value={m} checked={x.domain_mode === m} onChange={() => form.set('domain_mode', m)} />
					<span class="grow"><span class="strong">{t.mode[m]?.title ?? m}</span>
						<span class="small">{t.mode[m]?.text(x.cell_name)}</span>
						{x.domain_mode === m && ts.needs[m] ? <span class="small">{ts.needsThis} {ts.needs[m]}</span> : null}</span>
				</label>)}
			</fieldset>
			<Details form={form} config={config} />
			<details class="why"><summary>{t.wizard.whoKnows}</summary><p>{t.mode[x.domain_mode]?.tells ?? ''}</p></details>
			<div class="row"><Submit form={form}>{ts.save}</Submit></div>
		</FormBox></div>
		{asked.value ? <Ask asked={asked.value} config={config} onClose={() => { asked.value = null; }} act={async (release) => {
			try {
				await save(asked.value!.values, release);
			} catch (e) {
				// a name that somebody took meanwhile belongs to its field
				if (e instanceof Problem && e.fields.length)
					form.refuse(e);
				throw e;
			}
		}} /> : null}
	</Card>;
}
