/* The route tables against the specification: which rows there are, who may
 * call them, and that no request fits two (ACC-1, ACC-2, APL-2). */
#include "api/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/openapi.h"
#include "api/path.h"
#include "auth/session.h"
#include "auth/token.h"
#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "conf/json.h"

/* The rows of the specification that this version has, by hand: method, path, who, codes. */
static const struct {
	const char *method, *path, *who, *codes;
} spec[] = {
	{ "GET", "/health", "P", "200 503" },
	{ "GET", "/api/status", "A", "200" },
	{ "GET", "/api/openapi.json", "U", "200" },
	{ "GET", "/api/events", "U", "200 429" },
	{ "GET", "/api/jobs", "A", "200" },
	{ "GET", "/api/jobs/<id>", "A", "200" },
	{ "DELETE", "/api/jobs/<id>", "A", "200 409" },
	{ "GET", "/api/services/status", "A", "200" },
	{ "GET", "/api/setup/status", "P", "200" },
	{ "GET", "/api/setup/step", "S", "200" },
	{ "POST", "/api/setup/step", "S", "200 409" },
	{ "GET", "/api/setup/check-name/<name>", "S", "200" },
	{ "GET", "/api/setup/diagnosis", "S", "200" },
	{ "POST", "/api/setup/token", "L", "200" },
	{ "POST", "/api/setup/complete", "S", "200 409" },
	{ "POST", "/api/auth/login", "P", "200 401 423 429" },
	{ "POST", "/api/auth/vpn-login", "P", "200 403" },
	{ "POST", "/api/auth/logout", "U", "200" },
	{ "POST", "/api/auth/visit", "U", "200" },
	{ "GET", "/api/auth/me", "U", "200" },
	{ "GET", "/api/auth/csrf-token", "U", "200" },
	{ "POST", "/api/auth/change-password", "U", "200 400 403" },
	{ "POST", "/api/auth/admin/reset-password", "A", "200 404" },
	{ "GET", "/api/auth/users", "A", "200" },
	{ "POST", "/api/auth/users", "A", "201 409" },
	{ "PUT", "/api/auth/users/<username>", "A", "200 409" },
	{ "DELETE", "/api/auth/users/<username>", "A", "200 409" },
	{ "POST", "/api/auth/users/<username>/unlock", "A", "200" },
	{ "DELETE", "/api/auth/users/<username>/totp", "A", "200" },
	{ "GET", "/api/auth/sessions", "U", "200" },
	{ "DELETE", "/api/auth/sessions/<id>", "U", "200" },
	{ "GET", "/api/wireguard/status", "A", "200" },
	{ "GET", "/api/wireguard/peers", "A", "200" },
	{ "POST", "/api/wireguard/peers", "A", "201" },
	{ "GET", "/api/wireguard/keys", "A", "200" },
	{ "POST", "/api/wireguard/keys", "A", "200" },
	{ "GET", "/api/wireguard/config", "A", "200" },
	{ "POST", "/api/wireguard/refresh-ip", "A", "200 502" },
	{ "POST", "/api/wireguard/check-port", "A", "200" },
	{ "GET", "/api/groups", "A", "200" },
	{ "POST", "/api/groups", "A", "201" },
	{ "PUT", "/api/groups/<name>", "A", "200" },
	{ "DELETE", "/api/groups/<name>", "A", "200 409" },
	{ "GET", "/api/firewall/rules", "A", "200" },
	{ "POST", "/api/firewall/rules", "A", "201 409" },
	{ "PUT", "/api/firewall/rules/<id>", "A", "200 409" },
	{ "DELETE", "/api/firewall/rules/<id>", "A", "200 409" },
	{ "GET", "/api/firewall/forwards", "A", "200" },
	{ "POST", "/api/firewall/forwards", "A", "201 409" },
	{ "PUT", "/api/firewall/forwards/<id>", "A", "200 409" },
	{ "DELETE", "/api/firewall/forwards/<id>", "A", "200" },
	{ "GET", "/api/firewall/assertions", "A", "200" },
	{ "POST", "/api/firewall/assertions", "A", "201 409" },
	{ "DELETE", "/api/firewall/assertions/<id>", "A", "200" },
	{ "GET", "/api/routing/nat", "A", "200" },
	{ "POST", "/api/routing/nat", "A", "201 409" },
	{ "PUT", "/api/routing/nat/<id>", "A", "200 409" },
	{ "DELETE", "/api/routing/nat/<id>", "A", "200" },
	{ "GET", "/api/routing/static", "A", "200" },
	{ "POST", "/api/routing/static", "A", "201 409" },
	{ "DELETE", "/api/routing/static/<id>", "A", "200" },
	{ "GET", "/api/routing/peer-routes", "A", "200" },
	{ "GET", "/api/peers", "A", "200" },
	{ "POST", "/api/peers", "A", "201 409" },
	{ "GET", "/api/peers/<name>", "A", "200" },
	{ "PUT", "/api/peers/<name>", "A", "200 409" },
	{ "DELETE", "/api/peers/<name>", "A", "200" },
	{ "GET", "/api/peers/<name>/config", "A", "200" },
	{ "POST", "/api/peers/<name>/rekey", "A", "200" },
	{ "POST", "/api/peers/<name>/clear-reinstall", "A", "200" },
	{ "POST", "/api/peers/<name>/link", "A", "201 409" },
	{ "DELETE", "/api/peers/<name>/link", "A", "200" },
	{ "GET", "/api/peers/<name>/stats", "A", "200" },
	{ "GET", "/api/peer/devices/<name>/stats", "R", "200" },
	{ "GET", "/api/peer/dashboard", "R", "200" },
	{ "GET", "/api/peer/services", "R", "200" },
	{ "GET", "/api/peer/config", "R", "200 400 404" },
	{ "GET", "/api/peer/explain", "R", "200" },
	{ "POST", "/api/peer/devices/<name>/rekey", "R", "200" },
	{ "GET", "/p/<token>", "P", "200 404 429" },
	{ "POST", "/p/<token>", "P", "200 404 429" },
	{ "POST", "/api/auth/totp", "U", "200 403 409" },
	{ "POST", "/api/auth/totp/confirm", "U", "200 400 503" },
	{ "DELETE", "/api/auth/totp", "U", "200 403 409" },
	{ "GET", "/api/tokens", "A", "200" },
	{ "POST", "/api/tokens", "A", "201 409 503" },
	{ "DELETE", "/api/tokens/<id>", "A", "200" },
	{ "GET", "/api/config", "A", "200 304" },
	{ "PUT", "/api/config", "A", "200 409" },
	{ "GET", "/api/config/sections/<section>", "A", "200 304 404" },
	{ "PUT", "/api/config/sections/<section>", "A", "200 409 404" },
	{ "GET", "/api/config/pending", "A", "200" },
	{ "DELETE", "/api/config/pending", "A", "200 409" },
	{ "POST", "/api/config/apply", "A", "200 409 403" },
	{ "POST", "/api/config/discard", "A", "200 409" },
	{ "GET", "/api/config/generations", "A", "200" },
	{ "GET", "/api/config/generations/<n>", "A", "200" },
	{ "GET", "/api/config/diff", "A", "200 404" },
	{ "POST", "/api/config/rollback", "A", "200 404 409" },
	{ "GET", "/api/config/export", "A", "200" },
	{ "POST", "/api/config/import", "A", "200 409" },
	{ "GET", "/api/network/info", "A", "200" },
	{ "GET", "/api/network/listeners", "A", "200" },
	{ "GET", "/api/dns/status", "A", "200" },
	{ "GET", "/api/dns/overview", "A", "200" },
	{ "GET", "/api/dns/records", "A", "200" },
	{ "POST", "/api/dns/records", "A", "201 409" },
	{ "PUT", "/api/dns/records/<id>", "A", "200 409" },
	{ "DELETE", "/api/dns/records/<id>", "A", "200" },
	{ "DELETE", "/api/dns/records", "A", "200 404" },
	{ "GET", "/api/dns/zones", "A", "200" },
	{ "POST", "/api/dns/zones", "A", "201" },
	{ "GET", "/api/dns/zones/<name>", "A", "200" },
	{ "PUT", "/api/dns/zones/<name>", "A", "200" },
	{ "DELETE", "/api/dns/zones/<name>", "A", "200" },
	{ "GET", "/api/dns/forwards", "A", "200" },
	{ "POST", "/api/dns/forwards", "A", "201 409" },
	{ "DELETE", "/api/dns/forwards/<zone>", "A", "200" },
	{ "GET", "/api/dns/secondaries", "A", "200" },
	{ "POST", "/api/dns/secondaries", "A", "201" },
	{ "PUT", "/api/dns/secondaries/<id>", "A", "200" },
	{ "DELETE", "/api/dns/secondaries/<id>", "A", "200" },
	{ "POST", "/api/dns/reload", "A", "200" },
	{ "POST", "/api/dns/cache/flush", "A", "200" },
	{ "GET", "/api/dns/query", "A", "200" },
	{ "GET", "/api/dns/log", "A", "200" },
	{ "DELETE", "/api/dns/log", "A", "200" },
	{ "GET", "/api/blocklists", "A", "200" },
	{ "POST", "/api/blocklists", "A", "201 409" },
	{ "PUT", "/api/blocklists/<id>", "A", "200" },
	{ "DELETE", "/api/blocklists/<id>", "A", "200" },
	{ "POST", "/api/blocklists/<id>/refresh", "A", "202" },
	{ "GET", "/api/blocklists/rules", "A", "200" },
	{ "PUT", "/api/blocklists/rules", "A", "200" },
	{ "GET", "/api/blocklists/check", "A", "200" },
	{ "GET", "/api/ntp/status", "A", "200" },
	{ "POST", "/api/ntp/sync", "A", "200 503" },
	{ "GET", "/api/ddns/status", "A", "200" },
	{ "POST", "/api/ddns/update", "A", "202 400 409 429 503" },
	{ "POST", "/api/ddns/register", "A", "202 400 409 429 503" },
	{ "DELETE", "/api/ddns/register", "A", "200 400 502" },
	{ "PUT", "/api/ddns", "A", "200 409" },
	{ "GET", "/api/ddns/check/<name>", "A", "200" },
	{ "GET", "/api/proxy/routes", "A", "200" },
	{ "POST", "/api/proxy/routes", "A", "201 409" },
	{ "PUT", "/api/proxy/routes/<id>", "A", "200 409" },
	{ "DELETE", "/api/proxy/routes/<id>", "A", "200" },
	{ "POST", "/api/proxy/routes/<id>/test", "A", "200" },
	{ "GET", "/api/proxy/status", "A", "200" },
	{ "GET", "/api/certificates", "A", "200" },
	{ "GET", "/api/certificates/status", "A", "200" },
	{ "GET", "/api/caddy/cert-status", "A", "200" },
	{ "POST", "/api/certificates/renew", "A", "202 409 503" },
	{ "POST", "/api/caddy/cert-renew", "A", "202 409 503" },
	{ "POST", "/api/certificates/import", "A", "201 400 409" },
	{ "DELETE", "/api/certificates/<id>", "A", "200 409" },
	{ "GET", "/api/vault/status", "A", "200" },
	{ "GET", "/api/vault/ca/certificate", "A", "200" },
	{ "POST", "/api/vault/ca/rotate", "A", "202" },
	{ "GET", "/api/vault/certificates", "A", "200" },
	{ "POST", "/api/vault/certificates", "A", "201" },
	{ "GET", "/api/vault/certificates/<id>", "A", "200" },
	{ "POST", "/api/vault/certificates/<id>/revoke", "A", "200 409" },
	{ "DELETE", "/api/vault/certificates/<id>", "A", "200 409" },
	{ "GET", "/api/vault/trust", "A", "200" },
	{ "POST", "/api/vault/trust", "A", "201 409" },
	{ "DELETE", "/api/vault/trust/<id>", "A", "200" },
	{ "GET", "/api/firewall/status", "A", "200" },
	{ "GET", "/api/firewall/ruleset", "A", "200" },
	{ "GET", "/api/firewall/drops", "A", "200" },
	{ "GET", "/api/routing/status", "A", "200" },
	{ "GET", "/api/routing/routes", "A", "200" },
	{ "GET", "/api/explain", "A", "200 400 404" },
	{ "GET", "/api/reachability", "A", "200 404" },
	{ "POST", "/api/reachability/diff", "A", "200 400 409" },
	{ "GET", "/api/diagnosis", "A", "200" },
	{ "POST", "/api/diagnosis", "A", "202" },
};

