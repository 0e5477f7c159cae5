/* The kernel's clock; see kclock.h. A slew is the old adjtime() kind: the kernel
 * ends it by itself, so that a core that dies leaves no clock running away. */
#include "sys/kclock.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include <linux/capability.h>

#ifndef ADJ_OFFSET_SS_READ
#define ADJ_OFFSET_SS_READ 0xa001
#endif
#ifndef ADJ_SETOFFSET
#define ADJ_SETOFFSET 0x0100
#endif

enum { NS_PER_US = 1000 };

static const int64_t NS = 1000000000;
static const int64_t US_MAX = INT32_MAX;	/* of a slew: what a 32-bit long holds */

static int
adjust(struct timex *t)
{
	return adjtimex(t) < 0 ? -errno : 0;
}

static int
system_read(struct kclock *k, struct kclock_state *out)
{
	struct timex t = { .modes = 0 }, left = { .modes = ADJ_OFFSET_SS_READ };
	int error = adjust(&t);

	(void)k;	/* there is one of them */
	if (error == 0)
		error = adjust(&left);
	out->synced = (t.status & STA_UNSYNC) == 0;
	out->frequency = t.freq;
	out->pending = (int64_t)left.offset * NS_PER_US;
	return error;
}

static int
system_step(struct kclock *k, int64_t by)
{
	struct timex t = { .modes = ADJ_SETOFFSET | ADJ_NANO };

	(void)k;
	t.time.tv_sec = by / NS;
	t.time.tv_usec = by % NS;	/* nanoseconds, by ADJ_NANO; never negative */
	if (t.time.tv_usec < 0) {
		t.time.tv_sec--;
		t.time.tv_usec += NS;
	}
	return adjust(&t);
}

static int
system_slew(struct kclock *k, int64_t by)
{
	struct timex t = { .modes = ADJ_OFFSET_SINGLESHOT };
	int64_t us = by / NS_PER_US;

	(void)k;
	t.offset = (long)(us > US_MAX ? US_MAX : us < -US_MAX ? -US_MAX : us);
	return adjust(&t);
}

static int
system_frequency(struct kclock *k, int64_t frequency)
{
	struct timex t = { .modes = ADJ_FREQUENCY, .freq = (long)frequency };

	(void)k;
	return adjust(&t);
}

static int
system_synced(struct kclock *k, int64_t error)
{
	struct timex t = { .modes = ADJ_STATUS | ADJ_MAXERROR | ADJ_ESTERROR };

	(void)k;
	t.maxerror = t.esterror = (long)(error / NS_PER_US);
	return adjust(&t);	/* status 0: no PLL, not unsynchronised */
}

struct kclock *
kclock_system(void)
{
	static struct kclock k = { system_read, system_step, system_slew, system_frequency, system_synced };

	return &k;
}

bool
kclock_may_steer(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	memset(d, 0, sizeof(d));
	return syscall(SYS_capget, &h, d) == 0 && (d[0].effective & (UINT32_C(1) << CAP_SYS_TIME)) != 0;
}
