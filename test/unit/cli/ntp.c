/* pic ntp: the clock and its sources (NTP-1, CLI-10). */
#include "cell.h"

static const char status_json[] = CELL_REPLY("200 OK", "{\"running\":true,\"synchronised\":false,\"stratum\":16,\"source\":null,"
    "\"offset_us\":null,\"clock_control\":\"none\",\"time_trusted\":false,\"reason\":\"no source answers\",\"clients\":3,"
    "\"sources\":[{\"host\":\"0.pool.ntp.org\",\"address\":\"192.0.2.1\",\"state\":\"lost\",\"stratum\":null,\"offset_us\":-142,"
    "\"delay_us\":11250,\"reach\":0,\"last_at\":null}]}");

static void
test_verbs(void **state)
{
	static const struct call_row rows[] = {
		{ "ntp status", NULL, status_json, CLI_OK, "GET /api/ntp/status HTTP", NULL, "Why not           no source answers\n", NULL },
		{ "ntp status", NULL, status_json, CLI_OK, NULL, NULL, "0.pool.ntp.org  192.0.2.1  lost   -        -142       11250", NULL },
		{ "ntp status --json", NULL, status_json, CLI_OK, NULL, NULL, "{\"running\":true,\"synchronised\":false", NULL },
		{ "ntp sync", NULL, status_json, CLI_OK, "POST /api/ntp/sync HTTP", NULL, "0.pool.ntp.org", NULL },
		{ "ntp sync", NULL, CELL_REPLY("503 Service Unavailable", "{\"detail\":\"the time service is not running\"}"), CLI_FAILED,
		    NULL, NULL, "", "the time service is not running" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		call_check(&rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_verbs) };

	return cmocka_run_group_tests_name("cli/ntp", tests, NULL, NULL);
}
