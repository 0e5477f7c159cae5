/* src/conf/header.c: what a rule for a header may say (WEB-3, WEB-5, WEB-6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "conf/conf.h"
#include "conf/header.h"

static bool
check(bool (*f)(const json_t *, char *, size_t), const char *text)
{
	json_t *v = json_string(text);
	char rule[200];
	bool ok = f(v, rule, sizeof(rule));

	json_decref(v);
	return ok;
}

static void
rules_are_read(void **state)
{
	struct conf_header h;

	(void)state;
	assert_true(conf_header_read(STR("X-Api-Key:  a: b "), &h));
	assert_true(str_eqz(h.name, "X-Api-Key") && str_eqz(h.value, "a: b"));
	assert_true(conf_header_read(STR("Cookie:"), &h));
	assert_int_equal(h.value.n, 0);
}

static void
what_is_none(void **state)
{
	static const char *const bad[] = { "", ":", ": x", "x", "a b: c", "a : c", "a: b\r\nc: d", "a: b\n",
		"a: b\tc", "a: \x7f", "a: \xc3\xa9",
		"\xc3\xa9: a", "a\"b: c",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: 65 letters" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (check(conf_check_request_header, bad[i]) || check(conf_check_response_header, bad[i]))
			fail_msg("%s", bad[i]);
}

/* Framing, the connection, who somebody is, and trust in the cell. */
static void
what_is_not_theirs(void **state)
{
	static const char *const both[] = { "Host: x", "content-length: 1", "Content_Length: 1",
		"Transfer-Encoding: chunked", "transfer.encoding:",
		"Connection:", "Upgrade: h2c", "TE: x", "Trailer: x", "Expect: 100-continue", "Keep-Alive: 5",
		"Proxy-Authorization: x",
		"Proxy-Anything: x", "HTTP2-Settings: x", "Via: x", "Date: x", "Sec-WebSocket-Accept: x", "Cookie: a=1",
		"Set-Cookie: a=1" };
	static const char *const request[] = { "Remote-User: root", "REMOTE_GROUPS: x", "Remote.Name:",
		"X-Forwarded-For: x", "X-Forwarded-Anything:",
		"Forwarded: x", "X-Real-IP: x" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(both) / sizeof(both[0]); i++)
		if (check(conf_check_request_header, both[i]) || check(conf_check_response_header, both[i]))
			fail_msg("%s", both[i]);
	for (i = 0; i < sizeof(request) / sizeof(request[0]); i++)
		if (check(conf_check_request_header, request[i]) || !check(conf_check_response_header, request[i]))
			fail_msg("%s", request[i]);
	assert_false(check(conf_check_response_header, "Strict-Transport-Security:"));
	assert_true(check(conf_check_request_header, "Authorization: Basic YTpi"));
	assert_true(check(conf_check_request_header, "Cookie:"));
	assert_true(check(conf_check_response_header, "Set-Cookie:"));
	assert_true(check(conf_check_response_header, "Content-Security-Policy: default-src 'self'; img-src *"));
	assert_true(check(conf_check_request_header, "Hosts: x"));
}

static void
together(void **state)
{
	char big[1000];
	const char *many[] = { big, big, big, big, big }, *same[] = { "A: 1", "b: 2", "a:" };
	struct conf_texts t = { many, 4 };

	(void)state;
	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_true(conf_headers_fit(&t));
	t.n = 5;
	assert_false(conf_headers_fit(&t));
	t = (struct conf_texts){ same, 3 };
	assert_false(conf_headers_differ(&t));
	t.n = 2;
	assert_true(conf_headers_differ(&t));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_read),
		cmocka_unit_test(what_is_none),
		cmocka_unit_test(what_is_not_theirs),
		cmocka_unit_test(together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
