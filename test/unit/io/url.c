/* What is taken for an address, above all that nothing in it can end a line of a request. */
#include "io/url.h"

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
		"a.example", "", "https://localhost/",
		"https://a.example/a b", "https://a.example/\r\nX: y", "ftp://a.example/" };
	struct io_url u;
	size_t i;

	(void)state;
	assert_true(io_url_read("https://lists.example/a/b?c", false, &u));
	assert_string_equal(u.host, "lists.example");
	assert_int_equal(u.port, 443);
	assert_string_equal(u.path, "/a/b?c");
	assert_true(io_url_read("https://lists.example:8443", false, &u));
	assert_int_equal(u.port, 8443);
	assert_string_equal(u.path, "");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (io_url_read(bad[i], false, &u))
			fail_msg("%s", bad[i]);
	assert_false(u.plain);
	assert_true(io_url_read("http://a.example/x", true, &u));
	assert_true(u.plain && u.port == 80);
	assert_true(io_url_read("https://a.example/x", true, &u));
	assert_true(!u.plain && u.port == 443);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_addresses) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
