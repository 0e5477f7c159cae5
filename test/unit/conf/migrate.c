/* STA-5: steps between schema versions, with invented ones. */
#include "conf/migrate.h"

#include "sample.h"

static int
up_0(json_t *doc, struct err *e)
{
	(void)e;
	return json_object_set_new(doc, "from0", json_true());
}

static int
up_1(json_t *doc, struct err *e)
{
	(void)e;
	/* sees what the step before made */
	return json_is_true(json_object_get(doc, "from0")) ? json_object_set_new(doc, "from1", json_true()) : -1;
}

static int
up_fails(json_t *doc, struct err *e)
{
	(void)doc;
	return err_field(e, ERR_VALIDATION, "dns", "cannot be brought over");
}

static const struct conf_step both[] = { { 1, up_1 }, { 0, up_0 }, { .up = NULL } };
static const struct conf_step one[] = { { 1, up_1 }, { .up = NULL } };
static const struct conf_step fails[] = { { 0, up_fails }, { .up = NULL } };

static void
takes_all_steps_in_order(void **state)
{
	const struct conf_schema_steps s = { 2, both };
	json_t *doc = sample_json("{\"schema_version\":0}"), *once;
	struct err e;

	(void)state;
	assert_int_equal(conf_migrate(doc, &s, &e), 0);
	assert_int_equal(conf_schema_version(doc), 2);
	assert_true(json_is_true(json_object_get(doc, "from1")));
	once = json_deep_copy(doc);
	assert_int_equal(conf_migrate(doc, &s, &e), 0);
	assert_true(json_equal(doc, once));
	json_decref(doc);
	json_decref(once);
}

static void
assert_fails(const char *text, const struct conf_schema_steps *s, const char *says)
{
	json_t *doc = sample_json(text);
	struct err e;

	err_clear(&e);
	assert_int_equal(conf_migrate(doc, s, &e), -EINVAL);
	assert_string_equal(e.detail, says);
	json_decref(doc);
}

static void
says_what_it_cannot(void **state)
{
	const struct conf_schema_steps two = { 2, one }, bad = { 1, fails };

	(void)state;
	assert_fails("{\"schema_version\":0}", &two, "schema_version: 0 is not known");
	assert_fails("{\"schema_version\":3}", &two, "schema_version: 3 is newer than 2, which this program knows");
	assert_fails("{\"schema_version\":-1}", &two, "schema_version: is required");
	assert_fails("{\"schema_version\":\"1\"}", &two, "schema_version: is required");
	assert_fails("{}", &two, "schema_version: is required");
	assert_fails("[]", &two, "schema_version: is required");
	assert_fails("{\"schema_version\":0}", &bad, "dns: cannot be brought over");
}

static void
this_program_needs_none_for_its_own(void **state)
{
	json_t *doc = sample_new(), *copy = json_deep_copy(doc);
	struct err e;

	(void)state;
	assert_int_equal(conf_schema_steps.current, CONF_SCHEMA_VERSION);
	assert_int_equal(conf_migrate(doc, &conf_schema_steps, &e), 0);
	assert_true(json_equal(doc, copy));
	json_decref(doc);
	json_decref(copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_all_steps_in_order), cmocka_unit_test(says_what_it_cannot),
		cmocka_unit_test(this_program_needs_none_for_its_own),
	};

	return cmocka_run_group_tests_name("conf/migrate", tests, NULL, NULL);
}