enum { NSPEC = sizeof(spec) / sizeof(spec[0]), ROWS_MAX = 256 };

static const struct api_route *rows[ROWS_MAX];
static size_t nrows;

static int
rows_collect(void **state)
{
	const struct api_route *r;
	size_t i;

	(void)state;
	for (i = 0; api_tables[i].routes != NULL; i++)
		for (r = api_tables[i].routes; r->path != NULL; r++) {
			assert_true(nrows < ROWS_MAX);
			rows[nrows++] = r;
		}
	return 0;
}

static const struct api_route *
row_of(const char *method, const char *path)
{
	size_t i;

	for (i = 0; i < nrows; i++)
		if (strcmp(rows[i]->path, path) == 0 && strcmp(api_method_name(rows[i]->method), method) == 0)
			return rows[i];
	return NULL;
}

static bool
has_code(const struct api_route *r, struct str code)
{
	char general[API_CODES_MAX], all[256], want[8];

	snprintf(all, sizeof(all), " %d %s %s ", r->status, api_openapi_codes(r, general),
	    r->codes != NULL ? r->codes : "");
	assert_true(str_copy(code, want, sizeof(want)));
	return strstr(all, want) != NULL;
}

static void
as_specified(void **state)
{
	static const char marks[] = "PSAURL";
	const struct api_route *r;
	struct str rest, code;
	size_t i;

	(void)state;
	for (i = 0; i < NSPEC; i++) {
		r = row_of(spec[i].method, spec[i].path);
		if (r == NULL)
			fail_msg("%s %s is missing", spec[i].method, spec[i].path);
		if (marks[r->who] != spec[i].who[0])
			fail_msg("%s %s: who is %c", spec[i].method, spec[i].path, marks[r->who]);
		for (rest = str_of(spec[i].codes); str_cut(&rest, ' ', &code);)
			if (!has_code(r, code))
				fail_msg("%s %s: no %.*s", spec[i].method, spec[i].path, (int)code.n, code.p);
	}
	assert_int_equal(nrows, NSPEC);	/* and nothing that is not specified */
}

