// The page is here but the cell does not answer: nothing to show yet, so say that.
import { useEffect } from 'preact/hooks';
import { start } from '../lib/session';
import { t } from '../lib/text';
import { Empty } from './loading';

export function Silent() {
	useEffect(() => {
		const timer = setInterval(() => void start(), 3000);
		return () => clearInterval(timer);
	}, []);
	return <main class="center" id="content"><Empty page icon="cloud" title={t.lost.title}
		action={<button type="button" class="btn primary" onClick={() => void start()}>{t.lost.now}</button>}>{t.lost.silent}</Empty></main>;
}
