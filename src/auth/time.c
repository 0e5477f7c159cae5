/* Time that does not go back; see time.h. */
#include "auth/time.h"

#include <string.h>

#include "sys/clk.h"

void
auth_time_init(struct auth_time *t, const struct clk *clk, int64_t saved)
{
	memset(t, 0, sizeof(*t));
	t->clk = clk;
	t->highest = saved;
}

/* Is a reading above highest to be remembered? */
static bool
is_believed(struct auth_time *t, int64_t wall)
{
	uint64_t now = t->clk->mono_ms(t->clk) + 1;	/* 0 stands for no leap */

	if (t->highest == 0 || wall - t->highest <= AUTH_TIME_LEAP_S)
		return true;
	if (t->leap_ms == 0)
		t->leap_ms = now;
	return now - t->leap_ms >= AUTH_TIME_STANDS_MS;
}

int64_t
auth_time_now(struct auth_time *t)
{
	int64_t wall = t->clk->wall_s(t->clk);
	bool believed = wall <= t->highest || is_believed(t, wall);

	t->trusted = believed && wall >= t->built && wall >= t->highest - AUTH_TIME_BACK_S;
	if (believed)
		t->leap_ms = 0;
	if (wall <= t->highest)
		return t->highest;
	if (believed)
		t->highest = wall;
	return wall;
}
