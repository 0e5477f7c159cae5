// A job that a button asks for; a refusal is said where it was asked for.
import { post, Problem } from '../lib/api';
import { sayProblem } from '../lib/form';
import { useJobs } from '../lib/jobs';
import type { Job } from '../lib/types';
import { toast } from './toast';

export function useAsk(kind: string, path: string, over: (j: Job) => void) {
	const jobs = useJobs(kind, over);
	const ask = async () => {
		try {
			await jobs.follow((await post<{ job: Job }>(path)).job.id);
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			toast(sayProblem(e), { tone: 'bad' });
		}
	};
	return { ask, busy: Object.keys(jobs.running.value).length > 0 };
}
