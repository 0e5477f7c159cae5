/* The time that expiry is judged by: never earlier than what was seen before,
 * so that a clock that goes back revives nothing (STA-9). A leap of more than
 * AUTH_TIME_LEAP_S ahead counts while it lasts but is not remembered unless
 * the clock is trusted, so that a clock that was wrong for a while heals. */
#ifndef AUTH_TIME_H
#define AUTH_TIME_H

#include <stdbool.h>
#include <stdint.h>

struct clk;	/* sys/clk.h */

enum { AUTH_TIME_LEAP_S = 400 * 86400 };

struct auth_time {
	const struct clk *clk;
	int64_t highest;	/* role/ saves it as observed.json last_time */
	bool trusted;		/* set by whoever knows */
};

/* saved: highest of the last run, 0 = none. The clock is not trusted yet. */
void auth_time_init(struct auth_time *t, const struct clk *clk, int64_t saved);

/* Unix seconds, never less than highest. */
int64_t auth_time_now(struct auth_time *t);

#endif /* AUTH_TIME_H */
