// First run: from the printed address to a cell that answers.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Problem } from '../lib/api';
import { sayProblem } from '../lib/form';
import { answers, begin, needToken, page, pagesOfWizard, state, type WizardPage } from '../lib/setup';
import { t } from '../lib/text';
import { Mark } from '../parts/icon';
import { Note } from '../parts/note';
import { AddressStep } from '../parts/wizardaddress';
import { DeviceStep } from '../parts/wizarddevice';
import { FinishStep } from '../parts/wizardfinish';
import { NameStep, PasswordStep, TokenStep, WelcomeStep } from '../parts/wizardsteps';

const STEPS: Record<WizardPage, () => ComponentChildren> = {
	welcome: () => <WelcomeStep />, name: () => <NameStep />, address: () => <AddressStep />,
	password: () => <PasswordStep />, device: () => <DeviceStep />, finish: () => <FinishStep />,
};

function Progress() {
	const at = pagesOfWizard.indexOf(page.value);
	return <ol class="steps" aria-label={t.wizard.progress}>{pagesOfWizard.map((p, i) =>
		<li key={p} class={i < at ? 'done' : undefined} aria-current={i === at ? 'step' : undefined}>
			<span class="sr">{t.wizard.stepName[p]}{i < at ? t.wizard.stepDone : ''}</span></li>)}</ol>;
}

function Frame({ children }: { children: ComponentChildren }) {
	const step = page.value, at = pagesOfWizard.indexOf(step);
	const body = useRef<HTMLDivElement>(null);
	const shown = useRef(step);
	// before the step is painted: who types at once types into its field
	useLayoutEffect(() => {
		document.title = `${t.wizard.stepName[step]} · ${t.wizard.title}`;
		// a new step starts at its top and with its heading, except the very first
		if (shown.current !== step)
			body.current?.querySelector<HTMLElement>('h1')?.focus();
		shown.current = step;
		scrollTo(0, 0);
	}, [step]);
	return <main class="wizard" id="content">
		<header class="row">
			<span class="brand"><Mark /><b class="clip">{answers.value.cell_name || t.product}</b></span>
			<span class="grow" />
			{needToken.value || !state.value ? null : <span class="small muted nowrap">{t.wizard.step(at + 1, pagesOfWizard.length)}</span>}
		</header>
		{needToken.value || !state.value ? null : <Progress />}
		<div ref={body}>{children}</div>
	</main>;
}

export default function Wizard() {
	const problem = useSignal('');
	const load = () => {
		problem.value = '';
		begin().catch((e) => {
			if (!(e instanceof Problem))
				throw e;
			problem.value = sayProblem(e);
		});
	};
	useEffect(load, []);
	if (problem.value)
		return <Frame><Note kind="bad" alert action={<button type="button" class="btn sm" onClick={load}>{t.form.tryAgain}</button>}>{problem.value}</Note></Frame>;
	if (needToken.value)
		return <Frame><TokenStep /></Frame>;
	return <Frame>{state.value ? STEPS[page.value]() : null}</Frame>;
}
