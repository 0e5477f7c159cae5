/* pic setup (SET-5, SET-11, CLI-6): questions as the API describes them, answers
 * from a file, an address for the browser. */
#include "cell.h"
#include "terminal.h"

#define OK_(body) CELL_REPLY("200 OK", body)

static const char unset[] = OK_("{\"complete\":false,\"steps\":[\"start\",\"identity\",\"admin\"]}");
static const char start[] = OK_("{\"step\":\"start\",\"fields\":{"
    "\"choice\":{\"type\":\"choice\",\"default\":\"new\",\"choices\":[\"new\"]}},"
    "\"diagnosis\":[{\"id\":\"ports\",\"verdict\":\"fail\",\"detail\":\"port 53 is taken\",\"fix\":\"stop dnsmasq\"},"
    "{\"id\":\"clock\",\"verdict\":\"ok\",\"detail\":\"in step\",\"fix\":null}]}");
static const char identity[] = OK_("{\"step\":\"identity\",\"fields\":{"
    "\"cell_name\":{\"type\":\"text\",\"default\":\"vm\",\"required\":true,\"help\":\"Name\"},"
    "\"reach\":{\"type\":\"choice\",\"default\":\"private\",\"value\":\"public\","
    "\"choices\":[\"private\",\"public\"],\"help\":\"Reach\"},"
    "\"wireguard_port\":{\"type\":\"integer\",\"default\":null}}}");
static const char admin[] = OK_("{\"step\":\"admin\",\"fields\":{"
    "\"username\":{\"type\":\"text\",\"default\":\"admin\",\"help\":\"User\"},"
    "\"password\":{\"type\":\"secret\",\"required\":true,\"help\":\"Password: 12 characters\"}}}");
static const char stored[] = OK_("{\"ok\":true,\"next\":\"x\"}");
static const char done[] = OK_("{\"success\":true,\"username\":\"root\"}");
static const char status[] = OK_("{\"cell_name\":\"home\",\"effective_domain\":\"home.home.arpa\"}");
static const char bad_name[] = CELL_REPLY("400 Bad Request", "{\"status\":400,\"detail\":\"cell_name: is no name\","
    "\"errors\":[{\"field\":\"cell_name\",\"message\":\"is no name\"}]}");
static const char bad_user[] = CELL_REPLY("400 Bad Request", "{\"status\":400,\"detail\":\"username: no\","
    "\"errors\":[{\"field\":\"username\",\"message\":\"no\"},{\"field\":\"password\",\"message\":\"needs more\"}]}");
static const char over[] = CELL_REPLY("409 Conflict", "{\"status\":409,\"detail\":\"setup is complete\"}");

static void
test_questions(void **state)
{
	static const char *const answers[] = { unset, start, stored, identity, stored, admin, done, status, NULL };
	static const struct line script[] = { { "port 53 is taken: stop dnsmasq", false, "" }, { "Name [vm]: ", false, "\r" },
		{ "Reach (private, public) [public]: ", false, "private\r" }, { "wireguard_port: ", false, "51821\r" },
		{ "User [admin]: ", false, "root\r" },
		{ "Password: 12 characters: ", true, "hush hush hush\r" }, { "again: ", true, "hush hush hush\r" },
		{ NULL, false, NULL } };
	struct call x;

	(void)state;
	call_at_terminal(&x, "setup", script, answers);
	assert_int_equal(x.status, CLI_OK);
	assert_non_null(strstr(x.asked, "\r\n\r\n{\"cell_name\":\"vm\",\"reach\":\"private\",\"step\":\"identity\","
	    "\"wireguard_port\":51821}"));
	assert_non_null(strstr(x.asked, "POST /api/setup/complete HTTP"));
	assert_non_null(strstr(x.asked, "{\"cell_name\":\"vm\",\"password\":\"hush hush hush\",\"reach\":\"private\","
	    "\"username\":\"root\",\"wireguard_port\":51821}"));
	assert_string_equal(x.said.out, "The cell is set up: home.\n"
	    "Next: open https://home.home.arpa/, or https:// and the address of this host, and log in as root.\n");
	call_free(&x);
}

/* What a mode needs is asked in that mode, its secret beside it. */
static void
test_modes(void **state)
{
	static const char modes[] = OK_("{\"step\":\"identity\",\"fields\":{"
	    "\"domain_mode\":{\"type\":\"choice\",\"default\":\"lan\",\"choices\":[\"lan\",\"duckdns\",\"http01\"],"
	    "\"help\":\"Mode\"},"
	    "\"domain_name\":{\"type\":\"text\",\"default\":null,\"modes\":[\"http01\"],\"help\":\"Domain\"},"
	    "\"label\":{\"type\":\"text\",\"default\":null,\"modes\":[\"lan\",\"duckdns\"],\"help\":\"Label\"},"
	    "\"token\":{\"type\":\"secret\",\"default\":null,\"modes\":[\"duckdns\"],\"help\":\"Token\"}}}");
	static const char *const duckdns[] = { unset, start, stored, modes, stored, admin, done, status, NULL };
	static const struct line script[] = { { "Mode", false, "duckdns\r" }, { "Label: ", false, "attic\r" },
		{ "Token: ", true, "0f3a\r" }, { "again: ", true, "0f3a\r" }, { "User [admin]: ", false, "\r" },
		{ "Password: 12 characters: ", true, "hush hush hush\r" }, { "again: ", true, "hush hush hush\r" },
		{ NULL, false, NULL } };
	static const char *const lan[] = { unset, start, stored, modes, stored, admin, done, status, NULL };
	static const struct line other[] = { { "Mode", false, "\r" }, { "Label: ", false, "\r" }, { "User [admin]: ", false, "\r" },
		{ "Password: 12 characters: ", true, "hush hush hush\r" }, { "again: ", true, "hush hush hush\r" },
		{ NULL, false, NULL } };
	struct call x;

	(void)state;
	call_at_terminal(&x, "setup", script, duckdns);
	assert_int_equal(x.status, CLI_OK);
	assert_non_null(strstr(x.asked, "{\"domain_mode\":\"duckdns\",\"label\":\"attic\",\"step\":\"identity\","
	    "\"token\":\"0f3a\"}"));
	call_free(&x);
	call_at_terminal(&x, "setup", other, lan);
	assert_int_equal(x.status, CLI_OK);
	assert_non_null(strstr(x.asked, "{\"domain_mode\":\"lan\",\"step\":\"identity\"}"));
	call_free(&x);
}

