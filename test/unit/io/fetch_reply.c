/* Replies to one GET: RFC 9112 6; smuggling tricks are refused (INP-9). */
#include "io/fetch_reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char body[256];
static struct fetch_reply r;

static bool
on_body(void *arg, const uint8_t *p, size_t n)
{
	(void)arg;
	assert_true(strlen(body) + n < sizeof(body));
	strncat(body, (const char *)p, n);
	return strstr(body, "enough") == NULL;
}

static enum fetch_step
feed(const char *text)
{
	body[0] = '\0';
	fetch_reply_init(&r, on_body, NULL);
	return fetch_reply_feed(&r, (const uint8_t *)text, strlen(text));
}

static void
test_bodies(void **state)
{
	(void)state;
	assert_int_equal(feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
	    "ETag: \"v1\"\r\nContent-Type: text/plain\r\n\r\nhellomore"), FETCH_DONE);
	assert_string_equal(body, "hello");
	assert_string_equal(r.etag, "\"v1\"");
	assert_string_equal(r.type, "text/plain");
	assert_int_equal(feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "5\r\nhello\r\nA;x=1\r\n, everyone\r\n0\r\n\r\n"), FETCH_DONE);
	assert_string_equal(body, "hello, everyone");
	assert_int_equal(feed("HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\nto the end"), FETCH_MORE);
	assert_true(r.gzip && fetch_reply_is_whole(&r));
	assert_int_equal(feed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut"), FETCH_MORE);
	assert_false(fetch_reply_is_whole(&r));
	assert_int_equal(feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n"), FETCH_DONE);
	assert_int_equal(r.status, 304);
	assert_int_equal(feed("HTTP/1.1 302 Found\r\nLocation: https://b.example/\r\nContent-Length: 0\r\n\r\n"), FETCH_DONE);
	assert_string_equal(r.location, "https://b.example/");
}

static void
test_refused(void **state)
{
	static const char *const bad[] = {
		"SSH-2.0-x\r\n", "HTTP/2 200\r\n", "HTTP/1.1 999 x\r\n", "HTTP/1.1 101 Switching\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n",
		"HTTP/1.1 200 OK\r\n folded: x\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
		"HTTP/1.1 200 OK\r\n\r\nenough",
	};
	static char longest[FETCH_LINE_MAX + 32] = "HTTP/1.1 200 OK\r\nX: ";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (feed(bad[i]) != FETCH_BAD)
			fail_msg("%s", bad[i]);
	memset(longest + strlen(longest), 'x', sizeof(longest) - strlen(longest) - 1);
	assert_int_equal(feed(longest), FETCH_BAD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
