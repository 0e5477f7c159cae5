/* src/sys/copy.c: what the shipped program has in the place of memcpy(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sys/copy.c"

enum { LONGEST = 300, AROUND = 20 };

void *
__real_memcpy(void *restrict dst, const void *restrict src, size_t n)
{
	return memcpy(dst, src, n);
}

/* Every length at every alignment, and not a byte beside it. */
static void
copies_that_and_nothing_else(void **state)
{
	uint8_t from[LONGEST + AROUND], to[LONGEST + AROUND], want[LONGEST + AROUND];
	size_t n, at, i;

	(void)state;
	for (i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)(i * 7 + 1);
	for (n = 0; n <= LONGEST; n++)
		for (at = 0; at < 16; at++) {
			memset(to, 0, sizeof(to));
			memset(want, 0, sizeof(want));
			for (i = 0; i < n; i++)
				want[at + i] = from[15 - at + i];
			assert_ptr_equal(__wrap_memcpy(to + at, from + 15 - at, n), to + at);
			assert_memory_equal(to, want, sizeof(to));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_that_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
