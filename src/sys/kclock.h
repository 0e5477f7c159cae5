/* The kernel's clock as something that can be steered (adjtimex(2)). An
 * interface, so that nothing but the real cell ever moves a real clock: tests
 * hold a simulated one. Nanoseconds; results are 0 or a negative errno. */
#ifndef SYS_KCLOCK_H
#define SYS_KCLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct kclock_state {
	bool synced;		/* somebody says so: STA_UNSYNC is off */
	int64_t frequency;	/* correction in force, 2^-16 ppm; whoever steers has set it */
	int64_t pending;	/* of a slew, still to come */
};

struct kclock {
	int (*read)(struct kclock *k, struct kclock_state *out);	/* needs no right */
	int (*step)(struct kclock *k, int64_t by);
	int (*slew)(struct kclock *k, int64_t by);	/* at 500 ppm, in place of what is pending; stops by itself */
	int (*frequency)(struct kclock *k, int64_t frequency);
	int (*synced)(struct kclock *k, int64_t error);	/* say that it is synchronised, to within error */
};

/* The host's. */
struct kclock *kclock_system(void);

/* CAP_SYS_TIME is there. */
bool kclock_may_steer(void);

#endif /* SYS_KCLOCK_H */
