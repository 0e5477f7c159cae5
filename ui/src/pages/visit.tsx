// Signed in, on the way to an address that asked for it: the cell says how to get in there.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { post, Problem } from '../lib/api';
import { cellName } from '../lib/cell';
import { sayProblem } from '../lib/form';
import { stay, visiting } from '../lib/session';
import { t } from '../lib/text';
import { Empty } from '../parts/loading';

export default function Visit() {
	const refused = useSignal<Problem | null>(null);
	useEffect(() => {
		document.title = `${t.visit.title} · ${cellName.value}`;
		// only the cell's own answer is followed, never what stood in the address
		post<{ url: string }>('/api/auth/visit', visiting(), { quiet: true }).then((a) => location.replace(a.url), (e: unknown) => {
			if (!(e instanceof Problem))
				throw e;
			refused.value = e;
		});
	}, []);
	return refused.value ? <main class="center" id="content">
		<Empty page icon="alert" title={t.visit.refused} action={<button type="button" class="btn primary" onClick={stay}>{t.error.toHome}</button>}>
			{sayProblem(refused.value)}</Empty></main> : null;
}
