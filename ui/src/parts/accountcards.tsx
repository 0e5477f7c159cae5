// What everybody can do with the own account; the admin's page and the page of a
// person without admin rights both show these.
import { useSignal } from '@preact/signals';
import { me, refreshMe } from '../lib/session';
import { t } from '../lib/text';
import { setTheme, theme, type Theme } from '../lib/theme';
import { FactorCard } from './factor';
import { Card } from './page';
import { PasswordForm } from './passwordform';
import { SessionsCard } from './sessions';
import { toast } from './toast';

export function WhoCard() {
	const m = me.value!;
	return <Card title={t.account.who} id="who">
		<div class="body"><dl class="kv">
			<dt>{t.account.name}</dt><dd>{m.username}</dd>
			{m.display_name ? <><dt>{t.users.displayName}</dt><dd>{m.display_name}</dd></> : null}
			<dt>{t.users.role}</dt><dd>{t.role[m.role]}</dd>
			<dt>{t.account.from}</dt><dd>{t.zone[m.zone] ?? m.zone}</dd>
		</dl></div>
	</Card>;
}

function PasswordCard() {
	// a new form each time it worked: nothing typed stays behind
	const round = useSignal(0);
	return <Card title={t.password.title} id="password">
		<div class="body stack">
			<p class="muted">{t.password.text}</p>
			<PasswordForm key={round.value} submit={t.password.change} done={async () => {
				round.value++;
				toast(t.password.changed);
				await refreshMe();
			}} />
		</div>
	</Card>;
}

export function BrowserCard() {
	return <Card title={t.theme.browser} id="browser">
		<div class="body stack">
			<p class="muted">{t.theme.browserText}</p>
			<div><div class="seg" role="group" aria-label={t.theme.title}>
				{(['system', 'light', 'dark'] as Theme[]).map((v) => <button type="button" key={v} aria-pressed={theme.value === v}
					onClick={() => setTheme(v)}>{t.theme[v]}</button>)}
			</div></div>
		</div>
	</Card>;
}

export function AccountCards() {
	return <div class="grid">
		<div class="c5 stack"><WhoCard /><PasswordCard /></div>
		<div class="c7 stack"><FactorCard /><SessionsCard /><BrowserCard /></div>
	</div>;
}
