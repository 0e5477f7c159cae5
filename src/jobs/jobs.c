/* The list of jobs and who may run; see jobs.h. */
#include "jobs/jobs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "io/later.h"
#include "io/loop.h"
#include "io/timer.h"
#include "jobs/file.h"
#include "jobs/process.h"
#include "jobs/record.h"
#include "sys/clk.h"

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

/* An unlisted run. */
struct jobs_run {
	struct jobs *jobs;
	struct jobs_run *next;
	struct jobs_process *process;
	jobs_done *done;
	void (*fact)(void *arg, const json_t *fact);
	void *arg;
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

static void on_pump(void *arg);
static void on_teller(void *arg);
static void on_progress(void *arg, int percent, const char *step);
static void on_fact(void *arg, const json_t *fact);
static void on_done(void *arg, const json_t *result, const struct err *e);
static void on_run_fact(void *arg, const json_t *fact);
static void on_run_done(void *arg, const json_t *result, const struct err *e);

static const struct jobs_process_ops job_ops = { on_progress, on_fact, on_done };
static const struct jobs_process_ops run_ops = { NULL, on_run_fact, on_run_done };

const struct jobs_kind *
jobs_kind_find(const struct jobs_kind *kinds, const char *name)
{
	for (; kinds->name != NULL; kinds++)
		if (strcmp(kinds->name, name) == 0)
			return kinds;
	return NULL;
}

static int64_t
now_s(const struct jobs *j)
{
	return j->c.clk->wall_s(j->c.clk);
}

/* --- list ----------------------------------------------------------------------- */

static void
enlist(struct jobs *j, struct job *x)
{
	x->jobs = j;
	x->older = j->newest;
	*(j->newest == NULL ? &j->oldest : &j->newest->newer) = x;
	j->newest = x;
	j->count++;
}

static void
close_fds(struct job *x)
{
	while (x->nfds > 0)
		(void)close(x->fds[--x->nfds]);	/* the caller and the child have their own */
	free(x->fds);
	x->fds = NULL;
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

static void
drop(struct job *x)
{
	struct jobs *j = x->jobs;

	*(x->newer == NULL ? &j->newest : &x->newer->older) = x->older;
	*(x->older == NULL ? &j->oldest : &x->older->newer) = x->newer;
	j->count--;
	jobs_process_cancel(x->process);
	json_decref(x->record);
	json_decref(x->in);
	close_fds(x);
	free(x);
}

/* The newest JOBS_KEPT of the last JOBS_KEPT_S; what is not over stays. */
static void
prune(struct jobs *j)
{
	int64_t since = now_s(j) - JOBS_KEPT_S;
	struct job *x, *newer;

	for (x = j->oldest; x != NULL; x = newer) {
		newer = x->newer;
		if (!jobs_record_is_active(x->record) &&
		    (j->count > JOBS_KEPT || jobs_record_time(x->record, "finished_at") < since))
			drop(x);
	}
}

static struct job *
find(const struct jobs *j, const char *id)
{
	struct job *x = j->newest;

	while (x != NULL && strcmp(jobs_record_text(x->record, "id"), id) != 0)
		x = x->older;
	return x;
}

/* --- file ----------------------------------------------------------------------- */

static int
write_list(struct jobs *j, struct err *e)
{
	json_t *list = json_array();
	struct job *x;
	int r;

	/* Newest first, as people read; an append that fails leaves one job out. */
	for (x = j->newest; x != NULL; x = x->older)
		(void)json_array_append(list, x->record);
	r = jobs_file_write(j->c.state_dirfd, list, e);
	json_decref(list);
	return r;
}

static void
save(struct jobs *j)
{
	struct err e;
	bool failed;

	prune(j);
	err_clear(&e);
	failed = write_list(j, &e) < 0;
	if (failed && !j->unwritable)
		log_line(LOG_JOBS, LOG_WARNING, "the list of jobs is not saved", "err", e.detail, NULL);
	j->unwritable = failed;
}

static void
load_one(struct jobs *j, const json_t *record)
{
	struct job *x;

	if (!jobs_record_valid(record) || find(j, jobs_record_text(record, "id")) != NULL)
		return;
	x = calloc(1, sizeof(*x));
	if (x == NULL)
		return;
	x->record = json_deep_copy(record);
	if (x->record == NULL) {
		free(x);
		return;
	}
	/* Its child died with the core that started it (APL-4). */
	if (jobs_record_is_active(x->record))
		jobs_record_fail(x->record, "failed", "the cell was stopped while this ran", now_s(j));
	enlist(j, x);
}

static void
load(struct jobs *j)
{
	json_t *list = jobs_file_read(j->c.state_dirfd);
	size_t i;

	for (i = json_array_size(list); i > 0; i--)
		load_one(j, json_array_get(list, i - 1));
	json_decref(list);
	if (j->count > 0)
		save(j);
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
	load(j);
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
		drop(j->newest);
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
	save(x->jobs);
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
	x->record = jobs_record_new(kind->name, a->object, a->actor, now_s(j));
	x->in = a->in == NULL ? json_object() : json_deep_copy(a->in);
	if (x->record == NULL || x->in == NULL || !take_fds(x, a->fds, a->nfds)) {
		json_decref(x->record);
		json_decref(x->in);
		close_fds(x);
		free(x);
		return err_set(e, ERR_INTERNAL, "out of memory");
	}
	enlist(j, x);
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
	close_fds(x);
	j->queued--;
	if (x->process != NULL) {
		j->running++;
		jobs_record_start(x->record, now_s(j));
		changed(x);
		return;
	}
	err_clear(&e);
	(void)err_set(&e, ERR_INTERNAL, "the task could not be started");
	jobs_record_fail(x->record, "failed", e.detail, now_s(j));
	end(x, NULL, &e);
}

json_t *
jobs_note(struct jobs *j, const struct jobs_ask *a, const json_t *result)
{
	struct job *x = calloc(1, sizeof(*x));

	if (x != NULL)
		x->record = jobs_record_new(a->kind, a->object, a->actor, now_s(j));
	if (x == NULL || x->record == NULL) {
		free(x);
		return NULL;
	}
	enlist(j, x);
	jobs_record_start(x->record, now_s(j));
	jobs_record_succeed(x->record, result, now_s(j));
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
		jobs_record_succeed(x->record, result, now_s(x->jobs));
	else
		jobs_record_fail(x->record, "failed", e->detail, now_s(x->jobs));
	end(x, result, e);
}

int
jobs_cancel(struct jobs *j, const char *id, struct err *e)
{
	struct job *x = find(j, id);
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
	close_fds(x);
	err_clear(&why);
	(void)err_set(&why, ERR_CONFLICT, "cancelled");
	jobs_record_fail(x->record, "cancelled", why.detail, now_s(j));
	end(x, NULL, &why);
	return 0;
}

static bool
matches(const struct job *x, const char *key, const char *value)
{
	return value == NULL || strcmp(jobs_record_text(x->record, key), value) == 0;
}

json_t *
jobs_list(const struct jobs *j, const char *state, const char *kind)
{
	json_t *list = json_array();
	const struct job *x;

	for (x = j->newest; x != NULL; x = x->older)
		if (matches(x, "state", state) && matches(x, "kind", kind) &&
		    json_array_append_new(list, json_deep_copy(x->record)) < 0)
			break;		/* out of memory: a shorter list */
	return list;
}

json_t *
jobs_get(const struct jobs *j, const char *id)
{
	const struct job *x = find(j, id);

	return x == NULL ? NULL : json_deep_copy(x->record);
}

bool
jobs_is_active(const struct jobs *j, const char *kind)
{
	const struct job *x = j->newest;

	while (x != NULL && !(matches(x, "kind", kind) && jobs_record_is_active(x->record)))
		x = x->older;
	return x != NULL;
}

/* --- unlisted runs ------------------------------------------------------------------ */

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