/* One segment of a pattern; false at the end. */
static bool
segment_cut(struct str *rest, struct str *part)
{
	if (rest->n > 0 && rest->p[0] == '/') {
		rest->p++;
		rest->n--;
	}
	return str_cut(rest, '/', part);
}

/* Could one request match both, with neither winning by its words? */
static bool
ambiguous(const char *a, const char *b)
{
	struct str ra = str_of(a), rb = str_of(b), sa, sb;
	int more = 0;
	bool na, nb;

	for (;;) {
		na = segment_cut(&ra, &sa);
		nb = segment_cut(&rb, &sb);
		if (na != nb)
			return false;
		if (!na)
			return more == 0;
		if (sa.p[0] != '<' && sb.p[0] != '<' && !str_eq(sa, sb))
			return false;
		if (sa.p[0] != '<' && sb.p[0] == '<')
			more |= 1;
		if (sa.p[0] == '<' && sb.p[0] != '<')
			more |= 2;
		if (more == 3)
			return true;	/* each has a word where the other has none */
	}
}

static void
no_two_match(void **state)
{
	size_t i, k;

	(void)state;
	assert_true(ambiguous("/a/<x>/c", "/a/b/<y>"));
	assert_true(ambiguous("/a/<x>", "/a/<y>"));
	assert_false(ambiguous("/a/<x>", "/a/b"));
	for (i = 0; i < nrows; i++)
		for (k = i + 1; k < nrows; k++)
			if (rows[i]->method == rows[k]->method && ambiguous(rows[i]->path, rows[k]->path))
				fail_msg("%s and %s match the same requests", rows[i]->path, rows[k]->path);
}

