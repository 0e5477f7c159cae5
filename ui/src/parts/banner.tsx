// Strips over the page: the cell is silent, or it is a newer one than this page.
import { everySecond } from '../lib/clock';
import { span } from '../lib/format';
import { lost, tryNow, updated } from '../lib/live';
import { t } from '../lib/text';
import { Icon } from './icon';

function Lost() {
	const l = lost.value!, now = everySecond.value;
	const wait = Math.max(0, Math.ceil((l.nextAt - now) / 1000));
	return <div class="strip-top" id="lost">
		<Icon name="alert" />
		<span class="grow"><span class="strong" role="alert">{t.lost.title}</span>{' '}
			<span class="num">{wait > 0 ? t.lost.again(wait) : t.lost.trying}</span>{' '}
			<span>{t.lost.old(span(Math.max(1, (now - l.since) / 1000)))}</span></span>
		<button type="button" class="btn sm" onClick={() => void tryNow()}>{t.lost.now}</button>
	</div>;
}

export function Banners() {
	return <>
		{lost.value ? <Lost /> : null}
		{updated.value ? <div class="strip-top info" role="status">
			<Icon name="refresh" /><span class="grow">{t.lost.updated}</span>
			<button type="button" class="btn sm" onClick={() => location.reload()}>{t.lost.reload}</button>
		</div> : null}
	</>;
}
