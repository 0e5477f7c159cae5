/* src/auth/visit.c: from a session to a ticket for one host and one browser (WEB-3, WEB-4, ACC-7, ACC-11). */
#include "cell.h"

#include "auth/visit.h"

static const char routes[] =
    "{\"proxy\":{\"routes\":["
    "{\"id\":\"5d000000-0000-4000-8000-000000000001\",\"name\":\"ha\",\"host\":\"ha\",\"target\":\"http://192.168.1.5\","
    "\"login\":\"user\"},"
    "{\"id\":\"5d000000-0000-4000-8000-000000000002\",\"name\":\"open\",\"host\":\"open\",\"target\":\"http://192.168.1.5\"},"
    "{\"id\":\"5d000000-0000-4000-8000-000000000003\",\"name\":\"off\",\"host\":\"off\",\"target\":\"http://192.168.1.5\","
    "\"login\":\"admin\",\"enabled\":false}]}}";

struct lab {
	struct clk_fake clk;
	struct auth_time time;
	struct auth_sessions *sessions;
	struct auth_visits *visits;
	const struct auth_session *session;
	char value[AUTH_COOKIE_TEXT], check[AUTH_COOKIE_TEXT]; /* of a browser */
};

static const struct auth_session *
session(struct lab *l, const struct auth_session_ask *ask)
{
	const struct auth_session *s;
	char cookie[AUTH_COOKIE_TEXT];

	assert_int_equal(auth_sessions_create(l->sessions, ask, cookie, &s, NULL), 0);
	return s;
}

static const struct auth_session *
sign_in(struct lab *l, const char *username)
{
	return session(l, &(struct auth_session_ask){ .username = username, .role = CONF_ROLE_ADMIN, .zone = CONF_ZONE_LAN });
}

