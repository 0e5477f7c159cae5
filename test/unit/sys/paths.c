/* Where a cell lives: data.md 2, CLI-9 (flag beats environment beats default). */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sys/paths.h"

static int
clean(void **state)
{
	(void)state;
	unsetenv("PIC_STATE_DIR");
	unsetenv("PIC_SOCKET");
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_RUNTIME_DIR");
	setenv("HOME", "/home/anna", 1);
	return 0;
}

static void
test_defaults(void **state)
{
	struct paths p;

	(void)state;
	assert_int_equal(paths_find(&p, NULL, NULL, true), 0);
	assert_string_equal(p.state, "/var/lib/pic");
	assert_string_equal(p.socket, "/run/pic/pic.sock");
	assert_true(p.default_runtime);
	assert_int_equal(paths_find(&p, NULL, NULL, false), 0);
	assert_string_equal(p.state, "/home/anna/.local/state/pic");
	setenv("XDG_STATE_HOME", "/s", 1);
	setenv("XDG_RUNTIME_DIR", "/r", 1);
	assert_int_equal(paths_find(&p, NULL, NULL, false), 0);
	assert_string_equal(p.state, "/s/pic");
	assert_string_equal(p.socket, "/r/pic/pic.sock");
}

static void
test_order(void **state)
{
	struct paths p;

	(void)state;
	setenv("PIC_STATE_DIR", "/env", 1);
	assert_int_equal(paths_find(&p, NULL, NULL, true), 0);
	assert_string_equal(p.state, "/env");
	assert_string_equal(p.socket, "/env/pic.sock");
	assert_int_equal(paths_find(&p, "/flag", NULL, true), 0);
	assert_string_equal(p.socket, "/flag/pic.sock");
	setenv("PIC_SOCKET", "/tmp/s", 1);
	assert_int_equal(paths_find(&p, "/flag", NULL, true), 0);
	assert_string_equal(p.socket, "/tmp/s");
	assert_false(p.default_runtime);
}

static void
test_bounds(void **state)
{
	char longer[300];
	struct paths p;

	(void)state;
	memset(longer, 'a', sizeof(longer));
	longer[0] = '/';
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(paths_find(&p, longer, NULL, true), -ENAMETOOLONG);
	unsetenv("HOME");
	assert_int_equal(paths_find(&p, NULL, NULL, false), -ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_defaults, clean),
		cmocka_unit_test_setup(test_order, clean),
		cmocka_unit_test_setup(test_bounds, clean),
	};

	return cmocka_run_group_tests_name("sys/paths", tests, NULL, NULL);
}
