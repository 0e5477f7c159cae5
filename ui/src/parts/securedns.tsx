// Asking this cell so that nobody on the way can read along: whether it is offered, and
// what to enter on a phone and in a browser.
import { dns } from '../lib/cell';
import { counters } from '../lib/dnslive';
import { num } from '../lib/format';
import { tn } from '../lib/nettext';
import { useResource } from '../lib/resource';
import { useSection, type Section } from '../lib/section';
import type { DnsSection, Listener } from '../lib/types';
import { useSettings } from './autosave';
import { Copy } from './copy';
import { SwitchField } from './field';
import { Loaded } from './loading';
import { Card } from './page';
import { SaveState, SettingsBox } from './settings';
import { Badge } from './state';

const x = tn.secure;

/** The port of an open door, or why there is none. */
function door(all: Listener[], protocol: string) {
	const mine = all.filter((l) => l.protocol === protocol), open = mine.find((l) => l.open);
	return { port: open?.port ?? null, error: open ? null : mine.find((l) => l.error)?.error ?? null };
}

const from = (s: DnsSection) => ({ dot: s.dot, doh: s.doh });

/** How the questions since the start came. */
function Counts() {
	const n = counters.value?.transports ?? dns.value?.transports;
	return n ? <dl class="kv live num" id="carried">
		<dt>{x.overTls}</dt><dd>{num(n.dot)}</dd>
		<dt>{x.overHttps}</dt><dd>{num(n.doh)}</dd>
		<dt>{x.open}</dt><dd>{num(n.udp + n.tcp)}</dd>
	</dl> : null;
}

function Body({ section, doors, host }: { section: Section<DnsSection>; doors: Listener[]; host: string }) {
	const s = useSettings(section, { from, to: (v) => v, check: () => ({}) });
	const { dot, doh } = s.form.values.value, tls = door(doors, 'dns/tls'), web = door(doors, 'https');
	const url = `https://${host}${web.port === 443 || web.port === null ? '' : `:${web.port}`}/dns-query`;
	const way = (name: 'dot' | 'doh', on: boolean, d: ReturnType<typeof door>, usual: number, what: string, text: string, where: string) => <div class="stack tight">
		<div class="row"><div class="grow"><SwitchField form={s.form} name={name} label={what} /></div>
			<Badge tone={!on ? 'off' : d.port === null ? 'bad' : 'ok'}>{!on ? x.off : d.port === null ? x.closed : x.offered}</Badge></div>
		{on && d.port !== null ? <p class="small muted">{text} <Copy text={where} what={what} />{d.port !== usual && name === 'dot' ? ` ${x.port(d.port)}` : ''}</p>
			: on && d.error ? <p class="small bad-t wrap-any">{d.error}</p> : null}
	</div>;
	return <div class="body"><SettingsBox of={s} id="secure-form">
		<p class="muted small">{x.text}</p>
		{way('dot', dot, tls, 853, x.dot, x.dotText, host)}
		{way('doh', doh, web, 443, x.doh, x.dohText, url)}
		{dot || doh ? <details class="why"><summary>{x.ask}</summary><p>{x.certificate}</p></details> : null}
		<SaveState of={s.saving} />
	</SettingsBox><Counts /></div>;
}

export function SecureDns({ host }: { host: string }) {
	const section = useSection<DnsSection>('/api/config/sections/dns');
	const doors = useResource<Listener[]>('/api/network/listeners', ['config', 'health']);
	return <Card title={x.title} id="secure"><Loaded of={section.of}>{() => <Loaded of={doors}>{(d) => <Body section={section} doors={d} host={host} />}</Loaded>}</Loaded></Card>;
}
