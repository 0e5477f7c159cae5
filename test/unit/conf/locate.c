/* Where a member stands in a file. */
#include "conf/locate.h"

#include "sample.h"

static const char text[] =
    "{\n"
    " \"a\": {\"b\": [10, {\"c\": \"x,y]}\\\"\"}, [1, 2], 30]},\n"
    " \"d\": null, \"e\": {\"a\": {}, \"f\": true}\n"
    "}";

static void
assert_at(const char *path, const char *begins)
{
	size_t at = conf_locate(str_of(text), path);

	assert_in_range(at, 0, sizeof(text) - 1);
	if (strncmp(text + at, begins, strlen(begins)) != 0)
		fail_msg("%s: at %.12s", path, text + at);
}

static void
finds(void **state)
{
	(void)state;
	assert_at("a", "{\"b\"");
	assert_at("a.b", "[10");
	assert_at("a.b[0]", "10");
	assert_at("a.b[1].c", "\"x,y");
	assert_at("a.b[2][1]", "2]");
	assert_at("a.b[3]", "30");
	assert_at("d", "null");
	assert_at("e.f", "true");
}

static void
stops_at_the_last_that_is_there(void **state)
{
	(void)state;
	assert_at("", "{\n");
	assert_at("x.y", "{\n");
	assert_at("a.x", "{\"b\"");
	assert_at("a.b[4].c", "[10");
	assert_at("a.b[x]", "[10");
	assert_at("d.x", "null");
	assert_at("e.a.f", "{}");
}

/* Whatever is asked of it, it stays inside the text. */
static void
survives_nonsense(void **state)
{
	static const char *const texts[] = { "", "{", "{\"a\"", "{\"a\":", "{\"a\":[", "[\"", "[1,", "\"\\" };
	static const char *const paths[] = { "", "a", "a.b", "[0]", "[1].a", "a[", "a[]", ".", "..", "[", "a[0" };
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (k = 0; k < sizeof(paths) / sizeof(paths[0]); k++)
			assert_true(conf_locate(str_of(texts[i]), paths[k]) <= strlen(texts[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds), cmocka_unit_test(stops_at_the_last_that_is_there), cmocka_unit_test(survives_nonsense),
	};

	return cmocka_run_group_tests_name("conf/locate", tests, NULL, NULL);
}
