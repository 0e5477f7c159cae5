// The jobs of one kind as they move, by the object each works on.
import { signal, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { get, Problem } from './api';
import { listen, resync } from './live';
import type { Job } from './types';

export const jobOver = (j: Job) => j.state === 'succeeded' || j.state === 'failed' || j.state === 'cancelled';

export interface Jobs {
	/** Those that still run, by object. */
	running: Signal<Record<string, Job>>;
	/** A job that was just asked for; it may be over before its events are heard. */
	follow: (id: string) => Promise<void>;
}

/** `over` is called once for each that ended. */
export function useJobs(kind: string, over: (j: Job) => void): Jobs {
	const kept = useRef<{ running: Signal<Record<string, Job>>; ended: Set<string> } | null>(null);
	const { running, ended } = kept.current ??= { running: signal<Record<string, Job>>({}), ended: new Set() };
	const look = (j: Job) => {
		const { [j.object ?? '']: known, ...rest } = running.peek();
		// an answer may be older than the event that came before it
		if (ended.has(j.id))
			return;
		if (!jobOver(j)) {
			running.value = { ...rest, [j.object ?? '']: j };
			return;
		}
		ended.add(j.id);
		if (known?.id === j.id)
			running.value = rest;
		over(j);
	};
	const follow = async (id: string) => look(await get<Job>(`/api/jobs/${id}`));
	useEffect(() => listen('job', (d) => {
		const { job } = d as { job: Job };
		if (job.kind === kind)
			look(job);
	}), []);
	// those that run already, and those whose end was missed
	useEffect(() => resync.subscribe(() => {
		get<Job[]>('/api/jobs').then((all) => {
			for (const j of all.filter((x) => x.kind === kind && (!jobOver(x) || running.peek()[x.object ?? '']?.id === x.id)))
				look(j);
		}, (e: unknown) => {
			if (!(e instanceof Problem))
				throw e;
		});
	}), []);
	return { running, follow };
}
