/* The list of jobs, kept in a file; see jobs_set.h. */
#include "jobs/jobs_set.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "jobs/file.h"
#include "jobs/process.h"
#include "jobs/record.h"
#include "sys/clk.h"

int64_t
jobs_now_s(const struct jobs *j)
{
	return j->c.clk->wall_s(j->c.clk);
}

void
jobs_list_add(struct jobs *j, struct job *x)
{
	x->jobs = j;
	x->older = j->newest;
	*(j->newest == NULL ? &j->oldest : &j->newest->newer) = x;
	j->newest = x;
	j->count++;
}

void
jobs_list_close_fds(struct job *x)
{
	while (x->nfds > 0)
		(void)close(x->fds[--x->nfds]);	/* the caller and the child have their own */
	free(x->fds);
	x->fds = NULL;
}

void
jobs_list_drop(struct job *x)
{
	struct jobs *j = x->jobs;

	*(x->newer == NULL ? &j->newest : &x->newer->older) = x->older;
	*(x->older == NULL ? &j->oldest : &x->older->newer) = x->newer;
	j->count--;
	jobs_process_cancel(x->process);
	json_decref(x->record);
	json_decref(x->in);
	jobs_list_close_fds(x);
	free(x);
}

/* The newest JOBS_KEPT of the last JOBS_KEPT_S; what is not over stays. */
static void
prune(struct jobs *j)
{
	int64_t since = jobs_now_s(j) - JOBS_KEPT_S;
	struct job *x, *newer;

	for (x = j->oldest; x != NULL; x = newer) {
		newer = x->newer;
		if (!jobs_record_is_active(x->record) &&
		    (j->count > JOBS_KEPT || jobs_record_time(x->record, "finished_at") < since))
			jobs_list_drop(x);
	}
}

struct job *
jobs_list_find(const struct jobs *j, const char *id)
{
	struct job *x = j->newest;

	while (x != NULL && strcmp(jobs_record_text(x->record, "id"), id) != 0)
		x = x->older;
	return x;
}

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

void
jobs_list_save(struct jobs *j)
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

	if (!jobs_record_valid(record) || jobs_list_find(j, jobs_record_text(record, "id")) != NULL)
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
		jobs_record_fail(x->record, "failed", "the cell was stopped while this ran", jobs_now_s(j));
	jobs_list_add(j, x);
}

void
jobs_list_load(struct jobs *j)
{
	json_t *list = jobs_file_read(j->c.state_dirfd);
	size_t i;

	for (i = json_array_size(list); i > 0; i--)
		load_one(j, json_array_get(list, i - 1));
	json_decref(list);
	if (j->count > 0)
		jobs_list_save(j);
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
	const struct job *x = jobs_list_find(j, id);

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
