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

/** `over` is called for each that ended. */
export function useJobs(kind: string, over: (j: Job) => void): Jobs {
	const kept = useRef<Signal<Record<string, Job>> | null>(null);
	const running = kept.current ??= signal<Record<string, Job>>({});
	const look = (j: Job) => {
		const { [j.object ?? '']: known, ...rest } = running.peek();
		const ended = jobOver(j);
		running.value = ended ? rest : { ...rest, [j.object ?? '']: j };
		if (ended && known?.id === j.id)
			over(j);
	};
	const follow = async (id: string) => {
		const j = await get<Job>(`/api/jobs/${id}`);
		if (jobOver(j)) {
			const { [j.object ?? '']: _, ...rest } = running.peek();
			running.value = rest;
			over(j);
		} else {
			look(j);
		}
	};
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
