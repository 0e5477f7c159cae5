/* The reserve, on a disk of one mebibyte that is really full (LIM-2, CFG-13). */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "sys/file.h"
#include "sys/reserve.h"

enum { NO_NAMESPACE = 77, NO_BLOCKS = 78, DISK = 1 << 20, KEPT = 256 << 10 };

static bool
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		(void)close(fd);
	return ok;
}

/* A mount namespace of our own; as a user, inside a user namespace. */
static bool
own_mounts(void)
{
	char uid[64], gid[64];

	(void)snprintf(uid, sizeof(uid), "0 %u 1", geteuid());
	(void)snprintf(gid, sizeof(gid), "0 %u 1", getegid());
	if (unshare(CLONE_NEWNS) < 0 &&
	    (unshare(CLONE_NEWNS | CLONE_NEWUSER) < 0 ||
	    !write_text("/proc/self/uid_map", uid) ||
	    !write_text("/proc/self/setgroups", "deny") ||
	    !write_text("/proc/self/gid_map", gid)))
		return false;
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static uint64_t
free_now(int dir)
{
	uint64_t left = 0, total;

	(void)file_space(dir, &left, &total);
	return left;
}

static void
fill_up(int dir)
{
	static const char block[4096];
	int fd = openat(dir, "junk", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	while (write(fd, block, sizeof(block)) > 0)
		continue;
	(void)close(fd);
}

/* 0, or the number of the step that went wrong. */
static int
on_small_disk(int dir)
{
	static char text[64 << 10];
	struct err e;
	int r;

	if (reserve_release(dir, 1))
		return 1;		/* there is none yet */
	r = reserve_fill(dir, KEPT);
	if (r == -EOPNOTSUPP)
		return NO_BLOCKS;
	if (r != 0 || free_now(dir) > DISK - KEPT)
		return 2;
	if (reserve_fill(dir, KEPT) != 0 || reserve_fill(dir, 1) != 0)
		return 3;
	memset(text, 'a', sizeof(text));
	if (file_write(dir, "f", text, sizeof(text), 0600, &e) != 0)
		return 4;
	fill_up(dir);
	if (file_write(dir, "f", text, sizeof(text), 0600, &e) != -ENOSPC ||
	    e.kind != ERR_STORAGE_FULL)
		return 5;
	/* Once more, from the reserve: as often as it lasts. */
	for (int i = 0; i < 2; i++) {
		if (!reserve_release(dir, sizeof(text) + 4096))
			return 6;
		if (file_write(dir, "f", text, sizeof(text), 0600, &e) != 0)
			return 7;
		fill_up(dir);
	}
	/* It is not made whole while the disk is full, nor lost. */
	r = reserve_fill(dir, KEPT);
	if (r != -ENOSPC)
		return 8;
	if (!reserve_release(dir, UINT64_MAX) || reserve_release(dir, 1))
		return 9;
	if (file_remove(dir, "junk", &e) != 0 || reserve_fill(dir, KEPT) != 0)
		return 10;
	return free_now(dir) > DISK - KEPT ? 11 : 0;
}

static int
small_disk(const char *path)
{
	char options[64];
	int dir;

	(void)snprintf(options, sizeof(options), "size=%d,mode=0700", DISK);
	if (!own_mounts() || mount("none", path, "tmpfs", 0, options) < 0)
		return NO_NAMESPACE;
	dir = file_dir_open(path, false, NULL);
	return dir < 0 ? 100 : on_small_disk(dir);
}

static void
a_full_disk_still_takes_changes(void **state)
{
	char path[] = "/tmp/pic-reserve-XXXXXX";
	int status;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(path));
	pid = fork();
	if (pid == 0)
		_exit(small_disk(path));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(rmdir(path), 0);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NO_NAMESPACE || WEXITSTATUS(status) == NO_BLOCKS)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
no_directory_no_reserve(void **state)
{
	(void)state;
	assert_int_equal(reserve_fill(-1, 1), -EBADF);
	assert_false(reserve_release(-1, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_disk_still_takes_changes),
		cmocka_unit_test(no_directory_no_reserve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
