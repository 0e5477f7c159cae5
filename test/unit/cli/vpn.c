/* pic vpn: the cell's side of the VPN (VPN, CLI-4, CLI-10). */
#include "cell.h"

static const char status[] = CELL_REPLY("200 OK", "{\"running\":false,\"reason\":\"port 51820 is held\",\"interface\":\"wg0\","
	"\"peers\":[{\"name\":\"anna-phone\",\"online\":true,\"allowed_ips\":[\"10.0.0.2/32\"]}]}");
static const char nobody[] = CELL_REPLY("200 OK", "{\"running\":true,\"peers\":[]}");
static const char done[] = CELL_REPLY("200 OK", "{\"message\":\"applied\"}");

static void
test_verbs(void **state)
{
	static const struct call_row rows[] = {
		{ "vpn status", NULL, status, CLI_OK, "GET /api/wireguard/status HTTP", NULL, "port 51820 is held", NULL },
		{ "vpn status", NULL, status, CLI_OK, NULL, NULL, "10.0.0.2/32", NULL },
		{ "vpn status", NULL, nobody, CLI_OK, NULL, NULL, "pic peer add NAME", NULL },
		{ "vpn config", NULL, CELL_REPLY("200 OK", "{\"config\":\"[Interface]\\nListenPort = 51820\\n\"}"), CLI_OK,
		    "GET /api/wireguard/config HTTP", NULL, "[Interface]\nListenPort = 51820\n", NULL },
		{ "vpn port 51821 --yes", NULL, done, CLI_OK, "PUT /api/config/sections/wireguard HTTP", "{\"port\":51821}", NULL, NULL },
		{ "vpn port 51821", NULL, done, CLI_USAGE, NULL, NULL, NULL, NULL },
		{ "vpn key", NULL, CELL_REPLY("200 OK", "{\"public_key\":\"abc=\"}"), CLI_OK, "GET /api/wireguard/keys HTTP", NULL,
		    "abc=", NULL },
		{ "vpn key rotate --yes", NULL, done, CLI_OK, "PUT /api/config/sections/wireguard HTTP",
		    "{\"private_key\":\"generate\"}", NULL, NULL },
		{ "vpn key rotate", NULL, done, CLI_USAGE, NULL, NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		call_check(&rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_verbs) };

	return cmocka_run_group_tests_name("cli/vpn", tests, NULL, NULL);
}
