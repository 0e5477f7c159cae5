/* Tokens through the real server: scopes, once-shown text, revocation (AUT-9). */
#include "api/token.h"

#include "cell.h"

static void
token_make(struct cell *x, const char *scopes, char header[128], char path[128])
{
	char body[256];
	struct reply r;

	snprintf(body, sizeof(body), "{\"name\":\"for %s\",\"scopes\":%s}", scopes[2] == '*' ? "all" : "one", scopes);
	r = call(x, &cell_socket, "POST", "/api/tokens", "", body);
	assert_status(r, 201);
	snprintf(header, 128, "Authorization: Bearer %s\r\n", reply_text(&r, "token"));
	snprintf(path, 128, "/api/tokens/%s", reply_text(&r, "id"));
	reply_free(&r);
}

static void
scopes(void **state)
{
	struct cell x;
	struct reply r;
	char dns[128], all[128], dns_path[128], all_path[128];

	(void)state;
	cell_begin(&x);
	token_make(&x, "[\"dns:write\"]", dns, dns_path);
	token_make(&x, "[\"*:read\"]", all, all_path);
	expect(&x, &cell_lan, 200, "GET", "/api/dns/records", dns, NULL);
	expect(&x, &cell_lan, 201, "POST", "/api/dns/records", dns,
	    "{\"name\":\"nas\",\"type\":\"A\",\"value\":\"192.168.1.5\"}");	/* no CSRF token is asked of a token */
	assert_true(strncmp(conf_txn_current(x.txn)->written_by, "token:", 6) == 0);
	expect(&x, &cell_lan, 403, "GET", "/api/status", dns, NULL);
	expect(&x, &cell_lan, 200, "GET", "/api/status", all, NULL);
	expect(&x, &cell_lan, 403, "POST", "/api/dns/reload", all, NULL);
	expect(&x, &cell_lan, 403, "GET", "/api/tokens", all, NULL);
	expect(&x, &cell_lan, 403, "GET", "/api/auth/users", all, NULL);
	expect(&x, &cell_public, 403, "GET", "/api/dns/records", dns, NULL);
	r = call(&x, &cell_lan, "GET", "/api/auth/me", all, NULL);
	assert_status(r, 200);
	assert_string_equal(reply_text(&r, "via"), "token");
	reply_free(&r);
	r = call(&x, &cell_socket, "GET", "/api/tokens", "", NULL);
	assert_int_equal(json_array_size(r.json), 2);
	assert_null(strstr(r.body, "pic_"));
	assert_true(json_is_string(json_object_get(json_array_get(r.json, 0), "last_used_at")));
	reply_free(&r);
	expect(&x, &cell_socket, 200, "DELETE", dns_path, "", NULL);
	expect(&x, &cell_lan, 401, "GET", "/api/dns/records", dns, NULL);
	expect(&x, &cell_socket, 404, "DELETE", dns_path, "", NULL);
	clk_fake_advance(&x.clk, 7776001LL * 1000);
	expect(&x, &cell_lan, 401, "GET", "/api/status", all, NULL);
	cell_close(&x);
}

/* NTP-6: the cell does not trust its clock. */
static const char *
doubts(void *arg)
{
	(void)arg;
	return "nobody says that it is right";
}

static void
refused(void **state)
{
	struct cell x;
	struct reply r;

	(void)state;
	cell_begin(&x);
	expect(&x, &cell_socket, 400, "POST", "/api/tokens", "", "{\"name\":\"a\",\"scopes\":[\"nope:read\"]}");
	expect(&x, &cell_socket, 400, "POST", "/api/tokens", "", "{\"name\":\"a\",\"scopes\":[]}");
	expect(&x, &cell_socket, 400, "POST", "/api/tokens", "",
	    "{\"name\":\"a\",\"scopes\":[\"dns:read\"],\"expires_in_s\":60}");
	expect(&x, &cell_socket, 200, "POST", "/api/tokens?dry_run=1", "", "{\"name\":\"a\",\"scopes\":[\"dns:read\"]}");
	assert_int_equal(conf_txn_current(x.txn)->ntokens, 0);
	expect(&x, &cell_socket, 201, "POST", "/api/tokens", "", "{\"name\":\"a\",\"scopes\":[\"dns:read\"]}");
	expect(&x, &cell_socket, 409, "POST", "/api/tokens", "", "{\"name\":\"A\",\"scopes\":[\"dns:read\"]}");
	x.time.lacks = doubts;
	r = call(&x, &cell_socket, "POST", "/api/tokens", "", "{\"name\":\"b\",\"scopes\":[\"dns:read\"]}");
	assert_status(r, 503);
	assert_string_equal(reply_text(&r, "type"), "urn:pic:time-untrusted");
	reply_free(&r);
	expect(&x, &cell_lan, 401, "GET", "/api/status", "Authorization: Bearer pic_none\r\n", NULL);
	expect(&x, &cell_lan, 401, "GET", "/api/status", "Authorization: Basic YTpi\r\n", NULL);
	cell_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scopes),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
