// Somebody else chose this account's password: before anything else it is changed.
import { useEffect } from 'preact/hooks';
import { cellName } from '../lib/cell';
import { signOut, start, typedPassword } from '../lib/session';
import { t } from '../lib/text';
import { Mark } from '../parts/icon';
import { PasswordForm } from '../parts/passwordform';

export default function NewPassword() {
	useEffect(() => { document.title = `${t.password.must} · ${cellName.value}`; }, []);
	return <main class="center" id="content">
		<div class="card signin">
			<div class="brand"><Mark /><div><b class="clip">{cellName.value}</b><span>{t.product}</span></div></div>
			<div><h1 class="h2">{t.password.must}</h1><p class="muted">{t.password.mustText}</p></div>
			<PasswordForm current={typedPassword.value} submit={t.password.set} done={() => {
				typedPassword.value = '';
				return start();
			}} />
			<button type="button" class="btn link self-start" onClick={() => void signOut()}>{t.account.signOut}</button>
		</div>
	</main>;
}
