/* The reading cursor: exact at its end, sticky after a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rd.h"

static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

static void
reads_to_the_last_byte(void **state)
{
	uint8_t copy[2];
	struct rd r;

	(void)state;
	rd_init(&r, bytes, sizeof(bytes));
	assert_int_equal(rd_u8(&r), 1);
	assert_int_equal(rd_be16(&r), 0x0203);
	assert_int_equal(rd_be32(&r), 0x04050607);
	assert_int_equal(rd_pos(&r), 7);
	assert_int_equal(rd_left(&r), 2);
	rd_copy(&r, copy, 2);
	assert_memory_equal(copy, bytes + 7, 2);
	assert_true(rd_ok(&r));
	assert_int_equal(rd_left(&r), 0);
	assert_non_null(rd_bytes(&r, 0));
	assert_true(rd_ok(&r));
}

static void
reads_64_bits(void **state)
{
	struct rd r;

	(void)state;
	rd_init(&r, bytes, 8);
	assert_true(rd_be64(&r) == UINT64_C(0x0102030405060708));
	assert_true(rd_ok(&r));
}

static void
failure_is_sticky(void **state)
{
	uint8_t copy[4] = { 9, 9, 9, 9 };
	struct rd r;

	(void)state;
	rd_init(&r, bytes, 3);
	assert_int_equal(rd_be32(&r), 0);
	assert_false(rd_ok(&r));
	/* There are bytes left that would fit, but not after a failure. */
	assert_int_equal(rd_u8(&r), 0);
	assert_int_equal(rd_be16(&r), 0);
	assert_null(rd_bytes(&r, 0));
	rd_copy(&r, copy, sizeof(copy));
	assert_memory_equal(copy, "\0\0\0\0", 4);
	rd_seek(&r, 0);
	assert_int_equal(rd_left(&r), 0);
	assert_false(rd_ok(&r));
}

static void
seeks_inside_only(void **state)
{
	struct rd r;

	(void)state;
	rd_init(&r, bytes, 4);
	rd_seek(&r, 3);
	assert_int_equal(rd_u8(&r), 4);
	rd_seek(&r, 0);
	assert_int_equal(rd_u8(&r), 1);
	rd_seek(&r, 4);
	assert_true(rd_ok(&r));
	rd_seek(&r, 5);
	assert_false(rd_ok(&r));

	rd_init(&r, bytes, 4);
	rd_skip(&r, 4);
	assert_true(rd_ok(&r));
	rd_skip(&r, 1);
	assert_false(rd_ok(&r));
}

/* A length that a stranger sent must not wrap around. */
static void
refuses_huge_lengths(void **state)
{
	struct rd r;

	(void)state;
	rd_init(&r, bytes, 4);
	assert_null(rd_bytes(&r, SIZE_MAX));
	assert_false(rd_ok(&r));
	rd_init(&r, bytes, 4);
	rd_seek(&r, SIZE_MAX);
	assert_false(rd_ok(&r));
}

/* What is neither yes nor no was not written by us. */
static void
yes_or_no(void **state)
{
	static const uint8_t in[] = { 1, 0, 2 };
	struct rd r;

	(void)state;
	rd_init(&r, in, sizeof(in));
	assert_true(rd_bool(&r));
	assert_false(rd_bool(&r));
	assert_true(rd_ok(&r));
	assert_false(rd_bool(&r));
	assert_false(rd_ok(&r));
	rd_init(&r, in, 0);
	assert_false(rd_bool(&r));
	assert_false(rd_ok(&r));
}

static void
takes_nothing_at_all(void **state)
{
	struct rd r;

	(void)state;
	rd_init(&r, NULL, 0);
	rd_copy(&r, NULL, 0);
	rd_seek(&r, 0);
	assert_true(rd_ok(&r));
	assert_int_equal(rd_u8(&r), 0);
	assert_false(rd_ok(&r));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_to_the_last_byte),
		cmocka_unit_test(reads_64_bits),
		cmocka_unit_test(failure_is_sticky),
		cmocka_unit_test(seeks_inside_only),
		cmocka_unit_test(refuses_huge_lengths),
		cmocka_unit_test(yes_or_no),
		cmocka_unit_test(takes_nothing_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
