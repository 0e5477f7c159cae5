/* pic ddns: the public name (DDN-5, CLI-10). */
#include "cell.h"

static const char status_json[] = CELL_REPLY("200 OK", "{\"provider\":\"pic_ngo\",\"registered\":true,\"name\":\"home.pic.ngo\","
    "\"last_ip\":\"81.2.69.142\",\"last_ip6\":null,\"last_update_at\":\"2026-11-28T20:00:00Z\",\"last_error\":null,"
    "\"next_check_at\":null,\"has_token\":true}");

static const char silent_json[] = CELL_REPLY("200 OK", "{\"name\":\"haus\",\"available\":null,"
    "\"asked\":\"https://ddns.pic.ngo\",\"asked_at\":\"2026-11-28T20:00:00Z\",\"reason\":\"ddns.pic.ngo is too slow\"}");

static void
test_verbs(void **state)
{
	static const struct call_row rows[] = {
		{ "ddns status", NULL, status_json, CLI_OK, "GET /api/ddns/status HTTP", NULL, "home.pic.ngo", NULL },
		{ "ddns status", NULL, status_json, CLI_OK, NULL, NULL, "81.2.69.142", NULL },
		{ "ddns update", NULL, CELL_REPLY("429 Too Many Requests", "{\"detail\":\"less than a minute ago\"}"), CLI_FAILED,
		    "POST /api/ddns/update HTTP", NULL, "", "less than a minute ago" },
		{ "ddns register", NULL, CELL_REPLY("400 Bad Request", "{\"detail\":\"only names of pic_ngo\"}"), CLI_FAILED,
		    "POST /api/ddns/register HTTP", NULL, "", "only names of pic_ngo" },
		{ "ddns release --yes", NULL, CELL_REPLY("200 OK", "{\"message\":\"the name was given back\"}"), CLI_OK,
		    "DELETE /api/ddns/register HTTP", NULL, "", NULL },
		{ "ddns check haus", NULL, CELL_REPLY("200 OK", "{\"name\":\"haus\",\"available\":true}"), CLI_OK,
		    "GET /api/ddns/check/haus HTTP", NULL, "haus", NULL },
		{ "ddns check haus", NULL, silent_json, CLI_OK, NULL, NULL, "unknown", NULL },
		{ "ddns check haus", NULL, silent_json, CLI_OK, NULL, NULL, "ddns.pic.ngo is too slow", NULL },
		{ "ddns check haus", NULL, silent_json, CLI_OK, NULL, NULL, "Ask again later.", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		call_check(&rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_verbs) };

	return cmocka_run_group_tests_name("cli/ddns", tests, NULL, NULL);
}
