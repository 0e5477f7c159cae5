// The state of one form. Checks run on leaving a field, on submit, and in the cell;
// what the cell says appears at the field it names, the rest above the form.
import { computed, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Problem } from './api';
import { guard } from './router';
import { t } from './text';

type Errors<T> = Partial<Record<keyof T & string, string | undefined>>;

export interface FormOptions<T> {
	initial: T;
	check: (v: T) => Errors<T>;
	/** Does the work; a thrown Problem is shown. */
	send: (v: T) => Promise<void>;
	/** Which of our fields the cell means by that name; default: the last word of it. */
	field?: (name: string) => string;
	/** Called on 412 instead of showing it. */
	conflict?: () => Promise<void>;
	/** Ask before leaving the page with edits (forms that are not in a dialog). */
	guarded?: boolean;
	/** It saves itself: a refusal must not take the focus from what is being typed. */
	quiet?: boolean;
}

export class Form<T extends object> {
	values;
	busy = signal(false);
	problem = signal('');
	private touched = signal<ReadonlySet<string>>(new Set());
	private refused = signal<Errors<T>>({});
	private errors;
	private start: string;
	element: HTMLFormElement | null = null;

	constructor(public o: FormOptions<T>) {
		this.values = signal<T>(o.initial);
		this.start = JSON.stringify(o.initial);
		this.errors = computed<Errors<T>>(() => this.o.check(this.values.value));
	}

	get dirty() { return JSON.stringify(this.values.value) !== this.start; }

	reset(v: T = this.o.initial) {
		this.start = JSON.stringify(v);
		this.values.value = v;
		this.touched.value = new Set();
		this.refused.value = {};
		this.problem.value = '';
	}

	set<K extends keyof T & string>(key: K, value: T[K]) {
		this.values.value = { ...this.values.value, [key]: value };
		if (this.refused.value[key])
			this.refused.value = { ...this.refused.value, [key]: undefined };
	}

	touch(key: string) {
		this.touched.value = new Set(this.touched.value).add(key);
	}

	/** The error to show at a field now, if any. */
	error(key: keyof T & string): string | undefined {
		return this.refused.value[key] ?? (this.touched.value.has(key) ? this.errors.value[key] : undefined);
	}

	get valid() { return Object.values(this.errors.value).every((e) => !e); }

	/** Show all errors and focus the first; true when there are none. */
	check() {
		this.touched.value = new Set(Object.keys(this.values.value));
		if (this.valid)
			return true;
		this.focusFirst();
		return false;
	}

	private focusFirst() {
		if (!this.o.quiet)
			requestAnimationFrame(() =>
				this.element?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
	}

	submit = async (e?: Event) => {
		e?.preventDefault();
		if (this.busy.value || !this.check())
			return;
		this.busy.value = true;
		this.problem.value = '';
		this.refused.value = {};
		const sent = this.values.value;
		try {
			await this.o.send(sent);
			// what was typed meanwhile is not saved; what send() put back is
			if (this.values.value === sent)
				this.start = JSON.stringify(sent);
		} catch (err) {
			await this.failed(err);
		}
		this.busy.value = false;
	};

	private async failed(err: unknown) {
		if (!(err instanceof Problem))
			throw err;
		if (err.status === 412 && this.o.conflict) {
			await this.o.conflict();
			return;
		}
		this.refuse(err);
	}

	/** Show what the cell said, at its fields or above the form. */
	refuse(p: Problem) {
		const at: Errors<T> = {};
		const rest: string[] = [];
		for (const { field, message } of p.fields) {
			const key = (this.o.field ?? lastWord)(field) as keyof T & string;
			if (key in this.values.value)
				at[key] = sentence(message);
			else
				rest.push(`${field}: ${message}`);
		}
		this.refused.value = at;
		if (!Object.keys(at).length || rest.length)
			this.problem.value = rest.length ? rest.join('. ') : sayProblem(p);
		this.focusFirst();
	}
}

/** The cell's reasons start small, like a log line; here they are sentences. */
export const sentence = (s: string) => /^[a-z]+([ ,]|:(?!\/))/.test(s) ? s[0]!.toUpperCase() + s.slice(1) : s;

const lastWord = (field: string) => /(\w+)(\[\d+\])?$/.exec(field)?.[1] ?? field;

/** The cell's own reason, or in our words what no answer means. */
export function sayProblem(p: Problem) {
	if (p.silent)
		return t.error.silent;
	const reason = p.message ? sentence(p.message) : t.error.status(p.status);
	return p.body.incident ? `${reason} ${t.error.incident(String(p.body.incident))}` : reason;
}

export function useForm<T extends object>(o: FormOptions<T>): Form<T> {
	const ref = useRef<Form<T> | null>(null);
	ref.current ??= new Form(o);
	const form = ref.current;
	form.o = { ...o, initial: form.o.initial };
	useEffect(() => o.guarded ? guard(() => form.dirty && !form.busy.value) : undefined, []);
	return form;
}
