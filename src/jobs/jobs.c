/* Listed jobs: who may run, and what becomes of them; see jobs.h. */
#include "jobs/jobs_set.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "io/loop.h"
#include "io/timer.h"
#include "jobs/process.h"
#include "jobs/record.h"

static void on_pump(void *arg);
static void on_teller(void *arg);
static void on_progress(void *arg, int percent, const char *step);
static void on_fact(void *arg, const json_t *fact);
static void on_done(void *arg, const json_t *result, const struct err *e);

static const struct jobs_process_ops job_ops = { on_progress, on_fact, on_done };

const struct jobs_kind *
jobs_kind_find(const struct jobs_kind *kinds, const char *name)
{
	for (; kinds->name != NULL; kinds++)
		if (strcmp(kinds->name, name) == 0)
			return kinds;
	return NULL;
}

static bool
take_fds(struct job *x, const int *fds, size_t n)
{
	int fd;

	if (n > JOBS_FDS)
		return false;
	x->fds = n == 0 ? NULL : calloc(n, sizeof(*fds));
	while (x->fds != NULL && x->nfds < n) {
		fd = fcntl(fds[x->nfds], F_DUPFD_CLOEXEC, 3);
		if (fd < 0)
			break;
		x->fds[x->nfds++] = fd;
	}
	return x->nfds == n;
}

/* --- life ----------------------------------------------------------------------- */

struct jobs *
jobs_new(const struct jobs_conf *c)
{
	struct jobs *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->c = *c;
	io_later_init(&j->pump, on_pump, j);
	j->teller = io_timer_new(c->loop, on_teller, j);
	if (j->teller == NULL) {
		free(j);
		return NULL;
	}
	jobs_list_load(j);
	return j;
}

void
jobs_free(struct jobs *j)
{
	if (j == NULL)
		return;
	while (j->runs != NULL)
		jobs_run_cancel(j->runs);
	while (j->newest != NULL)
		jobs_list_drop(j->newest);
	io_later_cancel(&j->pump);
	io_timer_free(j->teller);
	free(j);
}

static void
tell(struct job *x)
{
	struct jobs *j = x->jobs;

	x->told_ms = io_loop_now_ms(j->c.loop);
	x->untold = false;
	if (j->c.changed != NULL)
		j->c.changed(j->c.arg, x->record);
}

/* A new state: written, then told. */
static void
changed(struct job *x)
{
	jobs_list_save(x->jobs);
	tell(x);
}

/* --- listed jobs ------------------------------------------------------------------ */

