/* The system calls of a write, which tests can make fail; see file_set.h. */
#include "sys/file_set.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/falloc.h>

#include "sys/sync.h"

#ifdef PIC_FAULTS
static struct {
	unsigned left;
	int error;
	bool lasts;
} faults;

void
file_fault(unsigned nth, int error)
{
	faults.left = nth;
	faults.error = error;
	faults.lasts = false;
}

void
file_fault_lasting(unsigned nth, int error)
{
	file_fault(nth, error);
	faults.lasts = true;
}

bool
file_sys_fault(void)
{
	if (faults.left == 0 || --faults.left > 0 || faults.error < 0)
		return false;
	if (faults.error == 0)
		_exit(9);
	faults.left = faults.lasts;
	errno = faults.error;
	return true;
}

/* What of n bytes a write may take now. */
static size_t
fault_size(size_t n)
{
	return faults.left == 1 && faults.error == FILE_FAULT_SHORT ? (n + 1) / 2 : n;
}
#else
bool
file_sys_fault(void)
{
	return false;
}

static size_t
fault_size(size_t n)
{
	return n;
}
#endif

int
file_sys_open(int dirfd, const char *name, int flags, mode_t mode)
{
	int fd = file_sys_fault() ? -1 : openat(dirfd, name, flags | O_CLOEXEC, mode);

	return fd < 0 ? -errno : fd;
}

ssize_t
file_sys_write(int fd, const void *p, size_t n)
{
	size_t take = fault_size(n);
	ssize_t k = file_sys_fault() ? -1 : write(fd, p, take);

	return k < 0 ? -errno : k;
}

int
file_sys_allocate(int fd, size_t n)
{
	return file_sys_fault() || fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)n) < 0 ? -errno : 0;
}

int
file_sys_truncate(int fd, size_t n)
{
	return file_sys_fault() || ftruncate(fd, (off_t)n) < 0 ? -errno : 0;
}

int
file_sys_fsync(int fd, struct sync *later)
{
	if (file_sys_fault())
		return -errno;
	return later != NULL ? sync_begin(later, fd) : fsync(fd) < 0 ? -errno : 0;
}

int
file_sys_fdatasync(int fd)
{
	return file_sys_fault() || fdatasync(fd) < 0 ? -errno : 0;
}

int
file_sys_close(int fd)
{
	int r = file_sys_fault() ? -errno : 0;

	return close(fd) < 0 && r == 0 ? -errno : r;
}

int
file_sys_rename(int dirfd, const char *from, const char *to, unsigned flags)
{
	if (file_sys_fault() ||
	    syscall(SYS_renameat2, dirfd, from, dirfd, to, flags) < 0)
		return -errno;
	return 0;
}

int
file_sys_link(int fromfd, const char *from, int dirfd, const char *name)
{
	return file_sys_fault() || linkat(fromfd, from, dirfd, name, 0) < 0 ? -errno : 0;
}

int
file_sys_unlink(int dirfd, const char *name)
{
	return file_sys_fault() || unlinkat(dirfd, name, 0) < 0 ? -errno : 0;
}
