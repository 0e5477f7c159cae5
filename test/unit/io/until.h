/* Run a loop until something has happened; for tests. The deadline is generous
 * and only ends a test that has failed anyway. */
#ifndef UNIT_IO_UNTIL_H
#define UNIT_IO_UNTIL_H

#include <stdbool.h>

#include "io/loop.h"
#include "io/timer.h"

enum { UNTIL_TICK_MS = 2, UNTIL_TICKS = 10000 };

struct until {
	struct io_loop *loop;
	const bool *flag;
	int left;
};

static void
on_until_tick(void *arg)
{
	struct until *u = arg;

	if (*u->flag || --u->left == 0)
		io_loop_stop(u->loop);
}

/* True once *flag is; false when it never became so. */
static inline bool
until(struct io_loop *l, const bool *flag)
{
	struct until u = { l, flag, UNTIL_TICKS };
	struct io_timer *t = io_timer_new(l, on_until_tick, &u);

	io_timer_every(t, UNTIL_TICK_MS);
	io_loop_run(l);
	io_timer_free(t);
	return *flag;
}

static void
on_spin_over(void *arg)
{
	io_loop_stop(arg);
}

/* Run for some turns, to see that nothing happens. */
static inline void
spin(struct io_loop *l, uint64_t ms)
{
	struct io_timer *t = io_timer_new(l, on_spin_over, l);

	io_timer_once(t, ms);
	io_loop_run(l);
	io_timer_free(t);
}

#endif /* UNIT_IO_UNTIL_H */
