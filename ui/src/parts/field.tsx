// Form controls: label above, help and error below, tied together for screen readers.
import { useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Form } from '../lib/form';
import { t } from '../lib/text';
import { Icon } from './icon';

type Key<T> = keyof T & string;

interface FrameProps {
	id: string;
	label: string;
	help?: ComponentChildren;
	error?: string | undefined;
	full?: boolean | undefined;
	children: ComponentChildren;
}

function Frame({ id, label, help, error, full, children }: FrameProps) {
	return <div class={full ? 'field full' : 'field'}>
		<label for={id}>{label}</label>
		{children}
		{error ? <p class="err" id={`${id}-e`}><Icon name="alert" small />{error}</p>
			: help ? <div class="help" id={`${id}-h`}>{help}</div> : null}
	</div>;
}

const describe = (id: string, error: string | undefined, help: unknown) =>
	error ? `${id}-e` : help ? `${id}-h` : undefined;

interface TextProps<T> {
	form: Form<T & object>;
	name: Key<T>;
	label: string;
	help?: ComponentChildren;
	full?: boolean;
	type?: 'text' | 'search' | 'email' | 'password' | 'number' | 'datetime-local';
	mono?: boolean;
	placeholder?: string;
	autocomplete?: string;
	inputmode?: 'numeric' | 'decimal' | 'email' | 'text';
	maxLength?: number;
	focus?: boolean;
	suffix?: string;
	rows?: number;
	/** What may be meant, offered while typing. */
	suggest?: string[];
	/** Of a password: whether it is readable; default: hidden until asked. */
	shown?: Signal<boolean>;
}

export function TextField<T extends object>(p: TextProps<T>) {
	const id = useId(), form = p.form as unknown as Form<Record<string, unknown>>;
	const error = form.error(p.name);
	const common = {
		id, name: p.name, value: String(form.values.value[p.name] ?? ''),
		class: p.mono ? 'input mono' : 'input', placeholder: p.placeholder,
		'aria-invalid': error ? true as const : undefined,
		'aria-describedby': describe(id, error, p.help),
		autocapitalize: 'none' as const, spellcheck: false, autofocus: p.focus,
		onInput: (e: Event) => form.set(p.name, (e.currentTarget as HTMLInputElement).value),
		onBlur: () => {
			if (form.dirty)
				form.touch(p.name);
		},
	};
	const input = p.rows
		? <textarea {...common} rows={p.rows} />
		: <><input {...common} type={(p.type ?? 'text') as 'text'} inputmode={p.inputmode} autocomplete={p.autocomplete ?? 'off'} maxLength={p.maxLength} list={p.suggest ? `${id}-l` : undefined} />
			{p.suggest ? <datalist id={`${id}-l`}>{p.suggest.map((s) => <option key={s} value={s} />)}</datalist> : null}</>;
	return <Frame id={id} label={p.label} help={p.help} error={error} full={p.full}>
		{p.suffix ? <div class="suffix">{input}<span class="muted">{p.suffix}</span></div>
			: p.type === 'password' ? <Reveal {...(p.shown ? { shown: p.shown } : {})}>{(type) => <input {...common} type={type as 'text'} autocomplete={p.autocomplete ?? 'off'} />}</Reveal>
			: input}
	</Frame>;
}

/** Around a password: a button that shows it. */
function Reveal({ children, ...p }: { shown?: Signal<boolean>; children: (type: 'password' | 'text') => ComponentChildren }) {
	const own = useSignal(false), shown = p.shown ?? own;
	return <div class="reveal">
		{children(shown.value ? 'text' : 'password')}
		<button type="button" class="icon-btn" aria-label={shown.value ? t.form.hide : t.form.show}
			aria-pressed={shown.value} onClick={() => { shown.value = !shown.value; }}>
			<Icon name={shown.value ? 'eyeoff' : 'eye'} />
		</button>
	</div>;
}

