/* Durable files. The program under test runs in a temporary directory of each
 * test; faults are injected at every system call of a write (STA-1, STA-2). */
#ifndef PIC_FAULTS
#define PIC_FAULTS
#endif
#include "sys/file_patch.c"
#include "sys/file_sys.c"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

enum { CALLS_MAX = 64 };	/* far more than a write makes */

static char root[64];
static int dir = -1;

static int
make_root(void **state)
{
	struct err e;

	(void)state;
	(void)snprintf(root, sizeof(root), "/tmp/pic-file-XXXXXX");
	if (mkdtemp(root) == NULL)
		return -1;
	dir = file_dir_open(root, false, &e);
	return dir < 0 ? -1 : 0;
}

static bool
on_wipe(void *arg, const char *name)
{
	int at = *(int *)arg, fd;

	if (unlinkat(at, name, 0) == 0)
		return true;
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)file_list(fd, on_wipe, &fd);
		(void)close(fd);
		(void)unlinkat(at, name, AT_REMOVEDIR);
	}
	return true;
}

static int
drop_root(void **state)
{
	(void)state;
	file_fault(0, 0);
	(void)fchmod(dir, 0700);
	(void)file_list(dir, on_wipe, &dir);
	(void)close(dir);
	return rmdir(root);
}

static bool
on_count(void *arg, const char *name)
{
	(void)name;
	++*(size_t *)arg;
	return true;
}

static size_t
entries(void)
{
	size_t n = 0;

	assert_int_equal(file_list(dir, on_count, &n), 0);
	return n;
}

static void
assert_content(const char *name, const char *want)
{
	struct err e;
	char *p;
	size_t n;

	assert_int_equal(file_read(dir, name, 1 << 20, &p, &n, &e), 0);
	assert_int_equal(n, strlen(want));
	assert_string_equal(p, want);
	free(p);
}

/* --- what it does ----------------------------------------------------------- */

