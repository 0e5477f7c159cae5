/* pic dns log: the questions that are kept, and as they come (DNS-19, CLI-10). */
#include "cell.h"

#define ENTRY(name, rcode, source, upstream, rule) "{\"ts\":\"2026-07-01T09:30:00Z\",\"peer\":\"10.0.0.9\",\"zone\":\"vpn\"," \
    "\"name\":" name ",\"type\":\"A\",\"rcode\":\"" rcode "\",\"source\":\"" source "\",\"upstream\":" upstream \
    ",\"ms\":3,\"rule\":" rule "}"
#define WWW ENTRY("\"www.example\"", "NOERROR", "upstream", "\"9.9.9.9\"", "null")
#define ADS ENTRY("\"ads.example\"", "NOERROR", "blocked", "null", "\"ads\"")
#define BAD ENTRY("null", "FORMERR", "refused", "null", "null")

static void
test_kept(void **state)
{
	static const char page[] = CELL_REPLY("200 OK", "{\"entries\":[" WWW "," ADS "," BAD "],\"next_cursor\":null}");
	static const struct call_row rows[] = {
		{ "dns log", NULL, page, CLI_OK, "GET /api/dns/log?limit=500 HTTP", NULL, "upstream  9.9.9.9   -     3\n", NULL },
		{ "dns log", NULL, page, CLI_OK, NULL, NULL, "10.0.0.9  -            A     FORMERR", NULL },
		{ "dns log --peer 10.0.0.9 --name ads --rcode BLOCKED", NULL, page, CLI_OK,
		    "GET /api/dns/log?limit=500&peer=10.0.0.9&name=ads&rcode=BLOCKED HTTP", NULL, NULL, NULL },
		{ "dns log --name a&limit=1", NULL, page, CLI_OK, "GET /api/dns/log?limit=500&name=a%26limit%3D1 HTTP", NULL, NULL, NULL },
		{ "dns log", NULL, CELL_REPLY("200 OK", "{\"entries\":[],\"next_cursor\":null}"), CLI_OK, NULL, NULL,
		    "see dns.query_log\n", NULL },
		{ "dns log --json", NULL, page, CLI_OK, NULL, NULL, "{\"entries\":[{\"ts\":", NULL },
	};
	char line[1200] = "dns log --name ";
	struct call_row wide = { line, NULL, page, CLI_USAGE, NULL, NULL, "", NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		call_check(&rows[i]);
	memset(line + strlen(line), 'x', 1000);
	call_check(&wide);
}

/* What was asked to be shown is all that is shown of what comes. */
static void
test_followed(void **state)
{
	static const char stream[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: here\n\n"
	    "event: query\ndata: {\"entries\":[" WWW "," ADS "," BAD "],\"missed\":0}\n\n";
	static const char *const answers[] = { stream, NULL };
	static const struct { const char *line, *out; } rows[] = {
		{ "dns log --follow", "2026-07-01T09:30:00Z 10.0.0.9        www.example A NOERROR upstream 9.9.9.9 -\n"
		    "2026-07-01T09:30:00Z 10.0.0.9        ads.example A NOERROR blocked - ads\n"
		    "2026-07-01T09:30:00Z 10.0.0.9        - A FORMERR refused - -\n" },
		{ "dns log --follow --rcode BLOCKED", "2026-07-01T09:30:00Z 10.0.0.9        ads.example A NOERROR blocked - ads\n" },
		{ "dns log --follow --name www", "2026-07-01T09:30:00Z 10.0.0.9        www.example A NOERROR upstream 9.9.9.9 -\n" },
		{ "dns log --follow --peer 10.0.0.8", "" },
	};
	struct call x;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		call_run(&x, rows[i].line, NULL, answers);
		assert_int_equal(x.status, CLI_FAILED);		/* the cell went away */
		assert_memory_equal(x.asked, "GET /api/events?types=query HTTP", 32);
		assert_string_equal(x.said.out, rows[i].out);
		call_free(&x);
	}
	call_run(&x, "dns log --follow --rcode FORMERR --json", NULL, answers);
	assert_string_equal(x.said.out, BAD "\n");
	call_free(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_kept), cmocka_unit_test(test_followed) };

	return cmocka_run_group_tests_name("cli/dns_log", tests, NULL, NULL);
}
