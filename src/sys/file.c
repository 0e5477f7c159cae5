/* Durable replacement of whole files.
 *
 * The new file is exchanged with the old one rather than renamed over it: when
 * the directory then cannot be synced, the old file is still there and can be
 * put back. File systems without RENAME_EXCHANGE get a plain rename, and there
 * alone a failed sync of the directory leaves the new file in place. */
#include "sys/file_set.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "base/err.h"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE (1 << 0)
#endif
#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE (1 << 1)
#endif

enum { TMP_BYTES = 8 };			/* random, in hexadecimal */
enum { LATER_MODE = 0600 };

/* --- writing ---------------------------------------------------------------- */

int
file_write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = file_sys_write(fd, p, n);

		if (k == -EINTR)
			continue;
		if (k <= 0)
			return k < 0 ? (int)k : -EIO;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

/* later: what makes it durable; NULL: it is, before anybody goes by it. */
struct content { const void *p; size_t n; mode_t mode; struct sync *later; };

static int
tmp_write(int dirfd, const char *tmp, const struct content *c)
{
	int fd, r, closed;

	fd = file_sys_open(dirfd, tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, c->mode);
	if (fd < 0)
		return fd;
	r = file_write_all(fd, c->p, c->n);
	if (r == 0)
		r = file_sys_fsync(fd, c->later);
	closed = file_sys_close(fd);
	if (r == 0)
		r = closed;
	if (r < 0)
		(void)file_sys_unlink(dirfd, tmp);	/* else the next sweep does */
	return r;
}

/* What stands under the name: 1 a file, 0 nothing, -EISDIR, -errno. */
static int
occupied(int dirfd, const char *name)
{
	struct stat st;

	if (file_sys_fault() || fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	return S_ISDIR(st.st_mode) ? -EISDIR : 1;
}

/* Give tmp its name, and what stood there the name tmp; undone when that
 * cannot be made durable. Whatever is left under tmp goes. */
static int
tmp_place(int dirfd, const char *tmp, const char *name, bool exists, struct sync *later)
{
	unsigned flags = exists ? RENAME_EXCHANGE : RENAME_NOREPLACE;
	int r = file_sys_rename(dirfd, tmp, name, flags);

	if (r == -EINVAL) {
		flags = 0;
		r = file_sys_rename(dirfd, tmp, name, flags);
	}
	if (r == 0) {
		r = file_sys_fsync(dirfd, later);
		if (r < 0 && flags != 0)
			(void)file_sys_rename(dirfd, name, tmp, flags); /* r tells */
	}
	if (r < 0 || exists)
		(void)file_sys_unlink(dirfd, tmp);	/* else the next sweep does */
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
	n = snprintf(tmp, NAME_MAX + 1, "%s%s%s", name, FILE_TMP_MARK, hex);
	return n < 0 || n > NAME_MAX ? -ENAMETOOLONG : 0;
}

static int
write_new(int dirfd, const char *name, const struct content *c, bool may_replace)
{
	char tmp[NAME_MAX + 1];
	int r, there = occupied(dirfd, name);

	if (there == 1 && !may_replace)
		return -EEXIST;
	if (there < 0)
		return there;
	r = tmp_name(tmp, name);
	if (r == 0)
		r = tmp_write(dirfd, tmp, c);
	return r < 0 ? r : tmp_place(dirfd, tmp, name, there == 1, c->later);
}

int
file_failed(struct err *e, int error, const char *name)
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
	int r = write_new(dirfd, name, &(struct content){ p, n, mode, NULL }, true);

	return r < 0 ? file_failed(e, r, name) : 0;
}

int
file_rewrite(int dirfd, const char *name, const void *p, size_t n, mode_t mode,
    struct err *e)
{
	if (file_write_in_place(dirfd, name, p, n, mode) == 0)
		return 0;
	return file_write(dirfd, name, p, n, mode, e);
}

int
file_rename(int dirfd, const char *from, const char *to, struct sync *later)
{
	int r = file_sys_rename(dirfd, from, to, 0);

	return r < 0 ? r : file_sys_fsync(dirfd, later);
}

int
file_create(int dirfd, const char *name, const void *p, size_t n, mode_t mode,
    struct err *e)
{
	int r = write_new(dirfd, name, &(struct content){ p, n, mode, NULL }, false);

	return r < 0 ? file_failed(e, r, name) : 0;
}

int
file_create_later(int dirfd, const char *name, const void *p, size_t n,
    struct sync *later, struct err *e)
{
	int r = write_new(dirfd, name, &(struct content){ p, n, LATER_MODE, later }, false);

	return r < 0 ? file_failed(e, r, name) : 0;
}

int
file_share(int fromfd, const char *from, int dirfd, const char *name,
    struct err *e)
{
	char tmp[NAME_MAX + 1];
	int there = occupied(dirfd, name), r = there < 0 ? there : tmp_name(tmp, name);

	if (r == 0)
		r = file_sys_link(fromfd, from, dirfd, tmp);
	if (r == 0)
		r = tmp_place(dirfd, tmp, name, there == 1, NULL);
	return r < 0 ? file_failed(e, r, name) : 0;
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
	int r = file_sys_unlink(dirfd, name);

	if (r == -ENOENT)
		return 0;
	if (r == 0)
		r = file_sys_fsync(dirfd, NULL);
	return r < 0 ? file_failed(e, r, name) : 0;
}

/* --- reading ---------------------------------------------------------------- */

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
		return file_failed(e, -errno, name);
	r = read_fd(fd, max, out, n);
	(void)close(fd);	/* opened for reading */
	return r < 0 ? file_failed(e, r, name) : 0;
}
