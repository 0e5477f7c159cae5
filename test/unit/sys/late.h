/* A disk that says only when it is waited for that it could not write: syncs are those of the kernel, but for that. */
#ifndef UNIT_SYS_LATE_H
#define UNIT_SYS_LATE_H

#include "sys/sync.h"

static int late_error;		/* what the next wait is told; negative errno */

int disk_wait(struct sync *s);

#define sync_wait disk_wait
#include "sys/sync.c"
#undef sync_wait

int
sync_wait(struct sync *s)
{
	const int r = disk_wait(s), error = late_error;

	late_error = 0;
	return error != 0 ? error : r;
}

#endif /* UNIT_SYS_LATE_H */