static void
writes_and_reads(void **state)
{
	struct stat st;
	struct err e;
	char *p;
	size_t n;

	(void)state;
	assert_int_equal(file_write(dir, "a", "one", 3, 0600, &e), 0);
	assert_content("a", "one");
	assert_int_equal(file_write(dir, "a", "longer text", 11, 0400, &e), 0);
	assert_content("a", "longer text");
	assert_int_equal(fstatat(dir, "a", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0400);
	assert_int_equal(st.st_nlink, 1);
	assert_int_equal(file_write(dir, "a", NULL, 0, 0600, &e), 0);
	assert_content("a", "");
	assert_int_equal(entries(), 1);

	assert_int_equal(file_write(dir, "bin", "a\0b", 3, 0600, &e), 0);
	assert_int_equal(file_read(dir, "bin", 3, &p, &n, &e), 0);
	assert_int_equal(n, 3);
	assert_memory_equal(p, "a\0b", 4);	/* and a NUL behind */
	free(p);
}

static void
reads_within_limits(void **state)
{
	struct err e;
	char *p = (char *)1;
	size_t n;

	(void)state;
	assert_int_equal(file_read(dir, "none", 10, &p, &n, &e), -ENOENT);
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_null(p);
	assert_int_equal(file_write(dir, "a", "12345", 5, 0600, &e), 0);
	assert_int_equal(file_read(dir, "a", 4, &p, &n, &e), -EFBIG);
	assert_int_equal(e.kind, ERR_TOO_LARGE);
	assert_null(p);
	assert_int_equal(file_read(dir, "a", 5, &p, &n, &e), 0);
	free(p);

	assert_int_equal(mkdirat(dir, "d", 0700), 0);
	assert_true(file_read(dir, "d", 10, &p, &n, &e) < 0);
	assert_int_equal(mkfifoat(dir, "f", 0600), 0);
	assert_int_equal(file_read(dir, "f", 10, &p, &n, &e), -EINVAL);
	assert_int_equal(symlinkat("a", dir, "l"), 0);
	assert_int_equal(file_read(dir, "l", 10, &p, &n, &e), -ELOOP);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_null(strstr(e.detail, root));
}

static void
creates_only_new(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(file_create(dir, "a", "one", 3, 0600, &e), 0);
	assert_int_equal(file_create(dir, "a", "two", 3, 0600, &e), -EEXIST);
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_content("a", "one");
	assert_int_equal(entries(), 1);
}

static void
replaces_no_directory(void **state)
{
	char name[NAME_MAX + 1];
	struct err e;

	(void)state;
	assert_int_equal(mkdirat(dir, "d", 0700), 0);
	assert_int_equal(file_write(dir, "d", "x", 1, 0600, &e), -EISDIR);
	assert_int_equal(file_create(dir, "d", "x", 1, 0600, &e), -EISDIR);
	memset(name, 'n', NAME_MAX);
	name[NAME_MAX] = '\0';
	assert_int_equal(file_write(dir, name, "x", 1, 0600, &e), -ENAMETOOLONG);
	assert_int_equal(entries(), 1);
}

/* A link under the name is replaced, never followed. */
static void
follows_no_link(void **state)
{
	struct stat st;
	struct err e;

	(void)state;
	assert_int_equal(file_write(dir, "target", "old", 3, 0600, &e), 0);
	assert_int_equal(symlinkat("target", dir, "l"), 0);
	assert_int_equal(file_write(dir, "l", "new", 3, 0600, &e), 0);
	assert_content("target", "old");
	assert_content("l", "new");
	assert_int_equal(fstatat(dir, "l", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void
removes(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(file_write(dir, "a", "x", 1, 0600, &e), 0);
	assert_int_equal(file_remove(dir, "a", &e), 0);
	assert_int_equal(entries(), 0);
	assert_int_equal(file_remove(dir, "a", &e), 0);
	assert_int_equal(mkdirat(dir, "d", 0700), 0);
	assert_true(file_remove(dir, "d", &e) < 0);
}

static void
sweeps_only_its_own_litter(void **state)
{
	static const char *const keep[] = {
		"config.json", "a.tmp-", "a.tmp-0123456789abcde",
		"a.tmp-0123456789abcdeg", "a.tmp-0123456789abcdef.bak",
		".tmp-0123456789abcdef", "0123456789abcdef",
		"a.tmp-0123456789ABCDEF",
	};
	static const char *const litter[] = {
		"config.json.tmp-0123456789abcdef", "x.tmp-ffffffffffffffff",
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(file_write(dir, keep[i], "x", 1, 0600, &e), 0);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(file_write(dir, litter[i], "x", 1, 0600, &e), 0);
	file_sweep(dir);
	assert_int_equal(entries(), 8);
	for (size_t i = 0; i < 8; i++)
		assert_content(keep[i], "x");
}

static bool
on_first(void *arg, const char *name)
{
	(void)name;
	++*(size_t *)arg;
	return false;
}

static void
lists_until_told_to_stop(void **state)
{
	struct err e;
	size_t n = 0;

	(void)state;
	assert_int_equal(file_write(dir, "a", "x", 1, 0600, &e), 0);
	assert_int_equal(file_write(dir, "b", "x", 1, 0600, &e), 0);
	assert_int_equal(entries(), 2);
	assert_int_equal(entries(), 2);		/* starts anew each time */
	assert_int_equal(file_list(dir, on_first, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(file_list(-1, on_first, &n), -EBADF);
}

/* --- directories ------------------------------------------------------------- */

static void
makes_directories(void **state)
{
	char path[128];
	struct stat st;
	struct err e;
	int fd;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s//x/y/./z/", root);
	assert_int_equal(file_dir_open(path, false, &e), -ENOENT);
	fd = file_dir_open(path, true, &e);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(file_write(fd, "a", "x", 1, 0600, &e), 0);
	(void)close(fd);
	fd = file_dir_open(path, true, &e);	/* again, now that it is there */
	assert_true(fd >= 0);
	(void)close(fd);

	fd = file_dir_sub(dir, "sub", &e);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	(void)close(fd);
	fd = file_dir_sub(dir, "sub", &e);
	assert_true(fd >= 0);
	(void)close(fd);
}

static void
refuses_directories_of_others(void **state)
{
	char path[128];
	struct err e;

	(void)state;
	assert_int_equal(mkdirat(dir, "d", 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/d", root);
	for (unsigned mode = 0; mode < 0100; mode++) {
		int fd;

		assert_int_equal(chmod(path, 0700 | mode), 0);
		fd = file_dir_open(path, false, &e);
		assert_int_equal(fd >= 0, (mode & 022) == 0);
		if (fd >= 0)
			(void)close(fd);
		else
			assert_int_equal(fd, -EPERM);
		fd = file_dir_sub(dir, "d", &e);
		assert_int_equal(fd >= 0, (mode & 022) == 0);
		if (fd >= 0)
			(void)close(fd);
	}
	assert_null(strstr(e.detail, root));
	assert_int_equal(file_write(dir, "f", "x", 1, 0600, &e), 0);
	(void)snprintf(path, sizeof(path), "%s/f", root);
	assert_int_equal(file_dir_open(path, true, &e), -ENOTDIR);
	assert_true(file_dir_sub(dir, "f", &e) < 0);
	assert_int_equal(symlinkat("d", dir, "l"), 0);
	assert_true(file_dir_sub(dir, "l", &e) < 0);
}

/* A directory of another account: only root can make one here. */
static void
refuses_a_foreign_owner(void **state)
{
	struct err e;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdirat(dir, "d", 0700), 0);
	assert_int_equal(fchownat(dir, "d", 12345, 12345, 0), 0);
	assert_int_equal(file_dir_sub(dir, "d", &e), -EPERM);
}

/* --- lock and space ------------------------------------------------------------ */

static void
one_holds_the_lock(void **state)
{
	pid_t holder = 1;
	struct err e;
	int fd, status;
	pid_t pid;

	(void)state;
	fd = file_lock(dir, "lock", &holder, &e);
	assert_true(fd >= 0);
	assert_int_equal(holder, 0);
	pid = fork();
	if (pid == 0) {
		pid_t who = 0;

		(void)close(fd);	/* the inherited one holds it, too */
		_exit(file_lock(dir, "lock", &who, &e) == -EWOULDBLOCK &&
		    who == getppid() && e.kind == ERR_CONFLICT ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(file_lock(dir, "lock", NULL, NULL), -EWOULDBLOCK);
	(void)close(fd);
	fd = file_lock(dir, "lock", &holder, &e);
	assert_true(fd >= 0);
	(void)close(fd);
}

/* Whatever stands in the file, it is at most a number to show. */
static void
lock_files_may_hold_anything(void **state)
{
	static const char *const text[] = { "", "x", "-5\n", "99999999999999\n", "77" };
	static const pid_t want[] = { 0, 0, 0, 0, 77 };
	pid_t holder;
	struct err e;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		int fd = file_lock(dir, "lock", NULL, &e);

		assert_true(fd >= 0);
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, text[i], strlen(text[i]), 0),
		    strlen(text[i]));
		assert_int_equal(file_lock(dir, "lock", &holder, &e), -EWOULDBLOCK);
		assert_int_equal(holder, want[i]);
		(void)close(fd);
	}
}

static void
knows_the_space(void **state)
{
	uint64_t free_bytes = 0, total = 0;

	(void)state;
	assert_int_equal(file_space(dir, &free_bytes, &total), 0);
	assert_true(total > 0 && free_bytes <= total);
	assert_int_equal(file_space(-1, &free_bytes, &total), -EBADF);
}

/* --- faults --------------------------------------------------------------------- */

typedef int change(struct err *e);

static int
change_write(struct err *e)
{
	return file_write(dir, "f", "new content", 11, 0600, e);
}

static int
change_create(struct err *e)
{
	return file_create(dir, "g", "new content", 11, 0600, e);
}

static int
change_remove(struct err *e)
{
	return file_remove(dir, "f", e);
}

/* A second name of a file that was written. */
static int
change_share(struct err *e)
{
	int r = change_create(e);

	return r < 0 ? r : file_share(dir, "g", dir, "f", e);
}

static void
start_from_old(void)
{
	struct err e;

	file_fault(0, 0);
	assert_int_equal(file_write(dir, "f", "old", 3, 0600, &e), 0);
	assert_int_equal(file_remove(dir, "g", &e), 0);
}

/* The content under a name: "old", "new", "none" or "mixed". */
static const char *
look(const char *name)
{
	const char *what = "mixed";
	struct err e;
	char *p;
	size_t n;

	if (file_read(dir, name, 100, &p, &n, &e) == -ENOENT)
		return "none";
	assert_non_null(p);
	if (strcmp(p, "old") == 0)
		what = "old";
	else if (strcmp(p, "new content") == 0)
		what = "new";
	free(p);
	return what;
}

/* Kill a child at its nth system call. True while there is one. */
static bool
killed_at(change *c, unsigned nth)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		file_fault(nth, 0);
		_exit(c(NULL) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 9 || WEXITSTATUS(status) == 0);
	return WEXITSTATUS(status) == 9;
}

/* STA-1: kill at each system call; old or new, complete, and nothing left
 * after the next start's sweep. */
static void
survives_death_at_every_call(void **state)
{
	static const struct {
		change *c;
		const char *name, *before, *after;
		unsigned calls;		/* it must make at least these */
	} k[] = {
		{ change_write, "f", "old", "new", 8 },
		{ change_create, "g", "none", "new", 7 },
		{ change_remove, "f", "old", "none", 2 },
		{ change_share, "f", "old", "new", 12 },
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		bool was_before = false, was_after = false;
		unsigned nth = 1;

		start_from_old();
		while (killed_at(k[i].c, nth)) {
			const char *now = look(k[i].name);

			was_before |= strcmp(now, k[i].before) == 0;
			was_after |= strcmp(now, k[i].after) == 0;
			assert_true(strcmp(now, k[i].before) == 0 ||
			    strcmp(now, k[i].after) == 0);
			file_sweep(dir);
			assert_int_equal(entries(),
			    (strcmp(look("f"), "none") != 0) +
			    (strcmp(look("g"), "none") != 0));
			start_from_old();
			assert_true(++nth < CALLS_MAX);
		}
		assert_string_equal(look(k[i].name), k[i].after);
		assert_true(was_before && was_after);
		assert_true(nth > k[i].calls);
	}
}

/* STA-2, CFG-13: an error at each system call is reported and leaves the old
 * file, or the call was one whose failure changes nothing. */
static void
fails_cleanly_at_every_call(void **state)
{
	static const int errors[] = { ENOSPC, EIO, EDQUOT };

	(void)state;
	for (size_t k = 0; k < 3; k++)
		for (unsigned nth = 1;; nth++) {
			struct err e;
			int r, again;

			start_from_old();
			file_fault(nth, errors[k]);
			r = change_write(&e);
			again = (int)faults.left;	/* 0: it has struck */
			file_fault(0, 0);
			assert_string_equal(look("f"), r == 0 ? "new" : "old");
			if (r < 0) {
				assert_int_equal(r, errors[k] == EIO ? -EIO : -ENOSPC);
				assert_int_equal(e.kind, errors[k] == EIO
				    ? ERR_INTERNAL : ERR_STORAGE_FULL);
			}
			/* Only an unlink may have left something. */
			file_sweep(dir);
			assert_int_equal(entries(), 1);

			start_from_old();
			file_fault(nth, errors[k]);
			r = change_create(&e);
			file_fault(0, 0);
			assert_string_equal(look("g"), r == 0 ? "new" : "none");
			file_sweep(dir);
			assert_int_equal(entries(), r == 0 ? 2 : 1);
			if (again > 0) {
				assert_true(nth > 8);
				break;
			}
		}
}

/* A directory that cannot be synced: the last moment at which all can fail. */
static void
undoes_what_cannot_be_made_durable(void **state)
{
	struct err e;

	(void)state;
	start_from_old();
	file_fault(7, EIO);	/* stat open write fsync close rename FSYNC */
	assert_int_equal(change_write(&e), -EIO);
	assert_content("f", "old");
	assert_int_equal(entries(), 1);
	file_fault(7, EIO);
	assert_int_equal(change_create(&e), -EIO);
	assert_string_equal(look("g"), "none");
	assert_int_equal(entries(), 1);
}

static void
is_one_file_of_two_names(void **state)
{
	struct err e;

	(void)state;
	start_from_old();
	assert_int_equal(change_share(&e), 0);
	assert_true(file_is_shared(dir, "f", dir, "g"));
	assert_int_equal(file_write(dir, "g", "old", 3, 0600, &e), 0);
	assert_false(file_is_shared(dir, "f", dir, "g"));
	assert_string_equal(look("f"), "new");
	assert_int_equal(file_remove(dir, "g", &e), 0);
	assert_false(file_is_shared(dir, "f", dir, "g"));
	assert_int_equal(file_share(dir, "g", dir, "f", &e), -ENOENT);
	assert_string_equal(look("f"), "new");
	assert_int_equal(entries(), 1);
}

/* STA-2: short writes are carried on. */
static void
carries_on_after_short_writes(void **state)
{
	struct err e;

	(void)state;
	for (unsigned nth = 1; nth < 12; nth++) {
		start_from_old();
		file_fault(nth, FILE_FAULT_SHORT);
		assert_int_equal(change_write(&e), 0);
		assert_string_equal(look("f"), "new");
		file_fault(nth, EINTR);
		if (nth == 3) {		/* the write itself */
			assert_int_equal(change_write(&e), 0);
			assert_string_equal(look("f"), "new");
		}
	}
}

/* --- in place -------------------------------------------------------------------- */

/* Octets that this process has handed to write(). */
static unsigned long
written(void)
{
	char text[512] = "";
	int fd = open("/proc/self/io", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	const char *at = n < 0 ? NULL : strstr(text, "wchar: ");

	if (fd >= 0)
		(void)close(fd);
	return at == NULL ? 0 : strtoul(at + 7, NULL, 10);
}

static void
random_change(char *p, size_t *n)
{
	size_t i;

	switch (rand() % 4) {
	case 0:
		*n = (size_t)rand() % (3 * PIECE);	/* what is new there is whatever lies behind */
		break;
	case 1:
		for (i = (size_t)rand() % 20; i > 0 && *n > 0; i--)
			p[(size_t)rand() % *n] ^= 1;
		break;
	case 2:
		memmove(p + 1, p, 3 * PIECE - 1);
		break;
	default:
		break;
	}
}

static void
rewrites_to_what_it_is_told(void **state)
{
	static char p[3 * PIECE], *is;
	struct err e;
	size_t i, n = sizeof(p), nis;

	(void)state;
	srand(1);
	for (i = 0; i < sizeof(p); i++)
		p[i] = (char)rand();
	for (i = 0; i < 300; i++) {
		assert_int_equal(file_rewrite(dir, "f", p, n, 0600, &e), 0);
		assert_int_equal(entries(), 1);
		assert_int_equal(file_read(dir, "f", sizeof(p), &is, &nis, &e), 0);
		assert_int_equal(nis, n);
		assert_memory_equal(is, p, n);
		free(is);
		random_change(p, &n);
	}
}

static void
rewrites_what_differs(void **state)
{
	static char p[3 * PIECE];
	unsigned long before;
	struct err e;
	char one;
	int fd;

	(void)state;
	assert_int_equal(file_write(dir, "f", p, sizeof(p), 0600, &e), 0);
	fd = openat(dir, "f", O_RDONLY | O_CLOEXEC);
	if (written() == 0 || peek(fd, &one, 1, 0) != 1)
		skip();		/* a kernel that does not count, or a file system that does not tell */
	(void)close(fd);
	p[PIECE] = p[2 * PIECE + PAGE] = 1;
	before = written();
	assert_int_equal(file_rewrite(dir, "f", p, sizeof(p), 0600, &e), 0);
	assert_int_equal(written() - before, 2 * PAGE);
}

/* A backup, or a name that counts, may hold a file; and a link leads anywhere. */
static void
rewrites_nothing_of_others(void **state)
{
	struct err e;

	(void)state;
	start_from_old();
	assert_int_equal(linkat(dir, "f", dir, "backup", 0), 0);
	assert_int_equal(file_rewrite(dir, "f", "new content", 11, 0600, &e), 0);
	assert_string_equal(look("f"), "new");
	assert_string_equal(look("backup"), "old");
	assert_int_equal(file_remove(dir, "f", &e), 0);
	assert_int_equal(symlinkat("backup", dir, "f"), 0);
	assert_int_equal(file_rewrite(dir, "f", "new content", 11, 0600, &e), 0);
	assert_string_equal(look("f"), "new");
	assert_string_equal(look("backup"), "old");
}

/* Whatever fails in place, a file of its own is tried; a full disk is seen before anything changes. */
static void
rewriting_fails_at_every_call(void **state)
{
	struct err e;
	unsigned nth;

	(void)state;
	for (nth = 1; nth < 8; nth++) {
		start_from_old();
		file_fault(nth, EIO);
		assert_int_equal(file_rewrite(dir, "f", "new content", 11, 0600, &e), 0);
		file_fault(0, 0);
		assert_string_equal(look("f"), "new");
		assert_int_equal(entries(), 1);
	}
	start_from_old();
	file_fault_lasting(2, ENOSPC);	/* open ALLOCATE, and all that follow */
	assert_int_equal(file_rewrite(dir, "f", "new content", 11, 0600, &e), -ENOSPC);
	file_fault(0, 0);
	assert_string_equal(look("f"), "old");
}

static int
change_name(struct err *e)
{
	(void)e;
	return file_rename(dir, "f", "g", NULL);
}

static void
renames(void **state)
{
	struct err e;
	unsigned nth = 1;

	(void)state;
	start_from_old();
	while (killed_at(change_name, nth++)) {
		assert_int_equal(entries(), 1);
		start_from_old();
	}
	assert_int_equal(nth, 4);
	assert_string_equal(look("g"), "old");
	assert_string_equal(look("f"), "none");
	assert_int_equal(file_rename(dir, "f", "g", NULL), -ENOENT);
	assert_int_equal(file_write(dir, "f", "new content", 11, 0600, &e), 0);
	file_fault(2, EIO);		/* rename FSYNC */
	assert_int_equal(change_name(NULL), -EIO);
	assert_string_equal(look("g"), "new");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_root, drop_root)
	const struct CMUnitTest tests[] = {
		TEST(writes_and_reads),
		TEST(reads_within_limits),
		TEST(creates_only_new),
		TEST(replaces_no_directory),
		TEST(follows_no_link),
		TEST(removes),
		TEST(sweeps_only_its_own_litter),
		TEST(lists_until_told_to_stop),
		TEST(makes_directories),
		TEST(refuses_directories_of_others),
		TEST(refuses_a_foreign_owner),
		TEST(one_holds_the_lock),
		TEST(lock_files_may_hold_anything),
		TEST(knows_the_space),
		TEST(survives_death_at_every_call),
		TEST(fails_cleanly_at_every_call),
		TEST(undoes_what_cannot_be_made_durable), TEST(is_one_file_of_two_names),
		TEST(rewrites_to_what_it_is_told), TEST(rewrites_what_differs), TEST(rewrites_nothing_of_others),
		TEST(rewriting_fails_at_every_call), TEST(renames),
		TEST(carries_on_after_short_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
