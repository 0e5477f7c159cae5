// A form with its general error on top. Buttons stand where the caller puts them.
import type { ComponentChildren } from 'preact';
import type { Form as State } from '../lib/form';
import { Note } from './note';

interface Props {
	form: { submit: (e?: Event) => Promise<void>; problem: { value: string }; element: HTMLFormElement | null };
	class?: string;
	id?: string;
	children: ComponentChildren;
}

export function FormBox({ form, children, ...rest }: Props) {
	return <form noValidate class={rest.class ?? 'stack'} id={rest.id} onSubmit={form.submit} ref={(el) => { form.element = el; }}>
		{form.problem.value ? <Note kind="bad" alert>{form.problem.value}</Note> : null}
		{children}
	</form>;
}

interface SubmitProps {
	form: Pick<State<object>, 'busy'>;
	children: ComponentChildren;
	class?: string;
	danger?: boolean;
	plain?: boolean;
	of?: string;
}

export function Submit({ form, children, danger, plain, of, ...rest }: SubmitProps) {
	const busy = form.busy.value;
	return <button type="submit" form={of} aria-disabled={busy || undefined} aria-busy={busy || undefined}
		class={`btn ${danger ? 'danger' : plain ? '' : 'primary'}${busy ? ' busy' : ''} ${rest.class ?? ''}`}>{children}</button>;
}
