/* Durable replacement of whole files.
 *
 * The new file is exchanged with the old one rather than renamed over it: when
 * the directory then cannot be synced, the old file is still there and can be
 * put back. File systems without RENAME_EXCHANGE get a plain rename, and there
 * alone a failed sync of the directory leaves the new file in place. */
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/falloc.h>

#include <sodium.h>

#include "base/err.h"
#include "base/str.h"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE (1 << 0)
#endif
#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE (1 << 1)
#endif

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 0x08
#endif

#define TMP_MARK ".tmp-"

enum {
	TMP_BYTES = 8,			/* random, in hexadecimal */
	TMP_SUFFIX = sizeof(TMP_MARK) - 1 + 2 * TMP_BYTES,
	PAGE = 4096, PIECE = 8 * PAGE
};

/* --- the system calls of a write, which tests can make fail ---------------- */

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

/* Count one system call. True when it is to fail, with errno set. */
static bool
fault(void)
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
static bool
fault(void)
{
	return false;
}

static size_t
fault_size(size_t n)
{
	return n;
}
#endif

static int
sys_open(int dirfd, const char *name, int flags, mode_t mode)
{
	int fd = fault() ? -1 : openat(dirfd, name, flags | O_CLOEXEC, mode);

	return fd < 0 ? -errno : fd;
}

static ssize_t
sys_write(int fd, const void *p, size_t n)
{
	size_t take = fault_size(n);
	ssize_t k = fault() ? -1 : write(fd, p, take);

	return k < 0 ? -errno : k;
}

/* Room for n octets; what is there stays. */
static int
sys_allocate(int fd, size_t n)
{
	return fault() || fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)n) < 0 ? -errno : 0;
}

static int
sys_truncate(int fd, size_t n)
{
	return fault() || ftruncate(fd, (off_t)n) < 0 ? -errno : 0;
}

static int
sys_fsync(int fd)
{
	return fault() || fsync(fd) < 0 ? -errno : 0;
}

static int
sys_close(int fd)
{
	int r = fault() ? -errno : 0;

	return close(fd) < 0 && r == 0 ? -errno : r;
}

static int
sys_rename(int dirfd, const char *from, const char *to, unsigned flags)
{
	if (fault() ||
	    syscall(SYS_renameat2, dirfd, from, dirfd, to, flags) < 0)
		return -errno;
	return 0;
}

static int
sys_link(int fromfd, const char *from, int dirfd, const char *name)
{
	return fault() || linkat(fromfd, from, dirfd, name, 0) < 0 ? -errno : 0;
}

static int
sys_unlink(int dirfd, const char *name)
{
	return fault() || unlinkat(dirfd, name, 0) < 0 ? -errno : 0;
}

/* --- directories ------------------------------------------------------------ */

static int
dir_check(int fd, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, -errno, "state directory");
	if (st.st_uid != geteuid()) {
		(void)err_set(e, ERR_INTERNAL,
		    "the state directory belongs to another user");
		return -EPERM;
	}
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		(void)err_set(e, ERR_INTERNAL,
		    "others may write to the state directory");
		return -EPERM;
	}
	return 0;
}

/* A new directory is as durable as the file that will make it matter. */
static int
dir_make(int at, const char *name)
{
	int fd, r;

	if (mkdirat(at, name, 0700) < 0)
		return errno == EEXIST ? 0 : -errno;
	fd = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = fsync(fd) < 0 ? -errno : 0;
	(void)close(fd);	/* opened for reading */
	return r;
}

/* One component of a path; at is closed. Only searched, not read: the folders
 * above the state directory need not be readable. */
static int
dir_step(int at, struct str part, bool make)
{
	const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
	char name[NAME_MAX + 1];
	int fd = -1, r = 0;

	if (!str_copy(part, name, sizeof(name))) {
		r = -ENAMETOOLONG;
	} else {
		fd = openat(at, name, flags);
		if (fd < 0 && errno == ENOENT && make) {
			r = dir_make(at, name);
			fd = r < 0 ? -1 : openat(at, name, flags);
		}
		if (fd < 0 && r == 0)
			r = -errno;
	}
	(void)close(at);	/* a place, not a file */
	return r < 0 ? r : fd;
}