static void
text_of(const uint8_t raw[32], char out[AUTH_COOKIE_TEXT])
{
	(void)sodium_bin2base64(out, AUTH_COOKIE_TEXT, raw, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void
browser(char value[AUTH_COOKIE_TEXT], char check[AUTH_COOKIE_TEXT])
{
	uint8_t raw[32];

	randombytes_buf(raw, sizeof(raw));
	text_of(raw, value);
	crypto_hash_sha256(raw, (const uint8_t *)value, strlen(value));
	text_of(raw, check);
}

static int
lab_open(void **state)
{
	struct lab *l = calloc(1, sizeof(*l));

	clk_fake_init(&l->clk, CELL_NOW);
	auth_time_init(&l->time, &l->clk.clk, 0, 0);
	l->sessions = auth_sessions_new(&l->time, NULL, NULL);
	l->visits = auth_visits_new(&l->time, l->sessions);
	l->session = sign_in(l, "anna");
	browser(l->value, l->check);
	*state = l;
	return l->visits == NULL;
}

static int
lab_close(void **state)
{
	struct lab *l = *state;

	auth_visits_free(l->visits);
	auth_sessions_free(l->sessions);
	free(l);
	return 0;
}

static const struct auth_visit_to there = { "ha.mycell.home.arpa", "/lights?on=1" };

static void
code(struct lab *l, char out[AUTH_COOKIE_TEXT])
{
	struct err e;

	assert_int_equal(auth_visits_code(l->visits, l->session, &there, str_of(l->check), out, &e), 0);
}

static bool
redeem_from(struct lab *l, const struct auth_visit_back *b)
{
	char ticket[AUTH_COOKIE_TEXT];
	struct auth_visit_to to;
	bool ok = auth_visits_redeem(l->visits, b, ticket, &to);

	if (ok) {
		assert_string_equal(to.path, there.path);
		assert_int_equal(strlen(ticket), AUTH_COOKIE_TEXT - 1);
	}
	return ok;
}

static bool
redeem(struct lab *l, const char *host, const char *c, const char *value)
{
	return redeem_from(l, &(struct auth_visit_back){ str_of(host), str_of(c), str_of(value), { 0 } });
}

static void
a_code_is_good_once(void **state)
{
	struct lab *l = *state;
	char c[AUTH_COOKIE_TEXT];

	code(l, c);
	assert_true(redeem(l, there.host, c, l->value));
	assert_false(redeem(l, there.host, c, l->value));
	assert_int_equal(auth_visits_count(l->visits), 1);
}

/* A wrong try uses it up as well. */
static void
a_code_fits_one_host_and_one_browser(void **state)
{
	struct lab *l = *state;
	char c[AUTH_COOKIE_TEXT], value[AUTH_COOKIE_TEXT], check[AUTH_COOKIE_TEXT];

	browser(value, check);
	code(l, c);
	assert_false(redeem(l, "ha.mycell.cell", c, l->value));
	assert_false(redeem(l, there.host, c, l->value));
	code(l, c);
	assert_false(redeem(l, there.host, c, value));
	code(l, c);
	assert_false(redeem(l, there.host, c, ""));
	code(l, c);
	assert_false(redeem(l, there.host, c, l->check));
	assert_int_equal(auth_visits_count(l->visits), 0);
}

static void
a_code_does_not_keep(void **state)
{
	struct lab *l = *state;
	char c[AUTH_COOKIE_TEXT];

	code(l, c);
	clk_fake_advance(&l->clk, (AUTH_CODE_S - 1) * 1000);
	assert_true(redeem(l, there.host, c, l->value));
	code(l, c);
	clk_fake_advance(&l->clk, AUTH_CODE_S * 1000);
	assert_false(redeem(l, there.host, c, l->value));
}

static void
a_check_is_one(void **state)
{
	struct lab *l = *state;
	char c[AUTH_COOKIE_TEXT];
	struct err e;

	err_clear(&e);
	assert_int_not_equal(auth_visits_code(l->visits, l->session, &there, STR("x"), c, &e), 0);
	assert_string_equal(e.fields[0].field, "check");
}

static void
a_ticket_ends_with_its_session(void **state)
{
	const struct conf_auth limits = { .session_idle_s = 100, .session_max_s = 1000 };
	struct lab *l = *state;
	char c[AUTH_COOKIE_TEXT], id[AUTH_SESSION_ID];
	const struct auth_ticket *t;

	memcpy(id, l->session->id, sizeof(id));
	code(l, c);
	assert_true(redeem(l, there.host, c, l->value));
	t = auth_visits_walk(l->visits, NULL);
	assert_string_equal(t->username, "anna");
	assert_string_equal(t->host, there.host);
	assert_null(auth_visits_walk(l->visits, t));
	clk_fake_advance(&l->clk, 90 * 1000);
	auth_visits_used(l->visits, t->digest, &limits);
	assert_int_equal(auth_sessions_get(l->sessions, id)->last_used_at, CELL_NOW + 90);
	clk_fake_advance(&l->clk, 200 * 1000);
	auth_visits_used(l->visits, t->digest, &limits);
	assert_int_equal(auth_sessions_get(l->sessions, id)->last_used_at, CELL_NOW + 90);
	assert_false(auth_visits_follow(l->visits));
	code(l, c);
	assert_true(auth_sessions_revoke(l->sessions, id));
	assert_false(redeem(l, there.host, c, l->value));
	assert_true(auth_visits_follow(l->visits));
	assert_int_equal(auth_visits_count(l->visits), 0);
}

/* AUT-11: the session is good from there alone, and so is what comes of it. */
static void
a_device_stays_one(void **state)
{
	const struct addr phone = cell_addr("10.0.0.2");
	const struct addr from[] = { { 0 }, cell_addr("10.0.0.3"), phone };
	const struct auth_session_ask ask = { .username = "paul", .role = CONF_ROLE_PEER, .zone = CONF_ZONE_VPN, .address = &phone,
		.device = "phone" };
	struct lab *l = *state;
	char c[AUTH_COOKIE_TEXT];
	size_t i;

	l->session = session(l, &ask);
	for (i = 0; i < 3; i++) {
		struct auth_visit_back b = { .host = str_of(there.host), .value = str_of(l->value), .vpn = from[i] };

		code(l, c);
		b.code = str_of(c);
		assert_int_equal(redeem_from(l, &b), i == 2);
	}
	assert_true(addr_eq(&auth_visits_walk(l->visits, NULL)->from, &phone));
	l->session = session(l, &(struct auth_session_ask){ .username = "paul", .role = CONF_ROLE_PEER, .zone = CONF_ZONE_VPN,
	    .address = &phone });
	code(l, c);
	assert_true(redeem(l, there.host, c, l->value));	/* a password is good from anywhere */
}

/* ACC-16. */
static void
both_have_a_bound(void **state)
{
	struct lab *l = *state;
	const struct auth_session *other = sign_in(l, "Paul");
	char first[AUTH_COOKIE_TEXT], c[AUTH_COOKIE_TEXT], foreign[AUTH_COOKIE_TEXT];
	struct err e;
	int i;

	assert_int_equal(auth_visits_code(l->visits, other, &there, str_of(l->check), foreign, &e), 0);
	code(l, first);
	for (i = 0; i < AUTH_CODES_SESSION; i++)
		code(l, c);
	assert_false(redeem(l, there.host, first, l->value));
	assert_true(redeem(l, there.host, c, l->value));
	for (i = 0; i < 2 * AUTH_TICKETS_SESSION; i++) {
		code(l, c);
		assert_true(redeem(l, there.host, c, l->value));
	}
	assert_int_equal(auth_visits_count(l->visits), AUTH_TICKETS_SESSION);
	assert_true(redeem(l, there.host, foreign, l->value));
}

/* No open redirect: only addresses of this cell that ask for a login. */
static void
where_one_may_go(void **state)
{
	static const char *const bad[] = { "", "/", "https://", "https://ha.mycell.home.arpa", "http://ha.mycell.home.arpa/",
		"https://evil.example/", "https://ha.mycell.home.arpa.evil.example/", "https://ha.mycell.home.arpa@evil.example/",
		"https://evil.example\\ha.mycell.home.arpa/", "https://ha.mycell.home.arpa:444/",
		"https://ha.mycell.home.arpa://evil/",
		"https://ha.mycell.home.arpa//evil.example", "https://ha.mycell.home.arpa/\\evil", "https://ha.mycell.home.arpa/ x",
		"https://ha.mycell.home.arpa/\r\nX: y", "https://ha.mycell.home.arpa/#x", "//ha.mycell.home.arpa/",
		"https://open.mycell.home.arpa/", "https://off.mycell.home.arpa/", "https://mycell.home.arpa/",
		"javascript:alert(1)//https://ha.mycell.home.arpa/" };
	struct conf *c = cell_conf(routes);
	char url[AUTH_VISIT_PATH + 64];
	struct auth_visit_to to;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (auth_visit_read(c, str_of(bad[i]), 443, &to, &e) == 0)
			fail_msg("%s", bad[i]);
	assert_int_equal(auth_visit_read(c, STR("https://HA.mycell.Home.arpa/a?b=//c"), 443, &to, &e), 0);
	assert_string_equal(to.host, "ha.mycell.home.arpa");
	assert_string_equal(to.path, "/a?b=//c");
	assert_int_equal(auth_visit_read(c, STR("https://ha.mycell.cell:8443/"), 8443, &to, &e), 0);
	assert_int_not_equal(auth_visit_read(c, STR("https://ha.mycell.cell/"), 8443, &to, &e), 0);
	memset(url, 'a', sizeof(url));
	memcpy(url, "https://ha.mycell.cell/", 23);
	assert_int_equal(auth_visit_read(c, (struct str){ url, sizeof(url) }, 443, &to, &e), 0);
	assert_string_equal(to.path, "/");
	conf_unref(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_code_is_good_once, lab_open, lab_close),
		cmocka_unit_test_setup_teardown(a_code_fits_one_host_and_one_browser, lab_open, lab_close),
		cmocka_unit_test_setup_teardown(a_code_does_not_keep, lab_open, lab_close),
		cmocka_unit_test_setup_teardown(a_check_is_one, lab_open, lab_close),
		cmocka_unit_test_setup_teardown(a_ticket_ends_with_its_session, lab_open, lab_close),
		cmocka_unit_test_setup_teardown(a_device_stays_one, lab_open, lab_close),
		cmocka_unit_test_setup_teardown(both_have_a_bound, lab_open, lab_close),
		cmocka_unit_test(where_one_may_go),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
