// Proxy: names of the cell that lead to web servers in the network, and how these are.
import { useResource } from '../lib/resource';
import { num } from '../lib/format';
import { tp } from '../lib/proxytext';
import { t } from '../lib/text';
import type { ProxyStatus } from '../lib/types';
import { Card, PageHead } from '../parts/page';
import { Remember } from '../parts/remember';
import { Routes } from '../parts/routes';

function Served() {
	const s = useResource<ProxyStatus>('/api/proxy/status', ['config', 'route']).data.value;
	return s ? <Card title={tp.served} id="served"><dl class="kv pad">
		<dt>{tp.connections}</dt><dd class="num">{num(s.connections)}</dd>
		<dt>{tp.requests}</dt><dd class="num">{num(s.requests)}</dd>
		<dt>{tp.tlsErrors}</dt><dd class="num">{num(s.tls_errors)}</dd>
	</dl></Card> : null;
}

export default function Proxy() {
	return <>
		<PageHead title={t.nav.proxy}>{tp.text}</PageHead>
		<Routes />
		<Remember />
		<Served />
	</>;
}