/* Only what was refused is asked again, also at the very end. */
static void
test_mistakes(void **state)
{
	static const char *const answers[] = { unset, start, stored, identity, bad_name, stored, admin, bad_user, done,
		status, NULL };
	static const struct line script[] = { { "Name [vm]: ", false, "a b\r" }, { "Reach", false, "\r" },
		{ "port: ", false, "\r" },
		{ "cell_name: is no name\r\nName [vm]: ", false, "ab\r" }, { "User [admin]: ", false, "r t\r" },
		{ "12 characters: ", true, "hush1\r" }, { "again: ", true, "hush1\r" },
		{ "password: needs more\r\nUser [admin]: ", false, "rt\r" },
		{ "12 characters: ", true, "hush hush hush\r" }, { "again: ", true, "hush hush hush\r" }, { NULL, false, NULL } };
	struct call x;

	(void)state;
	call_at_terminal(&x, "setup", script, answers);
	assert_int_equal(x.status, CLI_OK);
	assert_non_null(strstr(x.asked, "{\"cell_name\":\"ab\",\"password\":\"hush hush hush\",\"reach\":\"public\","
	    "\"username\":\"rt\"}"));
	call_free(&x);
}

static void
test_given_up(void **state)
{
	static const char *const answers[] = { unset, start, stored, identity, NULL };
	static const struct line script[] = { { "Name [vm]: ", false, "\004" }, { NULL, false, NULL } };
	struct call x;

	(void)state;
	call_at_terminal(&x, "setup", script, answers);
	assert_int_equal(x.status, CLI_FAILED);
	assert_null(strstr(x.asked, "complete"));
	call_free(&x);
}

static void
test_already_set_up(void **state)
{
	static const char *const answers[] = { OK_("{\"complete\":true,\"steps\":[]}"), NULL };
	static const struct line script[] = { { "set up already", false, "" }, { NULL, false, NULL } };
	struct call x;

	(void)state;
	call_at_terminal(&x, "setup", script, answers);
	assert_int_equal(x.status, CLI_FAILED);
	call_free(&x);
}

/* A conflict is not a mistake of the answers: once is enough. */
static void
test_conflict_at_the_end(void **state)
{
	static const char *const answers[] = { OK_("{\"complete\":false,\"steps\":[\"admin\"]}"), admin, over, NULL };
	static const struct line script[] = { { "User [admin]: ", false, "\r" }, { "12 characters: ", true, "hush hush\r" },
		{ "again: ", true, "hush hush\r" }, { "setup is complete", false, "" }, { NULL, false, NULL } };
	struct call x;

	(void)state;
	call_at_terminal(&x, "setup", script, answers);
	assert_int_equal(x.status, CLI_FAILED);
	call_free(&x);
}

static void
test_file(void **state)
{
	static const struct call_row rows[] = {
		{ "setup --file - --json", "{\"password\":\"correct horse\"}", done, CLI_OK, "POST /api/setup/complete HTTP",
		    "{\"password\":\"correct horse\"}", "{\"success\":true", NULL },
		{ "setup --file -", "{\"password\":\"x\"}", bad_user, CLI_USAGE, NULL, NULL, "", "password: needs more" },
		{ "setup --file -", "{\"password\":\"x\"}", over, CLI_FAILED, NULL, NULL, "", "setup is complete" },
		{ "setup --file -", "{\"password\":\"x\",\n}", done, CLI_USAGE, "", NULL, "", "line 2" },
		{ "setup --file /nowhere/x", NULL, done, CLI_USAGE, "", NULL, "", "/nowhere/x" },
		{ "setup", NULL, done, CLI_USAGE, "", NULL, "", "--file FILE" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		call_check(&rows[i]);
}

static void
test_token(void **state)
{
	static const char answer[] = OK_("{\"token\":\"abc\",\"url\":\"https://192.168.1.2/setup#t=abc\",\"expires_at\":\"2026\"}");
	static const struct call_row rows[] = {
		{ "setup token", NULL, answer, CLI_OK, "POST /api/setup/token HTTP", NULL, "https://192.168.1.2/setup#t=abc\n", NULL },
		{ "setup token --json", NULL, answer, CLI_OK, NULL, NULL, "{\"token\":\"abc\",", NULL },
		{ "setup token", NULL, over, CLI_FAILED, NULL, NULL, "", "setup is complete" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		call_check(&rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_questions), cmocka_unit_test(test_modes),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_already_set_up),
		cmocka_unit_test(test_conflict_at_the_end),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
