/* src/auth/token.c. */
#include "cell.h"

#include <errno.h>

#include "auth/token.h"

#define REF_TOKEN "sec_tttttttttttttttttttttttttt"
#define TOKEN(id, name, scope, expires, ref) "{\"id\":\"" id "\",\"name\":\"" name "\",\"scopes\":[\"" scope "\"]," \
	"\"created_by\":\"anna\",\"created_at\":\"2026-01-01T00:00:00Z\",\"expires_at\":\"" expires "\"," \
	"\"secret_ref\":\"" ref "\"}"

static json_t *vault;	/* one document for all references */

static json_t *
open_secret(void *arg, const char *ref)
{
	(void)arg;
	return strcmp(ref, REF_TOKEN) == 0 ? json_incref(vault) : NULL;
}

static const struct auth_secrets secrets = { open_secret, NULL };

static void
test_aut9_text_once_digest_for_ever(void **state)
{
	char text[AUTH_TOKEN_TEXT], other[AUTH_TOKEN_TEXT], *kept;
	json_t *secret;
	struct str got;

	(void)state;
	assert_int_equal(auth_token_make(text, &secret), 0);
	assert_int_equal(strlen(text), 47);
	assert_memory_equal(text, "pic_", 4);
	kept = json_dumps(secret, 0);
	assert_null(strstr(kept, text + 4));
	free(kept);
	json_decref(secret);
	assert_int_equal(auth_token_make(other, &secret), 0);
	assert_string_not_equal(text, other);
	json_decref(secret);
	assert_true(auth_bearer_read(str_of(text), &got) == false);
}

static void
test_bearer_header(void **state)
{
	char text[AUTH_TOKEN_TEXT], header[80];
	json_t *secret;
	struct str got;

	(void)state;
	assert_int_equal(auth_token_make(text, &secret), 0);
	json_decref(secret);
	(void)snprintf(header, sizeof(header), "bearer  %s ", text);
	assert_true(auth_bearer_read(str_of(header), &got));
	assert_true(str_eqz(got, text));
	(void)snprintf(header, sizeof(header), "Basic %s", text);
	assert_false(auth_bearer_read(str_of(header), &got));
	(void)snprintf(header, sizeof(header), "Bearer %sx", text);
	assert_false(auth_bearer_read(str_of(header), &got));
	(void)snprintf(header, sizeof(header), "Bearer %.46s", text);
	assert_false(auth_bearer_read(str_of(header), &got));
	(void)snprintf(header, sizeof(header), "Bearer pic-%s", text + 4);
	assert_false(auth_bearer_read(str_of(header), &got));
	text[20] = '+';		/* the other base64 */
	(void)snprintf(header, sizeof(header), "Bearer %s", text);
	assert_false(auth_bearer_read(str_of(header), &got));
	assert_false(auth_bearer_read(STR(""), &got));
	assert_false(auth_bearer_read(STR("Bearer"), &got));
}

static void
test_aut9_expiring_revocable_and_sta9(void **state)
{
	char text[AUTH_TOKEN_TEXT], other[AUTH_TOKEN_TEXT];
	struct conf *c = cell_conf("{\"tokens\":[" TOKEN("b0c1a2d3-0000-4000-8000-000000000001", "grafana",
	    "dns:read", "2027-02-01T00:00:00Z", REF_TOKEN) "," TOKEN("b0c1a2d3-0000-4000-8000-000000000002", "lost",
	    "dns:read", "2027-02-01T00:00:00Z", "sec_uuuuuuuuuuuuuuuuuuuuuuuuuu") "]}");
	const struct auth_token *found;
	struct auth_tokens *t;
	struct auth_time time;
	struct clk_fake clk;
	json_t *unused;

	(void)state;
	assert_int_equal(auth_token_make(text, &vault), 0);
	assert_int_equal(auth_token_make(other, &unused), 0);
	json_decref(unused);
	clk_fake_init(&clk, CELL_NOW);
	auth_time_init(&time, &clk.clk, 0, 0);
	t = auth_tokens_new(c, &secrets);
	found = auth_tokens_find(t, &time, str_of(text));
	assert_non_null(found);
	assert_string_equal(found->name, "grafana");
	assert_null(auth_tokens_find(t, &time, str_of(other)));
	clk_fake_advance(&clk, (found->expires_at - CELL_NOW) * 1000);
	assert_null(auth_tokens_find(t, &time, str_of(text)));
	clk_fake_advance(&clk, -365 * 86400 * 1000LL);
	assert_null(auth_tokens_find(t, &time, str_of(text)));	/* STA-9 */
	auth_tokens_free(t);
	conf_unref(c);

	c = cell_conf("{\"tokens\":[]}");	/* revoked: the next table does not have it */
	t = auth_tokens_new(c, &secrets);
	auth_time_init(&time, &clk.clk, 0, 0);
	assert_null(auth_tokens_find(t, &time, str_of(text)));
	auth_tokens_free(t);
	conf_unref(c);
	json_decref(vault);
	vault = NULL;
}

