// How the cell is reached: the kind of address in plain words, then what that kind needs.
import { useForm, type Form } from '../lib/form';
import { answers, modes, page, reaches, sendIdentity, sendTime } from '../lib/setup';
import { t } from '../lib/text';
import * as v from '../lib/validate';
import { TextField } from './field';
import { FormBox } from './form';
import { Icon } from './icon';
import { Badge } from './state';
import { Buttons, Heading, keepAnswers, useNameCheck, useRefusal } from './wizardsteps';

interface Values {
	domain_mode: string;
	cell_name: string;
	domain_name: string;
	cloudflare_api_token: string;
	duckdns_token: string;
	duckdns_subdomain: string;
	reach: string;
}

function check(x: Values) {
	const own = x.domain_mode === 'cloudflare' || x.domain_mode === 'http01';
	return {
		cell_name: x.domain_mode === 'pic_ngo' ? v.cellName(x.cell_name.trim()) : undefined,
		domain_name: own || (x.domain_mode === 'lan' && x.domain_name.trim()) ? v.domain(x.domain_name.trim().toLowerCase()) : undefined,
		cloudflare_api_token: x.domain_mode === 'cloudflare' && !x.cloudflare_api_token ? t.check.needToken : undefined,
		duckdns_subdomain: x.domain_mode === 'duckdns' ? v.cellName(x.duckdns_subdomain.trim()) : undefined,
		duckdns_token: x.domain_mode === 'duckdns' && !x.duckdns_token ? t.check.needToken : undefined,
	};
}

export function AddressStep() {
	const a = answers.value;
	const form = useForm<Values>({
		initial: {
			domain_mode: a.domain_mode, cell_name: a.cell_name, domain_name: a.domain_name, reach: a.reach,
			cloudflare_api_token: a.cloudflare_api_token, duckdns_token: a.duckdns_token, duckdns_subdomain: a.duckdns_subdomain,
		},
		check,
		send: async (x) => {
			keepAnswers({ ...x, cell_name: x.cell_name.trim().toLowerCase(), domain_name: x.domain_name.trim().toLowerCase() });
			await sendIdentity();
			await sendTime();
			page.value = 'password';
		},
	});
	useRefusal(form);
	const x = form.values.value;
	return <FormBox form={form}>
		<Heading title={t.wizard.addressTitle}>{t.wizard.addressText}</Heading>
		<fieldset class="stack tight"><legend class="sr">{t.wizard.stepName.address}</legend>
			{modes.value.map((m) => <label class="choice" key={m}>
				<input type="radio" name="domain_mode" value={m} checked={x.domain_mode === m} onChange={() => form.set('domain_mode', m)} />
				<span class="grow"><span class="row wrap"><span class="strong">{t.mode[m]?.title ?? m}</span>
					{m === 'pic_ngo' && modes.value.length > 1 ? <Badge tone="ok" icon={false}>{t.wizard.easiest}</Badge> : null}</span>
					<span class="small">{t.mode[m]?.text(a.cell_name) ?? ''}</span></span>
			</label>)}
		</fieldset>
		<Details form={form} />
		{x.domain_mode !== 'lan' && reaches.value.includes('public') ? <label class="check">
			<input type="checkbox" checked={x.reach === 'public'} onChange={(e) => form.set('reach', e.currentTarget.checked ? 'public' : 'private')} />
			<span>{t.wizard.reachPublic}<span class="small muted block">{t.wizard.reachText}</span></span></label> : null}
		<details class="why"><summary>{t.wizard.whoKnows}</summary><p>{t.mode[x.domain_mode]?.tells ?? ''}</p></details>
		<Buttons form={form} back="name" next={t.form.next} />
	</FormBox>;
}

function Details({ form }: { form: Form<Values> }) {
	const x = form.values.value;
	switch (x.domain_mode) {
	case 'pic_ngo': return <FreeName form={form} />;
	case 'cloudflare': return <>
		<TextField form={form} name="domain_name" label={t.wizard.domain} placeholder="cell.example.org" />
		<TextField form={form} name="cloudflare_api_token" label={t.wizard.cloudflare} type="password" help={t.wizard.cloudflareHelp} />
	</>;
	case 'duckdns': return <>
		<TextField form={form} name="duckdns_subdomain" label={t.wizard.duckName} suffix=".duckdns.org" />
		<TextField form={form} name="duckdns_token" label={t.wizard.duckToken} type="password" />
	</>;
	case 'http01': return <TextField form={form} name="domain_name" label={t.wizard.domain} placeholder="cell.example.org" />;
	default: return <TextField form={form} name="domain_name" label={t.wizard.ownDomain} mono placeholder={`${x.cell_name}.home.arpa`} help={t.wizard.ownDomainHelp(x.cell_name)} />;
	}
}

function FreeName({ form }: { form: Form<Values> }) {
	const name = form.values.value.cell_name.trim().toLowerCase();
	const said = useNameCheck(name, true);
	return <TextField form={form} name="cell_name" label={t.wizard.name} suffix=".pic.ngo" help={said
		? <span class={`saved ${said.available === false ? 'bad' : said.available ? 'ok' : ''}`} role="status">
			<Icon name={said.available === false ? 'alert' : said.available ? 'check' : 'info'} small />
			{said.available === false ? said.reason ?? t.wizard.taken(name) : said.available ? t.wizard.free(name) : t.wizard.unknown(said.reason)}</span>
		: t.wizard.nameHelp} />;
}
