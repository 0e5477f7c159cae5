/* src/auth/decide.c: callers × marks × zones. */
#include "cell.h"

#include "auth/decide.h"
#include "auth/token.h"

struct who {
	struct auth_caller c;
	struct auth_session session;
	struct auth_token token;
};

/* A request of the admin family, read only; tests change what they are about. */
static struct auth_ask
ask(const struct conf *c, enum auth_who who, const char *path)
{
	return (struct auth_ask){ .who = who, .path = str_of(path), .now = CELL_NOW, .own_uid = 990, .conf = c };
}

static void
session_of(struct who *w, const struct conf *c, const char *username, unsigned zone)
{
	memset(w, 0, sizeof(*w));
	w->c.user = conf_user_find(c, username);
	assert_non_null(w->c.user);
	w->session.role = w->c.user->role;
	(void)snprintf(w->session.username, sizeof(w->session.username), "%s", w->c.user->username);
	memset(w->session.csrf, 'c', AUTH_COOKIE_TEXT - 1);
	w->c.kind = AUTH_SESSION;
	w->c.zone = zone;
	w->c.session = &w->session;
	w->c.address = cell_addr("192.168.1.20");
}

static void
token_of(struct who *w, const char *scope, unsigned zone)
{
	memset(w, 0, sizeof(*w));
	assert_true(auth_scopes_add(&w->token.scopes, str_of(scope)));
	memcpy(w->token.id, "b0c1", 5);
	w->c.kind = AUTH_TOKEN;
	w->c.zone = zone;
	w->c.token = &w->token;
}

static void
socket_of(struct who *w, uid_t uid)
{
	memset(w, 0, sizeof(*w));
	w->c.kind = AUTH_SOCKET;
	w->c.via = AUTH_VIA_SOCKET;
	w->c.zone = CONF_ZONE_LOCAL;
	w->c.uid = uid;
}

static void
nobody(struct who *w, enum auth_via via)
{
	memset(w, 0, sizeof(*w));
	w->c.via = via;
	w->c.zone = via == AUTH_VIA_EDGE ? CONF_ZONE_LAN : CONF_ZONE_LOCAL;
}

static enum auth_verdict
may(const struct who *w, const struct conf *c, enum auth_who who, const char *path)
{
	struct auth_ask a = ask(c, who, path);

	return auth_decide(&w->c, &a);
}

static void
test_acc1_without_login(void **state)
{
	struct conf *c = cell_conf(NULL);
	struct who w;
	enum auth_via via;

	(void)state;
	for (via = AUTH_VIA_EDGE; via <= AUTH_VIA_LOOPBACK; via++) {
		nobody(&w, via);
		assert_int_equal(may(&w, c, AUTH_WHO_PUBLIC, "/api/auth/login"), AUTH_OK);
		assert_int_equal(may(&w, c, AUTH_WHO_ADMIN, "/api/config"), AUTH_NO_LOGIN);
		assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/auth/me"), AUTH_NO_LOGIN);
		assert_int_equal(may(&w, c, AUTH_WHO_PEER, "/api/peer/x"), AUTH_NO_LOGIN);
		assert_int_equal(may(&w, c, AUTH_WHO_LOCAL, "/api/setup/token"), AUTH_NO_LOGIN);
		assert_int_equal(may(&w, c, AUTH_WHO_SETUP, "/api/setup/step"), AUTH_SETUP_DONE);
	}
	conf_unref(c);
}

