/* The time that expiry is judged by: never earlier than what was seen before,
 * so that a clock that goes back revives nothing (STA-9). A leap ahead of more
 * than AUTH_TIME_LEAP_S counts at once but is remembered only after it stood
 * for AUTH_TIME_STANDS_MS, so that a clock that was wrong for a while heals. */
#ifndef AUTH_TIME_H
#define AUTH_TIME_H

#include <stdbool.h>
#include <stdint.h>

struct clk;	/* sys/clk.h */

enum { AUTH_TIME_LEAP_S = 30 * 86400, AUTH_TIME_BACK_S = 3600, AUTH_TIME_STANDS_MS = 86400 * 1000 };

struct auth_time {
	const struct clk *clk;
	int64_t highest;	/* role/ saves it as observed.json last_time */
	int64_t built;		/* no true clock is before this; set by role/ after init, 0 = not known */
	uint64_t leap_ms;	/* monotonic: since when the clock is a leap ahead; 0 = it is not */
	bool trusted;		/* as of the last auth_time_now(): not before built, no leap, not gone back */
};

/* saved: highest of the last run, 0 = none. */
void auth_time_init(struct auth_time *t, const struct clk *clk, int64_t saved);

/* Unix seconds, never less than highest. */
int64_t auth_time_now(struct auth_time *t);

#endif /* AUTH_TIME_H */
