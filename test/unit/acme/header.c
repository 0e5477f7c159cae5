/* src/acme/header.c: RFC 9110 5.6.7, 10.2.3; RFC 8288; RFC 3339. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "acme/header.h"

enum { NOW = 1800000000 };	/* Fri, 15 Jan 2027 08:00:00 GMT */

static void
test_retry_after(void **state)
{
	static const struct { const char *text; int want; } v[] = {
		{ "120", 120 }, { " 5 ", 5 }, { "0", 0 }, { "", 0 }, { "31536000", ACME_PATIENCE_S },
		{ "99999999999999999999999999", ACME_PATIENCE_S }, { "-1", 0 }, { "1.5", 0 }, { "soon", 0 },
		{ "Fri, 15 Jan 2027 08:01:00 GMT", 60 }, { "Fri, 15 Jan 2027 07:59:00 GMT", 0 },
		{ "Sat, 15 Jan 2028 08:00:00 GMT", ACME_PATIENCE_S }, { "Fri, 15 Jan 2027 08:01:00 GMT x", 0 },
		{ "Fri, 15 Jan 2027 08:01:00 CET", 0 }, { "Fri, 15 Jan 2027 08:01:00 GMT                               ", 60 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		assert_int_equal(acme_retry_after(str_of(v[i].text), NOW), v[i].want);
}

static void
test_links(void **state)
{
	static const char *const none[] = { "", "<", "<https://a.example/>", "<https://a.example/>;rel=alternate",
	    "<https://a.example/>;rel=\"up\"", "<http://a.example/>;rel=next", "</orders?c=2>;rel=\"next\"", "rel=next",
	    "<https://a.example/>;rev=\"next\"" };
	char out[ACME_URL_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(acme_link(str_of(none[i]), "next", out));
	assert_true(acme_link(STR("<https://a.example/2>;rel=\"next\""), "next", out));
	assert_string_equal(out, "https://a.example/2");
	assert_true(acme_link(STR("<https://a.example/dir>;rel=\"index\", <https://a.example/3> ; title=x; rel=\"last next\""),
	    "next", out));
	assert_string_equal(out, "https://a.example/3");
	assert_true(acme_link(STR("<https://a.example/c,d;e>;REL=next,<https://a.example/f>;rel=x"), "next", out));
	assert_string_equal(out, "https://a.example/c,d;e");
}

static void
test_types(void **state)
{
	(void)state;
	assert_true(acme_type_is(STR("application/json"), "application/json"));
	assert_true(acme_type_is(STR("Application/JSON ; charset=utf-8"), "application/json"));
	assert_false(acme_type_is(STR("application/jsonp"), "application/json"));
	assert_false(acme_type_is(STR(""), "application/json"));
}

static void
test_times(void **state)
{
	static const struct { const char *text; int64_t want; } v[] = {
		{ "2027-01-15T08:00:00Z", NOW }, { "2027-01-15T08:00:00.123456789Z", NOW }, { "2027-01-15T09:30:00+01:30", NOW },
		{ "2027-01-15T00:00:00.5-08:00", NOW },
	};
	static const char *const none[] = { "", "2027-01-15", "2027-01-15T08:00:00", "2027-01-15T08:00:00+0100",
	    "2027-13-15T08:00:00Z", "2027-01-15T08:00:00Zx", "2027-01-15T08:00:00+25:00", "2027-01-15T08:00:00.Q" };
	int64_t t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		assert_true(acme_time_read(str_of(v[i].text), &t));
		assert_int_equal(t, v[i].want);
	}
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(acme_time_read(str_of(none[i]), &t));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_retry_after),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
