/* What people read (CLI-2): alignment, values, colour, and that nothing from
 * outside steers the terminal (INP-11). */
#include "cell.h"

#include "cli/table.h"

static const struct cli plain = { .color = false }, colored = { .color = true };

static char *
printed(const struct cli *c, const char *json, const struct cli_column *columns, const char *empty)
{
	json_t *doc = json_loads(json, 0, NULL);
	struct captured out;

	assert_non_null(doc);
	captured_begin(&out);
	if (empty != NULL)
		cli_table(c, doc, columns, empty);
	else
		cli_facts(c, doc, columns);
	captured_end(&out);
	json_decref(doc);
	free(out.err);
	return out.out;
}

static const struct cli_column columns[] = {
	CLI_COL("NAME", "name"), CLI_WORD("STATE", "state"), CLI_COL("N", "in.n"), { .title = NULL }
};

static void
test_alignment(void **state)
{
	char *text = printed(&plain, "[{\"name\":\"a\",\"state\":\"running\",\"in\":{\"n\":7}},"
	    "{\"name\":\"\\u00e5\\u00e5\\u00e5\\u00e5\\u00e5\",\"state\":\"x\"}]", columns, "none");

	(void)state;
	assert_string_equal(text,
	    "NAME   STATE    N\n"
	    "a      running  7\n"
	    "\xc3\xa5\xc3\xa5\xc3\xa5\xc3\xa5\xc3\xa5  x        -\n");
	free(text);
}

/* Nobody takes what cannot be said for a no. */
static void
test_truth(void **state)
{
	static const struct cli_column truths[] = { CLI_YES("HOLDS", "holds"), CLI_COL("REASON", "reason"), { .title = NULL } };
	static const char rows[] = "[{\"holds\":true,\"reason\":null},{\"holds\":false,\"reason\":\"a reaches b\"},"
	    "{\"holds\":null,\"reason\":\"too many cases\"}]";
	char *text = printed(&plain, rows, truths, "none"), *bright = printed(&colored, rows, truths, "none");

	(void)state;
	assert_string_equal(text, "HOLDS    REASON\nyes      -\nno       a reaches b\nunknown  too many cases\n");
	assert_non_null(strstr(bright, "\033[33munknown\033[0m"));
	free(text);
	free(bright);
}

static void
test_empty(void **state)
{
	char *text = printed(&plain, "[]", columns, "nothing here");

	(void)state;
	assert_string_equal(text, "nothing here\n");
	free(text);
}

static void
test_facts(void **state)
{
	static const struct cli_column facts[] = {
		CLI_COL("Name", "name"), CLI_TIME("Up since", "up"), { .title = NULL }
	};
	char *text = printed(&plain, "{\"name\":\"home\",\"up\":93784}", facts, NULL);

	(void)state;
	assert_string_equal(text, "Name      home\nUp since  1 d 2 h\n");
	free(text);
}

/* Colour must not shift the columns behind it. */
static void
test_color(void **state)
{
	char *text = printed(&colored, "[{\"name\":\"a\",\"state\":\"failed\",\"in\":{\"n\":1}},"
	    "{\"name\":\"b\",\"state\":\"whatever\",\"in\":{\"n\":2}}]", columns, "none");

	(void)state;
	assert_string_equal(text,
	    "NAME  STATE     N\n"
	    "a     \033[31mfailed\033[0m    1\n"
	    "b     whatever  2\n");
	free(text);
}

static void
check_text(const char *json, const char *wanted)
{
	char buf[64];
	json_t *v = json_loads(json, JSON_DECODE_ANY, NULL);

	assert_non_null(v);
	assert_string_equal(cli_text(v, buf, sizeof(buf)), wanted);
	json_decref(v);
}

static void
test_values(void **state)
{
	(void)state;
	check_text("\"home\"", "home");
	check_text("\"\"", "-");
	check_text("null", "-");
	check_text("true", "yes");
	check_text("false", "no");
	check_text("-5", "-5");
	check_text("9223372036854775807", "9223372036854775807");
	check_text("[\"vpn\",\"lan\"]", "vpn, lan");
	check_text("[]", "-");
	check_text("{\"b\":1,\"a\":\"x\"}", "{\"a\":\"x\",\"b\":1}");
}

/* INP-11: escape sequences of both kinds, line ends, DEL. */
static void
test_cleaned(void **state)
{
	(void)state;
	check_text("\"a\\u001b[31mb\\rc\\nd\\u007fe\"", "a?[31mb?c?d?e");
	check_text("\"x\\u009b31m\"", "x?31m");
	check_text("\"tab\\there\"", "tab here");
	check_text("[\"a\\u001bb\"]", "a?b");
	check_text("\"\\u00e5\\u4e2d\\ud83d\\ude00\"", "\xc3\xa5\xe4\xb8\xad\xf0\x9f\x98\x80");
}

/* What does not fit is cut between characters. */
static void
test_cut(void **state)
{
	json_t *v = json_string("\xc3\xa5\xc3\xa5\xc3\xa5");
	char buf[6];

	(void)state;
	assert_string_equal(cli_text(v, buf, sizeof(buf)), "\xc3\xa5\xc3\xa5");
	json_decref(v);
}

static void
test_spans(void **state)
{
	static const struct cli_column fact[] = { CLI_TIME("T", "t"), { .title = NULL } };
	static const struct { const char *json, *wanted; } cases[] = {
		{ "{\"t\":0}", "T  0 s\n" }, { "{\"t\":59}", "T  59 s\n" }, { "{\"t\":60}", "T  1 min 0 s\n" },
		{ "{\"t\":3599}", "T  59 min 59 s\n" }, { "{\"t\":3600}", "T  1 h 0 min\n" },
		{ "{\"t\":864000}", "T  10 d 0 h\n" }, { "{\"t\":-1}", "T  -\n" }, { "{\"t\":\"x\"}", "T  -\n" },
		{ "{}", "T  -\n" },
	};
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text = printed(&plain, cases[i].json, fact, NULL);
		assert_string_equal(text, cases[i].wanted);
		free(text);
	}
}

static void
test_member(void **state)
{
	json_t *doc = json_loads("{\"a\":{\"b\":{\"c\":3}}}", 0, NULL);

	(void)state;
	assert_int_equal(json_integer_value(cli_member(doc, "a.b.c")), 3);
	assert_ptr_equal(cli_member(doc, ""), doc);
	assert_null(cli_member(doc, "a.x.c"));
	assert_null(cli_member(doc, "a.b.c.d"));
	json_decref(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_truth), cmocka_unit_test(test_empty),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_color),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_cleaned),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
