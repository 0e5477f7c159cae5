// What a member may use, and how to get in: data to copy.
import { td } from '../lib/peertext';
import { useResource } from '../lib/resource';
import type { MyService } from '../lib/vpntypes';
import { Copy } from './copy';
import { Icon } from './icon';
import { Empty, Loaded } from './loading';
import { Card } from './page';
import { Badge } from './state';

const x = td.me;

function Service({ s }: { s: MyService }) {
	const facts: [string, string][] = [...Object.entries(s.connection ?? {}), ...(s.username ? [[x.user, s.username] as [string, string]] : []), ...(s.password ? [[x.pass, s.password] as [string, string]] : [])];
	return <li>
		<span class="glyph"><Icon name="server" /></span>
		<div class="grow"><div class="row wrap tight"><span class="strong clip" title={s.name}>{s.name}</span>{s.status === 'failed' ? <Badge tone="warn">{x.failed}</Badge> : null}</div>
			{s.urls.map((u) => <div key={u}><Copy text={u} what={s.name} /></div>)}
			{facts.length ? <details class="why"><summary>{x.setUp}<span class="sr"> {s.name}</span></summary><dl class="kv">{facts.map(([k, v]) => <><dt>{k}</dt><dd><Copy text={v} what={k} /></dd></>)}</dl></details> : null}</div>
		{s.urls[0] ? <a class="btn sm" href={s.urls[0]} target="_blank" rel="noopener noreferrer">{x.openIt}<span class="sr"> {s.name}</span></a> : null}
	</li>;
}

export function MyServices() {
	const of = useResource<MyService[]>('/api/peer/services', ['services-changed', 'service']);
	return <Card title={x.services} id="services"><Loaded of={of} lines={2}>{(all) => all.length
		? <ul class="list roomy">{all.map((s) => <Service key={s.id} s={s} />)}</ul>
		: <Empty icon="server" title={x.noServices}>{x.noServicesText}</Empty>}</Loaded></Card>;
}
