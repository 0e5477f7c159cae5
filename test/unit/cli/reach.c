/* src/cli/reach.c: what people type as a target. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/reach.c"

static void
targets_with_and_without_port(void **state)
{
	static const struct { const char *text, *host, *port; } good[] = {
		{ "wiki.my.cell", "wiki.my.cell", NULL }, { "wiki.my.cell:8443", "wiki.my.cell", "8443" },
		{ "192.168.1.5:80", "192.168.1.5", "80" }, { "2001:db8::1", "2001:db8::1", NULL },
		{ "[2001:db8::1]", "2001:db8::1", NULL }, { "[2001:db8::1]:53", "2001:db8::1", "53" },
	};
	char host[TARGET_MAX];
	const char *port;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(split(good[i].text, host, &port));
		assert_string_equal(host, good[i].host);
		if (good[i].port == NULL)
			assert_null(port);
		else
			assert_string_equal(port, good[i].port);
	}
}

static void
no_targets(void **state)
{
	static const char *const bad[] = { "", ":443", "[::1", "[]:53", "[::1]53" };
	char host[TARGET_MAX], longer[TARGET_MAX + 1];
	const char *port;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(split(bad[i], host, &port));
	memset(longer, 'a', TARGET_MAX);
	longer[TARGET_MAX] = '\0';
	assert_false(split(longer, host, &port));
	assert_true(split(longer + 1, host, &port));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_with_and_without_port),
		cmocka_unit_test(no_targets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
