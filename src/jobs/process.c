/* A job child seen from core; see process.h. */
#include "jobs/process.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <sodium.h>

#include "base/err.h"
#include "io/child.h"
#include "jobs/jobs.h"
#include "jobs/line.h"
#include "sys/clk.h"

enum { TITLE_MAX = 64 };

struct jobs_process {
	struct io_child *child;
	const struct clk *clk;
	const struct jobs_kind *kind;
	const struct jobs_process_ops *ops;
	void *arg;
	uint64_t started_ms;
	bool ended;		/* end is its result or error */
	bool nonsense;		/* it wrote what no job writes */
	struct jobs_line end;
};

static void on_line(void *arg, const char *p, size_t n);
static void on_exit_status(void *arg, int status);

static const struct io_child_ops child_ops = { on_line, on_exit_status };

static struct io_child *
spawn(struct jobs_process *x, const struct jobs_process_conf *conf, const char *input, size_t n)
{
	char title[TITLE_MAX];
	const char *argv[] = { title, "job", x->kind->name, NULL };
	struct io_child_conf c = { .argv = argv, .fds = conf->fds, .nfds = conf->nfds, .input = input, .input_len = n,
	    .deadline_ms = (uint64_t)x->kind->deadline_s * 1000 };

	(void)snprintf(title, sizeof(title), "pic: job %s", x->kind->name);	/* cut is as good */
	return io_child_start(conf->children, &c, &child_ops, x);
}

/* json_dumpb() writes straight into our buffer: no copy of a password stays behind. */
static struct io_child *
spawn_with(struct jobs_process *x, const struct jobs_process_conf *conf, const json_t *in)
{
	size_t n = json_dumpb(in, NULL, 0, JSON_COMPACT);
	char *input = n == 0 || n > JOBS_INPUT_MAX ? NULL : malloc(n);
	struct io_child *child;

	if (input == NULL)
		return NULL;
	(void)json_dumpb(in, input, n, JSON_COMPACT);	/* n bytes, as before */
	child = spawn(x, conf, input, n);
	sodium_memzero(input, n);
	free(input);
	return child;
}

struct jobs_process *
jobs_process_start(const struct jobs_process_conf *c, const json_t *in)
{
	struct jobs_process *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->clk = c->clk;
	x->kind = c->kind;
	x->ops = c->ops;
	x->arg = c->arg;
	x->started_ms = c->clk->mono_ms(c->clk);
	x->child = spawn_with(x, c, in);
	if (x->child == NULL) {
		free(x);
		return NULL;
	}
	return x;
}

static void
process_free(struct jobs_process *x)
{
	jobs_line_clear(&x->end);
	free(x);
}

void
jobs_process_cancel(struct jobs_process *x)
{
	if (x == NULL)
		return;
	io_child_abandon(x->child);
	process_free(x);
}

static void
on_line(void *arg, const char *p, size_t n)
{
	struct jobs_process *x = arg;
	struct jobs_line line;

	if (x->ended || x->nonsense)
		return;
	if (!jobs_line_read(p, n, &line)) {
		x->nonsense = true;
		io_child_kill(x->child, SIGKILL);
	} else if (line.type == JOBS_LINE_PROGRESS) {
		if (x->ops->progress != NULL)
			x->ops->progress(x->arg, line.percent, line.step);
		jobs_line_clear(&line);
	} else if (line.type == JOBS_LINE_FACT) {
		if (x->ops->fact != NULL)
			x->ops->fact(x->arg, line.result);
		jobs_line_clear(&line);
	} else {
		x->ended = true;
		x->end = line;
	}
}

/* Why a child that said nothing is gone. */
static void
explain(const struct jobs_process *x, int status, struct err *e)
{
	uint64_t ran_s = (x->clk->mono_ms(x->clk) - x->started_ms) / 1000;

	err_clear(e);
	if (x->nonsense)
		(void)err_set(e, ERR_INTERNAL, "the task answered nonsense");
	else if (x->kind->deadline_s != 0 && ran_s >= x->kind->deadline_s)
		(void)err_set(e, ERR_UNAVAILABLE, "the task took longer than %u s", x->kind->deadline_s);
	else if (WIFSIGNALED(status))
		(void)err_set(e, ERR_INTERNAL, "the task was ended by signal %d", WTERMSIG(status));
	else
		(void)err_set(e, ERR_INTERNAL, "the task ended without a result (status %d)", WEXITSTATUS(status));
}

static void
on_exit_status(void *arg, int status)
{
	struct jobs_process *x = arg;
	struct err e;

	x->child = NULL;
	if (!x->ended) {
		explain(x, status, &e);
		x->ops->done(x->arg, NULL, &e);
	} else if (x->end.type == JOBS_LINE_ERROR) {
		x->ops->done(x->arg, NULL, &x->end.error);
	} else {
		x->ops->done(x->arg, x->end.result, NULL);
	}
	process_free(x);
}
