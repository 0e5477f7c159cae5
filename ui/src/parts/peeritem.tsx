// What may be done to one peer, in the list and on its own page.
import { useSignal, type Signal } from '@preact/signals';
import { post } from '../lib/api';
import { codeSource, peerUrl, removePeer, turn } from '../lib/peeracts';
import { td } from '../lib/peertext';
import { go } from '../lib/router';
import { t } from '../lib/text';
import type { Peer } from '../lib/vpntypes';
import { CodeDialog } from './codedialog';
import type { MenuItem } from './menu';
import { toast } from './toast';
import { TypedConfirm } from './typedconfirm';

export const peerHref = (name: string, tail = '') => `/peers/${encodeURIComponent(name)}${tail}`;

export type Doing = { kind: 'code' | 'renew' | 'remove'; p: Peer } | null;

interface Acts {
	doing: Signal<Doing>;
	/** What the page does when something changed. */
	changed: () => Promise<void>;
}

/** Do it now and say so; what went wrong is said as well. */
export function now(f: () => Promise<unknown>, said: string, changed: () => Promise<void>) {
	void f().then(() => {
		toast(said);
		return changed();
	}, (e: Error) => toast(e.message, { tone: 'bad' }));
}

export function pause(p: Peer, changed: () => Promise<void>) {
	now(() => turn(p, !p.enabled), p.enabled ? td.isPaused(p.name) : td.isOn(p.name), changed);
}

export const installed = (p: Peer, changed: () => Promise<void>) =>
	now(() => post(peerUrl(p.name, '/clear-reinstall')), td.reinstallDone(p.name), changed);

/** `code`: which of the two codes, where the page has buttons for the other and for the rest; without: all there is. */
export function peerMenu(p: Peer, { doing, changed }: Acts, code?: 'code' | 'new'): MenuItem[] {
	const open = (kind: 'code' | 'renew' | 'remove') => () => { doing.value = { kind, p }; };
	return [
		...(code ? [] : [{ text: td.open, icon: 'chevron', href: peerHref(p.name) } as MenuItem]),
		...(code === 'new' ? [] : [{ text: td.showCode, icon: 'phone', act: open('code') } as MenuItem]),
		...(code === 'code' ? [] : [{ text: td.newCode, icon: 'key', act: open('renew') } as MenuItem]),
		...(code ? [] : [{ text: p.enabled ? td.pause : td.resume, icon: p.enabled ? 'minus' : 'check', act: () => pause(p, changed) } as MenuItem]),
		{ text: td.explain, icon: 'question', href: `/explain?peer=${encodeURIComponent(p.name)}` },
		...(p.config_needs_reinstall ? [{ text: td.reinstalled, icon: 'check', act: () => installed(p, changed) } as MenuItem] : []),
		{ text: t.form.remove, icon: 'trash', danger: true, act: open('remove') },
	];
}

/** The windows that the menu opens. */
export function PeerDoing({ doing, changed, away }: Acts & { away?: boolean }) {
	const d = doing.value, close = () => { doing.value = null; };
	if (!d)
		return null;
	return d.kind === 'remove' ? <RemovePeer p={d.p} onClose={close} done={async () => {
		if (away)
			go('/peers');
		else
			await changed();
	}} /> : <CodeDialog name={d.p.name} before={d.p.latest_handshake_at} source={codeSource(d.p.name)} renew={d.kind === 'renew'} onClose={() => {
		close();
		void changed();
	}} />;
}

function RemovePeer({ p, onClose, done }: { p: Peer; onClose: () => void; done: () => Promise<void> }) {
	const keep = useSignal(true), owner = p.owner;
	return <TypedConfirm title={td.removeTitle(p.name)} text={td.removeText} label={td.typeName(p.name)} name={p.name.toLowerCase()} onClose={onClose}
		more={owner ? <label class="check"><input type="checkbox" name="keep_user" checked={keep.value} onChange={(e) => { keep.value = e.currentTarget.checked; }} />
			<span>{td.keepUser(owner)}</span></label> : null}
		act={async () => {
			const missed = await removePeer(p.name, !owner || keep.value);
			toast(missed.length ? td.removedBut(p.name, missed.join(', ')) : td.removed(p.name));
			await done();
		}} />;
}
