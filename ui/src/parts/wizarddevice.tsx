// The wizard's first device: asked for before the cell is made, set up right after.
import { isAddress } from '../lib/address';
import { useForm } from '../lib/form';
import { setSignedIn } from '../lib/live';
import { isDomain } from '../lib/lines';
import { answers, page, sendDevice } from '../lib/setup';
import { td } from '../lib/peertext';
import { t } from '../lib/text';
import type { SetupDone } from '../lib/types';
import * as v from '../lib/validate';
import { useEffect } from 'preact/hooks';
import { Ways, Waiting, useConnected } from './codedialog';
import { CopyButton } from './copy';
import { download } from '../lib/download';
import { TextField } from './field';
import { FormBox } from './form';
import { Icon } from './icon';
import { Buttons, Heading, keepAnswers, useRefusal } from './wizardsteps';

export function DeviceStep() {
	const a = answers.value;
	const next = async (first_peer: string, endpoint_host: string) => {
		keepAnswers({ first_peer, endpoint_host });
		await sendDevice();
		page.value = 'finish';
	};
	const form = useForm({
		initial: { first_peer: a.first_peer, endpoint_host: a.endpoint_host },
		check: (x) => ({ first_peer: v.username(x.first_peer.trim()) && (x.first_peer.trim() ? t.wizard.deviceWrong : t.check.needName),
			endpoint_host: !x.endpoint_host.trim() || isAddress(x.endpoint_host.trim()) || isDomain(x.endpoint_host.trim()) ? undefined : t.wizard.endpointWrong }),
		send: (x) => next(x.first_peer.trim(), x.endpoint_host.trim()),
	});
	useRefusal(form);
	return <FormBox form={form}>
		<Heading title={t.wizard.deviceTitle}>{t.wizard.deviceText}</Heading>
		<TextField form={form} name="first_peer" label={t.wizard.device} help={t.wizard.deviceHelp} maxLength={64} />
		<details class="why" open={!!a.endpoint_host}><summary>{t.wizard.endpointAsk}</summary>
			<div class="inset"><TextField form={form} name="endpoint_host" label={t.wizard.endpoint} mono help={t.wizard.endpointHelp} /></div></details>
		<button type="button" class="btn link self-start" onClick={() => {
			keepAnswers({ first_peer: '' });
			page.value = 'finish';
		}}>{t.wizard.skip}</button>
		<Buttons form={form} back="password" next={t.wizard.create} />
	</FormBox>;
}

/** Goes green when it connects. */
export function FirstDevice({ peer }: { peer: NonNullable<SetupDone['peer']> }) {
	const connected = useConnected(peer.name, null);
	// the completion signed us in: events may be heard
	useEffect(() => setSignedIn(true), []);
	const file = { config: peer.config, filename: peer.filename, qr_svg: peer.qr_svg, complete: true };
	return <section class="card" aria-labelledby="h-device" id="device">
		<header><h2 id="h-device">{t.wizard.scan}</h2></header>
		<div class="body stack">
			<p class="small muted"><span class="strong">{peer.name}</span> · {t.wizard.scanText}</p>
			<Ways name={peer.name} f={file} phone mine={false} connected={connected.value} />
			<Waiting connected={connected.value} />
			<div class="row wrap"><CopyButton text={peer.config} label={td.code.copy} class="btn" />
				<button type="button" class="btn" onClick={() => download(peer.filename, peer.config)}><Icon name="download" />{td.code.save}</button></div>
		</div>
	</section>;
}
