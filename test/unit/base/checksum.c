/* The Internet checksum against a plain loop over words (RFC 1071 1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/checksum.h"

static uint16_t
slow(const uint8_t *p, size_t n)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		sum += (uint32_t)(i % 2 == 0 ? p[i] << 8 : p[i]);
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return (uint16_t)sum;
}

static uint16_t
fast(const uint8_t *p, size_t n)
{
	uint8_t b[2];

	checksum_put(b, checksum_add(0, p, n));
	return (uint16_t)(b[0] << 8 | b[1]);
}

static void
fill(uint8_t *p, size_t n, uint32_t x)
{
	for (; n-- > 0; p++) {
		x = x * 1664525 + 1013904223;
		*p = (uint8_t)(x >> 24);
	}
}

/* Each length, from an even and an odd address, in a block that ends with it. */
static void
sums_as_a_plain_loop(void **state)
{
	size_t n, k;
	uint8_t *p;

	(void)state;
	for (n = 0; n < 600; n++) {
		for (k = 0; k < 2; k++) {
			p = malloc(n + k + 1);
			assert_non_null(p);
			fill(p, n + k, (uint32_t)n);
			assert_int_equal(fast(p + k, n), slow(p + k, n));
			memset(p, 0xff, n + k);
			assert_int_equal(fast(p + k, n), slow(p + k, n));
			free(p);
		}
	}
}

static void
sums_pieces_and_numbers(void **state)
{
	static const uint8_t number[] = { 0xfe, 0xdc, 0xba, 0x98 };
	static uint8_t p[70000];
	uint64_t sum = UINT64_C(0xffffffffffffffff);	/* as good as 0 */
	size_t i;
	uint8_t b[2];

	(void)state;
	fill(p, sizeof(p), 1);
	memcpy(p + sizeof(p) - 4, number, 4);
	for (i = 0; i < sizeof(p) - 4; i += 2 * (i % 50) + 4)
		sum = checksum_add(sum, p + i, sizeof(p) - 4 - i < 2 * (i % 50) + 4 ? sizeof(p) - 4 - i : 2 * (i % 50) + 4);
	checksum_put(b, checksum_add_be(sum, 0xfedcba98));
	assert_int_equal(b[0] << 8 | b[1], slow(p, sizeof(p)));
	memset(p, 0xff, sizeof(p));
	assert_int_equal(checksum_fold(checksum_add(UINT64_MAX, p, sizeof(p))), 0xffff);
}

/* The head of RFC 1071's descendants: what is put makes the whole right, and nothing else does. */
static void
makes_it_right(void **state)
{
	uint8_t head[20] = { 0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0, 0, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7 };

	(void)state;
	assert_false(checksum_ok(checksum_add(0, head, sizeof(head))));
	checksum_put_complement(head + 10, checksum_add(0, head, sizeof(head)));
	assert_int_equal(head[10], 0xb8);
	assert_int_equal(head[11], 0x61);
	assert_true(checksum_ok(checksum_add(0, head, sizeof(head))));
	head[7] ^= 1;
	assert_false(checksum_ok(checksum_add(0, head, sizeof(head))));
	assert_int_equal(checksum_fold(0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_as_a_plain_loop),
		cmocka_unit_test(sums_pieces_and_numbers),
		cmocka_unit_test(makes_it_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
