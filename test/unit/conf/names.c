/* Records by their key (limits: 10,000 devices). */
#include "conf/names.h"

#include "sample.h"

static void
keys_are_found_wherever_they_stand(void **state)
{
	json_t *first = sample_json("{\"rev\":1,\"name\":\"a\",\"x\":2}");
	json_t *last = sample_json("{\"rev\":1,\"x\":2,\"y\":3,\"z\":4,\"name\":\"b\"}");

	(void)state;
	assert_ptr_equal(conf_names_key(first, "name"), json_object_get(first, "name"));
	assert_ptr_equal(conf_names_key(last, "name"), json_object_get(last, "name"));
	assert_null(conf_names_key(first, "y"));
	assert_null(conf_names_key(json_object_get(first, "name"), "name"));
	assert_null(conf_names_key(NULL, "name"));
	json_decref(first);
	json_decref(last);
}

static void
the_last_of_one_key_counts_in_any_case(void **state)
{
	json_t *array = sample_json("[{\"name\":\"Anna\"},{\"name\":\"ben\"},{\"name\":\"ANNA\"},{\"x\":1},5]");
	json_t *names = conf_names_new(array, "name"), *key = json_string("anna");

	(void)state;
	assert_ptr_equal(conf_names_find(names, key), json_array_get(array, 2));
	assert_int_equal(json_object_size(names), 2);
	json_decref(key);
	json_decref(names);
	json_decref(array);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_found_wherever_they_stand),
		cmocka_unit_test(the_last_of_one_key_counts_in_any_case),
	};

	return cmocka_run_group_tests_name("conf/names", tests, NULL, NULL);
}
