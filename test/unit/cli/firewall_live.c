/* pic firewall status, show, drops: the firewall as it is (FWL-10, FWL-11). */
#include "cell.h"

static const char status_json[] = CELL_REPLY("200 OK", "{\"backend\":\"none\",\"table\":\"pic\",\"rules\":0,"
    "\"sets\":0,\"drift\":true,"
    "\"fault\":\"this kernel has no nf_tables\",\"last_commit_at\":null,\"last_drift_at\":\"2026-07-01T09:30:00Z\","
    "\"last_drift\":\"2 chains\",\"drops\":3}");
static const char text_json[] = CELL_REPLY("200 OK", "{\"text\":\"table inet pic {\\n\\tchain input {\\n\\t}\\n}\\n\"}");
static const char drops_json[] = CELL_REPLY("200 OK", "{\"entries\":[{\"ts\":\"2026-07-01T09:30:00Z\",\"from\":\"10.0.0.3\","
    "\"to\":\"192.168.1.9\",\"proto\":\"tcp\",\"port\":631,\"rule\":null,\"peer\":\"bob\",\"reason\":\"bob has no access\"}],"
    "\"next_cursor\":null}");
static const char none_json[] = CELL_REPLY("200 OK", "{\"entries\":[],\"next_cursor\":null}");

static void
test_verbs(void **state)
{
	static const struct call_row rows[] = {
		{ "firewall status", NULL, status_json, CLI_OK, "GET /api/firewall/status HTTP", NULL,
		    "this kernel has no nf_tables\n", NULL },
		{ "firewall status", NULL, status_json, CLI_OK, NULL, NULL, "2 chains\n", NULL },
		{ "firewall status --json", NULL, status_json, CLI_OK, NULL, NULL, "{\"backend\":\"none\"", NULL },
		{ "firewall show", NULL, text_json, CLI_OK, "GET /api/firewall/ruleset?generation=0 HTTP", NULL,
		    "table inet pic {\n\tchain input {\n\t}\n}\n", NULL },
		{ "firewall show --generation 7", NULL, text_json, CLI_OK, "GET /api/firewall/ruleset?generation=7 HTTP", NULL, NULL, NULL },
		{ "firewall show --generation 9", NULL, CELL_REPLY("404 Not Found", "{\"detail\":\"generation 9 is not kept\"}"),
		    CLI_FAILED, NULL, NULL, "", "generation 9 is not kept" },
		{ "firewall drops", NULL, drops_json, CLI_OK, "GET /api/firewall/drops?limit=500 HTTP", NULL,
		    "bob   10.0.0.3  192.168.1.9  tcp    631   -     bob has no access\n", NULL },
		{ "firewall drops", NULL, none_json, CLI_OK, NULL, NULL, "nothing was dropped of late\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		call_check(&rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_verbs) };

	return cmocka_run_group_tests_name("cli/firewall_live", tests, NULL, NULL);
}
