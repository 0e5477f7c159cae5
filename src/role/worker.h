/* One edge as core sees it: a process that is started, spoken to over its
 * channel, watched, and replaced when it dies or hangs (PRC-6). What is said is
 * the business of edges.c. */
#ifndef ROLE_WORKER_H
#define ROLE_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "role/message.h"

struct dns_log;
struct edge_stats;
struct io_channel_msg;
struct io_child_set;
struct io_loop;
struct worker;
struct wr;

/* An edge tells something every second; one that was silent for so many of our seconds hangs. */
enum { WORKER_SILENT_S = 10 };

enum edge_state { EDGE_STARTING, EDGE_RUNNING, EDGE_WAITING, EDGE_FAILED };

struct edge_info {
	enum edge_state state;
	pid_t pid;		/* 0 = none */
	unsigned restarts;
	int64_t since;		/* Unix time of the last change of state */
};

/* None of them frees the worker. */
struct worker_ops {
	/* A new process, that knows nothing yet. */
	void (*on_born)(void *arg);
	/* False: that was no message, and the edge goes. */
	bool (*on_message)(void *arg, struct io_channel_msg *msg);
	/* It is gone. True: others do its work meanwhile. Not after worker_stop(). */
	bool (*on_dead)(void *arg);
	/* Its state is another one. */
	void (*on_change)(void *arg);
	/* After worker_stop(): it is gone. */
	void (*on_stopped)(void *arg);
};

struct worker_conf {
	struct io_loop *loop;
	struct io_child_set *children;
	size_t index, count;		/* of how many */
	const struct worker_ops *ops;
	void *arg;
};

/* Nothing runs yet. NULL when out of memory or descriptors. */
struct worker *worker_new(const struct worker_conf *c);
void worker_free(struct worker *w);		/* kills what runs; no callback; NULL is allowed */

/* Start it. 0, or why it cannot be started. */
int worker_start(struct worker *w);

/* If it waits to be started again: now. */
void worker_wake(struct worker *w);

/* It said that it is at work. False: it has said so before. */
bool worker_ready(struct worker *w);

/* Send it a message; fd -1 = none. What is not running gets none; one that does not take it is killed. */
void worker_send(struct worker *w, enum message_type type, const struct wr *m, int fd);	/* -1: without a descriptor */
void worker_send_fds(struct worker *w, enum message_type type, const struct wr *m, const int *fds, size_t n);

/* End it, and start another: for the reason that the log will show. */
void worker_kill(struct worker *w, const char *why);

/* Once a second: kills one that hangs. */
void worker_tick(struct worker *w);

/* No more restarts; it is asked to end. If there is one, on_stopped() follows. */
void worker_stop(struct worker *w);

bool worker_is_alive(const struct worker *w);	/* there is a process */
bool worker_is_running(const struct worker *w);	/* and it is at work */
void worker_info(const struct worker *w, struct edge_info *out);

/* Its page of counters: it lives as long as the worker, whoever of its processes writes. */
int worker_stats_fd(const struct worker *w);
const struct edge_stats *worker_stats(const struct worker *w);

/* The ring of questions in it; and wiping what is in the ring. */
const struct dns_log *worker_log(const struct worker *w);
void worker_log_clear(struct worker *w);

#endif /* ROLE_WORKER_H */
