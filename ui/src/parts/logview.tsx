// The lines of the query log in a box that scrolls by itself: it stays at the end while
// nobody scrolls up; then new lines wait and are counted.
import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { exactClock } from '../lib/format';
import { tn } from '../lib/nettext';
import { t } from '../lib/text';
import type { LogEntry } from '../lib/types';
import { Icon } from './icon';
import { Badge, type Tone } from './state';

const x = tn.log;

export const wasBlocked = (e: LogEntry) => e.source === 'blocked';

/** Own names and domains asked elsewhere are never blocked. */
const exempt = (e: LogEntry) => e.source === 'authoritative' || e.source === 'forward';

function said(e: LogEntry): { word: string; tone: Tone } {
	if (wasBlocked(e))
		return { word: t.lookup.blocked, tone: 'warn' };
	switch (e.rcode) {
	case 'NOERROR': return { word: t.lookup.answered, tone: 'ok' };
	case 'NXDOMAIN': return { word: t.lookup.noName, tone: 'off' };
	case 'REFUSED': return { word: t.lookup.refused, tone: 'off' };
	case 'FORMERR': return { word: x.malformed, tone: 'bad' };
	default: return { word: t.lookup.failed, tone: 'bad' };
	}
}

interface LineProps {
	e: LogEntry;
	act: (e: LogEntry) => void;
}

function Line({ e, act }: LineProps) {
	const o = said(e), name = e.name === null ? null : e.name.replace(/\.$/, '') || '.';
	return <li>
		<time class="num muted" dateTime={e.ts}>{exactClock(e.ts)}</time>
		<div class="what"><div class="wrap-any">{name === null ? <span class="muted">{x.unread}</span> : <><span class="mono">{name}</span> <span class="muted small">{e.type}</span></>}</div>
			<div class="sub wrap-any"><span class="mono">{e.peer}</span> · {t.zone[e.zone] ?? e.zone} · {t.lookup.how(e.rule === 'deny' ? tn.lookup.byDeny : t.lookup.source[e.source] ?? e.source, e.ms)}{e.upstream ? <> · <span class="mono">{e.upstream}</span></> : null}{e.rule && e.rule !== 'deny' ? ` · ${e.rule}` : ''}</div></div>
		<Badge tone={o.tone}>{o.word}</Badge>
		{name === null || exempt(e) ? null : <button type="button" class="btn sm" aria-label={wasBlocked(e) ? x.allowOf(name) : x.blockOf(name)} onClick={() => act(e)}>{wasBlocked(e) ? x.allow : x.block}</button>}
	</li>;
}

const NEAR = 24;	// pixels from the end that still count as being there

export function LogView({ lines, paused, waiting, resume, act }: {
	lines: LogEntry[]; paused: Signal<boolean>; waiting: number; resume: () => void; act: (e: LogEntry) => void;
}) {
	const box = useRef<HTMLDivElement>(null), own = useSignal(false);
	const toEnd = () => {
		own.value = true;
		box.current!.scrollTop = box.current!.scrollHeight;
	};
	useLayoutEffect(() => {
		if (!paused.peek())
			toEnd();
	}, [lines]);
	useEffect(() => paused.subscribe((p) => {
		if (!p)
			requestAnimationFrame(() => box.current && toEnd());
	}), []);
	return <div class="log-at">
		<div class="log" ref={box} role="log" aria-live="off" aria-label={x.title} tabIndex={0} onScroll={() => {
			const el = box.current!, end = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR;
			if (own.peek() && end) {
				own.value = false;
				return;
			}
			if (end && paused.peek())
				resume();
			else if (!end)
				paused.value = true;
		}}><ol>{lines.map((e, i) => <Line e={e} key={`${e.ts} ${e.name} ${e.type} ${i}`} act={act} />)}</ol></div>
		{paused.value && waiting ? <div class="newer"><button type="button" class="btn primary sm" onClick={resume}>{x.newer(waiting)}<Icon name="down" small /></button></div> : null}
	</div>;
}