static bool
allows(const char *scope, const char *path, bool write)
{
	struct auth_scopes s = { 0, 0 };

	assert_true(auth_scopes_add(&s, str_of(scope)));
	return auth_scopes_allow(&s, str_of(path), write);
}

static void
test_acc2_scopes_by_family(void **state)
{
	(void)state;
	assert_true(allows("dns:read", "/api/dns/records", false));
	assert_false(allows("dns:read", "/api/dns/records", true));
	assert_true(allows("dns:write", "/api/dns/records/1", true));
	assert_true(allows("dns:write", "/api/dns", false));
	assert_false(allows("dns:write", "/api/dnsx", false));
	assert_false(allows("dns:write", "/api/config", false));
	assert_false(allows("dns:read", "/api/", false));
	assert_false(allows("dns:read", "/", false));
	assert_true(allows("*:read", "/api/wireguard/keys", false));
	assert_false(allows("*:read", "/api/wireguard/keys", true));
	assert_false(allows("*:read", "/api/nothing", false));
}

static void
test_families_that_have_other_paths(void **state)
{
	static const struct {
		const char *family, *path;
	} v[] = {
		{ "diagnosis:read", "/api/status" }, { "diagnosis:read", "/api/health/history" },
		{ "diagnosis:read", "/api/events" }, { "diagnosis:read", "/api/explain" },
		{ "diagnosis:read", "/api/reachability" }, { "diagnosis:read", "/api/support-bundle" },
		{ "peers:read", "/api/groups" }, { "services:read", "/api/email/status" },
		{ "services:read", "/api/calendar" }, { "services:read", "/api/files/x" },
		{ "certificates:read", "/api/caddy" }, { "containers:read", "/api/images" },
		{ "containers:read", "/api/volumes" }, { "backup:read", "/api/config/backup" },
		{ "backup:read", "/api/config/backups/x" }, { "backup:read", "/api/backup" },
		{ "metrics:read", "/metrics" }, { "config:read", "/api/config/sections/dns" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		assert_true(allows(v[i].family, v[i].path, false));
		assert_false(allows("ntp:write", v[i].path, false));
	}
	assert_false(allows("config:write", "/api/config/backups", false));
	assert_true(allows("ntp:read", "/api/auth/me", false));
	assert_true(allows("ntp:read", "/api/openapi.json", false));
}

static void
test_unknown_scopes_are_refused(void **state)
{
	static const char *const no[] = { "", ":", "dns", "dns:", ":read", "dns:admin", "DNS:read", "*:write", "*",
	    "dns:read ", "dns:read:write", "auth:read", "tokens:read", "setup:write" };
	struct auth_scopes s = { 0, 0 };
	json_t *j;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		assert_false(auth_scopes_add(&s, str_of(no[i])));
	assert_int_equal(s.read | s.write, 0);
	err_clear(&e);
	j = json_pack("[s,s]", "dns:read", "auth:read");
	assert_int_equal(auth_scopes_check(j, &e), -EINVAL);
	assert_string_equal(e.fields[0].field, "scopes");
	assert_non_null(strstr(e.fields[0].message, "auth:read"));
	json_decref(j);
	j = json_array();
	assert_int_equal(auth_scopes_check(j, NULL), -EINVAL);
	json_decref(j);
	j = json_pack("[s,i]", "dns:read", 1);
	assert_int_equal(auth_scopes_check(j, NULL), -EINVAL);
	json_decref(j);
	j = json_pack("[s,s]", "dns:read", "*:read");
	assert_int_equal(auth_scopes_check(j, NULL), 0);
	json_decref(j);
}

static void
test_paths_no_token_may_call(void **state)
{
	static const char *const barred[] = { "/api/auth/login", "/api/auth/users", "/api/auth", "/api/auth/mex",
	    "/api/tokens", "/api/tokens/1", "/api/setup/status", "/api/config/restore/x",
	    "/api/config/backups/b1/download", "/api/peers/anna/config", "/api/peers/anna/rekey", "/api/peers/anna/link" };
	static const char *const open[] = { "/api/auth/me", "/api/dns/records", "/api/config/backups/b1",
	    "/api/config", "/api/peers", "/api/peers/config", "/api/peers/anna", "/api/peers/anna/status" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(barred) / sizeof(barred[0]); i++)
		assert_true(auth_token_barred(str_of(barred[i])));
	for (i = 0; i < sizeof(open) / sizeof(open[0]); i++)
		assert_false(auth_token_barred(str_of(open[i])));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aut9_text_once_digest_for_ever),
		cmocka_unit_test(test_bearer_header),
		cmocka_unit_test(test_aut9_expiring_revocable_and_sta9),
		cmocka_unit_test(test_acc2_scopes_by_family),
		cmocka_unit_test(test_families_that_have_other_paths),
		cmocka_unit_test(test_unknown_scopes_are_refused),
		cmocka_unit_test(test_paths_no_token_may_call),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
