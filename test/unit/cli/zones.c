/* pic dns zones: texts in and out (DNS-7, CLI-10). */
#include "cell.h"

static const char zone[] = CELL_REPLY("200 OK", "{\"name\":\"a.example\",\"zonefile\":\"$TTL 300\\n@ NS ns\\n\"}");
static const char none[] = CELL_REPLY("404 Not Found", "{\"detail\":\"there is no such zone\"}");
static const char wrong[] = CELL_REPLY("400 Bad Request", "{\"detail\":\"line 1: no TTL\"}");

/* Just the text, so that it can be kept in a file. */
static void
test_export(void **state)
{
	static const char *const answers[] = { zone, NULL };
	struct call x;

	(void)state;
	call_run(&x, "dns zones export a.example", NULL, answers);
	assert_int_equal(x.status, CLI_OK);
	assert_memory_equal(x.asked, "GET /api/dns/zones/a.example HTTP", 33);
	assert_string_equal(x.said.out, "$TTL 300\n@ NS ns\n");
	call_free(&x);
}

/* A zone that is there gets the text, a new one is made; what is wrong with it is told in both cases. */
static void
test_import(void **state)
{
	static const struct { const char *first, *second; int status; bool made; } rows[] = {
		{ zone, NULL, CLI_OK, false }, { none, zone, CLI_OK, true }, { none, wrong, CLI_FAILED, true }, { wrong, NULL, CLI_FAILED, false }
	};
	struct call x;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *const answers[] = { rows[i].first, rows[i].second, NULL };

		call_run(&x, "dns zones import a.example - --views lan", "@ NS ns\n", answers);
		assert_int_equal(x.status, rows[i].status);
		assert_memory_equal(x.asked, "PUT /api/dns/zones/a.example HTTP", 33);
		assert_non_null(strstr(x.asked, "\"zonefile\":\"@ NS ns\\n\""));
		assert_non_null(strstr(x.asked, "\"views\":[\"lan\"]"));
		assert_int_equal(strstr(x.asked, "POST /api/dns/zones HTTP") != NULL, rows[i].made);
		assert_int_equal(strstr(x.asked, "\"name\":\"a.example\"") != NULL, rows[i].made);
		assert_int_equal(strstr(x.said.err, "line 1: no TTL") != NULL, rows[i].status == CLI_FAILED);
		assert_string_equal(x.said.out, rows[i].status == CLI_OK ? "imported\n" : "");
		call_free(&x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_export), cmocka_unit_test(test_import) };

	return cmocka_run_group_tests_name("cli/zones", tests, NULL, NULL);
}
