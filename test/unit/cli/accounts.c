/* pic user, token, session: what each asks of the cell (CLI-6, CLI-10, AUT-13). */
#include "cell.h"

#define OK_(body) CELL_REPLY("200 OK", body)

static const char changed[] = OK_("{\"message\":\"ok\"}");
static const char tokens[] = OK_("[{\"id\":\"11111111-0000-4000-8000-000000000000\",\"name\":\"backup\","
    "\"scopes\":[\"dns:read\"],\"expires_at\":\"2027-01-01T00:00:00Z\",\"last_used_at\":null}]");
static const char made[] = CELL_REPLY("201 Created", "{\"token\":\"pic_abc\",\"expires_at\":\"2027-01-01T00:00:00Z\"}");

static void
check_all(const struct call_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		call_check(&rows[i]);
}

#define CHECK(rows) check_all(rows, sizeof(rows) / sizeof((rows)[0]))

static void
test_users(void **state)
{
	static const struct call_row rows[] = {
		{ "user list", NULL, OK_("[{\"username\":\"anna\",\"role\":\"peer\",\"enabled\":true,\"totp_enabled\":false}]"),
		    CLI_OK, "GET /api/auth/users HTTP", NULL, "anna  peer  yes      no", NULL },
		{ "user add anna", "secret words 1\n", changed, CLI_OK, "POST /api/auth/users HTTP",
		    "{\"password\":\"secret words 1\",\"role\":\"peer\",\"username\":\"anna\"}", "added\n", NULL },
		{ "user add bo --role admin", "x y z\n", changed, CLI_OK, NULL, "\"role\":\"admin\"", NULL, NULL },
		{ "user passwd anna", "new words 22\n", changed, CLI_OK, "POST /api/auth/admin/reset-password HTTP",
		    "{\"new_password\":\"new words 22\",\"username\":\"anna\"}", "next login", NULL },
		{ "user enable a/b", NULL, changed, CLI_OK, "PUT /api/auth/users/a%2Fb HTTP", "{\"enabled\":true}",
		    "enabled\n", NULL },
		{ "user disable anna", NULL, changed, CLI_OK, "PUT /api/auth/users/anna HTTP", "{\"enabled\":false}", NULL, NULL },
		{ "user unlock anna", NULL, changed, CLI_OK, "POST /api/auth/users/anna/unlock HTTP", NULL, "unlocked\n", NULL },
		{ "user remove anna --yes", NULL, changed, CLI_OK, "DELETE /api/auth/users/anna HTTP", NULL, "removed\n", NULL },
		{ "user totp-off anna --yes", NULL, changed, CLI_OK, "DELETE /api/auth/users/anna/totp HTTP", NULL, NULL, NULL },
	};

	(void)state;
	CHECK(rows);
}

static void
test_tokens(void **state)
{
	static const struct call_row rows[] = {
		{ "token list", NULL, tokens, CLI_OK, "GET /api/tokens HTTP", NULL, "backup  dns:read", NULL },
		{ "token new x dns:read jobs:write --expires 2d", NULL, made, CLI_OK, "POST /api/tokens HTTP",
		    "{\"expires_in_s\":172800,\"name\":\"x\",\"scopes\":[\"dns:read\",\"jobs:write\"]}", "pic_abc\n", "only now" },
		{ "token new x *:read", NULL, made, CLI_OK, NULL, "{\"name\":\"x\",\"scopes\":[\"*:read\"]}", NULL, NULL },
		{ "token new x a --expires 12h", NULL, made, CLI_OK, NULL, "\"expires_in_s\":43200", NULL, NULL },
		{ "token new x a --expires 3600", NULL, made, CLI_OK, NULL, "\"expires_in_s\":3600", NULL, NULL },
		{ "token new x a --json", NULL, made, CLI_OK, NULL, NULL, "{\"token\":\"pic_abc\",", NULL },
		{ "token revoke backup --yes", NULL, tokens, CLI_OK, "GET /api/tokens HTTP",
		    "DELETE /api/tokens/11111111-0000-4000-8000-000000000000 HTTP", "revoked\n", NULL },
		{ "token revoke other --yes", NULL, tokens, CLI_OK, NULL, "DELETE /api/tokens/other HTTP", NULL, NULL },
	};

	(void)state;
	CHECK(rows);
}

/* Usage mistakes do not reach the cell. */
static void
test_bad_expiry(void **state)
{
	static const char *const bad[] = { "0", "soon", "1w", "-5", "12hh", "" };
	static const char *const answers[] = { made, NULL };
	char line[64];
	struct call x;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(line, sizeof(line), "token new x a --expires=%s", bad[i]);
		call_run(&x, line, NULL, answers);
		assert_int_equal(x.status, CLI_USAGE);
		assert_string_equal(x.asked, "");
		call_free(&x);
	}
}

static void
test_sessions(void **state)
{
	static const struct call_row rows[] = {
		{ "session list", NULL, OK_("[]"), CLI_OK, "GET /api/auth/sessions?all=1 HTTP", NULL, "nobody", NULL },
		{ "session revoke 12 --yes", NULL, changed, CLI_OK, "DELETE /api/auth/sessions/12 HTTP", NULL, "ended\n", NULL },
	};

	(void)state;
	CHECK(rows);
}

/* CLI-4: without terminal and without --yes nothing is asked of the cell. */
static void
test_destructive(void **state)
{
	static const char *const lines[] = { "user remove anna", "user totp-off anna", "token revoke x",
		"session revoke x", "dns records remove nas", "dns forwards remove lan", "config rollback 3", "config import -" };
	static const char *const answers[] = { changed, NULL };
	struct call x;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		call_run(&x, lines[i], NULL, answers);
		assert_int_equal(x.status, CLI_USAGE);
		assert_non_null(strstr(x.said.err, "--yes"));
		assert_string_equal(x.asked, "");
		call_free(&x);
	}
}

/* CLI-6: no secret, no request. */
static void
test_no_secret(void **state)
{
	static const struct call_row row = { "user add anna", "\n", changed, CLI_FAILED, "", NULL, NULL, "no secret" };

	(void)state;
	call_check(&row);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_bad_expiry),
		cmocka_unit_test(test_sessions),
		cmocka_unit_test(test_destructive),
		cmocka_unit_test(test_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
