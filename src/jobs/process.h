/* One child process at work: started, listened to, ended. Knows nothing of
 * lists and states. */
#ifndef JOBS_PROCESS_H
#define JOBS_PROCESS_H

#include <jansson.h>

struct clk;
struct err;
struct io_child_set;
struct jobs_kind;
struct jobs_process;

struct jobs_process_ops {
	/* percent -1, step "": not said. May be NULL. */
	void (*progress)(void *arg, int percent, const char *step);
	/* Something to keep, an object, borrowed. May be NULL. */
	void (*fact)(void *arg, const json_t *fact);
	/* The child is gone. result is borrowed; e NULL = it succeeded. The jobs_process is freed after it returns. */
	void (*done)(void *arg, const json_t *result, const struct err *e);
};

struct jobs_process_conf {
	struct io_child_set *children;
	const struct clk *clk;
	const struct jobs_kind *kind;
	const int *fds;			/* become 3, 4, … in the child; borrowed during the call */
	size_t nfds;
	const struct jobs_process_ops *ops;	/* not copied */
	void *arg;
};

/* NULL: could not be started, or the input is longer than JOBS_INPUT_MAX. No callback comes before it returns. */
struct jobs_process *jobs_process_start(const struct jobs_process_conf *c, const json_t *in);

/* Kill the child; no callback any more. Not from within done. NULL is allowed. */
void jobs_process_cancel(struct jobs_process *p);

#endif /* JOBS_PROCESS_H */
