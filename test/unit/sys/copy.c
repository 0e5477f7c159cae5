/* src/sys/copy.c: what the shipped program has in the place of memcpy(), here once under the sanitizers' eyes and once as the
 * object that ships. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sys/copy.h"

void *watched_copy(void *dst, const void *src, size_t n);
#define __wrap_memcpy watched_copy
#include "sys/copy.c"
#undef __wrap_memcpy

enum { LONGEST = 300, SHORT = 128, AROUND = 20 };

static void *(*const copies[])(void *, const void *, size_t) = { watched_copy, __wrap_memcpy };

void *
__real_memcpy(void *restrict dst, const void *restrict src, size_t n)
{
	return memcpy(dst, src, n);
}

/* Every length at every alignment, and not a byte beside it. */
static void
check_all(void *(*copy)(void *, const void *, size_t))
{
	uint8_t from[LONGEST + AROUND], to[LONGEST + AROUND], want[LONGEST + AROUND];
	size_t n, at, i;

	for (i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)(i * 7 + 1);
	for (n = 0; n <= LONGEST; n++)
		for (at = 0; at < 16; at++) {
			memset(to, 0, sizeof(to));
			memset(want, 0, sizeof(want));
			for (i = 0; i < n; i++)
				want[at + i] = from[15 - at + i];
			assert_ptr_equal(copy(to + at, from + 15 - at, n), to + at);
			assert_memory_equal(to, want, sizeof(to));
		}
}

static void
copies_that_and_nothing_else(void **state)
{
	(void)state;
	check_all(copies[0]);
	check_all(copies[1]);
}

/* Nobody should; musl's let him who copied forward. */
static void
short_ones_may_overlap(void **state)
{
	uint8_t text[SHORT + 2 * AROUND], want[sizeof(text)];
	size_t n, at, i, k;

	(void)state;
	for (k = 0; k < 2; k++)
		for (n = 0; n <= SHORT; n++)
			for (at = 0; at < 2 * AROUND; at++) {
				for (i = 0; i < sizeof(text); i++)
					text[i] = want[i] = (uint8_t)(i * 7 + 1);
				memmove(want + at, want + AROUND, n);
				(void)copies[k](text + at, text + AROUND, n);
				assert_memory_equal(text, want, sizeof(text));
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_that_and_nothing_else), cmocka_unit_test(short_ones_may_overlap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