static void
test_acc2_aut1_roles_are_disjoint(void **state)
{
	static const struct {
		enum auth_who who;
		const char *path;
		enum auth_verdict admin, peer, token, sock, root;
	} v[] = {
		{ AUTH_WHO_ADMIN, "/api/dns/records", AUTH_OK, AUTH_FORBIDDEN, AUTH_OK, AUTH_OK, AUTH_OK },
		{ AUTH_WHO_ADMIN, "/api/config", AUTH_OK, AUTH_FORBIDDEN, AUTH_FORBIDDEN, AUTH_OK, AUTH_OK },
		{ AUTH_WHO_ADMIN, "/api/auth/users", AUTH_OK, AUTH_FORBIDDEN, AUTH_FORBIDDEN, AUTH_OK, AUTH_OK },
		{ AUTH_WHO_USER, "/api/auth/me", AUTH_OK, AUTH_OK, AUTH_OK, AUTH_OK, AUTH_OK },
		{ AUTH_WHO_USER, "/api/auth/sessions", AUTH_OK, AUTH_OK, AUTH_FORBIDDEN, AUTH_OK, AUTH_OK },
		{ AUTH_WHO_USER, "/api/events", AUTH_OK, AUTH_OK, AUTH_FORBIDDEN, AUTH_OK, AUTH_OK },
		{ AUTH_WHO_PEER, "/api/peer/dashboard", AUTH_FORBIDDEN, AUTH_OK, AUTH_FORBIDDEN, AUTH_FORBIDDEN,
		    AUTH_FORBIDDEN },
		{ AUTH_WHO_LOCAL, "/api/local", AUTH_FORBIDDEN, AUTH_FORBIDDEN, AUTH_FORBIDDEN, AUTH_FORBIDDEN, AUTH_OK },
	};
	struct conf *c = cell_conf(NULL);
	struct who admin, peer, token, sock, root, own;
	size_t i;

	(void)state;
	session_of(&admin, c, "anna", CONF_ZONE_LAN);
	session_of(&peer, c, "paul", CONF_ZONE_LAN);
	token_of(&token, "dns:write", CONF_ZONE_LAN);
	socket_of(&sock, 1000);
	socket_of(&root, 0);
	socket_of(&own, 990);
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		assert_int_equal(may(&admin, c, v[i].who, v[i].path), v[i].admin);
		assert_int_equal(may(&peer, c, v[i].who, v[i].path), v[i].peer);
		assert_int_equal(may(&token, c, v[i].who, v[i].path), v[i].token);
		assert_int_equal(may(&sock, c, v[i].who, v[i].path), v[i].sock);
		assert_int_equal(may(&root, c, v[i].who, v[i].path), v[i].root);
		assert_int_equal(may(&own, c, v[i].who, v[i].path), v[i].root);
	}
	conf_unref(c);
}

static void
test_aut9_scope_decides_writing(void **state)
{
	struct conf *c = cell_conf(NULL);
	struct auth_ask a = ask(c, AUTH_WHO_ADMIN, "/api/dns/records");
	struct who w;

	(void)state;
	a.mutating = true;
	token_of(&w, "dns:read", CONF_ZONE_LAN);
	assert_int_equal(auth_decide(&w.c, &a), AUTH_FORBIDDEN);
	token_of(&w, "dns:write", CONF_ZONE_LAN);
	assert_int_equal(auth_decide(&w.c, &a), AUTH_OK);	/* no CSRF for tokens */
	a.origin_foreign = true;
	assert_int_equal(auth_decide(&w.c, &a), AUTH_CSRF);
	conf_unref(c);
}

static void
test_acc15_zones(void **state)
{
	static const unsigned all[] = { CONF_ZONE_LOCAL, CONF_ZONE_VPN, CONF_ZONE_CELL, CONF_ZONE_CONTAINER,
	    CONF_ZONE_LAN, CONF_ZONE_PUBLIC, 0 };
	struct conf *c = cell_conf(NULL), *open;
	struct who admin, peer, token;
	enum auth_verdict expected;
	size_t i;

	(void)state;
	open = cell_conf("{\"proxy\":{\"default_access\":[\"vpn\",\"lan\",\"public\"]}}");
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		expected = all[i] & (CONF_ZONE_LOCAL | CONF_ZONE_VPN | CONF_ZONE_LAN) ? AUTH_OK : AUTH_ZONE;
		session_of(&admin, c, "anna", all[i]);
		session_of(&peer, c, "paul", all[i]);
		token_of(&token, "dns:read", all[i]);
		assert_int_equal(may(&admin, c, AUTH_WHO_ADMIN, "/api/dns"), expected);
		assert_int_equal(may(&admin, c, AUTH_WHO_USER, "/api/auth/me"), expected);
		assert_int_equal(may(&token, c, AUTH_WHO_ADMIN, "/api/dns"), expected);
		assert_int_equal(may(&peer, c, AUTH_WHO_USER, "/api/auth/me"), expected);
		if (all[i] == CONF_ZONE_PUBLIC)
			assert_int_equal(may(&peer, open, AUTH_WHO_USER, "/api/auth/me"), AUTH_OK);
		assert_int_equal(may(&admin, open, AUTH_WHO_ADMIN, "/api/dns"), expected);
	}
	conf_unref(open);
	open = cell_conf("{\"admin_access\":{\"zones\":[\"lan\"]}}");
	session_of(&admin, open, "anna", CONF_ZONE_VPN);
	assert_int_equal(may(&admin, open, AUTH_WHO_ADMIN, "/api/dns"), AUTH_ZONE);
	conf_unref(open);
	conf_unref(c);
}

