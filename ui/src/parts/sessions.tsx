// Where the own account is signed in, and ending that.
import { useSignal } from '@preact/signals';
import { del } from '../lib/api';
import { useResource } from '../lib/resource';
import { t } from '../lib/text';
import type { Session } from '../lib/types';
import { Ago } from './ago';
import { Confirm } from './confirm';
import { Icon } from './icon';
import { Loaded } from './loading';
import { Card } from './page';
import { Badge } from './state';
import { toast } from './toast';

/** "Firefox on Android" out of what the browser says of itself; order matters. */
function device(agent: string) {
	const browser = /Edg\//.test(agent) ? 'Edge' : /OPR\//.test(agent) ? 'Opera' : /Firefox\//.test(agent) ? 'Firefox'
		: /Chrom(e|ium)\//.test(agent) ? 'Chrome' : /Safari\//.test(agent) ? 'Safari' : '';
	const system = /Android/.test(agent) ? 'Android' : /iPhone|iPad/.test(agent) ? 'iOS' : /Windows/.test(agent) ? 'Windows'
		: /Mac OS X/.test(agent) ? 'macOS' : /Linux/.test(agent) ? 'Linux' : '';
	return browser && system ? t.sessions.on(browser, system) : browser || system || agent || t.sessions.unknown;
}

function Row({ s, end }: { s: Session; end: () => void }) {
	return <li>
		<span class="glyph"><Icon name={/Mobile|Android|iPhone/.test(s.user_agent) ? 'phone' : 'laptop'} /></span>
		<div class="grow">
			<div class="row wrap"><span class="strong clip" title={s.user_agent}>{device(s.user_agent)}</span>
				{s.current ? <Badge tone="ok">{t.sessions.here}</Badge> : null}</div>
			<div class="sub clip">{s.address ? <><span class="num">{s.address}</span> · </> : null}{t.zone[s.zone] ?? s.zone} · {t.sessions.used} <Ago at={s.last_used_at ?? s.created_at} /></div>
		</div>
		{s.current ? null : <button type="button" class="btn sm" aria-label={t.sessions.endOf(device(s.user_agent), s.address ?? '')} onClick={end}>{t.sessions.end}</button>}
	</li>;
}

export function SessionsCard() {
	const all = useResource<Session[]>('/api/auth/sessions');
	const ending = useSignal<Session[] | null>(null);
	const others = all.data.value?.filter((s) => !s.current) ?? [];
	return <Card title={t.sessions.title} id="sessions" acts={others.length > 1
		? <button type="button" class="btn sm" onClick={() => { ending.value = others; }}>{t.sessions.endAll}</button> : null}>
		<Loaded of={all}>{(list) => <ul class="list">{[...list].sort((a, b) => Number(b.current) - Number(a.current) || (b.last_used_at ?? '').localeCompare(a.last_used_at ?? ''))
			.map((s) => <Row key={s.id} s={s} end={() => { ending.value = [s]; }} />)}</ul>}</Loaded>
		{ending.value ? <Confirm title={t.sessions.endTitle(ending.value.length)} verb={t.sessions.end} danger
			onClose={() => { ending.value = null; }} act={async () => {
				const list = ending.value!;
				await Promise.all(list.map((s) => del(`/api/auth/sessions/${encodeURIComponent(s.id)}`)));
				toast(t.sessions.ended(list.length));
				await all.load();
			}}><p>{t.sessions.endText}</p></Confirm> : null}
	</Card>;
}
