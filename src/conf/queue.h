/* Changes that wait for their turn: first come, first served, and none waits
 * longer than CONF_TXN_WAIT_MS (CFG-3). */
#ifndef CONF_QUEUE_H
#define CONF_QUEUE_H

#include <stdint.h>

#include "conf/txn.h"

struct conf;
struct conf_queue;

enum { CONF_ACTOR_MAX = 128, CONF_SUMMARY_MAX = 256 };

struct conf_pending {
	struct conf_pending *next;
	uint64_t deadline;		/* of the loop's clock */
	struct conf_change c;		/* actor and summary point at the copies below */
	char actor[CONF_ACTOR_MAX + 1], summary[CONF_SUMMARY_MAX + 1];
};

struct conf_queue_ops {
	void (*on_turn)(void *arg);	/* asked for by conf_queue_turn() */
	void (*on_late)(void *arg, struct conf_pending *list);	/* have waited too long; taken over by the callee */
};

/* NULL when out of memory. */
struct conf_queue *conf_queue_new(struct io_loop *l, const struct conf_queue_ops *ops, void *arg);

/* The list of those that still wait, taken over by the caller. NULL is allowed. */
struct conf_pending *conf_queue_free(struct conf_queue *q);

/* As conf_txn_submit(). */
int conf_queue_add(struct conf_queue *q, const struct conf_change *c, struct err *e);

/* The first one, taken over by the caller (free()); NULL: none. */
struct conf_pending *conf_queue_pop(struct conf_queue *q);

/* on_turn on the next turn of the loop, if any change waits. */
void conf_queue_turn(struct conf_queue *q);

/* Answer ERR_UNAVAILABLE for each of the list and free it. The callbacks may do anything. */
void conf_pending_refuse(struct conf_pending *list, struct conf *current);

#endif /* CONF_QUEUE_H */
