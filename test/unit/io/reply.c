/* Replies to one request: RFC 9112 6; smuggling tricks are refused (INP-9). */
#include "io/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char body[256];
static char etag[16], location[16];
static const struct io_wanted wanted[] = {
	{ "ETag", etag, sizeof(etag) }, { "Location", location, sizeof(location) }
};
static struct io_reply r;

static bool
on_body(void *arg, const uint8_t *p, size_t n)
{
	(void)arg;
	assert_true(strlen(body) + n < sizeof(body));
	strncat(body, (const char *)p, n);
	return strstr(body, "enough") == NULL;
}

static enum io_reply_step
feed(const char *text)
{
	body[0] = '\0';
	etag[0] = location[0] = '\0';
	io_reply_init(&r, on_body, NULL);
	r.wanted = wanted;
	r.nwanted = 2;
	return io_reply_feed(&r, (const uint8_t *)text, strlen(text));
}

static void
test_bodies(void **state)
{
	(void)state;
	assert_int_equal(feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
	    "ETag: \"v1\"\r\nContent-Type: text/plain\r\n\r\nhellomore"), IO_REPLY_DONE);
	assert_string_equal(body, "hello");
	assert_string_equal(etag, "\"v1\"");
	assert_int_equal(feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "5\r\nhello\r\nA;x=1\r\n, everyone\r\n0\r\n\r\n"), IO_REPLY_DONE);
	assert_string_equal(body, "hello, everyone");
	assert_int_equal(feed("HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\nto the end"), IO_REPLY_MORE);
	assert_true(r.gzip && io_reply_is_whole(&r));
	assert_int_equal(feed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut"), IO_REPLY_MORE);
	assert_false(io_reply_is_whole(&r));
	assert_int_equal(feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n"), IO_REPLY_DONE);
	assert_int_equal(r.status, 304);
	assert_int_equal(feed("HTTP/1.1 302 Found\r\nlocation: /next\r\nContent-Length: 0\r\n\r\n"), IO_REPLY_DONE);
	assert_string_equal(location, "/next");
	assert_int_equal(feed("HTTP/1.1 200 OK\r\nLocation: /far-too-long-for-this\r\nContent-Length: 0\r\n\r\n"),
	    IO_REPLY_DONE);
	assert_string_equal(location, "");
}

/* What answers a HEAD tells the length of a body that does not come. */
static void
test_head(void **state)
{
	static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: x\r\n\r\n";

	(void)state;
	assert_int_equal(feed(text), IO_REPLY_MORE);
	io_reply_init(&r, on_body, NULL);
	r.to_head = true;
	assert_int_equal(io_reply_feed(&r, (const uint8_t *)text, sizeof(text) - 1), IO_REPLY_DONE);
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
	static char longest[IO_REPLY_LINE_MAX + 32] = "HTTP/1.1 200 OK\r\nX: ";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (feed(bad[i]) != IO_REPLY_BAD)
			fail_msg("%s", bad[i]);
	memset(longest + strlen(longest), 'x', sizeof(longest) - strlen(longest) - 1);
	assert_int_equal(feed(longest), IO_REPLY_BAD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