interface SelectProps<T> {
	form: Form<T & object>;
	name: Key<T>;
	label: string;
	help?: ComponentChildren;
	full?: boolean;
	options: { value: string; label: string }[];
	/** What else another choice changes. */
	changed?: (value: string) => void;
}

export function SelectField<T extends object>(p: SelectProps<T>) {
	const id = useId(), form = p.form as unknown as Form<Record<string, unknown>>;
	const error = form.error(p.name);
	return <Frame id={id} label={p.label} help={p.help} error={error} full={p.full}>
		<select class="input" id={id} name={p.name} value={String(form.values.value[p.name])}
			aria-invalid={error ? true : undefined} aria-describedby={describe(id, error, p.help)}
			onChange={(e) => {
				form.set(p.name, e.currentTarget.value);
				form.touch(p.name);
				p.changed?.(e.currentTarget.value);
			}}>
			{p.options.map((o) => <option key={o.value} value={o.value}>{o.label}</option>)}
		</select>
	</Frame>;
}

/** On or off; the value is a boolean. */
export function SwitchField<T extends object>(p: { form: Form<T & object>; name: Key<T>; label: string; help?: ComponentChildren }) {
	const id = useId(), form = p.form as unknown as Form<Record<string, unknown>>, error = form.error(p.name);
	return <div class="field full">
		<label class="row" for={id}>
			<input type="checkbox" role="switch" class="switch" id={id} name={p.name} checked={form.values.value[p.name] === true}
				aria-describedby={describe(id, error, p.help)} onChange={(e) => form.set(p.name, e.currentTarget.checked)} />
			<span class="grow">{p.label}</span></label>
		{error ? <p class="err" id={`${id}-e`}><Icon name="alert" small />{error}</p> : p.help ? <div class="help" id={`${id}-h`}>{p.help}</div> : null}
	</div>;
}

interface RadioProps<T> {
	form: Form<T & object>;
	name: Key<T>;
	label: string;
	options: { value: string; label: string; text: string }[];
}

/** One of a few ways, each with what it means. */
export function ChoiceField<T extends object>(p: RadioProps<T>) {
	const form = p.form as unknown as Form<Record<string, unknown>>;
	return <fieldset class="field full"><legend class="legend">{p.label}</legend>
		<div class="stack tight">{p.options.map((o) => <label class="choice" key={o.value}>
			<input type="radio" name={p.name} value={o.value} checked={form.values.value[p.name] === o.value} onChange={() => form.set(p.name, o.value)} />
			<span><span class="strong">{o.label}</span><span class="small">{o.text}</span></span></label>)}</div>
	</fieldset>;
}

interface ChecksProps<T> {
	form: Form<T & object>;
	name: Key<T>;
	label: string;
	help?: ComponentChildren;
	options: { value: string; label: string }[];
	two?: boolean;
}

/** Several of a set; the value is an array of the chosen words. */
export function ChecksField<T extends object>(p: ChecksProps<T>) {
	const id = useId(), form = p.form as unknown as Form<Record<string, unknown>>;
	const error = form.error(p.name), chosen = form.values.value[p.name] as string[];
	return <fieldset class="field full" aria-describedby={describe(id, error, p.help)}>
		<legend class="legend">{p.label}</legend>
		<div class={p.two ? 'checks two' : 'checks'}>{p.options.map((o) => <label class="check" key={o.value}>
			<input type="checkbox" name={p.name} value={o.value} checked={chosen.includes(o.value)}
				onChange={(e) => {
					const on = e.currentTarget.checked;
					const offered = p.options.map((x) => x.value);
					form.set(p.name, [...chosen.filter((v) => !offered.includes(v)), ...offered.filter((v) => v === o.value ? on : chosen.includes(v))]);
					form.touch(p.name);
				}} />
			<span>{o.label}</span>
		</label>)}</div>
		{error ? <p class="err" id={`${id}-e`} aria-invalid="true" tabIndex={-1}><Icon name="alert" small />{error}</p>
			: p.help ? <p class="help" id={`${id}-h`}>{p.help}</p> : null}
	</fieldset>;
}
