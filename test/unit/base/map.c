/* Maps: held against a plain array doing the same. */
#include <errno.h>
#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/map.c"

static int values[512];

static void
puts_gets_deletes(void **state)
{
	struct map *m = map_new(10);
	void *old = m;

	(void)state;
	assert_null(map_get(m, "a", 1));
	assert_null(map_del(m, "a", 1));
	assert_int_equal(map_put(m, "a", 1, &values[0], &old), 0);
	assert_null(old);
	assert_int_equal(map_put(m, "ab", 2, &values[1], NULL), 0);
	assert_int_equal(map_put(m, "", 0, &values[2], NULL), 0);
	assert_int_equal(map_put(m, "a\0b", 3, &values[3], NULL), 0);
	assert_int_equal(map_count(m), 4);
	assert_ptr_equal(map_get(m, "a", 1), &values[0]);
	assert_ptr_equal(map_get(m, "ab", 2), &values[1]);
	assert_ptr_equal(map_get(m, NULL, 0), &values[2]);
	assert_ptr_equal(map_get(m, "a\0b", 3), &values[3]);
	assert_null(map_get(m, "a\0c", 3));

	assert_int_equal(map_put(m, "a", 1, &values[4], &old), 0);
	assert_ptr_equal(old, &values[0]);
	assert_int_equal(map_count(m), 4);
	assert_ptr_equal(map_del(m, "a", 1), &values[4]);
	assert_null(map_get(m, "a", 1));
	assert_int_equal(map_count(m), 3);
	map_free(m);
	map_free(NULL);
}

static void
copies_keys(void **state)
{
	struct map *m = map_new(1);
	char key[] = "key";

	(void)state;
	assert_int_equal(map_put(m, key, 3, &values[0], NULL), 0);
	key[0] = 'x';
	assert_non_null(map_get(m, "key", 3));
	assert_null(map_get(m, key, 3));
	map_free(m);
}

/* LIM-4: bounded; replacing and refilling a hole still work at the bound. */
static void
keeps_its_bound(void **state)
{
	struct map *m = map_new(2);

	(void)state;
	assert_int_equal(map_put(m, "a", 1, &values[0], NULL), 0);
	assert_int_equal(map_put(m, "b", 1, &values[1], NULL), 0);
	assert_int_equal(map_put(m, "c", 1, &values[2], NULL), -ENOSPC);
	assert_int_equal(map_put(m, "b", 1, &values[2], NULL), 0);
	assert_non_null(map_del(m, "a", 1));
	assert_int_equal(map_put(m, "c", 1, &values[3], NULL), 0);
	assert_int_equal(map_put(m, "d", 1, &values[3], NULL), -ENOSPC);
	assert_int_equal(map_count(m), 2);
	map_free(m);
}

/* Room is for what is in it, not for what ever was. */
static void
churn_takes_no_memory(void **state)
{
	struct map *m = map_new(8);
	uint32_t key;

	(void)state;
	for (key = 0; key < 10000; key++) {
		assert_int_equal(map_put(m, &key, sizeof(key), &values[0], NULL), 0);
		assert_non_null(map_del(m, &key, sizeof(key)));
	}
	assert_int_equal(m->room, ENTRIES_MIN);
	map_free(m);
}

static size_t
key_of(unsigned i, char key[16])
{
	return (size_t)snprintf(key, 16, "key-%u", i);
}

/* Twenty thousand changes against a model. */
static void
behaves_like_an_array(void **state)
{
	int *model[512] = { NULL };
	struct map *m = map_new(512);
	uint32_t x = 12345;
	size_t count = 0;
	char key[16];

	(void)state;
	for (int step = 0; step < 20000; step++) {
		unsigned i;

		x = x * 1664525 + 1013904223;
		i = x >> 8 & 511;
		if ((x >> 24 & 3) == 0) {
			assert_ptr_equal(map_del(m, key, key_of(i, key)), model[i]);
			count -= model[i] != NULL;
			model[i] = NULL;
		} else {
			void *old;

			assert_int_equal(map_put(m, key, key_of(i, key),
			    &values[x >> 17 & 511], &old), 0);
			assert_ptr_equal(old, model[i]);
			count += model[i] == NULL;
			model[i] = &values[x >> 17 & 511];
		}
		assert_int_equal(map_count(m), count);
	}
	for (unsigned i = 0; i < 512; i++)
		assert_ptr_equal(map_get(m, key, key_of(i, key)), model[i]);
	map_free(m);
}

/* Every entry once, also when each visited one is deleted on the way. */
static void
visits_each_once(void **state)
{
	struct map *m = map_new(300);
	int seen[300] = { 0 };
	const void *key;
	size_t it = 0, n, visited = 0;
	void *value;
	char text[16];

	(void)state;
	for (unsigned i = 0; i < 300; i++)
		assert_int_equal(map_put(m, text, key_of(i, text), &values[i], NULL), 0);
	for (unsigned i = 0; i < 300; i += 3)
		assert_non_null(map_del(m, text, key_of(i, text)));
	while (map_next(m, &it, &key, &n, &value)) {
		size_t i = (size_t)((int *)value - values);

		assert_int_equal(n, key_of((unsigned)i, text));
		assert_memory_equal(key, text, n);
		assert_int_equal(seen[i]++, 0);
		visited++;
		if (i % 2 == 0)
			assert_ptr_equal(map_del(m, text, n), value);
	}
	assert_int_equal(visited, 200);
	assert_int_equal(map_count(m), 100);
	it = 0;
	while (map_next(m, &it, NULL, NULL, NULL))
		visited--;
	assert_int_equal(visited, 100);
	map_free(m);

	m = map_new(1);
	it = 0;
	assert_false(map_next(m, &it, NULL, NULL, NULL));
	map_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_gets_deletes),
		cmocka_unit_test(copies_keys),
		cmocka_unit_test(keeps_its_bound),
		cmocka_unit_test(churn_takes_no_memory),
		cmocka_unit_test(behaves_like_an_array),
		cmocka_unit_test(visits_each_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