static void
sound(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nrows; i++) {
		assert_non_null(rows[i]->handle);
		assert_true(strlen(rows[i]->help) > 5);
		assert_true(rows[i]->body_max <= API_BODY_MAX);
		assert_true(rows[i]->in == NULL || rows[i]->body_max > 0);
		assert_true(rows[i]->in == NULL || rows[i]->method != HTTP_GET);
		assert_true(rows[i]->out != NULL || (rows[i]->flags & (API_STREAM | API_PEM | API_PAGE)) != 0);
		/* what changes the configuration is not a GET, and only those take dry_run */
		assert_true((rows[i]->flags & API_CHANGES) == 0 || rows[i]->method != HTTP_GET);
	}
}

/* A path that the pattern matches. */
static void
sample_write(char *buf, size_t size, const char *pattern)
{
	size_t n = 0;

	for (; *pattern != '\0' && n + 2 < size; pattern++) {
		if (*pattern != '<') {
			buf[n++] = *pattern;
			continue;
		}
		buf[n++] = 'x';
		pattern = strchr(pattern, '>');
	}
	buf[n] = '\0';
}

/* Every row is found by its own requests, HEAD counts as GET, other methods are told. */
static void
found(void **state)
{
	struct arena *a = arena_new(0);
	struct api_path p;
	char path[128], allow[API_ALLOW_MAX];
	bool known;
	size_t i;

	(void)state;
	for (i = 0; i < nrows; i++) {
		sample_write(path, sizeof(path), rows[i]->path);
		assert_true(api_path_read(&p, a, str_of(path)));
		assert_ptr_equal(api_route_find(rows[i]->method, &p, &known, allow), rows[i]);
		assert_true(known);
		if (rows[i]->method == HTTP_GET)
			assert_ptr_equal(api_route_find(HTTP_HEAD, &p, &known, allow), rows[i]);
		assert_null(api_route_find(HTTP_OPTIONS, &p, &known, allow));
		assert_true(known);
		assert_non_null(strstr(allow, api_method_name(rows[i]->method)));
	}
	assert_true(api_path_read(&p, a, STR("/api/nothing")));
	assert_null(api_route_find(HTTP_GET, &p, &known, allow));
	assert_false(known);
	assert_null(api_route_open(&p));
	assert_true(api_path_read(&p, a, STR("/api/setup/status")));
	assert_int_equal(api_route_open(&p)->who, AUTH_WHO_PUBLIC);
	arena_free(a);
}

