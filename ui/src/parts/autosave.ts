// Settings save themselves: 800 ms after the last key, switches at once, never while a
// field is wrong. What somebody else saved meanwhile is taken over while nothing is
// typed here; when both changed the same, the person decides.
import { useSignal, useSignalEffect, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Problem } from '../lib/api';
import { sayProblem, useForm, type Form, type FormOptions } from '../lib/form';
import { guard } from '../lib/router';
import type { Section } from '../lib/section';
import { toast } from './toast';

export type Saving = '' | 'soon' | 'saving' | 'saved' | 'not';

const PAUSE_MS = 800;

interface Options<S, V> {
	from: (s: S) => V;
	to: (v: V) => Partial<S>;
	check: FormOptions<V>['check'];
	field?: (name: string) => string;
}

export interface Settings<V extends object> {
	form: Form<V>;
	saving: Signal<Saving>;
	/** What it became elsewhere while something was typed here. */
	theirs: Signal<V | null>;
}

const changed = (a: object, b: object) => Object.entries(b).some(([k, x]) => JSON.stringify(x) !== JSON.stringify((a as Record<string, unknown>)[k]));
const booleans = (v: object) => JSON.stringify(Object.entries(v).filter(([, x]) => typeof x === 'boolean'));

export function useSettings<S extends object, V extends object>(section: Section<S>, o: Options<S, V>): Settings<V> {
	const saving = useSignal<Saving>(''), theirs = useSignal<V | null>(null);
	const base = useSignal(o.from(section.of.data.peek()!));
	const now = () => o.from(section.of.data.peek()!);
	const save = async (v: V) => {
		const was = o.to(base.peek()), part = o.to(v);
		try {
			await section.save(part);
		} catch (e) {
			// a change of something else in the same section is none of ours: once more on top of it
			if (!(e instanceof Problem) || e.status !== 412)
				throw e;
			await section.of.load();
			if (changed(was, o.to(now())))
				throw e;
			await section.save(part);
		}
		base.value = v;
		theirs.value = null;
		if (form.values.peek() === v)
			saving.value = 'saved';
	};
	const form: Form<V> = useForm<V>({
		initial: base.peek(), check: o.check, quiet: true, ...(o.field ? { field: o.field } : {}), send: save,
		conflict: async () => {
			theirs.value = base.value = now();
		},
	});
	useSignalEffect(() => {
		if (section.of.data.value && !form.dirty && !form.busy.peek()) {
			const fresh = o.from(section.of.data.value);
			if (changed(form.values.peek(), fresh))
				form.reset(fresh);
			base.value = fresh;
		}
	});
	useEffect(() => follow(form, saving), []);
	return { form, saving, theirs };
}

function follow<V extends object>(form: Form<V>, saving: Signal<Saving>) {
	let timer = 0, switches = booleans(form.values.peek());
	const run = async () => {
		timer = 0;
		if (form.busy.peek()) {
			timer = setTimeout(run, PAUSE_MS);
			return;
		}
		saving.value = 'saving';
		await form.submit();
		if (form.dirty && !timer)
			saving.value = 'not';
	};
	const stop = form.values.subscribe((v) => {
		const at = booleans(v), flipped = at !== switches;
		switches = at;
		clearTimeout(timer);
		timer = 0;
		if (!form.dirty)
			return;
		if (!form.valid) {
			saving.value = 'not';
			return;
		}
		saving.value = 'soon';
		timer = setTimeout(run, flipped ? 0 : PAUSE_MS);
	});
	const waiting = () => form.dirty && form.valid && !form.busy.peek();
	const undo = guard(() => form.dirty && !form.valid);
	const leaving = (e: Event) => {
		if (waiting()) {
			void form.submit();
			e.preventDefault();
		}
	};
	addEventListener('beforeunload', leaving);
	return () => {
		stop();
		undo();
		removeEventListener('beforeunload', leaving);
		clearTimeout(timer);
		// the page is left with a save still to come: send it now
		if (waiting())
			form.o.send(form.values.peek()).catch((e: unknown) => {
				if (!(e instanceof Problem))
					throw e;
				toast(sayProblem(e), { tone: 'bad' });
			});
	};
}