static void
test_set9_grace_of_the_session_made_by_setup(void **state)
{
	struct conf *c = cell_conf(NULL);
	struct auth_ask a = ask(c, AUTH_WHO_ADMIN, "/api/dns");
	struct who w;

	(void)state;
	session_of(&w, c, "anna", CONF_ZONE_PUBLIC);
	w.session.address = w.c.address;
	w.session.grace_until = CELL_NOW + 3600;
	assert_int_equal(auth_decide(&w.c, &a), AUTH_OK);
	a.now = CELL_NOW + 3600;
	assert_int_equal(auth_decide(&w.c, &a), AUTH_ZONE);
	a.now = CELL_NOW;
	w.c.address = cell_addr("192.168.1.21");
	assert_int_equal(auth_decide(&w.c, &a), AUTH_ZONE);
	conf_unref(c);
}

static void
test_set1_set3_before_setup(void **state)
{
	struct conf *c = conf_default("mycell");
	struct who w;

	(void)state;
	nobody(&w, AUTH_VIA_EDGE);
	assert_int_equal(may(&w, c, AUTH_WHO_PUBLIC, "/health"), AUTH_OK);
	assert_int_equal(may(&w, c, AUTH_WHO_PUBLIC, "/api/setup/status"), AUTH_OK);
	assert_int_equal(may(&w, c, AUTH_WHO_PUBLIC, "/api/auth/login"), AUTH_NO_SETUP);
	assert_int_equal(may(&w, c, AUTH_WHO_ADMIN, "/api/config"), AUTH_NO_SETUP);
	assert_int_equal(may(&w, c, AUTH_WHO_ADMIN, "/api/setupx"), AUTH_NO_SETUP);
	assert_int_equal(may(&w, c, AUTH_WHO_SETUP, "/api/setup/step"), AUTH_NO_LOGIN);
	w.c.zone = CONF_ZONE_LOCAL;	/* through the edge nobody is local */
	w.c.address = cell_addr("127.0.0.1");
	assert_int_equal(may(&w, c, AUTH_WHO_SETUP, "/api/setup/step"), AUTH_NO_LOGIN);
	w.c.kind = AUTH_SETUP;
	assert_int_equal(may(&w, c, AUTH_WHO_SETUP, "/api/setup/step"), AUTH_OK);
	assert_int_equal(may(&w, c, AUTH_WHO_LOCAL, "/api/setup/token"), AUTH_NO_LOGIN);
	nobody(&w, AUTH_VIA_LOOPBACK);
	assert_int_equal(may(&w, c, AUTH_WHO_SETUP, "/api/setup/step"), AUTH_OK);
	assert_int_equal(may(&w, c, AUTH_WHO_LOCAL, "/api/setup/token"), AUTH_NO_LOGIN);
	socket_of(&w, 0);
	assert_int_equal(may(&w, c, AUTH_WHO_SETUP, "/api/setup/step"), AUTH_OK);
	assert_int_equal(may(&w, c, AUTH_WHO_LOCAL, "/api/setup/token"), AUTH_OK);
	assert_int_equal(may(&w, c, AUTH_WHO_ADMIN, "/api/config"), AUTH_NO_SETUP);
	conf_unref(c);
}