/* --- who ---------------------------------------------------------------------------- */

static struct conf *
conf_complete_cell(bool complete)
{
	struct conf *base = conf_default("myhome"), *c = NULL;
	json_t *doc = json_deep_copy(base->doc), *patch;
	struct err e;

	patch = json_pack("{s:{s:b}, s:[{s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s}]}", "setup", "complete", complete,
	    "users", "username", "anna", "role", "admin", "created_at", "2026-01-01T00:00:00Z",
	    "secret_ref", "sec_aaaaaaaaaaaaaaaaaaaaaaaaaa", "username", "paul", "role", "peer",
	    "created_at", "2026-01-01T00:00:00Z", "secret_ref", "sec_bbbbbbbbbbbbbbbbbbbbbbbbbb");
	assert_int_equal(conf_json_merge(doc, patch), 0);
	if (conf_build(&c, doc, &e) < 0)
		fail_msg("%s", e.detail);
	json_decref(patch);
	json_decref(doc);
	conf_unref(base);
	return c;
}

#define CSRF "0123456789012345678901234567890123456789012"

static enum auth_verdict
ask(const struct auth_caller *caller, const struct api_route *r, const struct conf *c)
{
	char path[128];
	struct auth_ask a = { .who = r->who, .mutating = r->method != HTTP_GET, .now = 1800000000, .own_uid = 4242,
		.csrf = STR(CSRF), .conf = c };

	sample_write(path, sizeof(path), r->path);
	a.path = str_of(path);
	return auth_decide(caller, &a);
}

/* ACC-1: nobody in particular gets nowhere but through P and S rows. */
static void
strangers(void **state)
{
	const struct auth_caller nobody = { .kind = AUTH_NONE, .via = AUTH_VIA_EDGE, .zone = CONF_ZONE_LAN };
	struct conf *after = conf_complete_cell(true), *before = conf_complete_cell(false);
	enum auth_verdict v;
	size_t i;

	(void)state;
	for (i = 0; i < nrows; i++) {
		v = ask(&nobody, rows[i], after);
		if (rows[i]->who == AUTH_WHO_PUBLIC)
			assert_int_equal(v, AUTH_OK);
		else if (rows[i]->who == AUTH_WHO_SETUP)
			assert_int_equal(v, AUTH_SETUP_DONE);
		else
			assert_int_equal(v, AUTH_NO_LOGIN);
		v = ask(&nobody, rows[i], before);
		if (strncmp(rows[i]->path, "/api/setup/", 11) == 0)
			assert_int_equal(v, rows[i]->who == AUTH_WHO_PUBLIC ? AUTH_OK : AUTH_NO_LOGIN);
		else
			assert_int_equal(v, rows[i]->who == AUTH_WHO_PUBLIC && strncmp(rows[i]->path, "/api/", 5) != 0 ?
			    AUTH_OK : AUTH_NO_SETUP);
	}
	conf_unref(after);
	conf_unref(before);
}

