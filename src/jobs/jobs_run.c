/* Unlisted runs; see jobs.h. */
#include "jobs/jobs_set.h"

#include <stdlib.h>

#include "jobs/process.h"

/* An unlisted run. */
struct jobs_run {
	struct jobs *jobs;
	struct jobs_run *next;
	struct jobs_process *process;
	jobs_done *done;
	void (*fact)(void *arg, const json_t *fact);
	void *arg;
};

static void on_run_fact(void *arg, const json_t *fact);
static void on_run_done(void *arg, const json_t *result, const struct err *e);

static const struct jobs_process_ops run_ops = { NULL, on_run_fact, on_run_done };

struct jobs_run *
jobs_run_with(struct jobs *j, const struct jobs_ask *a)
{
	struct jobs_process_conf c = { .children = j->c.children, .clk = j->c.clk,
	    .kind = jobs_kind_find(j->c.kinds, a->kind), .fds = a->fds, .nfds = a->nfds, .ops = &run_ops };
	struct jobs_run *r = c.kind == NULL ? NULL : calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	c.arg = r;
	r->process = jobs_process_start(&c, a->in);
	if (r->process == NULL) {
		free(r);
		return NULL;
	}
	r->jobs = j;
	r->done = a->done;
	r->fact = a->fact;
	r->arg = a->arg;
	r->next = j->runs;
	j->runs = r;
	return r;
}

struct jobs_run *
jobs_run_start(struct jobs *j, const char *kind, const json_t *in, jobs_done *done, void *arg)
{
	return jobs_run_with(j, &(struct jobs_ask){ .kind = kind, .in = in, .done = done, .arg = arg });
}

static void
run_free(struct jobs_run *r)
{
	struct jobs_run **at = &r->jobs->runs;

	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	free(r);
}

static void
on_run_fact(void *arg, const json_t *fact)
{
	struct jobs_run *r = arg;

	if (r->fact != NULL)
		r->fact(r->arg, fact);
}

static void
on_run_done(void *arg, const json_t *result, const struct err *e)
{
	struct jobs_run *r = arg;
	jobs_done *done = r->done;
	void *done_arg = r->arg;

	run_free(r);
	done(done_arg, result, e);
}

void
jobs_run_cancel(struct jobs_run *r)
{
	if (r == NULL)
		return;
	jobs_process_cancel(r->process);
	run_free(r);
}
