// A part of the configuration that several forms of a page save parts of: one copy,
// one revision, and one save after the other, so that they do not refuse each other.
import { useRef } from 'preact/hooks';
import { put } from './api';
import { useResource, type Resource } from './resource';

export interface Section<S> {
	of: Resource<S>;
	/** Save these members; resolves when the section is fresh. */
	save: (part: Partial<S>) => Promise<void>;
}

export function useSection<S>(path: string): Section<S> {
	const of = useResource<S>(path, ['config']);
	const last = useRef<Promise<unknown>>(Promise.resolve());
	const save = (part: Partial<S>) => {
		const run = last.current.then(async () => {
			await put(path, part, of.etag);
			await of.load();
		});
		last.current = run.catch(() => {});	// whoever waits for `run` hears of it
		return run;
	};
	return { of, save };
}
