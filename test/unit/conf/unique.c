/* Strings that were there before. */
#include "conf/unique.h"

#include "sample.h"

enum { MANY = 20000 };

static void
finds_the_earlier_one(void **state)
{
	struct conf_unique *u = conf_unique_new(4);
	static const char a[] = "abc", same[] = "abc", longer[] = "abcd";

	(void)state;
	assert_null(conf_unique_add(u, a, 3, a));
	assert_ptr_equal(conf_unique_add(u, same, 3, same), a);
	assert_null(conf_unique_add(u, longer, 4, longer));	/* the same beginning is not the same */
	assert_null(conf_unique_add(u, "", 0, u));
	conf_unique_free(u);
	conf_unique_free(NULL);
}

static void
many(void **state)
{
	struct conf_unique *u = conf_unique_new(MANY);
	static uint32_t v[MANY];
	uint32_t i, again;

	(void)state;
	for (i = 0; i < MANY; i++) {
		v[i] = i * 7;
		assert_null(conf_unique_add(u, &v[i], sizeof(v[i]), &v[i]));
	}
	for (i = 0; i < MANY; i++) {
		again = i * 7;
		assert_ptr_equal(conf_unique_add(u, &again, sizeof(again), u), &v[i]);
	}
	conf_unique_free(u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(finds_the_earlier_one), cmocka_unit_test(many) };

	return cmocka_run_group_tests_name("conf/unique", tests, NULL, NULL);
}
