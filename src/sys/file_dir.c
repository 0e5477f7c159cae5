/* Directories, what lies in them, and who holds them; see file.h. */
#include "sys/file_set.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"

enum { TMP_SUFFIX = sizeof(FILE_TMP_MARK) - 1 + 16 };

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
	static const struct str mark = { FILE_TMP_MARK, sizeof(FILE_TMP_MARK) - 1 };
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
		return file_failed(e, -errno, name);
	r = flock(fd, LOCK_EX | LOCK_NB) < 0 ? -errno : sign(fd);
	if (r == -EWOULDBLOCK) {
		who = holder_of(fd);
		(void)err_set(e, ERR_CONFLICT,
		    "another instance is running (process %ld)", (long)who);
	} else if (r < 0) {
		r = file_failed(e, r, name);
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
