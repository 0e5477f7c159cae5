/* src/http/trailer.c: fields behind a body (RFC 9110 6.5, INP-10). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/wr.h"
#include "http/trailer.h"

static void
there_and_back(void **state)
{
	static const char text[] = "X-Sum: 1\r\nA: b: c\r\nE: \r\n";
	struct http_trailers t;
	char buf[200];
	struct wr w;

	(void)state;
	assert_true(http_trailers_read(str_of(text), &t));
	assert_int_equal(t.n, 3);
	assert_true(str_eqz(t.v[1].name, "A") && str_eqz(t.v[1].value, "b: c") && t.v[2].value.n == 0);
	wr_init(&w, buf, sizeof(buf));
	http_trailers_write(&w, &t);
	assert_int_equal(wr_len(&w), strlen(text) + 5);
	assert_memory_equal(buf, "0\r\nX-Sum: 1\r\nA: b: c\r\nE: \r\n\r\n", wr_len(&w));
	wr_init(&w, buf, sizeof(buf));
	http_trailers_write(&w, NULL);
	assert_memory_equal(buf, "0\r\n\r\n", 5);
	assert_true(http_trailers_read((struct str){ NULL, 0 }, &t) && t.n == 0);
}

static void
what_is_no_field(void **state)
{
	static const char *const bad[] = { "x\r\n", ": x\r\n", "a b: c\r\n", " a: b\r\n", "a : b\r\n", "a: b\x01\r\n", "\r\n",
		"a\"b: c\r\n" };
	char many[HTTP_TRAILERS * 8 + 16] = "";
	struct http_trailers t;
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "good: 1\r\n%s", bad[i]);
		if (http_trailers_read(str_of(text), &t))
			fail_msg("%s", bad[i]);
		assert_int_equal(t.n, 1);
	}
	for (i = 0; i <= HTTP_TRAILERS; i++)
		memcpy(many + 6 * i, "a: b\r\n", 7);
	assert_false(http_trailers_read(str_of(many), &t));
	assert_int_equal(t.n, HTTP_TRAILERS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(there_and_back), cmocka_unit_test(what_is_no_field) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
