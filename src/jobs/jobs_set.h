/* What the files of jobs.h share; for no others: jobs.c (listed jobs), jobs_list.c (their list) and jobs_run.c (unlisted runs). */
#ifndef JOBS_JOBS_SET_H
#define JOBS_JOBS_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "io/later.h"
#include "jobs/jobs.h"

struct io_timer;
struct jobs_process;

/* A listed job. */
struct job {
	struct jobs *jobs;
	struct job *older, *newer;
	json_t *record;
	const struct jobs_kind *kind;	/* NULL: of an earlier run of the program */
	json_t *in;			/* queued: its input, */
	int *fds;			/* and its descriptors */
	size_t nfds;
	struct jobs_process *process;	/* running */
	jobs_done *done;
	void (*fact)(void *arg, const json_t *fact);
	void *arg;
	uint64_t told_ms;		/* changed() was called last */
	bool untold;
};

struct jobs {
	struct jobs_conf c;
	struct job *newest, *oldest;
	struct jobs_run *runs;
	size_t count, running, queued;
	struct io_later pump;		/* starts what is queued */
	struct io_timer *teller;	/* tells progress that came too soon after the last */
	bool unwritable;		/* the last save failed: said once */
};

/* --- jobs_list.c --------------------------------------------------------------------------------------- */

int64_t jobs_now_s(const struct jobs *j);

void jobs_list_add(struct jobs *j, struct job *x);
void jobs_list_drop(struct job *x);		/* and end what runs */
void jobs_list_close_fds(struct job *x);
struct job *jobs_list_find(const struct jobs *j, const char *id);

/* A failure is logged, once. */
void jobs_list_save(struct jobs *j);
void jobs_list_load(struct jobs *j);

#endif /* JOBS_JOBS_SET_H */
