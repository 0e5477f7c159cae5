/* When a role that died is started again (PRC-6): after 0.1 s, doubling to
 * 10 s while it does not get to work. Five deaths within a minute, and the part
 * counts as failed and is tried every minute. Pure: the time is given. */
#ifndef ROLE_RESTART_H
#define ROLE_RESTART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RESTART_MIN_MS = 100, RESTART_MAX_MS = 10000, RESTART_FAILED_MS = 60000,
	RESTART_DEATHS = 5, RESTART_WINDOW_MS = 60000
};

/* All zero at first. */
struct restart {
	uint64_t deaths[RESTART_DEATHS];	/* times, a ring */
	size_t n;
	uint64_t wait_ms;			/* before the next start; 0 = the least */
	uint64_t up_at;				/* it works since; 0 = it does not */
	bool failed;				/* until it has worked for a minute */
};

/* It is at work. now_ms is never 0. */
void restart_up(struct restart *r, uint64_t now_ms);

/* It died: the time to wait. alone: nobody else does its work, and a minute without it would be worse than
 * trying in vain. */
uint64_t restart_died(struct restart *r, uint64_t now_ms, bool alone);

#endif /* ROLE_RESTART_H */