static int
dir_walk(struct str path, bool make)
{
	bool absolute = path.n > 0 && path.p[0] == '/';
	struct str part;
	int fd;

	fd = open(absolute ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (fd >= 0 && str_cut(&path, '/', &part))
		if (part.n > 0)
			fd = dir_step(fd, part, make);
	return fd;
}

/* A descriptor that can be read and synced, of a directory that is ours. */
static int
dir_ours(int at, const char *name, struct err *e)
{
	int fd, r;

	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, -errno, "state directory");
	r = dir_check(fd, e);
	if (r < 0)
		(void)close(fd);	/* opened for reading */
	return r < 0 ? r : fd;
}

int
file_dir_open(const char *path, bool make, struct err *e)
{
	int at = dir_walk(str_of(path), make), fd;

	if (at < 0)
		return err_sys(e, at, "state directory");
	fd = dir_ours(at, ".", e);
	(void)close(at);	/* a place, not a file */
	return fd;
}

int
file_dir_sub(int dirfd, const char *name, struct err *e)
{
	int r = dir_make(dirfd, name);

	if (r < 0)
		return err_sys(e, r, name);
	return dir_ours(dirfd, name, e);
}

/* --- writing ---------------------------------------------------------------- */

static int
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = sys_write(fd, p, n);

		if (k == -EINTR)
			continue;
		if (k <= 0)
			return k < 0 ? (int)k : -EIO;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

static int
tmp_write(int dirfd, const char *tmp, const void *p, size_t n, mode_t mode)
{
	int fd, r, closed;

	fd = sys_open(dirfd, tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
	if (fd < 0)
		return fd;
	r = write_all(fd, p, n);
	if (r == 0)
		r = sys_fsync(fd);
	closed = sys_close(fd);
	if (r == 0)
		r = closed;
	if (r < 0)
		(void)sys_unlink(dirfd, tmp);	/* else the next sweep does */
	return r;
}

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
	return lseek(fd, (off_t)at, SEEK_SET) < 0 ? -errno : write_all(fd, p + at, n);
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
	return r < 0 ? r : sys_truncate(fd, n);
}

/* A full disk leaves it alone. */
static int
write_in_place(int dirfd, const char *name, const void *p, size_t n, mode_t mode)
{
	int fd = sys_open(dirfd, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0), r, closed;

	if (fd < 0)
		return fd;
	r = is_ours_alone(fd, mode) ? sys_allocate(fd, n) : -EMLINK;
	if (r == 0)
		r = patch(fd, p, n);
	if (r == 0)
		r = sys_fsync(fd);
	closed = sys_close(fd);
	return r == 0 ? closed : r;
}

