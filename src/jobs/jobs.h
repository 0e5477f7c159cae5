/* Long work in child processes (design.md 1, data.md 6.2). A job is one run of
 * this same file as "pic job <kind>" with a JSON document on its standard
 * input and JSON lines on its standard output (jobs/line.h).
 *
 * Listed jobs have an id, a state and a place in state/jobs.json; at most
 * JOBS_RUNNING at once, the rest is queued. Unlisted runs (a password hash)
 * have only their done callback. All calls on the loop thread. */
#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct clk;
struct err;
struct io_child_set;
struct io_loop;
struct jobs;
struct jobs_run;

enum {
	JOBS_RUNNING = 4,		/* listed ones */
	JOBS_QUEUED = 64,
	JOBS_KEPT = 200,
	JOBS_KEPT_S = 7 * 86400,
	JOBS_INPUT_MAX = 1 << 20,	/* as io/child.h */
	JOBS_FDS = 40,			/* descriptors of one job */
	JOBS_NOTIFY_MS = 250		/* progress of one job is told at most 4 times a second */
};

/* The work, in the child: linear, blocking. arg, for progress as well, points to a struct io_tls_anchors *: whom a kind
 * with network trusts; the work may take it, leaving NULL. 0 with *result (new reference, may be NULL), or negative
 * errno with e. */
typedef int jobs_work(const json_t *in, void (*progress)(void *arg, int percent, const char *step),
    void *arg, json_t **result, struct err *e);

/* One row per kind; role/ has the table, core and child read the same one. */
struct jobs_kind {
	const char *name;		/* "diagnosis.run" */
	bool listed;
	bool cancellable;
	bool network;			/* sandbox of the child: PRIV_JOB_NET, else PRIV_JOB_LOCAL */
	unsigned deadline_s;
	jobs_work *work;
};

const struct jobs_kind *jobs_kind_find(const struct jobs_kind *kinds, const char *name);	/* ended by name NULL */

struct jobs_conf {
	struct io_loop *loop;
	struct io_child_set *children;
	const struct clk *clk;
	const struct jobs_kind *kinds;	/* ended by name NULL */
	int state_dirfd;		/* the folder of jobs.json, borrowed */
	/* A listed job changed state, step or ≥ 1 % progress. job: the api.md object, borrowed. May be NULL. */
	void (*changed)(void *arg, const json_t *job);
	void *arg;
};

/* Loads jobs.json: what is found queued, running or waiting becomes failed "the cell was stopped while this ran" (APL-4).
 * A damaged file is an empty list. NULL when out of memory. */
struct jobs *jobs_new(const struct jobs_conf *c);
void jobs_free(struct jobs *j);		/* kills what runs; saved as running, so that the next start tells the truth */

/* result is borrowed; e NULL = succeeded. Cancelled: e is ERR_CONFLICT "cancelled", from within jobs_cancel(). */
typedef void jobs_done(void *arg, const json_t *result, const struct err *e);

struct jobs_ask {
	const char *kind;		/* a listed kind */
	const char *object;		/* what it is about, or NULL */
	const char *actor;
	const json_t *in;		/* borrowed; not kept in the list; NULL = {} */
	const int *fds;			/* become 3, 4, … in the child; duplicated, the caller keeps its own */
	size_t nfds;
	jobs_done *done;		/* may be NULL; never from within jobs_start() */
	/* What the child wants kept (jobs/line.h), an object, borrowed; never after done. May be NULL. */
	void (*fact)(void *arg, const json_t *fact);
	void *arg;			/* of both */
};

/* *out: the job's object (new reference), may be NULL. 0, or ERR_UNAVAILABLE when JOBS_QUEUED wait. */
int jobs_start(struct jobs *j, const struct jobs_ask *a, json_t **out, struct err *e);

/* Enlist what was done at once, without a child, as a job that has succeeded: its kind need not be in the table. The job's
 * object (new reference), or NULL when out of memory. */
json_t *jobs_note(struct jobs *j, const struct jobs_ask *a, const json_t *result);

/* ERR_NOT_FOUND; ERR_CONFLICT when it is over or its kind cannot be cancelled. */
int jobs_cancel(struct jobs *j, const char *id, struct err *e);

/* New references. state and kind NULL = any; newest first. */
json_t *jobs_list(const struct jobs *j, const char *state, const char *kind);
json_t *jobs_get(const struct jobs *j, const char *id);		/* NULL: unknown */
bool jobs_is_active(const struct jobs *j, const char *kind);	/* one queued, running or waiting */

/* An unlisted run; fds as above. done exactly once, never before this returns, never after cancel. NULL: could not start. */
struct jobs_run *jobs_run_start(struct jobs *j, const char *kind, const json_t *in, jobs_done *done, void *arg);
struct jobs_run *jobs_run_with(struct jobs *j, const struct jobs_ask *a);	/* object and actor do not count */
void jobs_run_cancel(struct jobs_run *r);	/* NULL is allowed */

#endif /* JOBS_JOBS_H */
