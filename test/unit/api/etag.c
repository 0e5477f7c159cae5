/* Entity tags (api.md 1.4, RFC 9110). */
#include "api/etag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
text(void **state)
{
	char buf[API_ETAG_MAX];

	(void)state;
	assert_string_equal(api_etag_text('r', 43, buf), "\"r43\"");
	assert_string_equal(api_etag_text('g', UINT64_MAX, buf), "\"g18446744073709551615\"");
}

static void
match(void **state)
{
	(void)state;
	assert_true(api_etag_match(STR("\"r43\""), 'r', 43, false));
	assert_true(api_etag_match(STR("\"r1\", \"r43\" ,\"x\""), 'r', 43, false));
	assert_true(api_etag_match(STR("*"), 'r', 43, false));
	assert_true(api_etag_match(STR("W/\"r43\""), 'r', 43, true));
	assert_false(api_etag_match(STR("W/\"r43\""), 'r', 43, false));
	assert_false(api_etag_match(STR("W/*"), 'r', 43, true));
	assert_false(api_etag_match(STR("\"r4\""), 'r', 43, true));
	assert_false(api_etag_match(STR("\"g43\""), 'r', 43, true));
	assert_false(api_etag_match(STR("r43"), 'r', 43, true));
	assert_false(api_etag_match(STR("\"r43"), 'r', 43, true));
	assert_false(api_etag_match(STR(""), 'r', 43, true));
	assert_false(api_etag_match(STR(",,"), 'r', 43, true));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
