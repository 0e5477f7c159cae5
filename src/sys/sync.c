/* Syncs that the disk does while we go on; see sync.h. */
#include "sys/sync.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/aio_abi.h>

enum { SYNC_MAX = 8 };			/* at once: a device has two secrets, each in a folder */

struct sync {
	aio_context_t kernel;		/* 0: it does none for us */
	long begun;			/* and not heard of since */
	int error;			/* the first, of those that were heard of */
};

struct sync *
sync_new(void)
{
	struct sync *s = calloc(1, sizeof(*s));

	if (s != NULL && syscall(SYS_io_setup, (long)SYNC_MAX, &s->kernel) < 0)
		s->kernel = 0;
	return s;
}

static void
hear(struct sync *s)
{
	struct io_event done[SYNC_MAX];
	long n, i;

	while (s->begun > 0) {
		n = syscall(SYS_io_getevents, s->kernel, s->begun, s->begun, done, NULL);
		if (n < 0 && errno != EINTR) {	/* nothing may be taken for durable then, nor for a later one's */
			s->error = -errno;
			s->begun = 0;
			(void)syscall(SYS_io_destroy, s->kernel);	/* waits, as ever */
			s->kernel = 0;
		}
		for (i = 0; i < n; i++)
			if (done[i].res < 0 && s->error == 0)
				s->error = (int)done[i].res;
		if (n > 0)
			s->begun -= n;
	}
}

void
sync_free(struct sync *s)
{
	if (s == NULL)
		return;
	hear(s);
	if (s->kernel != 0)
		(void)syscall(SYS_io_destroy, s->kernel);	/* nothing is under way */
	free(s);
}

int
sync_begin(struct sync *s, int fd)
{
	struct iocb one = { .aio_lio_opcode = IOCB_CMD_FSYNC, .aio_fildes = (uint32_t)fd }, *list = &one;

	if (s->begun == SYNC_MAX)
		hear(s);
	if (s->kernel != 0 && syscall(SYS_io_submit, s->kernel, 1L, &list) == 1) {
		s->begun++;
		return 0;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

int
sync_wait(struct sync *s)
{
	int error;

	hear(s);
	error = s->error;
	s->error = 0;
	return error;
}
