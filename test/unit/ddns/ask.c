/* src/ddns/ask.c: addresses of calls, Retry-After, statuses. */
#include "ddns/ask.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static void
test_url(void **state)
{
	static char longest[IO_URL_MAX + 1];
	struct ddns_url u;

	(void)state;
	ddns_url_begin(&u, "https://a.example/x");
	ddns_url_put(&u, "?q=");
	ddns_url_value(&u, "a b/c?d&e=%\r\n\xc3\xa9~-._Z9");
	assert_string_equal(u.text, "https://a.example/x?q=a%20b%2Fc%3Fd%26e%3D%25%0D%0A%C3%A9~-._Z9");
	assert_false(u.bad);
	memset(longest, 'x', IO_URL_MAX);
	ddns_url_begin(&u, longest);
	assert_false(u.bad);
	ddns_url_put(&u, "x");
	assert_true(u.bad);
	ddns_url_begin(&u, "short");	/* begins anew */
	assert_false(u.bad);
}

static void
test_wait(void **state)
{
	(void)state;
	assert_int_equal(ddns_wait_read(""), 0);
	assert_int_equal(ddns_wait_read("120"), 120);
	assert_int_equal(ddns_wait_read("999999999999999999"), DDNS_WAIT_MAX_S);
	assert_int_equal(ddns_wait_read("Wed, 21 Oct 2026 07:28:00 GMT"), 3600);
	assert_int_equal(ddns_wait_read("-5"), 3600);
}

static void
test_refused(void **state)
{
	static const struct { int status, wait, error; } v[] = { { 401, 0, -EPERM }, { 403, 0, -EPERM }, { 429, 7, -EAGAIN },
		{ 503, 7, -ENETDOWN }, { 503, 0, -EPROTO }, { 500, 7, -EPROTO }, { 404, 0, -EPROTO }, { 302, 0, -EPROTO } };
	struct ddns_account a = { .provider = ddns_provider_find("duckdns") };
	struct ddns_answer *r = ddns_answer_new();
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		r->status = v[i].status;
		r->wait_s = v[i].wait;
		assert_int_equal(ddns_refused(&a, r, &e), v[i].error);
		assert_int_equal(e.retry_after, v[i].error == -EAGAIN || v[i].error == -ENETDOWN ? v[i].wait : 0);
	}
	ddns_answer_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_url),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
