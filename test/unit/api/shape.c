/* Documents against their shapes: everything at once, trimmed, nothing unknown
 * (api.md 1.1, INP-4). Configuration members come from its schema. */
#include "api/shape.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/dns_shape.h"
#include "api/user_shape.h"
#include "api/walk.h"
#include "base/err.h"

static const char *const colours[] = { "red", "green", NULL };
static const struct api_member inner_members[] = {
	{ "n", API_INT, 0, 1, 9, .help = "A number" },
	{ .name = NULL }
};
static const struct api_shape inner = { .type = API_OBJECT, .members = inner_members };
static const struct api_member members[] = {
	{ "text", API_TEXT, 0, 1, 5, .help = "A text" },
	{ "secret", API_TEXT, API_OPT | API_SECRET, .help = "A password" },
	{ "colour", API_CHOICE, API_OPT | API_NULL, .choices = colours, .help = "A choice" },
	{ "colours", API_TEXTS, API_OPT, 0, 2, .choices = colours, .help = "Choices" },
	{ "at", API_TIME, API_OPT, .help = "A time" },
	{ "id", API_UUID, API_OPT, .help = "A number" },
	{ "one", API_OBJECT, API_OPT, .shape = &inner, .help = "Another" },
	{ "list", API_ARRAY, API_OPT, 0, 2, .shape = &inner, .help = "Others" },
	{ "map", API_MAP, API_OPT, .shape = &inner, .help = "Named ones" },
	{ "on", API_BOOL, API_OPT, .help = "A switch" },
	{ "any", API_ANY, API_OPT, .help = "Anything" },
	{ .name = NULL }
};
static const struct api_shape shape = { .type = API_OBJECT, .members = members };

static int
check(const char *text, struct err *e)
{
	json_t *j = json_loads(text, JSON_DECODE_ANY, NULL);
	int r;

	assert_non_null(j);
	err_clear(e);
	r = api_shape_check(&shape, j, e);
	json_decref(j);
	return r;
}

static void
taken(void **state)
{
	static const char *const good[] = {
		"{\"text\":\"a\"}",
		"{\"text\":\"  abc  \"}",
		"{\"text\":\"a\",\"secret\":\" \\u0001 \",\"colour\":null,\"colours\":[\"red\"],\"at\":\"2026-07-01T09:30:00Z\"}",
		"{\"text\":\"a\",\"id\":\"3f2504e0-4f89-41d3-9a0c-0305e82c3301\",\"one\":{\"n\":1},\"list\":[{\"n\":2}]}",
		"{\"text\":\"a\",\"map\":{\"x\":{\"n\":9}},\"on\":true,\"any\":[1,{\"y\":null}]}",
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (check(good[i], &e) != 0)
			fail_msg("refused: %s: %s", good[i], e.detail);
}

/* There is no member to name. */
static void
no_object_at_all(void **state)
{
	static const char *const bad[] = { "[]", "1", "null", "\"text\"" };
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(check(bad[i], &e), -EINVAL);
		assert_int_equal(e.kind, ERR_VALIDATION);
		assert_int_equal(e.nfields, 0);
		assert_string_equal(e.detail, "the document must be an object");
	}
}

/* Text, and the field that is named. */
static void
refused(void **state)
{
	static const struct {
		const char *text, *field;
	} bad[] = {
		{ "{}", "text" }, { "{\"text\":1}", "text" }, { "{\"text\":\"\"}", "text" },
		{ "{\"text\":null}", "text" }, { "{\"text\":\"toolong\"}", "text" }, { "{\"text\":\"a\\nb\"}", "text" },
		{ "{\"text\":\"a\",\"other\":1}", "other" }, { "{\"text\":\"a\",\"colour\":\"blue\"}", "colour" },
		{ "{\"text\":\"a\",\"colours\":[\"red\",\"blue\"]}", "colours" },
		{ "{\"text\":\"a\",\"colours\":[\"red\",\"red\",\"red\"]}", "colours" },
		{ "{\"text\":\"a\",\"at\":\"yesterday\"}", "at" }, { "{\"text\":\"a\",\"id\":\"x\"}", "id" },
		{ "{\"text\":\"a\",\"one\":{}}", "one.n" }, { "{\"text\":\"a\",\"one\":{\"n\":10}}", "one.n" },
		{ "{\"text\":\"a\",\"list\":[{\"n\":1},{\"n\":0}]}", "list[1].n" },
		{ "{\"text\":\"a\",\"list\":[1]}", "list[0]" }, { "{\"text\":\"a\",\"map\":{\"x\":{\"n\":0}}}", "map.x.n" },
		{ "{\"text\":\"a\",\"on\":1}", "on" },
		{ "{\"text\":\"a\",\"one\":{\"n\":1.5}}", "one.n" },
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (check(bad[i].text, &e) == 0)
			fail_msg("taken: %s", bad[i].text);
		assert_int_equal(e.kind, ERR_VALIDATION);
		assert_int_equal(e.nfields, 1);
		assert_string_equal(e.fields[0].field, bad[i].field);
		assert_true(strlen(e.fields[0].message) > 5);
	}
	assert_true(check("{\"colour\":1,\"at\":1,\"x\":1}", &e) < 0);
	assert_int_equal(e.nfields, 4);	/* all at once: three wrong, one missing */
}

