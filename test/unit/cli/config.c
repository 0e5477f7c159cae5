/* pic config: paths and values, dry runs, leases (CLI-8, CLI-10). */
#include "cell.h"

#define OK_(body) CELL_REPLY("200 OK", body)

static const char document[] = OK_("{\"generation\":4,\"identity\":{\"cell_name\":\"home\"},"
    "\"dns\":{\"edns_size\":1232,\"records\":[],\"on\":true,\"none\":null}}");
static const char changed[] = OK_("{\"message\":\"applied\",\"generation\":5,\"changes\":[{\"path\":\"/a\",\"op\":\"add\"}]}");
static const char leased[] = OK_("{\"message\":\"applied\",\"changes\":[{}],\"warnings\":[\"phones have to be set up again\"],"
    "\"lease\":{\"id\":\"1\",\"seconds\":120}}");
static const char tried[] = OK_("{\"changes\":[{\"path\":\"/dns/edns_size\",\"op\":\"replace\",\"old\":1232,\"new\":{\"a\":1}}],"
    "\"warnings\":[],\"lease_needed\":false}");

static const struct call_row rows[] = {
	{ "config get", NULL, document, CLI_OK, "GET /api/config HTTP", NULL, "\"cell_name\": \"home\"", NULL },
	{ "config get identity.cell_name", NULL, document, CLI_OK, NULL, NULL, "home\n", NULL },
	{ "config get identity.cell_name --json", NULL, document, CLI_OK, NULL, NULL, "\"home\"\n", NULL },
	{ "config get dns.edns_size", NULL, document, CLI_OK, NULL, NULL, "1232\n", NULL },
	{ "config get dns.on", NULL, document, CLI_OK, NULL, NULL, "true\n", NULL },
	{ "config get dns.none", NULL, document, CLI_OK, NULL, NULL, "null\n", NULL },
	{ "config get dns.nothing", NULL, document, CLI_FAILED, NULL, NULL, "", "there is no dns.nothing" },
	{ "config set dns.edns_size 1400", NULL, changed, CLI_OK, "PUT /api/config/sections/dns HTTP", "{\"edns_size\":1400}",
	    "saved\n", NULL },
	{ "config set dns.cache.min_ttl_s 5", NULL, changed, CLI_OK, NULL, "{\"cache\":{\"min_ttl_s\":5}}", NULL, NULL },
	{ "config set identity.cell_name my~home", NULL, changed, CLI_OK, NULL, "{\"cell_name\":\"my home\"}", NULL, NULL },
	{ "config set a.b \"5\"", NULL, changed, CLI_OK, NULL, "{\"b\":\"5\"}", NULL, NULL },
	{ "config set a.b [1,2]", NULL, changed, CLI_OK, NULL, "{\"b\":[1,2]}", NULL, NULL },
	{ "config set a.b null", NULL, changed, CLI_OK, NULL, "{\"b\":null}", NULL, NULL },
	{ "config set a.b -", "from stdin\n", changed, CLI_OK, NULL, "{\"b\":\"from stdin\"}", NULL, NULL },
	{ "config set a.b -", "{\"c\":\n1}\n", changed, CLI_OK, NULL, "{\"b\":{\"c\":1}}", NULL, NULL },
	{ "config set dns 5", NULL, changed, CLI_USAGE, "", NULL, "", "SECTION.OPTION" },
	{ "config set dns. 5", NULL, changed, CLI_USAGE, "", NULL, "", "SECTION.OPTION" },
	{ "config set .x 5", NULL, changed, CLI_USAGE, "", NULL, "", "SECTION.OPTION" },
	{ "config set a.b 1 --dry-run", NULL, tried, CLI_OK, "PUT /api/config/sections/a?dry_run=1 HTTP", NULL,
	    "replace  /dns/edns_size  1232    {\"a\":1}\n", NULL },
	{ "config set a.b 1", NULL, OK_("{\"message\":\"x\",\"changes\":[]}"), CLI_OK, NULL, NULL, "nothing changed\n", NULL },
	/* CLI-8 */
	{ "config set wireguard.port 51821", NULL, leased, CLI_OK, NULL, NULL, "saved\n", "120 s: pic config confirm" },
	{ "config set wireguard.port 51821", NULL, leased, CLI_OK, NULL, NULL, NULL, "note: phones have to be set up again\n" },
	{ "config pending", NULL, OK_("{\"pending\":true,\"lease\":{\"seconds\":120,\"seconds_left\":77}}"), CLI_OK,
	    "GET /api/config/pending HTTP", NULL, "on trial\n", "77 s: pic config confirm" },
	{ "config pending", NULL, OK_("{\"pending\":false,\"changes\":[],\"lease\":null}"), CLI_OK, NULL, NULL, "nothing is on trial\n", NULL },
	{ "config confirm", NULL, OK_("{\"message\":\"confirmed\"}"), CLI_OK, "POST /api/config/apply HTTP", "{}", "kept\n", NULL },
	{ "config discard", NULL, OK_("{\"message\":\"x\"}"), CLI_OK, "POST /api/config/discard HTTP", "{}", "taken back\n", NULL },
	{ "config edit dns", "{\"edns_size\":1400}", changed, CLI_OK, "PUT /api/config/sections/dns HTTP", "{\"edns_size\":1400}",
	    "saved\n", NULL },
	{ "config edit dns --dry-run", "{\"edns_size\":1400}", tried, CLI_OK, "PUT /api/config/sections/dns?dry_run=1 HTTP", NULL,
	    "/dns/edns_size", NULL },
	{ "config edit dns", "{\"edns_size\":1400", changed, CLI_FAILED, "", NULL, "", "line 1" },
	{ "config edit dns", "[1]", changed, CLI_FAILED, "", NULL, "", "must be an object" },
	{ "config diff", NULL, OK_("[]"), CLI_OK, "GET /api/config/diff HTTP", NULL, "nothing changed\n", NULL },
	{ "config diff 3 5", NULL, OK_("[]"), CLI_OK, "GET /api/config/diff?from=3&to=5 HTTP", NULL, NULL, NULL },
	{ "config diff 3", NULL, OK_("[]"), CLI_USAGE, "", NULL, "", "both generations" },
	{ "config history", NULL, OK_("[{\"generation\":5,\"written_by\":\"admin\",\"current\":true}]"), CLI_OK,
	    "GET /api/config/generations HTTP", NULL, "5           -        admin  -        yes      -\n", NULL },
	{ "config rollback 3 --yes", NULL, changed, CLI_OK, "POST /api/config/rollback HTTP", "{\"generation\":3}",
	    "rolled back\n", NULL },
	{ "config rollback 3 --dry-run", NULL, tried, CLI_OK, "POST /api/config/rollback?dry_run=1 HTTP", NULL, NULL, NULL },
	{ "config rollback three --yes", NULL, changed, CLI_USAGE, "", NULL, "", "a generation is a number" },
	{ "config export", NULL, document, CLI_OK, "GET /api/config/export HTTP", NULL, "{\"generation\":4,", NULL },
	{ "config import - --yes", "{\"dns\":{}}", changed, CLI_OK, "POST /api/config/import HTTP",
	    "{\"document\":{\"dns\":{}},\"mode\":\"merge\"}", "imported\n", NULL },
	{ "config import - --replace --dry-run", "{\"dns\":{}}", tried, CLI_OK, "POST /api/config/import?dry_run=1 HTTP",
	    "\"mode\":\"replace\"", NULL, NULL },
	{ "config import - --yes", "not JSON", changed, CLI_FAILED, "", NULL, "", "line 1" },
	{ "config import /nowhere/x --yes", NULL, changed, CLI_FAILED, "", NULL, "", "/nowhere/x" },
};

static void
test_verbs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		call_check(&rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verbs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
