/* What io_fetch() takes for an address; the rest is tested with a real server (test/system/filter). */
#include "io/fetch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
test_addresses(void **state)
{
	static const char *const bad[] = { "http://a.example/", "https:///x", "https://a.example:0/", "https://a.example:x/",
		"https://a.example:70000/", "https://user@a.example/", "https://10.0.0.1 /",
		"a.example", "", "https://localhost/" };
	struct io_url u;
	size_t i;

	(void)state;
	assert_true(io_url_read("https://lists.example/a/b?c", &u));
	assert_string_equal(u.host, "lists.example");
	assert_int_equal(u.port, 443);
	assert_string_equal(u.path, "/a/b?c");
	assert_true(io_url_read("https://lists.example:8443", &u));
	assert_int_equal(u.port, 8443);
	assert_string_equal(u.path, "");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (io_url_read(bad[i], &u))
			fail_msg("%s", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_addresses) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
