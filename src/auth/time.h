/* The time that expiry is judged by: never earlier than what was trusted or
 * seen before, so that a clock that goes back revives nothing (STA-9). Whether
 * the clock is trusted is said by role/ (NTP-6).
 *
 * While it is not, readings are remembered all the same, for a cell that has no
 * time source; but a leap ahead of more than AUTH_TIME_LEAP_S only after it
 * stood for AUTH_TIME_STANDS_MS, and only until the clock is trusted: so one
 * that was wrong for a while heals. */
#ifndef AUTH_TIME_H
#define AUTH_TIME_H

#include <stdbool.h>
#include <stdint.h>

struct clk;	/* sys/clk.h */

enum { AUTH_TIME_LEAP_S = 30 * 86400, AUTH_TIME_STANDS_MS = 86400 * 1000 };

struct auth_time {
	const struct clk *clk;
	int64_t highest;	/* trusted reading; role/ saves it as observed.json last_time */
	int64_t seen;		/* highest reading since it was last trusted; saved as last_seen */
	uint64_t leap_ms;	/* monotonic: since when the clock is a leap ahead; 0 = it is not */
	bool trusted;		/* as of the last auth_time_now() */

	/* Why the clock is not trusted; NULL: it is. Set by role/ after init; absent: it is unless it is behind highest. */
	const char *(*lacks)(void *arg);
	void *lacks_arg;
};

/* Both of the last run, 0 = none. */
void auth_time_init(struct auth_time *t, const struct clk *clk, int64_t highest, int64_t seen);

/* Unix seconds, never less than highest. */
int64_t auth_time_now(struct auth_time *t);

#endif /* AUTH_TIME_H */
