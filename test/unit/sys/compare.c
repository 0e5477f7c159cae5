/* src/sys/compare.c: what the shipped program has in the place of memcmp(), here once under the sanitizers' eyes and once as the
 * object that ships. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sys/compare.h"

int watched_compare(const void *a, const void *b, size_t n);
#define __wrap_memcmp watched_compare
#include "sys/compare.c"
#undef __wrap_memcmp

enum { LONGEST = 70, ALIGNS = 8 };

static int (*const compares[])(const void *, const void *, size_t) = { watched_compare, __wrap_memcmp };

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

/* a and b are alike; one byte of b is made another, and what is behind n must not matter. */
static void
check_difference(int (*compare)(const void *, const void *, size_t), const uint8_t *a, uint8_t *b, size_t n)
{
	static const uint8_t others[] = { 0, 1, 0x7f, 0x80, 0xff };
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < sizeof(others); k++) {
			const uint8_t was = b[i];

			b[i] = others[k];
			b[n - 1] = i < n - 1 ? (uint8_t)(b[n - 1] ^ 0xff) : b[n - 1];	/* the first that differs decides */
			assert_int_equal(sign(compare(a, b, n)), sign(memcmp(a, b, n)));
			assert_int_equal(sign(compare(b, a, n)), sign(memcmp(b, a, n)));
			assert_int_equal(compare(a, b, i), 0);
			b[n - 1] = i < n - 1 ? (uint8_t)(b[n - 1] ^ 0xff) : b[n - 1];
			b[i] = was;
		}
}

/* Every length at every alignment. */
static void
the_first_difference_decides(void **state)
{
	uint8_t left[LONGEST + ALIGNS], right[LONGEST + ALIGNS];
	size_t n, at, i, k;

	(void)state;
	for (k = 0; k < 2; k++)
		for (n = 0; n <= LONGEST; n++)
			for (at = 0; at < ALIGNS; at++) {
				for (i = 0; i < n; i++)
					left[at + i] = right[ALIGNS - 1 - at + i] = (uint8_t)(i * 37 + n);
				assert_int_equal(compares[k](left + at, right + ALIGNS - 1 - at, n), 0);
				check_difference(compares[k], left + at, right + ALIGNS - 1 - at, n);
			}
}

/* Of libraries some ask so. */
static void
nothing_is_nothing(void **state)
{
	(void)state;
	assert_int_equal(watched_compare(NULL, NULL, 0), 0);
	assert_int_equal(__wrap_memcmp(NULL, NULL, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_difference_decides), cmocka_unit_test(nothing_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
