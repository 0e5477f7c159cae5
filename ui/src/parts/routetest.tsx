// Asking the target of one address now, and what came out.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Problem, request } from '../lib/api';
import { sayProblem, sentence } from '../lib/form';
import { tp } from '../lib/proxytext';
import { t } from '../lib/text';
import type { Route, RouteTest as Result } from '../lib/types';
import { Dialog } from './dialog';
import { Note } from './note';

function Facts({ of }: { of: Result }) {
	return <>
		{of.error ? <Note kind="warn" alert>{sentence(of.error)}</Note> : <Note kind="info">{tp.good}</Note>}
		<dl class="kv">
			<dt>{tp.address}</dt><dd class="mono">{of.resolved ?? tp.nothing}</dd>
			<dt>{tp.connected}</dt><dd>{of.connected ? tp.yes : tp.no}</dd>
			<dt>{tp.status}</dt><dd class="num">{of.status ?? tp.nothing}</dd>
			{of.tls ? <><dt>{tp.tls}</dt><dd>{tp.tlsWords[of.tls]}</dd></> : null}
			<dt>{tp.took}</dt><dd class="num">{tp.ms(of.ms)}</dd>
		</dl>
	</>;
}

export function RouteTest({ r, onClose }: { r: Route; onClose: () => void }) {
	const result = useSignal<Result | null>(null), problem = useSignal(''), busy = useSignal(true);
	const run = async () => {
		busy.value = true;
		problem.value = '';
		try {
			result.value = (await request<Result>('POST', `/api/proxy/routes/${r.id}/test`, { body: {} })).data;
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			problem.value = sayProblem(e);
		}
		busy.value = false;
	};
	useEffect(() => void run(), []);
	return <Dialog title={tp.testTitle(r.name)} onClose={onClose} footer={<>
		<button type="button" class="btn" onClick={onClose}>{t.form.done}</button>
		<button type="button" class="btn primary" disabled={busy.value} onClick={() => void run()}>{tp.again}</button></>}>
		<p class="sub wrap-any mono">{r.target}</p>
		<div aria-live="polite">{problem.value ? <Note kind="warn" alert>{problem.value}</Note> : result.value ? <Facts of={result.value} /> : <p class="muted">{tp.testing}</p>}</div>
	</Dialog>;
}
