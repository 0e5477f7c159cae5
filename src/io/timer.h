/* One timer. Freed by io_timer_free() from anywhere, also its own callback. */
#ifndef IO_TIMER_H
#define IO_TIMER_H

#include <stdint.h>

struct io_loop;
struct io_timer;

typedef void io_timer_cb(void *arg);

struct io_timer *io_timer_new(struct io_loop *l, io_timer_cb *cb, void *arg);
void io_timer_free(struct io_timer *t);			/* NULL is allowed */
void io_timer_once(struct io_timer *t, uint64_t ms);	/* restarts a running one */
void io_timer_every(struct io_timer *t, uint64_t ms);
void io_timer_stop(struct io_timer *t);

#endif /* IO_TIMER_H */
