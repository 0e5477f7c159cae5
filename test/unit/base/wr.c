/* The writing cursor: never past its end, sticky after a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/wr.h"

static void
writes_to_the_last_byte(void **state)
{
	uint8_t buf[16];
	struct wr w;

	(void)state;
	wr_init(&w, buf, 10);
	wr_u8(&w, 1);
	wr_be16(&w, 0x0203);
	wr_be32(&w, 0x04050607);
	wr_bytes(&w, "ab", 2);
	wr_bytes(&w, NULL, 0);
	wr_text(&w, "c");
	assert_true(wr_ok(&w));
	assert_int_equal(wr_len(&w), 10);
	assert_memory_equal(buf, "\1\2\3\4\5\6\7abc", 10);
	wr_u8(&w, 0);
	assert_false(wr_ok(&w));
	assert_int_equal(wr_len(&w), 10);
}

static void
writes_pieces_of_any_length(void **state)
{
	uint8_t from[80], buf[80];
	struct wr w;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)(i + 1);
	for (n = 0; n < sizeof(buf); n++) {
		memset(buf, 0, sizeof(buf));
		wr_init(&w, buf, n);
		wr_bytes(&w, from, n);
		assert_true(wr_ok(&w));
		assert_memory_equal(buf, from, n);
		assert_int_equal(buf[n], 0);
	}
}

static void
writes_64_bits(void **state)
{
	uint8_t buf[8];
	struct wr w;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	wr_be64(&w, UINT64_C(0x0102030405060708));
	assert_true(wr_ok(&w));
	assert_memory_equal(buf, "\1\2\3\4\5\6\7\10", 8);
}

static void
failure_is_sticky(void **state)
{
	uint8_t buf[4] = { 9, 9, 9, 9 };
	struct wr w;

	(void)state;
	wr_init(&w, buf, 3);
	wr_bytes(&w, "abcd", 4);
	wr_u8(&w, 1);		/* would fit */
	wr_text(&w, "a");
	wr_printf(&w, "%d", 1);
	wr_patch16(&w, wr_mark16(&w));
	assert_false(wr_ok(&w));
	assert_int_equal(wr_len(&w), 0);
	assert_memory_equal(buf, "\11\11\11\11", 4);
}

static void
prints(void **state)
{
	char buf[8];
	struct wr w;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	wr_printf(&w, "%d-%s", 42, "abc");
	assert_true(wr_ok(&w));
	assert_int_equal(wr_len(&w), 6);
	assert_memory_equal(buf, "42-abc", 6);
	wr_printf(&w, "%s", "x");	/* and printf's NUL: exactly full */
	assert_true(wr_ok(&w));
	wr_printf(&w, "%s", "y");
	assert_false(wr_ok(&w));
	assert_int_equal(wr_len(&w), 7);
}

static void
patches_lengths(void **state)
{
	static uint8_t big[70000];
	uint8_t buf[8];
	struct wr w;
	size_t outer, inner;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	outer = wr_mark16(&w);
	wr_u8(&w, 7);
	inner = wr_mark16(&w);
	wr_text(&w, "xyz");
	wr_patch16(&w, inner);
	wr_patch16(&w, outer);
	assert_true(wr_ok(&w));
	assert_memory_equal(buf, "\0\6\7\0\3xyz", 8);

	wr_init(&w, big, sizeof(big));
	outer = wr_mark16(&w);
	assert_non_null(wr_room(&w, UINT16_MAX));
	wr_patch16(&w, outer);
	assert_true(wr_ok(&w));
	assert_memory_equal(big, "\xff\xff", 2);
	wr_u8(&w, 0);
	wr_patch16(&w, outer);
	assert_false(wr_ok(&w));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_to_the_last_byte),
		cmocka_unit_test(writes_pieces_of_any_length),
		cmocka_unit_test(writes_64_bits),
		cmocka_unit_test(failure_is_sticky),
		cmocka_unit_test(prints),
		cmocka_unit_test(patches_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
