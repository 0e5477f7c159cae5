/* Syncs that the disk does while we go on. That they make anything durable cannot be seen here: it is the kernel's word. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sys/sync.c"

static int
folder(void)
{
	return open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
file(void)
{
	const int fd = open("/tmp", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	return fd;
}

static void
begin(struct sync *s, int fd)
{
	assert_int_equal(sync_begin(s, fd), 0);
	assert_int_equal(close(fd), 0);
}

/* Files and folders, more than there is room for, closed meanwhile. */
static void
are_on_their_way_together(void **state)
{
	struct sync *s = sync_new();
	int i;

	(void)state;
	assert_true(s->kernel != 0);
	assert_int_equal(sync_wait(s), 0);	/* none */
	for (i = 1; i <= SYNC_MAX; i++) {
		begin(s, i % 2 == 0 ? folder() : file());
		assert_int_equal(s->begun, i);
	}
	begin(s, folder());
	assert_int_equal(s->begun, 1);
	assert_int_equal(sync_wait(s), 0);
	assert_int_equal(s->begun, 0);
	begin(s, file());
	sync_free(s);
	sync_free(NULL);
}

static void
without_the_kernel_they_are_done_at_once(void **state)
{
	struct sync *s = sync_new();

	(void)state;
	assert_int_equal(syscall(SYS_io_destroy, s->kernel), 0);
	s->kernel = 0;
	begin(s, file());
	begin(s, folder());
	assert_int_equal(s->begun, 0);
	assert_int_equal(sync_wait(s), 0);
	sync_free(s);
}

static void
what_cannot_be_synced_is_said(void **state)
{
	struct sync *s = sync_new();
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(sync_begin(s, ends[1]), -EINVAL);
	assert_int_equal(sync_begin(s, -1), -EBADF);
	assert_int_equal(sync_wait(s), 0);
	(void)close(ends[0]);
	(void)close(ends[1]);
	sync_free(s);
}

/* Also of one that was heard of only to make room. */
static void
a_failure_is_said_once(void **state)
{
	struct sync *s = sync_new();

	(void)state;
	begin(s, file());
	s->error = -EIO;
	assert_int_equal(sync_wait(s), -EIO);
	assert_int_equal(sync_wait(s), 0);
	sync_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(are_on_their_way_together), cmocka_unit_test(without_the_kernel_they_are_done_at_once),
		cmocka_unit_test(what_cannot_be_synced_is_said), cmocka_unit_test(a_failure_is_said_once),
	};

	return cmocka_run_group_tests_name("sys/sync", tests, NULL, NULL);
}
