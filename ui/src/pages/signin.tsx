// Signing in: as a page of its own, or over an open page whose session ended.
import { useEffect } from 'preact/hooks';
import { cellName } from '../lib/cell';
import { me, visiting } from '../lib/session';
import { t } from '../lib/text';
import { Dialog } from '../parts/dialog';
import { Mark } from '../parts/icon';
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
			<SignInForm />
		</div>
	</main>;
}

/** The page behind keeps what was typed into it. */
export function SignInDialog() {
	return <Dialog title={t.signin.over} sticky onClose={() => {}}>
		<p class="muted">{t.signin.overText}</p>
		<SignInForm username={me.value?.username ?? ''} />
	</Dialog>;
}
