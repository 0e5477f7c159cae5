/* src/http/body.c: the writer's chunks are the reader's, and taking part of what is shown keeps the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/wr.h"
#include "http/body.h"

/* read(write(x)) == x, taking at most take bytes at a time. */
static void
round_trip(size_t n, size_t take)
{
	static uint8_t in[70000], out[70000], wire[140000];
	struct http_body b;
	enum http_body_step step;
	size_t i, used, done = 0, got = 0;
	struct str data;
	struct wr w;

	for (i = 0; i < n; i++)
		in[i] = (uint8_t)(i * 31);
	wr_init(&w, wire, sizeof(wire));
	for (i = 0; i < n; i += 1 + i % 5000)
		http_chunk_write(&w, in + i, n - i < 1 + i % 5000 ? n - i : 1 + i % 5000);
	wr_text(&w, "0\r\n\r\n");
	assert_true(wr_ok(&w));
	http_body_init(&b, HTTP_CHUNKED, 0, false);
	while ((step = http_body_step(&b, wire + done, wr_len(&w) - done, &used, &data)) == HTTP_BODY_SOME) {
		done += used;
		data.n = data.n < take ? data.n : take;
		memcpy(out + got, data.p, data.n);
		got += data.n;
		done += data.n;
		http_body_took(&b, data.n);
	}
	assert_int_equal(step, HTTP_BODY_END);
	assert_int_equal(done + used, wr_len(&w));
	assert_int_equal(got, n);
	assert_memory_equal(in, out, n);
	assert_true(http_body_eof(&b));
}

static void
chunks_round_trip(void **state)
{
	(void)state;
	round_trip(0, 1);
	round_trip(1, 1);
	round_trip(65536, SIZE_MAX);
	round_trip(30000, 1000);
	round_trip(3000, 1);
}

static void
lengths_and_ends(void **state)
{
	struct http_body b;
	struct str data;
	size_t used;

	(void)state;
	http_body_init(&b, HTTP_LENGTH, 3, false);
	assert_false(http_body_eof(&b));
	assert_int_equal(http_body_step(&b, (const uint8_t *)"abcdef", 6, &used, &data), HTTP_BODY_SOME);
	assert_int_equal(data.n, 3);
	http_body_took(&b, 2);
	assert_int_equal(http_body_step(&b, (const uint8_t *)"cdef", 4, &used, &data), HTTP_BODY_SOME);
	assert_int_equal(data.n, 1);
	http_body_took(&b, 1);
	assert_int_equal(http_body_step(&b, (const uint8_t *)"def", 3, &used, &data), HTTP_BODY_END);
	assert_int_equal(used, 0);
	assert_true(http_body_eof(&b));
	http_body_init(&b, HTTP_UNTIL_EOF, 0, true);
	assert_int_equal(http_body_step(&b, (const uint8_t *)"x", 1, &used, &data), HTTP_BODY_SOME);
	http_body_took(&b, 1);
	assert_true(http_body_eof(&b));
}

/* A sender cannot make the reader skip without end. */
static void
tolerance_is_bounded(void **state)
{
	static uint8_t text[2 * HTTP_TRAILERS_MAX];
	enum http_body_step step = HTTP_BODY_MORE;
	struct http_body b;
	struct str data;
	size_t used, i;

	(void)state;
	http_body_init(&b, HTTP_CHUNKED, 0, true);
	text[0] = '1';
	memset(text + 1, ';', HTTP_CHUNK_LINE_MAX);
	assert_int_equal(http_body_step(&b, text, HTTP_CHUNK_LINE_MAX + 1, &used, &data), HTTP_BODY_BAD);
	http_body_init(&b, HTTP_CHUNKED, 0, true);
	assert_int_equal(http_body_step(&b, (const uint8_t *)"0\r\n", 3, &used, &data), HTTP_BODY_MORE);
	for (i = 0; i < 2000 && step == HTTP_BODY_MORE; i++)
		step = http_body_step(&b, (const uint8_t *)"A: b\r\n", 6, &used, &data);
	assert_int_equal(step, HTTP_BODY_BAD);
	assert_true(i > 100 && i < 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_round_trip),
		cmocka_unit_test(lengths_and_ends),
		cmocka_unit_test(tolerance_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
