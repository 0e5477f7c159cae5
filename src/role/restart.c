/* Restarts; see restart.h. */
#include "role/restart.h"

void
restart_up(struct restart *r, uint64_t now_ms)
{
	r->up_at = now_ms;
	if (!r->failed)
		r->wait_ms = 0;
}

/* As many deaths as there may be, all within the window? */
static bool
count_death(struct restart *r, uint64_t now_ms)
{
	uint64_t oldest;

	r->deaths[r->n++ % RESTART_DEATHS] = now_ms;
	oldest = r->deaths[r->n % RESTART_DEATHS];	/* of the last five, once there are five */
	return r->n >= RESTART_DEATHS && now_ms - oldest < RESTART_WINDOW_MS;
}

uint64_t
restart_died(struct restart *r, uint64_t now_ms, bool alone)
{
	uint64_t wait;

	if (r->up_at != 0 && now_ms - r->up_at >= RESTART_WINDOW_MS)
		*r = (struct restart){ 0 };
	r->up_at = 0;
	if (count_death(r, now_ms))
		r->failed = true;
	wait = r->wait_ms == 0 ? RESTART_MIN_MS : r->wait_ms;
	r->wait_ms = wait * 2 < RESTART_MAX_MS ? wait * 2 : RESTART_MAX_MS;
	return r->failed && !alone ? RESTART_FAILED_MS : wait;
}
