/* pic blocklist: what each verb asks of the cell (CLI-10; BLK-1, BLK-2, BLK-5). */
#include "cell.h"

#define OK_(body) CELL_REPLY("200 OK", body)

static const char done[] = OK_("{}");

static void
test_verbs(void **state)
{
	static const struct call_row rows[] = {
		{ "blocklist list", NULL, OK_("[]"), CLI_OK, "GET /api/blocklists HTTP", NULL, "pic blocklist add NAME", NULL },
		{ "blocklist list", NULL, OK_("[{\"id\":\"ads\",\"name\":\"Ads\",\"enabled\":true,\"entries\":84012,"
		    "\"refreshed_at\":null,\"error\":\"no route\"}]"), CLI_OK, NULL, NULL, "84012", NULL },
		{ "blocklist add Ads https://l.example/a", NULL, done, CLI_OK, "POST /api/blocklists HTTP",
		    "{\"name\":\"Ads\",\"url\":\"https://l.example/a\"}", "added\n", NULL },
		{ "blocklist add Ads https://l.example/a --format hosts --peer 10.0.0.9", NULL, done, CLI_OK, NULL,
		    "{\"apply_to\":{\"all\":false,\"peers\":[\"10.0.0.9\"]},\"format\":\"hosts\",", NULL, NULL },
		{ "blocklist remove ads --yes", NULL, done, CLI_OK, "DELETE /api/blocklists/ads HTTP", NULL, "removed\n", NULL },
		{ "blocklist remove a/b --yes", NULL, CELL_REPLY("404 Not Found", "{\"detail\":\"there is no such list\"}"), CLI_FAILED,
		    "DELETE /api/blocklists/a%2Fb HTTP", NULL, "", "there is no such list" },
		{ "blocklist check x.example --peer 10.0.0.9", NULL, OK_("{\"blocked\":true,\"by\":\"list\",\"list_id\":\"ads\"}"), CLI_OK,
		    "GET /api/blocklists/check?name=x.example&peer=10.0.0.9 HTTP", NULL, "List        ads\n", NULL },
		{ "blocklist check x.example", NULL, OK_("{\"blocked\":false}"), CLI_OK,
		    "GET /api/blocklists/check?name=x.example HTTP", NULL, "Blocked     no\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		call_check(&rows[i]);
}

/* A name is in one of the two, and once; the rules that were read must still be there. */
static void
test_rules(void **state)
{
	static const char rules[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"r7\"\r\n\r\n"
	    "{\"allow\":[\"a.example\"],\"deny\":[\"b.example\",\"c.example\"],\"response\":\"zero\"}";
	static const struct { const char *line, *body; } rows[] = {
		{ "blocklist deny d.example", "{\"allow\":[\"a.example\"],\"deny\":[\"b.example\",\"c.example\",\"d.example\"]," },
		{ "blocklist deny C.example", "{\"allow\":[\"a.example\"],\"deny\":[\"b.example\",\"c.example\"]," },
		{ "blocklist allow B.example", "{\"allow\":[\"a.example\",\"B.example\"],\"deny\":[\"c.example\"]," },
		{ "blocklist allow A.example --remove", "{\"allow\":[],\"deny\":[\"b.example\",\"c.example\"]," },
		{ "blocklist deny c.example --remove", "{\"allow\":[\"a.example\"],\"deny\":[\"b.example\"]," },
	};
	static const char *const answers[] = { rules, done, NULL };
	static const char *const late[] = {
		rules, CELL_REPLY("412 Precondition Failed", "{\"detail\":\"somebody was faster\"}"), NULL
	};
	struct call x;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		call_run(&x, rows[i].line, NULL, answers);
		assert_int_equal(x.status, CLI_OK);
		assert_non_null(strstr(x.asked, "PUT /api/blocklists/rules HTTP"));
		assert_non_null(strcasestr(x.asked, "If-Match: \"r7\"\r\n"));
		if (strstr(x.asked, rows[i].body) == NULL)
			fail_msg("pic %s: %s", rows[i].line, x.asked);
		call_free(&x);
	}
	call_run(&x, "blocklist deny a.example --remove", NULL, answers);
	assert_int_equal(x.status, CLI_FAILED);
	assert_non_null(strstr(x.said.err, "no such name"));
	call_free(&x);
	call_run(&x, "blocklist deny d.example", NULL, late);
	assert_int_equal(x.status, CLI_FAILED);
	assert_non_null(strstr(x.said.err, "somebody was faster"));
	call_free(&x);
}

/* The job of a refresh is waited for. */
static void
test_refresh(void **state)
{
	static const char *const answers[] = {
		CELL_REPLY("202 Accepted", "{\"job\":{\"id\":\"j1\",\"kind\":\"blocklist.refresh\",\"state\":\"queued\"}}"),
		OK_("{\"id\":\"j1\",\"kind\":\"blocklist.refresh\",\"state\":\"failed\",\"error\":\"it is a web page\"}"), NULL
	};
	struct call x;

	(void)state;
	call_run(&x, "blocklist refresh ads", NULL, answers);
	assert_int_equal(x.status, CLI_FAILED);
	assert_memory_equal(x.asked, "POST /api/blocklists/ads/refresh HTTP", 37);
	assert_non_null(strstr(x.said.err, "it is a web page"));
	call_free(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verbs), cmocka_unit_test(test_rules), cmocka_unit_test(test_refresh),
	};

	return cmocka_run_group_tests_name("cli/blocklist", tests, NULL, NULL);
}
