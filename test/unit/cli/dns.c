/* pic dns: what each verb asks of the cell and makes of the answer (CLI-10). */
#include "cell.h"

#define OK_(body) CELL_REPLY("200 OK", body)

static const char changed[] = OK_("{\"deleted\":2,\"flushed\":7,\"zones\":9}");
static const char refused[] = CELL_REPLY("409 Conflict", "{\"status\":409,\"detail\":\"there is a CNAME of that name\"}");

#define STATUS OK_("{\"running\":true,\"queries\":5,\"transports\":{\"udp\":1,\"tcp\":0,\"dot\":4,\"doh\":0},\"cookies\":2," \
    "\"cache\":{\"entries\":1,\"hits\":2,\"misses\":3}," \
    "\"upstreams\":[{\"address\":\"9.9.9.9\",\"transport\":\"udp\",\"state\":\"up\",\"rtt_ms\":12}]}")

static const struct call_row rows[] = {
	{ "dns records list", NULL, OK_("[]"), CLI_OK, "GET /api/dns/records HTTP", NULL, "pic dns records add", NULL },
	{ "dns records list --all", NULL, OK_("[{\"name\":\"nas\",\"zone\":\"z\",\"type\":\"A\",\"value\":\"1.2.3.4\","
	    "\"ttl\":60,\"views\":[\"vpn\",\"lan\"]}]"), CLI_OK, "GET /api/dns/records?generated=1 HTTP", NULL,
	    "nas   z     A     1.2.3.4  60   vpn, lan  -\n", NULL },
	{ "dns records add nas A 1.2.3.4", NULL, changed, CLI_OK, "POST /api/dns/records HTTP",
	    "{\"name\":\"nas\",\"type\":\"A\",\"value\":\"1.2.3.4\"}", "added\n", NULL },
	{ "dns records add nas TXT a~b --ttl 60 --zone z --views vpn,lan", NULL, changed, CLI_OK, NULL,
	    "{\"name\":\"nas\",\"ttl\":60,\"type\":\"TXT\",\"value\":\"a b\",\"views\":[\"vpn\",\"lan\"],\"zone\":\"z\"}",
	    NULL, NULL },
	/* the cell has the reason, not the command line */
	{ "dns records add nas A 1.2.3.4 --ttl soon", NULL, refused, CLI_FAILED, NULL, "\"ttl\":\"soon\"", "", "a CNAME" },
	{ "dns records set 7 --name x --type A --value 1 --zone z", NULL, changed, CLI_OK, "PUT /api/dns/records/7 HTTP",
	    "{\"name\":\"x\",\"type\":\"A\",\"value\":\"1\",\"zone\":\"z\"}", "changed\n", NULL },
	{ "dns records remove nas --yes", NULL, changed, CLI_OK, "DELETE /api/dns/records HTTP", "{\"name\":\"nas\"}",
	    "2 removed\n", NULL },
	{ "dns records remove nas A --yes", NULL, changed, CLI_OK, NULL, "{\"name\":\"nas\",\"type\":\"A\"}", NULL, NULL },
	{ "dns records remove 3f000000-0000-4000-8000-000000000001 --yes", NULL, changed, CLI_OK,
	    "DELETE /api/dns/records/3f000000-0000-4000-8000-000000000001 HTTP", NULL, "removed\n", NULL },
	{ "dns zones list", NULL, OK_("[]"), CLI_OK, "GET /api/dns/zones HTTP", NULL, NULL, NULL },
	{ "dns forwards list", NULL, OK_("[{\"zone\":\"corp\",\"servers\":[\"10.1.1.1\",\"10.1.1.2\"]}]"), CLI_OK,
	    "GET /api/dns/forwards HTTP", NULL, "corp  10.1.1.1, 10.1.1.2\n", NULL },
	{ "dns forwards add corp 10.1.1.1 10.1.1.2", NULL, changed, CLI_OK, "POST /api/dns/forwards HTTP",
	    "{\"servers\":[\"10.1.1.1\",\"10.1.1.2\"],\"zone\":\"corp\"}", "added\n", NULL },
	{ "dns forwards remove corp --yes", NULL, changed, CLI_OK, "DELETE /api/dns/forwards/corp HTTP", NULL, NULL, NULL },
	{ "dns secondaries list", NULL, OK_("[{\"name\":\"ns2\",\"address\":\"203.0.113.53\",\"key_name\":\"k\","
	    "\"last_zone\":\"x\",\"last_serial\":7,\"last_transfer_at\":null,\"notified_zone\":\"y\","
	    "\"notified_serial\":8,\"last_error\":\"no\",\"error_zone\":\"y\"}]"), CLI_OK,
	    "GET /api/dns/secondaries HTTP", NULL,
	    "ns2   203.0.113.53  k    x        7       -     y      8       no     y\n", NULL },
	{ "dns secondaries add ns2 203.0.113.53 k --port 5353", NULL, OK_("{\"tsig_secret\":\"AAECAw==\",\"key_name\":\"k\","
	    "\"algorithm\":\"hmac-sha256\"}"), CLI_OK, "POST /api/dns/secondaries HTTP",
	    "{\"address\":\"203.0.113.53\",\"key_name\":\"k\",\"name\":\"ns2\",\"port\":5353}", "AAECAw==\n", "only now" },
	{ "dns secondaries add ns2 203.0.113.53 k --secret-file -", "c2VjcmV0\n", OK_("{}"), CLI_OK, NULL,
	    "\"tsig_secret\":\"c2VjcmV0\"}", "added\n", NULL },
	{ "dns query nas.x", NULL, OK_("{\"rcode\":\"REFUSED\",\"answers\":[{\"text\":\"nas.x.\\t60\\tIN\\tA\\t1.2.3.4\"}],"
	    "\"ede\":{\"code\":18,\"text\":\"prohibited\"},\"view\":\"lan\",\"source\":\"refused\",\"ms\":3}"), CLI_OK,
	    "GET /api/dns/query?name=nas.x&type=A&zone=local HTTP", NULL,
	    "nas.x. 60 IN A 1.2.3.4\nAnswer   REFUSED\nFrom     refused\nView     lan\nTook ms  3\nNote     prohibited\n", NULL },
	{ "dns query x AAAA --zone public", NULL, OK_("{}"), CLI_OK, "GET /api/dns/query?name=x&type=AAAA&zone=public HTTP",
	    NULL, NULL, NULL },
	{ "dns query x --as 10.0.0.2", NULL, OK_("{}"), CLI_OK, "GET /api/dns/query?name=x&type=A&as_peer=10.0.0.2 HTTP",
	    NULL, NULL, NULL },
	{ "dns query x --as 10.0.0.2 --zone lan", NULL, OK_("{}"), CLI_OK,
	    "GET /api/dns/query?name=x&type=A&zone=lan&as_peer=10.0.0.2 HTTP", NULL, NULL, NULL },
	{ "dns flush", NULL, changed, CLI_OK, "POST /api/dns/cache/flush HTTP", "\r\n\r\n{}", "7 forgotten\n", NULL },
	{ "dns flush example.org", NULL, changed, CLI_OK, NULL, "{\"name\":\"example.org\"}", NULL, NULL },
	{ "dns reload", NULL, changed, CLI_OK, "POST /api/dns/reload HTTP", NULL, "9 zones are served\n", NULL },
	{ "dns status", NULL, STATUS, CLI_OK, "GET /api/dns/status HTTP", NULL, "9.9.9.9   udp        up     12\n", NULL },
	{ "dns status", NULL, STATUS, CLI_OK, NULL, NULL, "Over TLS            4\n", NULL },
};

static void
test_verbs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		call_check(&rows[i]);
}

/* CLI-2: with --json what came, byte for byte. */
static void
test_json_is_untouched(void **state)
{
	static const char *const lines[] = { "dns records list", "dns query x", "dns status", "dns zones list",
		"dns forwards list", "user list", "token list", "session list", "jobs", "jobs show 1", "config get",
		"config diff", "config history", "config pending", "config export", "status", "dns flush", "dns reload",
		"dns records add a A 1", "config set a.b 1", "config set a.b 1 --dry-run", "user enable x", "jobs cancel 1" };
	static const char *const answers[] = { OK_("{ \"z\":1 ,\t\"a\" : [ ] }"), NULL };
	char line[80];
	struct call x;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(line, sizeof(line), "%s --json", lines[i]);
		call_run(&x, line, NULL, answers);
		assert_int_equal(x.status, CLI_OK);
		if (strcmp(x.said.out, "{ \"z\":1 ,\t\"a\" : [ ] }\n") != 0)
			fail_msg("pic %s: %s", line, x.said.out);
		call_free(&x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verbs),
		cmocka_unit_test(test_json_is_untouched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
