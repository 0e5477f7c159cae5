/* Numbers of sessions: unique, found, forgotten, bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wg/index.h"

static void
finds_what_is_in_use(void **state)
{
	static uint32_t of[5000];
	struct wg_index *x = wg_index_new();
	size_t i, k;

	(void)state;
	srand(3);
	for (i = 0; i < 100000; i++) {
		k = (size_t)rand() % 5000;
		if (of[k] != 0) {
			assert_ptr_equal(wg_index_find(x, of[k]), &of[k]);
			wg_index_del(x, of[k]);
			assert_null(wg_index_find(x, of[k]));
			of[k] = 0;
		} else {
			of[k] = wg_index_put(x, &of[k], (uint32_t)rand() << 1);
			assert_int_not_equal(of[k], 0);
			assert_ptr_equal(wg_index_find(x, of[k]), &of[k]);
			assert_null(wg_index_find(x, of[k] ^ 1u << 31));
		}
	}
	wg_index_free(x);
}

static void
zero_is_nobody(void **state)
{
	struct wg_index *x = wg_index_new();
	uint32_t number = wg_index_put(x, x, 0);

	(void)state;
	assert_int_not_equal(number, 0);
	assert_ptr_equal(wg_index_find(x, number), x);
	assert_null(wg_index_find(x, 0));
	wg_index_del(x, 0);
	wg_index_del(x, number);
	wg_index_del(x, number);	/* once more changes nothing */
	assert_int_equal(wg_index_put(x, x, 0), number);
	wg_index_free(x);
}

static void
has_a_bound(void **state)
{
	struct wg_index *x = wg_index_new();
	uint32_t i, number = 0;

	(void)state;
	for (i = 0; i < WG_INDEX_MAX; i++) {
		number = wg_index_put(x, x, i * 2654435761u);
		assert_int_not_equal(number, 0);
	}
	assert_int_equal(wg_index_put(x, x, 7), 0);
	wg_index_del(x, number);
	assert_int_not_equal(wg_index_put(x, x, 7), 0);
	wg_index_free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_is_in_use),
		cmocka_unit_test(zero_is_nobody),
		cmocka_unit_test(has_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
