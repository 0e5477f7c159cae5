/* INP-1, INP-9: the one reader of JSON, and its two writers. */
#include "conf/json.h"

#include "sample.h"

static void
assert_refused(const char *text, const char *why)
{
	struct err e;
	json_t *j = conf_json_read(text, strlen(text), &e);

	if (j != NULL)
		fail_msg("accepted: %s", text);
	assert_int_equal(e.kind, ERR_VALIDATION);
	if (strcmp(e.detail, why) != 0)
		fail_msg("%s\n  said: %s\n  not:  %s", text, e.detail, why);
}

static void
refuses_with_position(void **state)
{
	(void)state;
	assert_refused("", "line 1, column 1: the text ends too early");
	assert_refused("\xef\xbb\xbf{}", "line 1, column 1: begins with a byte order mark");
	assert_refused("{\"a\": 1.5}", "line 1, column 7: numbers are whole: no fraction, no exponent");
	assert_refused("[1,\n 1e3]", "line 2, column 2: numbers are whole: no fraction, no exponent");
	assert_refused("[-0.0]", "line 1, column 2: numbers are whole: no fraction, no exponent");
	assert_refused("[99999999999999999999]", "line 1, column 21: number out of range");
	assert_refused("{\"zone\": 1,\n  \"zone\": 2}", "line 2, column 3: duplicate member \"zone\"");
	assert_refused("{\"a\\\"b\": 1, \"a\\\"b\": 2}", "line 1, column 13: duplicate member \"a\\\"b\"");
	assert_refused("{} {}", "line 1, column 4: more text after the end");
	assert_refused("[1, // no\n 2]", "line 1, column 5: not valid JSON");
	assert_refused("{\"a\" 1}", "line 1, column 6: not valid JSON");
	assert_refused("[\"a\nb\"]", "line 1, column 3: not valid JSON");
	assert_refused("[\"\xc3\x28\"]", "line 1, column 3: not UTF-8");
	assert_refused("[\"a\\u0000b\"]", "line 1, column 11: text must not hold \\u0000");
	assert_refused("{\"a\\u0000b\": 1}", "line 1, column 11: text must not hold \\u0000");
	assert_refused("[\"\\ud800\"]", "line 1, column 9: not valid JSON");
	assert_refused("[1,]", "line 1, column 4: not valid JSON");
	assert_refused("nul", "line 1, column 3: not valid JSON");
	assert_refused("{\"a\":", "line 1, column 6: the text ends too early");
}

/* A column counts characters, not bytes. */
static void
counts_characters(void **state)
{
	(void)state;
	assert_refused("[\"\xc3\xa4\xe2\x82\xac\", 1.0]", "line 1, column 8: numbers are whole: no fraction, no exponent");
}

static void
limits_depth(void **state)
{
	char text[2 * CONF_JSON_DEPTH + 3];
	struct err e;
	json_t *j;
	size_t n = CONF_JSON_DEPTH;

	(void)state;
	memset(text, '[', n);
	memset(text + n, ']', n);
	j = conf_json_read(text, 2 * n, &e);
	assert_non_null(j);
	json_decref(j);
	memset(text, '[', n + 1);
	memset(text + n + 1, ']', n + 1);
	assert_null(conf_json_read(text, 2 * n + 2, &e));
	assert_string_equal(e.detail, "line 1, column 33: nested deeper than 32");
	/* Brackets in text do not nest. */
	json_decref(sample_json("[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[\"]"));
}

/* What is accepted comes back from both writers as it was. */
static void
round_trips(void **state)
{
	static const char *const texts[] = { "null", "true", "[]", "{}", "-5", "9223372036854775807", "\"\"",
		"{\"b\":[1,{\"c\":\"\\u0007\\b\\t\\n\\f\\r\\\"\\\\/\xc3\xa4\"}],\"a\":false}" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		json_t *j = sample_json(texts[i]), *back;
		char *canonical = conf_json_canonical(j), *pretty = conf_json_pretty(j);

		back = sample_json(canonical);
		assert_true(json_equal(j, back));
		json_decref(back);
		back = sample_json(pretty);
		assert_true(json_equal(j, back));
		json_decref(back);
		json_decref(j);
		free(canonical);
		free(pretty);
	}
}

/* RFC 8785 3.2.2 and 3.2.3: lower-case escapes, and keys in the order of UTF-16. */
static void
is_canonical(void **state)
{
	json_t *j = sample_json("{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":7,"
	    " \"\":8}");
	char *text = conf_json_canonical(j);

	(void)state;
	assert_string_equal(text, "{\"\":8,\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"\xc3\xb6\":7,\"\xe2\x82\xac\":1,"
	    "\"\xf0\x9f\x98\x80\":5,\"\xef\xac\xb3\":3}");
	free(text);
	json_decref(j);
	j = sample_json("[\"\\u001F\\u007f/\"]");
	text = conf_json_canonical(j);
	assert_string_equal(text, "[\"\\u001f\x7f/\"]");
	free(text);
	json_decref(j);
}

static void
is_pretty(void **state)
{
	json_t *j = sample_json("{\"b\":[1],\"a\":{}}");
	char *text = conf_json_pretty(j);

	(void)state;
	assert_string_equal(text, "{\n  \"b\": [\n    1\n  ],\n  \"a\": {}\n}\n");
	free(text);
	json_decref(j);
}

/* RFC 7396, appendix A; those whose target or patch is no object stand one level deeper. */
static void
merges(void **state)
{
	static const char *const cases[][3] = {
		{ "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
		{ "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}" },
		{ "{\"a\":\"b\"}", "{\"a\":null}", "{}" },
		{ "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}" },
		{ "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
		{ "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}" },
		{ "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}" },
		{ "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}" },
		{ "{\"x\":[\"a\",\"b\"]}", "{\"x\":[\"c\",\"d\"]}", "{\"x\":[\"c\",\"d\"]}" },
		{ "{\"x\":{\"a\":\"b\"}}", "{\"x\":[\"c\"]}", "{\"x\":[\"c\"]}" },
		{ "{\"x\":{\"a\":\"foo\"}}", "{\"x\":null}", "{}" },
		{ "{\"x\":{\"a\":\"foo\"}}", "{\"x\":\"bar\"}", "{\"x\":\"bar\"}" },
		{ "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
		{ "{\"x\":[1,2]}", "{\"x\":{\"a\":\"b\",\"c\":null}}", "{\"x\":{\"a\":\"b\"}}" },
		{ "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *target = sample_json(cases[i][0]), *patch = sample_json(cases[i][1]), *want = sample_json(cases[i][2]);

		assert_int_equal(conf_json_merge(target, patch), 0);
		if (!json_equal(target, want))
			fail_msg("case %zu", i);
		json_decref(target);
		json_decref(patch);
		json_decref(want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_with_position), cmocka_unit_test(counts_characters), cmocka_unit_test(limits_depth),
		cmocka_unit_test(round_trips), cmocka_unit_test(is_canonical), cmocka_unit_test(is_pretty),
		cmocka_unit_test(merges),
	};

	return cmocka_run_group_tests_name("conf/json", tests, NULL, NULL);
}
