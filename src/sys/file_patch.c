/* Writing a file in place: only those of its pages that are not as they should be; see file.h. */
#include "sys/file_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 0x08
#endif

enum { PAGE = 4096, PIECE = 8 * PAGE };

/* No other name's: who goes by that must not see it change. Who has it open already does (file.h). */
static bool
is_ours_alone(int fd, mode_t mode)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 && (st.st_mode & 07777) == mode &&
	    st.st_uid == geteuid();
}

/* What is in memory of the file, so that nothing is read from a disk only to be compared. */
static size_t
peek(int fd, void *buf, size_t n, size_t at)
{
	struct iovec v = { buf, n };
	long k = syscall(SYS_preadv2, fd, &v, 1L, (long)at, 0L, (long)RWF_NOWAIT);

	return k < 0 ? 0 : (size_t)k;
}

/* A document of megabytes is compared, and not every libc's memcmp() takes more than one octet at a time. */
static bool
is_same(const char *a, const char *b, size_t n)
{
	uint64_t x, y, differs = 0;
	size_t i;

	for (i = 0; i + sizeof(x) <= n; i += sizeof(x)) {
		memcpy(&x, a + i, sizeof(x));
		memcpy(&y, b + i, sizeof(y));
		differs |= x ^ y;
	}
	return differs == 0 && memcmp(a + i, b + i, n - i) == 0;
}

static int
write_at(int fd, const char *p, size_t n, size_t at)
{
	return lseek(fd, (off_t)at, SEEK_SET) < 0 ? -errno : file_write_all(fd, p + at, n);
}

/* n octets of p from at on, of which the file has those of is (nis of them): pages that differ, side by side in one call. */
static int
patch_piece(int fd, const char *p, size_t at, size_t n, const char *is, size_t nis)
{
	size_t i, k, from = 0;
	bool same;
	int r = 0;

	for (i = 0; i < n && r == 0; i += k) {
		k = n - i < PAGE ? n - i : PAGE;
		same = i + k <= nis && is_same(is + i, p + at + i, k);
		if (same && from < i)
			r = write_at(fd, p, i - from, at + from);
		if (same)
			from = i + k;
	}
	return r == 0 && from < n ? write_at(fd, p, n - from, at + from) : r;
}

static int
patch(int fd, const char *p, size_t n)
{
	char is[PIECE];
	size_t at, k;
	int r = 0;

	for (at = 0; at < n && r == 0; at += k) {
		k = n - at < PIECE ? n - at : PIECE;
		r = patch_piece(fd, p, at, k, is, peek(fd, is, k, at));
	}
	return r < 0 ? r : file_sys_truncate(fd, n);
}

int
file_write_in_place(int dirfd, const char *name, const void *p, size_t n, mode_t mode)
{
	int fd = file_sys_open(dirfd, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0), r, closed;

	if (fd < 0)
		return fd;
	r = is_ours_alone(fd, mode) ? file_sys_allocate(fd, n) : -EMLINK;
	if (r == 0)
		r = patch(fd, p, n);
	if (r == 0)
		r = file_sys_fdatasync(fd);	/* content and length: nothing else counts */
	closed = file_sys_close(fd);
	return r == 0 ? closed : r;
}
