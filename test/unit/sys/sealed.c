/* Counted pieces of sealed memory. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "sys/sealed.h"

static void
test_users(void **state)
{
	struct sealed *s, *t;
	struct sealed_list m = { 0 };
	size_t i;
	int fd;

	(void)state;
	assert_int_equal(sealed_new(&s, "test", "text", 5), 0);
	assert_int_equal(s->id, 0);
	fd = s->fd;
	t = sealed_open(fd, 3, 5);
	assert_non_null(t);
	assert_true(t->id == 3 && t->fd == -1 && t->n == 5);
	assert_int_equal(sealed_list_add(&m, s), 0);
	assert_int_equal(sealed_list_add(&m, t), 1);
	sealed_unref(s);
	sealed_unref(t);
	assert_ptr_equal(sealed_list_find(&m, 3), t);
	assert_null(sealed_list_find(&m, 4));
	assert_string_equal(t->p, "text");
	for (i = m.n; i < SEALED_LIST_MAX; i++)
		assert_int_equal(sealed_list_add(&m, s), i);
	assert_int_equal(sealed_list_add(&m, s), SEALED_LIST_MAX);
	sealed_list_clear(&m);
	assert_int_equal(fcntl(fd, F_GETFD), -1);	/* the last user closed it */
}

/* What can still change is none, nor what is larger than may be. */
static void
test_refused(void **state)
{
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct rlimit had, few;
	struct sealed *s, *t;

	(void)state;
	assert_int_equal(sealed_new(&s, "test", "text", 5), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &had), 0);
	few = (struct rlimit){ 0, had.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(sealed_new(&t, "test", "text", 5), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &had), 0);
	assert_null(t);
	assert_null(sealed_open(fd, 1, 100));
	assert_null(sealed_open(s->fd, 1, 4));
	assert_null(sealed_open(-1, 1, 4));
	close(fd);
	sealed_unref(s);
	sealed_unref(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_users), cmocka_unit_test(test_refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
