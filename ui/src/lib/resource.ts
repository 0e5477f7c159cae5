// Something of the cell shown on a page: fetched when the page opens, again when an
// event or a gap says it changed, and the last value stays while that happens.
import { signal, useSignalEffect, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Problem, request } from './api';
import { listen, resync } from './live';

export class Resource<T> {
	data: Signal<T | null> = signal(null);
	error: Signal<Problem | null> = signal(null);
	loading = signal(false);
	etag: string | null = null;
	private abort: AbortController | null = null;

	constructor(private path: string, private query: Record<string, string | number | undefined> = {}) {}

	async load() {
		this.abort?.abort();
		const mine = this.abort = new AbortController();
		this.loading.value = true;
		try {
			const a = await request<T>('GET', this.path, { query: this.query, signal: mine.signal });
			if (this.abort !== mine)
				return;
			this.etag = a.etag;
			this.data.value = a.data;
			this.error.value = null;
		} catch (e) {
			if (this.abort === mine && !mine.signal.aborted)
				this.error.value = e instanceof Problem ? e : new Problem(0, { detail: String(e) });
		}
		if (this.abort === mine)
			this.loading.value = false;
	}

	cancel() {
		this.abort?.abort();
		this.loading.value = false;
	}
}

/** A resource for the life of the component; `events` say when to fetch again. */
export function useResource<T>(path: string, events: string[] = [], query: Record<string, string | number | undefined> = {}): Resource<T> {
	const key = path + JSON.stringify(query);
	const kept = useRef<{ key: string; r: Resource<T> } | null>(null);
	if (kept.current?.key !== key)
		kept.current = { key, r: new Resource<T>(path, query) };
	const r = kept.current.r;
	useEffect(() => {
		const undo = events.map((type) => listen(type, () => void r.load()));
		return () => {
			undo.forEach((f) => f());
			r.cancel();
		};
	}, [r]);
	// the first run is the first load; later ones follow a gap in the events
	useSignalEffect(() => {
		resync.value;
		void kept.current?.r.load();
	});
	useEffect(() => {
		if (!r.data.peek() && !r.loading.peek())
			void r.load();
	}, [r]);
	return r;
}
