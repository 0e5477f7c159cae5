/* Paths are decoded once and match by whole segments; queries are typed
 * (api.md 1.1, ACC-13). Also replayed by the fuzz target api_path. */
#include "api/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api/shape.h"
#include "base/arena.h"
#include "base/err.h"

static struct arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = arena_new(0);
	return arena == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static bool
read_path(const char *text, struct api_path *p)
{
	return api_path_read(p, arena, str_of(text));
}

static void
decoding(void **state)
{
	static const char *const bad[] = { "", "/", "//", "a", "/a/", "/a//b", "/a/%2f", "/a/%2F..", "/%00", "/a/..",
		"/a/.", "/a/%2e%2e", "/%", "/%4", "/%zz", "/%ff", "/a%0ab", "/a%7f", "/1/2/3/4/5/6/7/8/9" };
	struct api_path p;
	size_t i;

	(void)state;
	assert_true(read_path("/api/dns/records/a%20b", &p));
	assert_int_equal(p.n, 4);
	assert_string_equal(p.segment[3], "a b");
	assert_string_equal(p.text, "/api/dns/records/a b");
	assert_true(read_path("/%61pi/%2561", &p));	/* once, not twice */
	assert_string_equal(p.segment[0], "api");
	assert_string_equal(p.segment[1], "%61");
	assert_true(read_path("/1/2/3/4/5/6/7/8", &p));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (read_path(bad[i], &p))
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(p.n, 0);
		assert_string_equal(p.text, "");
	}
}

static void
matching(void **state)
{
	struct api_path p;
	unsigned word, parameter;

	(void)state;
	assert_true(read_path("/api/jobs/active", &p));
	assert_true(api_path_match(&p, "/api/jobs/active", &word));
	assert_true(api_path_match(&p, "/api/jobs/<id>", &parameter));
	assert_true(word > parameter);
	assert_false(api_path_match(&p, "/api/jobs", &word));
	assert_false(api_path_match(&p, "/api/jobs/act", &word));
	assert_false(api_path_match(&p, "/api/jobs/active/x", &word));
	assert_string_equal(api_path_param(&p, "/api/jobs/<id>", "id"), "active");
	assert_null(api_path_param(&p, "/api/jobs/<id>", "name"));
	assert_null(api_path_param(&p, "/api/jobs/active", "id"));
}

static const char *const colours[] = { "red", "green", NULL };
static const struct api_member members[] = {
	{ "n", API_INT, API_OPT, 1, 500, .help = "A number" },
	{ "on", API_BOOL, API_OPT, .help = "A switch" },
	{ "text", API_TEXT, API_OPT, 0, 10, .help = "A text" },
	{ "colour", API_CHOICE, API_OPT, .choices = colours, .help = "A choice" },
	{ .name = NULL }
};
static const struct api_shape shape = { .type = API_OBJECT, .members = members };
static const struct api_member needed[] = {
	{ "name", API_TEXT, 0, 1, 10, .help = "A name" },
	{ .name = NULL }
};
static const struct api_shape shared = { .type = API_OBJECT, .members = needed };

static void
queries(void **state)
{
	static const char *const bad[] = { "n=0", "n=501", "n=-1", "n=1.5", "n=", "n", "on=2", "on=yes", "text=12345678901",
		"colour=blue", "other=1", "n=1&n=2", "text=%zz", "text=%ff", "text=a%0a", "%6e=1", "=1" };
	struct err e;
	json_t *j;
	size_t i;

	(void)state;
	j = api_query_read(STR("n=7&on=1&text=+a%20b+&colour=green&name=x"), &shape, &shared, &e);
	assert_non_null(j);
	assert_int_equal(json_integer_value(json_object_get(j, "n")), 7);
	assert_true(json_is_true(json_object_get(j, "on")));
	assert_string_equal(json_string_value(json_object_get(j, "text")), "a b");
	assert_string_equal(json_string_value(json_object_get(j, "name")), "x");
	json_decref(j);
	j = api_query_read(STR(""), &shape, NULL, &e);
	assert_int_equal(json_object_size(j), 0);
	json_decref(j);
	j = api_query_read(STR("&&n=1&"), &shape, NULL, &e);
	assert_int_equal(json_object_size(j), 1);
	json_decref(j);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		j = api_query_read(str_of(bad[i]), &shape, NULL, &e);
		if (j != NULL)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(e.kind, ERR_VALIDATION);
	}
	assert_null(api_query_read(STR(""), &shared, NULL, &e));	/* a needed one is missing */
	assert_string_equal(e.fields[0].field, "name");
	assert_null(api_query_read(STR("n=0&colour=x"), &shape, NULL, &e));
	assert_int_equal(e.nfields, 2);	/* all at once */
}

static void
bounded(void **state)
{
	char text[512];
	struct err e;
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < 40; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "a=1&");
	assert_null(api_query_read((struct str){ text, n }, &shape, NULL, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decoding),
		cmocka_unit_test(matching),
		cmocka_unit_test(queries),
		cmocka_unit_test(bounded),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
