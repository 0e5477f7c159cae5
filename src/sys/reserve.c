/* The reserve is one file, cut from its end. */
#include "sys/reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char name[] = "reserve";

static int
grow(int fd, uint64_t n)
{
	struct stat st;
	int error;

	if (fstat(fd, &st) < 0)
		return -errno;
	if ((uint64_t)st.st_size >= n)
		return 0;
	if (fallocate(fd, 0, 0, (off_t)n) == 0)
		return fsync(fd) < 0 ? -errno : 0;
	/* Some file systems keep what they could find before they failed. */
	error = -errno;
	if (ftruncate(fd, st.st_size) < 0)
		return -errno;
	return error;
}

int
reserve_fill(int dirfd, uint64_t n)
{
	int fd, r;

	fd = openat(dirfd, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	r = grow(fd, n);
	(void)close(fd);	/* synced, and holds no data */
	return r;
}

/* Synced, because a journal keeps freed blocks until its next commit. */
static bool
shrink(int fd, uint64_t n)
{
	struct stat st;
	uint64_t size;

	if (fstat(fd, &st) < 0 || st.st_size <= 0)
		return false;
	size = (uint64_t)st.st_size;
	return ftruncate(fd, (off_t)(size > n ? size - n : 0)) == 0 &&
	    fsync(fd) == 0;
}

bool
reserve_release(int dirfd, uint64_t n)
{
	int fd = openat(dirfd, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	bool given;

	if (fd < 0)
		return false;
	given = shrink(fd, n);
	(void)close(fd);	/* synced, and holds no data */
	return given;
}