int
jobs_start(struct jobs *j, const struct jobs_ask *a, json_t **out, struct err *e)
{
	const struct jobs_kind *kind = jobs_kind_find(j->c.kinds, a->kind);
	struct job *x;

	if (kind == NULL || !kind->listed)
		return err_set(e, ERR_INTERNAL, "no job of kind %s", a->kind);
	if (j->queued >= JOBS_QUEUED) {
		(void)err_set(e, ERR_UNAVAILABLE, "%d jobs are waiting already", JOBS_QUEUED);
		if (e != NULL)
			e->retry_after = 60;
		return err_errno(ERR_UNAVAILABLE);
	}
	x = calloc(1, sizeof(*x));
	if (x == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	x->kind = kind;
	x->done = a->done;
	x->fact = a->fact;
	x->arg = a->arg;
	x->record = jobs_record_new(kind->name, a->object, a->actor, jobs_now_s(j));
	x->in = a->in == NULL ? json_object() : json_deep_copy(a->in);
	if (x->record == NULL || x->in == NULL || !take_fds(x, a->fds, a->nfds)) {
		json_decref(x->record);
		json_decref(x->in);
		jobs_list_close_fds(x);
		free(x);
		return err_set(e, ERR_INTERNAL, "out of memory");
	}
	jobs_list_add(j, x);
	j->queued++;
	changed(x);
	if (out != NULL)
		*out = json_deep_copy(x->record);
	io_later_call(&j->pump, j->c.loop);
	return 0;
}

/* The record says how it ended; whoever started it hears it last. */
static void
end(struct job *x, const json_t *result, const struct err *e)
{
	struct jobs *j = x->jobs;
	jobs_done *done = x->done;
	void *arg = x->arg;

	x->done = NULL;
	changed(x);
	io_later_call(&j->pump, j->c.loop);
	if (done != NULL)
		done(arg, result, e);
}

static void
start(struct job *x)
{
	struct jobs *j = x->jobs;
	struct jobs_process_conf c = { .children = j->c.children, .clk = j->c.clk,
	    .kind = x->kind, .fds = x->fds, .nfds = x->nfds, .ops = &job_ops, .arg = x };
	struct err e;

	x->process = jobs_process_start(&c, x->in);
	json_decref(x->in);
	x->in = NULL;
	jobs_list_close_fds(x);
	j->queued--;
	if (x->process != NULL) {
		j->running++;
		jobs_record_start(x->record, jobs_now_s(j));
		changed(x);
		return;
	}
	err_clear(&e);
	(void)err_set(&e, ERR_INTERNAL, "the task could not be started");
	jobs_record_fail(x->record, "failed", e.detail, jobs_now_s(j));
	end(x, NULL, &e);
}

json_t *
jobs_note(struct jobs *j, const struct jobs_ask *a, const json_t *result)
{
	struct job *x = calloc(1, sizeof(*x));

	if (x != NULL)
		x->record = jobs_record_new(a->kind, a->object, a->actor, jobs_now_s(j));
	if (x == NULL || x->record == NULL) {
		free(x);
		return NULL;
	}
	jobs_list_add(j, x);
	jobs_record_start(x->record, jobs_now_s(j));
	jobs_record_succeed(x->record, result, jobs_now_s(j));
	changed(x);
	return json_deep_copy(x->record);
}

static struct job *
next_queued(const struct jobs *j)
{
	struct job *x = j->oldest;

	while (x != NULL && x->in == NULL)
		x = x->newer;
	return x;
}

static void
on_pump(void *arg)
{
	struct jobs *j = arg;
	struct job *x;

	while (j->running < JOBS_RUNNING && (x = next_queued(j)) != NULL)
		start(x);
}

static void
on_progress(void *arg, int percent, const char *step)
{
	struct job *x = arg;
	uint64_t now = io_loop_now_ms(x->jobs->c.loop);

	if (!jobs_record_progress(x->record, percent, step))
		return;
	if (now - x->told_ms >= JOBS_NOTIFY_MS) {
		tell(x);
		return;
	}
	x->untold = true;
	io_timer_once(x->jobs->teller, JOBS_NOTIFY_MS);
}

static void
on_teller(void *arg)
{
	struct jobs *j = arg;
	struct job *x;

	for (x = j->newest; x != NULL; x = x->older)
		if (x->untold)
			tell(x);
}

static void
on_fact(void *arg, const json_t *fact)
{
	struct job *x = arg;

	if (x->fact != NULL)
		x->fact(x->arg, fact);
}

static void
on_done(void *arg, const json_t *result, const struct err *e)
{
	struct job *x = arg;

	x->process = NULL;
	x->jobs->running--;
	if (e == NULL)
		jobs_record_succeed(x->record, result, jobs_now_s(x->jobs));
	else
		jobs_record_fail(x->record, "failed", e->detail, jobs_now_s(x->jobs));
	end(x, result, e);
}

int
jobs_cancel(struct jobs *j, const char *id, struct err *e)
{
	struct job *x = jobs_list_find(j, id);
	struct err why;

	if (x == NULL)
		return err_set(e, ERR_NOT_FOUND, "no job %s", id);
	if (!jobs_record_is_active(x->record))
		return err_set(e, ERR_CONFLICT, "the job is over");
	if (!x->kind->cancellable)
		return err_set(e, ERR_CONFLICT, "a job of kind %s cannot be cancelled", x->kind->name);
	if (x->process != NULL)
		j->running--;
	else
		j->queued--;
	jobs_process_cancel(x->process);
	x->process = NULL;
	json_decref(x->in);
	x->in = NULL;
	jobs_list_close_fds(x);
	err_clear(&why);
	(void)err_set(&why, ERR_CONFLICT, "cancelled");
	jobs_record_fail(x->record, "cancelled", why.detail, jobs_now_s(j));
	end(x, NULL, &why);
	return 0;
}