static void
trimmed(void **state)
{
	json_t *j = json_loads("{\"text\":\" \\t ab \",\"secret\":\" ab \",\"colours\":[\" red \"]}", 0, NULL);
	struct err e;

	(void)state;
	err_clear(&e);
	assert_int_equal(json_string_length(json_object_get(j, "secret")), 4);
	(void)json_string_set(json_object_get(j, "text"), "  ab ");
	assert_int_equal(api_shape_check(&shape, j, &e), 0);
	assert_string_equal(json_string_value(json_object_get(j, "text")), "ab");
	assert_string_equal(json_string_value(json_object_get(j, "secret")), " ab ");
	assert_string_equal(json_string_value(json_array_get(json_object_get(j, "colours"), 0)), "red");
	json_decref(j);
}

static bool
has_member(const struct api_shape *s, bool in, const char *name)
{
	struct api_walk w;

	api_walk_init(&w, s, in);
	return api_walk_find(&w, name);
}

/* What the cell sets itself is no member of a request; secrets show as has_secret. */
static void
configuration(void **state)
{
	struct err e = { 0 };
	json_t *j;

	(void)state;
	assert_true(has_member(&api_record_new_shape, true, "value"));
	assert_false(has_member(&api_record_new_shape, true, "id"));
	assert_false(has_member(&api_record_new_shape, true, "rev"));
	assert_true(has_member(&api_record_shape, false, "id"));
	assert_true(has_member(&api_user_shape, false, "has_secret"));
	assert_false(has_member(&api_user_shape, false, "secret_ref"));
	j = json_pack("{s:s, s:s}", "name", "a", "id", "x");
	assert_true(api_shape_check(&api_record_new_shape, j, &e) < 0);
	assert_string_equal(e.fields[0].field, "id");
	json_decref(j);
	/* their values are judged by the configuration's own rules, not here */
	j = json_pack("{s:i}", "name", 1);
	assert_int_equal(api_shape_check(&api_record_new_shape, j, NULL), 0);
	json_decref(j);
	j = json_pack("{s:s, s:b}", "name", "a", "generated", 0);
	assert_true(api_shape_verify(&api_record_shape, j, NULL) < 0);
	json_decref(j);
}

static void
values(void **state)
{
	static const struct api_member n = { "n", API_INT, 0, 1, 9, .help = "" };
	static const struct api_member b = { "b", API_BOOL, .help = "" };
	struct err e = { 0 };
	json_t *j;

	(void)state;
	j = api_shape_value(&n, STR("7"), &e);
	assert_int_equal(json_integer_value(j), 7);
	json_decref(j);
	assert_null(api_shape_value(&n, STR("10"), &e));
	assert_null(api_shape_value(&n, STR("x"), &e));
	assert_int_equal(e.nfields, 2);
	assert_true(json_is_true(api_shape_value(&b, STR("1"), &e)));
	assert_true(json_is_false(api_shape_value(&b, STR("false"), &e)));
	assert_null(api_shape_value(&b, STR("maybe"), &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken),
		cmocka_unit_test(refused), cmocka_unit_test(no_object_at_all),
		cmocka_unit_test(trimmed),
		cmocka_unit_test(configuration),
		cmocka_unit_test(values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
