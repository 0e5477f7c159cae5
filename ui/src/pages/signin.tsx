// Signing in: as a page of its own, or over an open page whose session ended.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { post, Problem } from '../lib/api';
import { cellName } from '../lib/cell';
import { sayProblem } from '../lib/form';
import { knownDevice, me, signedIn, visiting } from '../lib/session';
import { t } from '../lib/text';
import type { SignedIn } from '../lib/types';
import { Dialog } from '../parts/dialog';
import { Icon, Mark } from '../parts/icon';
import { Note } from '../parts/note';
import { SignInForm } from '../parts/signinform';

/** Only shown; the cell decides where anybody may go. */
function hostOf(url: string | undefined) {
	try {
		return url ? new URL(url).hostname : '';
	} catch {
		return '';
	}
}

export default function SignIn() {
	const host = hostOf(visiting()?.to);
	useEffect(() => { document.title = `${t.signin.title} · ${cellName.value}`; }, []);
	return <main class="center" id="content">
		<div class="card signin">
			<div class="brand"><Mark /><div><b class="clip">{cellName.value}</b><span>{t.product}</span></div></div>
			<div><h1 class="h2">{t.signin.title}</h1>{host ? <p class="muted wrap-any">{t.visit.to(host)}</p> : null}</div>
			{knownDevice.value ? <ByDevice /> : null}
			<SignInForm focus={!knownDevice.value} />
		</div>
	</main>;
}

/** In the VPN a device is its owner: one button is enough (`vpn_login`). */
function ByDevice() {
	const problem = useSignal(''), busy = useSignal(false);
	const go = async () => {
		busy.value = true;
		try {
			await signedIn(await post<SignedIn>('/api/auth/vpn-login', undefined, { quiet: true }));
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			problem.value = sayProblem(e);
		}
		busy.value = false;
	};
	return <div class="stack tight">
		{problem.value ? <Note kind="bad" alert>{problem.value}</Note> : null}
		<button type="button" class={`btn primary wide${busy.value ? ' busy' : ''}`} onClick={() => void go()}><Icon name="devices" />{t.signin.device}</button>
		<p class="small muted">{t.signin.deviceText}</p>
	</div>;
}

/** The page behind keeps what was typed into it. */
export function SignInDialog() {
	return <Dialog title={t.signin.over} sticky onClose={() => {}}>
		<p class="muted">{t.signin.overText}</p>
		<SignInForm username={me.value?.username ?? ''} />
	</Dialog>;
}
