// What sets a device up: a code to scan, a file, or a link for somebody far away. Goes
// green by itself when the device connects for the first time.
import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Problem } from '../lib/api';
import { download } from '../lib/download';
import { sayProblem } from '../lib/form';
import { listen } from '../lib/live';
import { withKey } from '../lib/peerkey';
import { td } from '../lib/peertext';
import { makeQr } from '../lib/qrmake';
import { t } from '../lib/text';
import type { PeerEvent, PeerFile } from '../lib/vpntypes';
import { CodeLink, type LinkSource } from './codelink';
import { CopyButton } from './copy';
import { Dialog } from './dialog';
import { Icon } from './icon';
import { Note } from './note';
import { QrCode } from './qr';
import { Dot } from './state';

const x = td.code;

/** Where the file comes from: an administrator and a member ask under different addresses. */
export interface CodeSource {
	load: () => Promise<PeerFile>;
	rekey: () => Promise<PeerFile>;
	link?: LinkSource;
}

interface Props {
	name: string;
	/** Of which handshake the caller knows; another one is the connection that is waited for. */
	before: string | null;
	source: CodeSource;
	/** What was just made, if it was. */
	file?: PeerFile;
	/** Made in this browser and nowhere else. */
	privateKey?: string;
	/** Ask for a new key first. */
	renew?: boolean;
	onClose: () => void;
}

/** The file with the key this browser made, and a code that holds it. */
function complete(f: PeerFile, privateKey: string | undefined): PeerFile {
	if (!privateKey)
		return f;
	const config = withKey(f.config, privateKey);
	return { ...f, config, qr_svg: makeQr(config), complete: true };
}

/** True from the first handshake that is not the one known before. */
export function useConnected(name: string, before: string | null) {
	const on = useSignal(false);
	useEffect(() => listen('peer', (d) => {
		const e = d as PeerEvent;
		if (e.name === name && e.latest_handshake_at && e.latest_handshake_at !== before)
			on.value = true;
	}), [name, before]);
	return on;
}

export function CodeDialog(p: Props) {
	const file = useSignal<PeerFile | null>(p.file ? complete(p.file, p.privateKey) : null), problem = useSignal('');
	const asking = useSignal(p.renew ?? false), kind = useSignal<Kind>('phone'), before = useSignal(p.before);
	const connected = useConnected(p.name, before.value);
	const run = async (f: () => Promise<PeerFile>) => {
		problem.value = '';
		try {
			file.value = await f();
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			problem.value = sayProblem(e);
		}
	};
	useEffect(() => {
		if (!p.file && !p.renew)
			void run(p.source.load);
	}, []);
	const renew = async () => {
		await run(p.source.rekey);
		connected.value = problem.value !== '';
		asking.value = false;
	};
	const f = file.value;
	return <Dialog title={x.title(p.name)} onClose={p.onClose} footer={asking.value ? <>
		<button type="button" class="btn" onClick={p.renew && !f ? p.onClose : () => { asking.value = false; }}>{t.form.cancel}</button>
		<button type="button" class="btn danger" onClick={() => void renew()}>{x.make}</button></> : <Buttons f={f} kind={kind.value} connected={connected.value} onClose={p.onClose} />}>
		{problem.value ? <Note kind="bad" alert>{problem.value}</Note> : null}
		{asking.value ? <div class="stack tight"><p class="strong">{x.sure}</p><p>{x.sureText}</p></div>
			: f ? <Body name={p.name} source={p.source} {...(p.privateKey ? { privateKey: p.privateKey } : {})} f={f} kind={kind} connected={connected.value} renew={() => { asking.value = true; }} />
			: problem.value ? null : <span class="skel code-wait" />}
	</Dialog>;
}

type Kind = 'phone' | 'computer' | 'link';

function Buttons({ f, kind, connected, onClose }: { f: PeerFile | null; kind: Kind; connected: boolean; onClose: () => void }) {
	return <>
		{f ? <Waiting connected={connected} /> : null}
		{f && kind !== 'link' ? <>
			{f.complete ? <CopyButton text={f.config} label={x.copy} class="btn" /> : null}
			<button type="button" class="btn" onClick={() => download(f.filename, f.config)}><Icon name="download" />{f.complete ? x.save : x.without}</button></> : null}
		<button type="button" class="btn primary" onClick={onClose}>{t.form.done}</button></>;
}

type BodyProps = Pick<Props, 'name' | 'source' | 'privateKey'> & { f: PeerFile; kind: Signal<Kind>; connected: boolean; renew: () => void };

function Body({ name, f, kind, source, privateKey, connected, renew }: BodyProps) {
	const kinds = (['phone', 'computer', ...(source.link && !privateKey ? ['link'] : [])] as Kind[]);
	return <>
		<div class="seg fill" role="group" aria-label={x.kinds}>{kinds.map((k) => <button type="button" key={k} aria-pressed={kind.value === k}
			onClick={() => { kind.value = k; }}>{x[k]}</button>)}</div>
		{kind.value === 'link' ? <CodeLink source={source.link!} held={f.complete} />
			: f.complete ? <Ways name={name} f={f} phone={kind.value === 'phone'} mine={!!privateKey} connected={connected} />
			: <NotHeld renew={renew} />}
	</>;
}

export const Waiting = ({ connected }: { connected: boolean }) => <p class={`row small ${connected ? 'ok-t' : 'muted'}`} role="status" id="connected">
	{connected ? <><Icon name="check" small /><span><span class="strong">{x.connected}</span> {x.canClose}</span></>
		: <><Dot tone="off" />{x.waiting}</>}</p>;

export function Ways({ name, f, phone, mine, connected }: { name: string; f: PeerFile; phone: boolean; mine: boolean; connected: boolean }) {
	return <>
		{!phone ? null : connected ? <div class="qr reached"><svg viewBox="-24 -24 72 72" aria-hidden="true"><path d="M5 12.5l4.5 4.5L19 7.5" /></svg></div>
			: f.qr_svg ? <QrCode svg={f.qr_svg} label={x.label(name)} /> : <Note kind="info">{x.none}</Note>}
		<ol class="how">{(phone ? x.phoneHow : x.computerHow).map((s) => <li key={s}>{s}</li>)}</ol>
		<div class="note"><Icon name="lock" /><div class="txt small">{x.isKey} {mine ? x.mine : x.forgets}</div></div>
	</>;
}

function NotHeld({ renew }: { renew: () => void }) {
	return <Note kind="info" action={<button type="button" class="btn sm" onClick={renew}>{x.make}</button>}>
		<span class="strong">{x.notHeld}</span> {x.notHeldText}</Note>;
}
