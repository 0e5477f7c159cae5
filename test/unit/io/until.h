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

struct spin {
	struct io_loop *loop;
	uint64_t over_ms, turns;	/* by the loop's clock; so many are left */
};

static void
on_spin_tick(void *arg)
{
	struct spin *s = arg;

	s->turns -= s->turns > 0;
	if (s->turns == 0 && io_loop_now_ms(s->loop) >= s->over_ms)
		io_loop_stop(s->loop);
}

/* Run for some time, to see that nothing happens. There are turns enough for what is under way even when all of that time goes
 * by between two of them. */
static inline void
spin(struct io_loop *l, uint64_t ms)
{
	struct spin s = { l, 0, 1 + ms / 4 };
	struct io_timer *t = io_timer_new(l, on_spin_tick, &s);

	io_timer_every(t, 1);
	s.over_ms = io_loop_now_ms(l) + ms;	/* the timer has set it right */
	io_loop_run(l);
	io_timer_free(t);
}

#endif /* UNIT_IO_UNTIL_H */
