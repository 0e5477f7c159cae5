/* pic peer: devices in the VPN (PEER, CLI-4, CLI-6, CLI-10). */
#include "cell.h"

#define FILE_JSON(key, complete) "{\"name\":\"anna-phone\",\"config\":\"[Interface]\\n" key "Address = 10.0.0.2/32\\n\"," \
	"\"filename\":\"anna-phone.conf\",\"complete\":" complete "}"

static const char whole[] = CELL_REPLY("200 OK", FILE_JSON("PrivateKey = marked\\n", "true"));
static const char half[] = CELL_REPLY("200 OK", FILE_JSON("", "false"));
static const char made[] = CELL_REPLY("201 Created", FILE_JSON("PrivateKey = marked\\n", "true"));
static const char done[] = CELL_REPLY("200 OK", "{\"name\":\"anna-phone\"}");

static void
test_verbs(void **state)
{
	static const struct call_row rows[] = {
		{ "peer list", NULL, CELL_REPLY("200 OK", "[]"), CLI_OK, "GET /api/peers HTTP", NULL, "pic peer add NAME", NULL },
		{ "peer list --group kids --owner anna", NULL, CELL_REPLY("200 OK", "[]"), CLI_OK,
		    "GET /api/peers?group=kids&owner=anna HTTP", NULL, NULL, NULL },
		{ "peer show anna-phone", NULL, done, CLI_OK, "GET /api/peers/anna-phone HTTP", NULL, "anna-phone", NULL },
		{ "peer show anna-phone", NULL, CELL_REPLY("200 OK", "{\"service_access\":[\"mail\",\"route:ha\"]}"), CLI_OK, NULL,
		    NULL, "mail (no such service), route:ha", NULL },
		{ "peer add anna-phone", NULL, made, CLI_OK, "POST /api/peers HTTP", "{\"name\":\"anna-phone\"}", "\u2588", "Scan this" },
		{ "peer add anna-phone --access files,route:ha --lan on --internet off --owner none --expires never", NULL, made, CLI_OK,
		    NULL, "\"service_access\":[\"files\",\"route:ha\"]", NULL, NULL },
		{ "peer add anna-phone --access files --lan on --internet off", NULL, made, CLI_OK, NULL, "\"lan_access\":true", NULL, NULL },
		{ "peer add anna-phone --owner none --expires never", NULL, made, CLI_OK, NULL, "\"expires_at\":null", NULL, NULL },
		{ "peer set anna-phone --peers off", NULL, done, CLI_OK, "PUT /api/peers/anna-phone HTTP", "{\"peer_access\":false}",
		    NULL, NULL },
		{ "peer qr anna-phone", NULL, whole, CLI_OK, "GET /api/peers/anna-phone/config HTTP", NULL, "\u2588", NULL },
		{ "peer qr anna-phone", NULL, half, CLI_OK, NULL, NULL, "[Interface]", "pic peer rekey" },
		{ "peer conf anna-phone", NULL, whole, CLI_OK, NULL, NULL, "PrivateKey = marked", NULL },
		{ "peer link anna-phone --expires 15m", NULL, CELL_REPLY("201 Created",
		    "{\"id\":\"1\",\"url\":\"https://192.168.1.2/p/x\",\"expires_at\":\"2026-07-01T09:45:00Z\"}"), CLI_OK,
		    "POST /api/peers/anna-phone/link HTTP", "{\"expires_in_s\":900,\"rekey\":false}",
		    "https://192.168.1.2/p/x", "once" },
		{ "peer link anna-phone --revoke", NULL, CELL_REPLY("200 OK", "{\"deleted\":1}"), CLI_OK,
		    "DELETE /api/peers/anna-phone/link HTTP", NULL, NULL, NULL },
		{ "peer rekey anna-phone --yes", NULL, whole, CLI_OK, "POST /api/peers/anna-phone/rekey HTTP", NULL, "\u2588", NULL },
		{ "peer pause anna-phone", NULL, done, CLI_OK, "PUT /api/peers/anna-phone HTTP", "{\"enabled\":false}", NULL, NULL },
		{ "peer resume anna-phone", NULL, done, CLI_OK, "PUT /api/peers/anna-phone HTTP", "{\"enabled\":true}", NULL, NULL },
		{ "peer remove anna-phone --yes", NULL, CELL_REPLY("200 OK", "{\"deleted\":true}"), CLI_OK,
		    "DELETE /api/peers/anna-phone HTTP", NULL, NULL, NULL },
		{ "peer remove anna-phone --keep-user --yes", NULL, CELL_REPLY("200 OK", "{\"deleted\":true}"), CLI_OK,
		    "DELETE /api/peers/anna-phone?keep_user=1 HTTP", NULL, NULL, NULL },
		{ "peer add anna-phone", NULL, CELL_REPLY("409 Conflict", "{\"detail\":\"there is a device of that name\"}"), CLI_FAILED,
		    NULL, NULL, "", "there is a device of that name" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		call_check(&rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_verbs) };

	return cmocka_run_group_tests_name("cli/peers", tests, NULL, NULL);
}
