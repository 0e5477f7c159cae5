// Signing in: as a page of its own, or over an open page whose session ended.
import { useEffect } from 'preact/hooks';
import { cellName } from '../lib/cell';
import { me } from '../lib/session';
import { t } from '../lib/text';
import { Dialog } from '../parts/dialog';
import { Mark } from '../parts/icon';
import { SignInForm } from '../parts/signinform';

export default function SignIn() {
	useEffect(() => { document.title = `${t.signin.title} · ${cellName.value}`; }, []);
	return <main class="center" id="content">
		<div class="card signin">
			<div class="brand"><Mark /><div><b class="clip">{cellName.value}</b><span>{t.product}</span></div></div>
			<h1 class="h2">{t.signin.title}</h1>
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