/* What stands under the name: 1 a file, 0 nothing, -EISDIR, -errno. */
static int
occupied(int dirfd, const char *name)
{
	struct stat st;

	if (fault() || fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	return S_ISDIR(st.st_mode) ? -EISDIR : 1;
}

/* Give tmp its name, and what stood there the name tmp; undone when that
 * cannot be made durable. Whatever is left under tmp goes. */
static int
tmp_place(int dirfd, const char *tmp, const char *name, bool exists)
{
	unsigned flags = exists ? RENAME_EXCHANGE : RENAME_NOREPLACE;
	int r = sys_rename(dirfd, tmp, name, flags);

	if (r == -EINVAL) {
		flags = 0;
		r = sys_rename(dirfd, tmp, name, flags);
	}
	if (r == 0) {
		r = sys_fsync(dirfd);
		if (r < 0 && flags != 0)
			(void)sys_rename(dirfd, name, tmp, flags); /* r tells */
	}
	if (r < 0 || exists)
		(void)sys_unlink(dirfd, tmp);	/* else the next sweep does */
	return r;
}

static int
tmp_name(char tmp[NAME_MAX + 1], const char *name)
{
	char hex[2 * TMP_BYTES + 1];
	uint8_t id[TMP_BYTES];
	int n;

	randombytes_buf(id, sizeof(id));
	(void)sodium_bin2hex(hex, sizeof(hex), id, sizeof(id));	/* fits */
	n = snprintf(tmp, NAME_MAX + 1, "%s%s%s", name, TMP_MARK, hex);
	return n < 0 || n > NAME_MAX ? -ENAMETOOLONG : 0;
}

static int
write_new(int dirfd, const char *name, const void *p, size_t n, mode_t mode,
    bool may_replace)
{
	char tmp[NAME_MAX + 1];
	int r, there = occupied(dirfd, name);

	if (there == 1 && !may_replace)
		return -EEXIST;
	if (there < 0)
		return there;
	r = tmp_name(tmp, name);
	if (r == 0)
		r = tmp_write(dirfd, tmp, p, n, mode);
	return r < 0 ? r : tmp_place(dirfd, tmp, name, there == 1);
}

/* error and its words: what a caller may have asked on purpose has a kind. */
static int
failed(struct err *e, int error, const char *name)
{
	switch (error) {
	case -ENOENT:
		(void)err_set(e, ERR_NOT_FOUND, "%s does not exist", name);
		return error;
	case -EEXIST:
		(void)err_set(e, ERR_CONFLICT, "%s exists already", name);
		return error;
	case -EFBIG:
		(void)err_set(e, ERR_TOO_LARGE, "%s is too large", name);
		return error;
	default:
		return err_sys(e, error, name);
	}
}

int
file_write(int dirfd, const char *name, const void *p, size_t n, mode_t mode,
    struct err *e)
{
	int r = write_new(dirfd, name, p, n, mode, true);

	return r < 0 ? failed(e, r, name) : 0;
}

int
file_rewrite(int dirfd, const char *name, const void *p, size_t n, mode_t mode,
    struct err *e)
{
	if (write_in_place(dirfd, name, p, n, mode) == 0)
		return 0;
	return file_write(dirfd, name, p, n, mode, e);
}

int
file_rename(int dirfd, const char *from, const char *to)
{
	int r = sys_rename(dirfd, from, to, 0);

	if (r < 0)
		return r;
	r = sys_fsync(dirfd);
	if (r < 0)
		(void)sys_unlink(dirfd, to);	/* r tells */
	return r;
}

int
file_create(int dirfd, const char *name, const void *p, size_t n, mode_t mode,
    struct err *e)
{
	int r = write_new(dirfd, name, p, n, mode, false);

	return r < 0 ? failed(e, r, name) : 0;
}

int
file_share(int fromfd, const char *from, int dirfd, const char *name,
    struct err *e)
{
	char tmp[NAME_MAX + 1];
	int there = occupied(dirfd, name), r = there < 0 ? there : tmp_name(tmp, name);

	if (r == 0)
		r = sys_link(fromfd, from, dirfd, tmp);
	if (r == 0)
		r = tmp_place(dirfd, tmp, name, there == 1);
	return r < 0 ? failed(e, r, name) : 0;
}

bool
file_is_shared(int afd, const char *a, int bfd, const char *b)
{
	struct stat x, y;

	return fstatat(afd, a, &x, AT_SYMLINK_NOFOLLOW) == 0 &&
	    fstatat(bfd, b, &y, AT_SYMLINK_NOFOLLOW) == 0 &&
	    x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

int
file_remove(int dirfd, const char *name, struct err *e)
{
	int r = sys_unlink(dirfd, name);

	if (r == -ENOENT)
		return 0;
	if (r == 0)
		r = sys_fsync(dirfd);
	return r < 0 ? failed(e, r, name) : 0;
}

/* --- reading ------------------------------------------------------------------ */

static int
read_all(int fd, char *p, size_t size, size_t *n)
{
	*n = 0;
	while (*n < size) {
		ssize_t k = read(fd, p + *n, size - *n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -errno;
		if (k == 0)
			break;
		*n += (size_t)k;
	}
	return 0;
}

/* As much as the file had when it was opened: what is appended meanwhile
 * belongs to the next reader. */
static int
read_fd(int fd, size_t max, char **out, size_t *n)
{
	struct stat st;
	size_t size;
	char *p;
	int r;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if ((uint64_t)st.st_size > max || max == SIZE_MAX)
		return -EFBIG;
	size = (size_t)st.st_size;
	p = malloc(size + 1);
	if (p == NULL)
		return -ENOMEM;
	r = read_all(fd, p, size, n);
	if (r < 0) {
		sodium_memzero(p, size);	/* may be half a key */
		free(p);
		return r;
	}
	p[*n] = '\0';
	*out = p;
	return 0;
}

int
file_read(int dirfd, const char *name, size_t max, char **out, size_t *n,
    struct err *e)
{
	int fd, r;

	*out = NULL;
	*n = 0;
	/* Without O_NONBLOCK a pipe of that name would hold us. */
	fd = openat(dirfd, name,
	    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return failed(e, -errno, name);
	r = read_fd(fd, max, out, n);
	(void)close(fd);	/* opened for reading */
	return r < 0 ? failed(e, r, name) : 0;
}

int
file_list(int dirfd, bool (*visit)(void *arg, const char *name), void *arg)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;
	struct dirent *d;
	DIR *dir;

	if (fd < 0)
		return -errno;
	dir = fdopendir(fd);
	if (dir == NULL) {
		r = -errno;
		(void)close(fd);	/* opened for reading */
		return r;
	}
	/* readdir tells its end from a failure by errno alone. */
	while (errno = 0, (d = readdir(dir)) != NULL)
		if (strcmp(d->d_name, ".") != 0 &&
		    strcmp(d->d_name, "..") != 0 && !visit(arg, d->d_name))
			break;
	r = d == NULL ? -errno : 0;
	(void)closedir(dir);	/* opened for reading */
	return r;
}

/* "<name>.tmp-<16 hexadecimal digits>", and nothing that only looks like it. */
static bool
is_tmp(struct str name)
{
	static const struct str mark = { TMP_MARK, sizeof(TMP_MARK) - 1 };
	struct str suffix;

	if (name.n <= TMP_SUFFIX)
		return false;
	suffix = (struct str){ name.p + name.n - TMP_SUFFIX, TMP_SUFFIX };
	if (!str_starts(suffix, mark))
		return false;
	for (size_t i = mark.n; i < suffix.n; i++)
		if (strchr("0123456789abcdef", suffix.p[i]) == NULL)
			return false;
	return true;
}

static bool
on_sweep(void *arg, const char *name)
{
	if (is_tmp(str_of(name)))
		(void)unlinkat(*(const int *)arg, name, 0);	/* litter only */
	return true;
}

void
file_sweep(int dirfd)
{
	(void)file_list(dirfd, on_sweep, &dirfd);	/* the next start tries again */
}

/* --- lock and space ------------------------------------------------------------- */

static pid_t
holder_of(int fd)
{
	char text[16];
	struct str s, line;
	uint64_t pid = 0;
	ssize_t n = pread(fd, text, sizeof(text), 0);

	s = (struct str){ text, n < 0 ? 0 : (size_t)n };
	if (!str_cut(&s, '\n', &line) || !str_u64(line, INT32_MAX, &pid))
		return 0;
	return (pid_t)pid;
}

/* The lock is what counts; the number in it only helps a person, so a full
 * disk does not stop a cell here. */
static int
sign(int fd)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) < 0)
		return -errno;
	if (pwrite(fd, text, (size_t)n, 0) < 0 && errno != ENOSPC &&
	    errno != EDQUOT)
		return -errno;
	return 0;
}

int
file_lock(int dirfd, const char *name, pid_t *holder, struct err *e)
{
	pid_t who = 0;
	int fd, r;

	fd = openat(dirfd, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return failed(e, -errno, name);
	r = flock(fd, LOCK_EX | LOCK_NB) < 0 ? -errno : sign(fd);
	if (r == -EWOULDBLOCK) {
		who = holder_of(fd);
		(void)err_set(e, ERR_CONFLICT,
		    "another instance is running (process %ld)", (long)who);
	} else if (r < 0) {
		r = failed(e, r, name);
	}
	if (holder != NULL)
		*holder = who;
	if (r < 0)
		(void)close(fd);	/* drops the lock, if it was ours */
	return r < 0 ? r : fd;
}

int
file_space(int dirfd, uint64_t *free_bytes, uint64_t *total_bytes)
{
	struct statvfs v;

	if (fstatvfs(dirfd, &v) < 0)
		return -errno;
	*free_bytes = (uint64_t)v.f_bavail * v.f_frsize;
	*total_bytes = (uint64_t)v.f_blocks * v.f_frsize;
	return 0;
}
