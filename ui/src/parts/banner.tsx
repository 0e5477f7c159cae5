// Strips over the page: the cell is silent, or it is a newer one than this page.
import { everySecond } from '../lib/clock';
import { span } from '../lib/format';
import { lost, tryNow, updated } from '../lib/live';
import { t } from '../lib/text';
import { Icon } from './icon';

function Lost() {
	const l = lost.value!, now = everySecond.value;
	const wait = Math.max(0, Math.ceil((l.nextAt - now) / 1000));
	return <section class="strip-top" id="lost" aria-label={t.lost.label}>
		<Icon name="alert" />
		<span class="grow"><span class="strong" role="alert">{t.lost.title}</span>{' '}
			<span class="num">{wait > 0 ? t.lost.again(wait) : t.lost.trying}</span>{' '}
			<span>{t.lost.old(span(Math.max(1, (now - l.since) / 1000)))}</span></span>
		<button type="button" class="btn sm" onClick={() => void tryNow()}>{t.lost.now}</button>
	</section>;
}

export function Banners() {
	return <>
		{lost.value ? <Lost /> : null}
		{updated.value ? <section class="strip-top info" aria-label={t.lost.label}>
			<Icon name="refresh" /><span class="grow" role="status">{t.lost.updated}</span>
			<button type="button" class="btn sm" onClick={() => location.reload()}>{t.lost.reload}</button>
		</section> : null}
	</>;
}
