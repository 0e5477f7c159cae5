/* The discipline's decisions → the kernel's clock, and who steers it. */
#ifndef NTP_APPLY_H
#define NTP_APPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"		/* enum conf_discipline */
#include "ntp/discipline.h"

struct kclock;		/* sys/kclock.h */
struct kclock_state;

enum ntp_control {
	NTP_CONTROL_NONE,	/* nobody steers it */
	NTP_CONTROL_SELF,
	NTP_CONTROL_KERNEL	/* another program does */
};

struct ntp_rights {
	enum conf_discipline wanted;
	bool may;		/* CAP_SYS_TIME, not developer mode, not forbidden at start */
	bool ours;		/* frequency is one that we set ourselves, in this run or the last */
	int64_t frequency;
};

/* Pure. The frequency that the kernel has tells who set it: one that is not ours was set by another program. */
enum ntp_control ntp_control(const struct ntp_rights *r, const struct kclock_state *k);

const char *ntp_control_name(enum ntp_control c);	/* "self", "kernel", "none": api.md 7 */

/* error: how wrong the clock may be once this is done. 0, or a negative errno. */
int ntp_apply(struct kclock *k, const struct ntp_action *a, int64_t error);

#endif /* NTP_APPLY_H */
