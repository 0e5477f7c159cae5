/* What we rely on in the llhttp of vendor/: the strict build refuses the
 * shapes that request smuggling is made of (HTTP-1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <llhttp.h>

static llhttp_errno_t
parse(const char *request)
{
	llhttp_settings_t settings;
	llhttp_t parser;

	llhttp_settings_init(&settings);
	llhttp_init(&parser, HTTP_REQUEST, &settings);
	return llhttp_execute(&parser, request, strlen(request));
}

static void
test_a_plain_request_is_read(void **state)
{
	(void)state;
	assert_int_equal(parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), HPE_OK);
	assert_int_equal(parse("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab"), HPE_OK);
}

static void
test_smuggling_shapes_are_refused(void **state)
{
	static const char *const bad[] = {
		"GET / HTTP/1.1\r\nX: a\rb\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
		"GET / HTTP/1.1\nHost: a\n\n",
		"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\r\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (parse(bad[i]) == HPE_OK)
			fail_msg("accepted: %s", bad[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_plain_request_is_read),
		cmocka_unit_test(test_smuggling_shapes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
