/* Time that does not go back; see time.h. */
#include "auth/time.h"

#include <stddef.h>

#include "sys/clk.h"

void
auth_time_init(struct auth_time *t, const struct clk *clk, int64_t highest, int64_t seen)
{
	*t = (struct auth_time){ .clk = clk, .highest = highest, .seen = seen > highest ? seen : highest };
}

/* Is a reading that is not trusted to be remembered? */
static bool
is_believed(struct auth_time *t, int64_t wall)
{
	uint64_t now = t->clk->mono_ms(t->clk) + 1;	/* 0 stands for no leap */

	if (t->seen == 0 || wall - t->seen <= AUTH_TIME_LEAP_S)
		return true;
	if (t->leap_ms == 0)
		t->leap_ms = now;
	return now - t->leap_ms >= AUTH_TIME_STANDS_MS;
}

static bool
is_trusted(const struct auth_time *t, int64_t wall)
{
	return t->lacks != NULL ? t->lacks(t->lacks_arg) == NULL : wall >= t->highest;
}

int64_t
auth_time_now(struct auth_time *t)
{
	int64_t wall = t->clk->wall_s(t->clk);

	t->trusted = is_trusted(t, wall);
	if (t->trusted) {
		t->leap_ms = 0;
		t->seen = t->highest = wall > t->highest ? wall : t->highest;
		return t->highest;
	}
	if (wall <= t->seen)
		return t->seen;
	if (is_believed(t, wall)) {
		t->leap_ms = 0;
		t->seen = wall;
	}
	return wall;
}
