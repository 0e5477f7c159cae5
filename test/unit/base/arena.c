/* Arenas: zeroed, aligned, bounded, dropped whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static int
all_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return 0;
	return 1;
}

static void
gives_zeroed_aligned_separate_memory(void **state)
{
	struct arena *a = arena_new(0);
	uint8_t *p[2000];

	(void)state;
	assert_non_null(a);
	for (size_t i = 0; i < 2000; i++) {
		size_t n = i * 7 % 3000;

		p[i] = arena_alloc(a, n);
		assert_non_null(p[i]);
		assert_int_equal((uintptr_t)p[i] % 16, 0);
		assert_true(all_zero(p[i], n));
		memset(p[i], (int)(i % 251) + 1, n);
	}
	for (size_t i = 0; i < 2000; i++)
		for (size_t k = 0; k < i * 7 % 3000; k++)
			assert_int_equal(p[i][k], i % 251 + 1);
	arena_free(a);
	arena_free(NULL);
}

static void
gives_pointers_for_nothing(void **state)
{
	struct arena *a = arena_new(0);
	void *p = arena_alloc(a, 0), *q = arena_alloc(a, 0);

	(void)state;
	assert_non_null(p);
	assert_non_null(q);
	assert_ptr_not_equal(p, q);
	arena_free(a);
}

/* LIM-4: what a stranger makes us build has a bound. */
static void
keeps_its_limit(void **state)
{
	struct arena *a = arena_new(1024);

	(void)state;
	assert_null(arena_alloc(a, 1025));
	assert_non_null(arena_alloc(a, 1000));
	assert_int_equal(arena_used(a), 1008);
	assert_null(arena_alloc(a, 17));
	assert_non_null(arena_alloc(a, 16));
	assert_null(arena_alloc(a, 0));
	assert_null(arena_alloc(a, SIZE_MAX));
	assert_null(arena_strdup(a, "x"));
	assert_int_equal(arena_used(a), 1024);
	arena_free(a);

	/* Empty allocations count, or they would be free of any limit. */
	a = arena_new(64);
	for (int i = 0; i < 4; i++)
		assert_non_null(arena_alloc(a, 0));
	assert_null(arena_alloc(a, 0));
	arena_free(a);
}

static void
refuses_overflow(void **state)
{
	struct arena *a = arena_new(0);

	(void)state;
	assert_null(arena_array(a, SIZE_MAX / 8 + 2, 8));
	assert_null(arena_alloc(a, SIZE_MAX - 3));
	assert_null(arena_strndup(a, "", SIZE_MAX));
	assert_non_null(arena_array(a, 100, 8));
	arena_free(a);
}

static void
copies_text(void **state)
{
	struct arena *a = arena_new(0);

	(void)state;
	assert_string_equal(arena_strdup(a, "abc"), "abc");
	assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
	assert_string_equal(arena_strndup(a, NULL, 0), "");
	assert_string_equal(arena_printf(a, "%s-%05d", "x", 42), "x-00042");
	assert_string_equal(arena_printf(a, "%s", ""), "");
	arena_free(a);
}

/* A large piece must not cost the room left for small ones. */
static void
large_pieces_stand_apart(void **state)
{
	struct arena *a = arena_new(0);
	uint8_t *small = arena_alloc(a, 16), *big, *next;

	(void)state;
	big = arena_alloc(a, 1 << 20);
	assert_non_null(big);
	memset(big, 1, 1 << 20);
	next = arena_alloc(a, 16);
	assert_ptr_equal(next, small + 16);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_separate_memory),
		cmocka_unit_test(gives_pointers_for_nothing),
		cmocka_unit_test(keeps_its_limit),
		cmocka_unit_test(refuses_overflow),
		cmocka_unit_test(copies_text),
		cmocka_unit_test(large_pieces_stand_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
