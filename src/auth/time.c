/* Time that does not go back; see time.h. */
#include "auth/time.h"

#include "sys/clk.h"

void
auth_time_init(struct auth_time *t, const struct clk *clk, int64_t saved)
{
	t->clk = clk;
	t->highest = saved;
	t->trusted = false;
}

int64_t
auth_time_now(struct auth_time *t)
{
	int64_t wall = t->clk->wall_s(t->clk);

	if (wall <= t->highest)
		return t->highest;
	if (t->trusted || t->highest == 0 || wall - t->highest <= AUTH_TIME_LEAP_S)
		t->highest = wall;
	return wall;
}
