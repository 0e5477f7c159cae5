/* The event loop of a role: one per process, one thread. Only src/io knows libuv. */
#ifndef IO_LOOP_H
#define IO_LOOP_H

#include <stdint.h>

struct io_loop;

struct io_loop *io_loop_new(void);	/* NULL on failure */

/* Runs until io_loop_stop(). */
void io_loop_run(struct io_loop *l);
void io_loop_stop(struct io_loop *l);

/* Runs close callbacks of everything still closing, then frees. Every handle must have been closed by its owner. */
void io_loop_free(struct io_loop *l);

uint64_t io_loop_now_ms(const struct io_loop *l);	/* monotonic, cached per turn */

#endif /* IO_LOOP_H */
