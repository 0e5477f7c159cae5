/* src/fw/table.c: a set is the same in whatever order it was filled. */
#include "fw/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ELEMS = 200, ROUNDS = 500 };

static struct fw_set *
filled(struct fw_table *t, const struct addr *all, size_t n)
{
	struct fw_set *s = fw_set_add(t, "peer4", FW_TYPE_ADDR4, false);
	size_t i;

	for (i = 0; i < n; i++)
		fw_set_put_addr(t, s, &all[i]);
	fw_set_close(s);
	assert_false(t->failed);
	return s;
}

/* In order, but for the last few; against the same turned round. */
static void
order_does_not_matter(void **state)
{
	struct addr all[ELEMS], turned[ELEMS];
	struct fw_table *t;
	struct fw_set *a, *b;
	size_t i, k, n, ordered;

	(void)state;
	srand(1);
	for (k = 0; k < ROUNDS; k++) {
		n = (size_t)rand() % ELEMS;
		ordered = n - (n == 0 ? 0 : (size_t)rand() % (n < 8 ? n : 8));
		for (i = 0; i < n; i++) {
			const size_t host = i < ordered ? 2 * i : (size_t)rand() % (2 * ELEMS);

			all[i] = (struct addr){ .len = 4, .b = { 10, 0, (uint8_t)(host >> 8), (uint8_t)host } };
		}
		for (i = 0; i < n; i++)
			turned[i] = all[n - 1 - i];
		t = fw_table_new();
		a = filled(t, all, n);
		b = filled(t, turned, n);
		assert_int_equal(a->nelems, b->nelems);
		if (a->nelems > 0)
			assert_memory_equal(a->elems, b->elems, a->nelems * sizeof(*a->elems));
		for (i = 1; i < a->nelems; i++)
			assert_true(fw_elem_cmp(&a->elems[i - 1], &a->elems[i]) < 0);
		for (i = 0; i < n; i++)
			assert_true(fw_set_has(a, all[i].b));
		fw_table_free(t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(order_does_not_matter) };

	return cmocka_run_group_tests_name("fw/table", tests, NULL, NULL);
}