static void
test_acc12_csrf_matrix(void **state)
{
	struct conf *c = cell_conf(NULL);
	struct auth_ask a = ask(c, AUTH_WHO_ADMIN, "/api/dns/records");
	struct who w, other;

	(void)state;
	session_of(&w, c, "anna", CONF_ZONE_LAN);
	assert_int_equal(auth_decide(&w.c, &a), AUTH_OK);	/* GET */
	a.mutating = true;
	assert_int_equal(auth_decide(&w.c, &a), AUTH_CSRF);
	a.csrf = STR("wrong");
	assert_int_equal(auth_decide(&w.c, &a), AUTH_CSRF);
	a.csrf = str_of(w.session.csrf);
	assert_int_equal(auth_decide(&w.c, &a), AUTH_OK);
	session_of(&other, c, "anna", CONF_ZONE_LAN);
	other.session.csrf[5] = 'x';
	assert_int_equal(auth_decide(&other.c, &a), AUTH_CSRF);
	a.origin_foreign = true;
	assert_int_equal(auth_decide(&w.c, &a), AUTH_CSRF);

	/* Where no header is asked for, the origin still counts. */
	a = ask(c, AUTH_WHO_USER, "/api/auth/logout");
	a.mutating = true;
	assert_int_equal(auth_decide(&w.c, &a), AUTH_OK);
	a.origin_foreign = true;
	assert_int_equal(auth_decide(&w.c, &a), AUTH_CSRF);
	a.who = AUTH_WHO_PUBLIC;
	a.path = STR("/api/auth/login");
	nobody(&w, AUTH_VIA_EDGE);
	assert_int_equal(auth_decide(&w.c, &a), AUTH_CSRF);
	socket_of(&w, 1000);
	a = ask(c, AUTH_WHO_ADMIN, "/api/dns/records");
	a.mutating = true;
	assert_int_equal(auth_decide(&w.c, &a), AUTH_OK);
	conf_unref(c);
}

static void
test_aut7_forced_change(void **state)
{
	struct conf *c = cell_conf("{\"users\":[{\"username\":\"anna\",\"role\":\"admin\",\"must_change_password\":true,"
	    "\"created_at\":\"2026-01-01T00:00:00Z\"}]}");
	struct who w;

	(void)state;
	session_of(&w, c, "anna", CONF_ZONE_LAN);
	assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/auth/me"), AUTH_OK);
	assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/auth/csrf-token"), AUTH_OK);
	assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/auth/change-password"), AUTH_OK);
	assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/auth/logout"), AUTH_OK);
	assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/auth/sessions"), AUTH_MUST_CHANGE);
	assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/auth/totp"), AUTH_MUST_CHANGE);
	assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/events"), AUTH_MUST_CHANGE);
	assert_int_equal(may(&w, c, AUTH_WHO_ADMIN, "/api/config"), AUTH_MUST_CHANGE);
	conf_unref(c);
}

static void
test_aut8_required_second_factor(void **state)
{
	struct conf *c = cell_conf(NULL), *on;
	struct who w;

	(void)state;
	session_of(&w, c, "anna", CONF_ZONE_LAN);
	w.session.enrol_totp = true;
	assert_int_equal(may(&w, c, AUTH_WHO_ADMIN, "/api/config"), AUTH_MUST_ENROL);
	assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/auth/totp"), AUTH_OK);
	assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/auth/totp/confirm"), AUTH_OK);
	assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/auth/me"), AUTH_OK);
	on = cell_conf("{\"users\":[{\"username\":\"anna\",\"role\":\"admin\",\"totp_enabled\":true,"
	    "\"created_at\":\"2026-01-01T00:00:00Z\"}]}");
	w.c.user = conf_user_find(on, "anna");
	assert_int_equal(may(&w, on, AUTH_WHO_ADMIN, "/api/config"), AUTH_OK);	/* done: no new login needed */
	conf_unref(on);
	conf_unref(c);
}