static void
session_make(struct auth_session *s, const char *user, enum conf_role role)
{
	*s = (struct auth_session){ .role = role, .zone = CONF_ZONE_LAN };
	snprintf(s->username, sizeof(s->username), "%s", user);
	snprintf(s->csrf, sizeof(s->csrf), "%s", CSRF);
}

/* ACC-2: roles are disjoint; tokens without scope get nowhere; L is the host's account alone. */
static void
roles(void **state)
{
	struct conf *c = conf_complete_cell(true);
	struct auth_session admin, peer;
	struct auth_token token = { .id = "x" };
	const struct auth_caller as_admin = { .kind = AUTH_SESSION, .zone = CONF_ZONE_LAN, .session = &admin,
		.user = conf_user_find(c, "anna") };
	const struct auth_caller as_peer = { .kind = AUTH_SESSION, .zone = CONF_ZONE_LAN, .session = &peer,
		.user = conf_user_find(c, "paul") };
	const struct auth_caller as_token = { .kind = AUTH_TOKEN, .zone = CONF_ZONE_LAN, .token = &token };
	const struct auth_caller as_root = { .kind = AUTH_SOCKET, .via = AUTH_VIA_SOCKET, .zone = CONF_ZONE_LOCAL };
	const struct auth_caller as_group = { .kind = AUTH_SOCKET, .via = AUTH_VIA_SOCKET, .zone = CONF_ZONE_LOCAL,
		.uid = 1000 };
	size_t i;

	(void)state;
	session_make(&admin, "anna", CONF_ROLE_ADMIN);
	session_make(&peer, "paul", CONF_ROLE_PEER);
	for (i = 0; i < nrows; i++) {
		const struct api_route *r = rows[i];
		bool open = r->who == AUTH_WHO_PUBLIC;
		bool me = strcmp(r->path, "/api/auth/me") == 0, own = r->who == AUTH_WHO_PEER;

		if (r->who == AUTH_WHO_SETUP)
			continue;
		assert_int_equal(ask(&as_admin, r, c), open || r->who == AUTH_WHO_ADMIN || r->who == AUTH_WHO_USER ?
		    AUTH_OK : AUTH_FORBIDDEN);
		assert_int_equal(ask(&as_peer, r, c), open || own || r->who == AUTH_WHO_USER ? AUTH_OK : AUTH_FORBIDDEN);
		if (!open && !me && strcmp(r->path, "/api/openapi.json") != 0)
			assert_int_equal(ask(&as_token, r, c), AUTH_FORBIDDEN);
		assert_int_equal(ask(&as_root, r, c), own ? AUTH_FORBIDDEN : AUTH_OK);
		assert_int_equal(ask(&as_group, r, c), own || r->who == AUTH_WHO_LOCAL ? AUTH_FORBIDDEN : AUTH_OK);
	}
	conf_unref(c);
}

/* Every row that a token may reach lies in a family of scopes (api.md 4). */
static void
scopes(void **state)
{
	struct auth_scopes all = { 0 };
	size_t i;

	(void)state;
	assert_true(auth_scopes_add(&all, STR("*:read")));
	for (i = 0; i < nrows; i++)
		if (rows[i]->who == AUTH_WHO_ADMIN && rows[i]->method == HTTP_GET &&
		    !auth_token_barred(str_of(rows[i]->path)) &&
		    !auth_scopes_allow(&all, str_of(rows[i]->path), false))
			fail_msg("%s is in no family", rows[i]->path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_specified),
		cmocka_unit_test(no_two_match),
		cmocka_unit_test(sound),
		cmocka_unit_test(found),
		cmocka_unit_test(strangers),
		cmocka_unit_test(roles),
		cmocka_unit_test(scopes),
	};

	return cmocka_run_group_tests(tests, rows_collect, NULL);
}
