/* src/base/der.c: the forms of X.690 10, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/der.h"
#include "base/wr.h"

static uint8_t buf[70000];

static void
is(const struct wr *w, const void *want, size_t n)
{
	assert_true(wr_ok(w));
	assert_int_equal(wr_len(w), n);
	assert_memory_equal(buf, want, n);
}

static void
integers_are_shortest(void **state)
{
	struct wr w;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	der_unsigned(&w, (const uint8_t *)"\0\0\x7f", 3);
	der_unsigned(&w, (const uint8_t *)"\x80", 1);
	der_unsigned(&w, (const uint8_t *)"\0\0", 2);
	der_unsigned(&w, NULL, 0);
	is(&w, "\x02\x01\x7f" "\x02\x02\x00\x80" "\x02\x01\x00" "\x02\x01\x00", 13);
}

/* Lengths around the places where their form changes. */
static void
lengths(void **state)
{
	static const struct { size_t n; const char *head; size_t nhead; } v[] = {
		{ 0, "\x04\x00", 2 }, { 127, "\x04\x7f", 2 }, { 128, "\x04\x81\x80", 3 },
		{ 255, "\x04\x81\xff", 3 }, { 256, "\x04\x82\x01\x00", 4 }, { 65535, "\x04\x82\xff\xff", 4 },
	};
	static uint8_t content[65536];
	struct wr w;
	size_t i;

	(void)state;
	memset(content, 0xaa, sizeof(content));
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		wr_init(&w, buf, sizeof(buf));
		der_value(&w, DER_OCTET_STRING, content, v[i].n);
		assert_true(wr_ok(&w));
		assert_int_equal(wr_len(&w), v[i].nhead + v[i].n);
		assert_memory_equal(buf, v[i].head, v[i].nhead);
		assert_memory_equal(buf + v[i].nhead, content, v[i].n);
	}
	wr_init(&w, buf, sizeof(buf));
	der_value(&w, DER_OCTET_STRING, content, 65536);
	assert_false(wr_ok(&w));
}

static void
nesting_moves_content(void **state)
{
	uint8_t content[126] = { 0 };
	struct wr w;
	size_t a, b;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	a = der_begin(&w, DER_SEQUENCE);
	b = der_begin(&w, DER_SET);
	wr_bytes(&w, content, sizeof(content));
	der_end(&w, b);
	der_end(&w, a);
	assert_int_equal(wr_len(&w), 131);
	assert_memory_equal(buf, "\x30\x81\x80\x31\x7e\x00", 6);
}

static void
what_does_not_fit_fails(void **state)
{
	uint8_t content[130] = { 0 };
	struct wr w;

	(void)state;
	wr_init(&w, buf, 132);	/* one byte short of the long length */
	der_value(&w, DER_OCTET_STRING, content, sizeof(content));
	assert_false(wr_ok(&w));
}

static void
times_change_form_in_2050(void **state)
{
	struct wr w;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	der_time(&w, 2524607999);	/* the last second of 2049 */
	der_time(&w, 2524608000);
	is(&w, "\x17\x0d" "491231235959Z" "\x18\x0f" "20500101000000Z", 32);
	der_time(&w, -700000000);	/* 1947 */
	assert_false(wr_ok(&w));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_shortest),
		cmocka_unit_test(lengths),
		cmocka_unit_test(nesting_moves_content),
		cmocka_unit_test(what_does_not_fit_fails),
		cmocka_unit_test(times_change_form_in_2050),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