static void
test_acc11_sessions_of_former_users(void **state)
{
	struct conf *c = cell_conf(NULL);
	struct who w;

	(void)state;
	session_of(&w, c, "off", CONF_ZONE_LAN);
	assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/auth/me"), AUTH_NO_LOGIN);
	session_of(&w, c, "anna", CONF_ZONE_LAN);
	w.c.user = NULL;
	assert_int_equal(may(&w, c, AUTH_WHO_USER, "/api/auth/me"), AUTH_NO_LOGIN);
	session_of(&w, c, "paul", CONF_ZONE_LAN);
	w.session.role = CONF_ROLE_ADMIN;
	assert_int_equal(may(&w, c, AUTH_WHO_ADMIN, "/api/config"), AUTH_NO_LOGIN);
	conf_unref(c);
}

/* api.md 1.3: 428 before 401 before zone before role before CSRF. */
static void
test_order_of_checks(void **state)
{
	struct conf *before = conf_default("mycell"), *c = cell_conf(NULL);
	struct auth_ask a = ask(before, AUTH_WHO_ADMIN, "/api/config");
	struct who w;

	(void)state;
	a.mutating = a.origin_foreign = true;
	nobody(&w, AUTH_VIA_EDGE);
	assert_int_equal(auth_decide(&w.c, &a), AUTH_NO_SETUP);
	a.conf = c;
	assert_int_equal(auth_decide(&w.c, &a), AUTH_NO_LOGIN);
	session_of(&w, c, "paul", CONF_ZONE_PUBLIC);
	assert_int_equal(auth_decide(&w.c, &a), AUTH_ZONE);
	w.c.zone = CONF_ZONE_LAN;
	assert_int_equal(auth_decide(&w.c, &a), AUTH_FORBIDDEN);
	session_of(&w, c, "anna", CONF_ZONE_LAN);
	assert_int_equal(auth_decide(&w.c, &a), AUTH_CSRF);
	conf_unref(before);
	conf_unref(c);
}

static void
test_aut10_origin(void **state)
{
	struct str none = STR(""), host = STR("myhome.home.arpa:8443");

	(void)state;
	assert_false(auth_origin_foreign(none, none, host));
	assert_false(auth_origin_foreign(STR("https://MyHome.home.arpa:8443"), STR("same-origin"), host));
	assert_false(auth_origin_foreign(STR("http://localhost:3000"), none, STR("localhost:3000")));
	assert_true(auth_origin_foreign(STR("https://myhome.home.arpa"), none, host));
	assert_true(auth_origin_foreign(STR("https://evil.example"), none, host));
	assert_true(auth_origin_foreign(STR("null"), none, host));
	assert_true(auth_origin_foreign(STR("chrome-extension://x"), none, host));
	assert_true(auth_origin_foreign(none, STR("cross-site"), host));
	assert_false(auth_origin_foreign(none, STR("none"), host));
}

static void
test_actors(void **state)
{
	struct conf *c = cell_conf(NULL);
	char buf[AUTH_ACTOR_MAX];
	struct who w;

	(void)state;
	session_of(&w, c, "paul", CONF_ZONE_LAN);
	assert_string_equal(auth_caller_actor(&w.c, buf), "Paul");
	assert_false(auth_caller_is_admin(&w.c));
	token_of(&w, "dns:read", CONF_ZONE_LAN);
	assert_string_equal(auth_caller_actor(&w.c, buf), "token:b0c1");
	assert_true(auth_caller_is_admin(&w.c));
	socket_of(&w, 1000);
	assert_string_equal(auth_caller_actor(&w.c, buf), "socket:1000");
	nobody(&w, AUTH_VIA_EDGE);
	assert_string_equal(auth_caller_actor(&w.c, buf), "anonymous");
	conf_unref(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acc1_without_login),
		cmocka_unit_test(test_acc2_aut1_roles_are_disjoint),
		cmocka_unit_test(test_aut9_scope_decides_writing),
		cmocka_unit_test(test_acc15_zones),
		cmocka_unit_test(test_set9_grace_of_the_session_made_by_setup),
		cmocka_unit_test(test_set1_set3_before_setup),
		cmocka_unit_test(test_acc12_csrf_matrix),
		cmocka_unit_test(test_aut7_forced_change),
		cmocka_unit_test(test_aut8_required_second_factor),
		cmocka_unit_test(test_acc11_sessions_of_former_users),
		cmocka_unit_test(test_order_of_checks),
		cmocka_unit_test(test_aut10_origin),
		cmocka_unit_test(test_actors),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
