/* src/auth/session.c and src/auth/session_json.c. */
#include "cell.h"

struct table {
	struct clk_fake clk;
	struct auth_time time;
	struct auth_sessions *s;
	unsigned changes;
};

static const struct conf_auth limits = { .session_idle_s = 43200, .session_max_s = 604800 };

static void
on_changed(void *arg)
{
	struct table *t = arg;

	t->changes++;
}

static int
open_table(void **state)
{
	struct table *t = calloc(1, sizeof(*t));

	clk_fake_init(&t->clk, CELL_NOW);
	auth_time_init(&t->time, &t->clk.clk, 0, 0);
	t->s = auth_sessions_new(&t->time, on_changed, t);
	*state = t;
	return t->s == NULL;
}

static int
close_table(void **state)
{
	struct table *t = *state;

	auth_sessions_free(t->s);
	free(t);
	return 0;
}

static const struct auth_session *
create(struct table *t, const char *username, char cookie[AUTH_COOKIE_TEXT])
{
	struct addr a = cell_addr("192.168.1.20");
	struct auth_session_ask ask = { .username = username, .role = CONF_ROLE_ADMIN, .zone = CONF_ZONE_LAN,
	    .address = &a, .user_agent = STR("Mozilla/5.0 (X11)") };
	const struct auth_session *s;

	assert_int_equal(auth_sessions_create(t->s, &ask, cookie, &s, NULL), 0);
	return s;
}

static const struct auth_session *
find(struct table *t, const char *cookie)
{
	return auth_sessions_find(t->s, &limits, str_of(cookie));
}

static void
test_aut4_found_by_cookie_kept_as_digest(void **state)
{
	struct table *t = *state;
	char cookie[AUTH_COOKIE_TEXT], other[AUTH_COOKIE_TEXT], *text;
	const struct auth_session *s = create(t, "anna", cookie);
	json_t *saved;

	assert_int_equal(strlen(cookie), 43);
	assert_ptr_equal(find(t, cookie), s);
	assert_string_equal(s->username, "anna");
	assert_int_equal(t->changes, 1);
	saved = auth_sessions_save(t->s);
	text = json_dumps(saved, 0);
	assert_null(strstr(text, cookie));	/* SEC-1: the file cannot log anybody in */
	free(text);
	json_decref(saved);

	(void)create(t, "anna", other);
	assert_string_not_equal(cookie, other);
	cookie[10] = cookie[10] == 'A' ? 'B' : 'A';
	assert_null(find(t, cookie));
	assert_null(find(t, ""));
	assert_null(find(t, "x"));
}

static void
test_aut4_idle_limit(void **state)
{
	struct table *t = *state;
	char cookie[AUTH_COOKIE_TEXT];

	(void)create(t, "anna", cookie);
	clk_fake_advance(&t->clk, 43199 * 1000LL);
	assert_non_null(find(t, cookie));
	clk_fake_advance(&t->clk, 43199 * 1000LL);
	assert_non_null(find(t, cookie));	/* the use before moved the limit */
	clk_fake_advance(&t->clk, 43200 * 1000LL);
	assert_null(find(t, cookie));
	assert_int_equal(auth_sessions_count(t->s), 0);
}

static void
test_aut4_absolute_limit(void **state)
{
	struct table *t = *state;
	char cookie[AUTH_COOKIE_TEXT];
	int i;

	(void)create(t, "anna", cookie);
	for (i = 0; i < 167; i++) {
		clk_fake_advance(&t->clk, 3600 * 1000);
		assert_non_null(find(t, cookie));
	}
	clk_fake_advance(&t->clk, 3600 * 1000);
	assert_null(find(t, cookie));
}

static void
test_sta9_a_clock_set_back_revives_no_session(void **state)
{
	struct table *t = *state;
	char cookie[AUTH_COOKIE_TEXT], again[AUTH_COOKIE_TEXT];
	struct auth_sessions *restarted;
	struct auth_time time;
	json_t *saved;

	(void)create(t, "anna", cookie);
	saved = auth_sessions_save(t->s);
	clk_fake_advance(&t->clk, 43200 * 1000LL);
	(void)create(t, "anna", again);		/* time is seen */
	clk_fake_advance(&t->clk, -365 * 86400 * 1000LL);
	assert_null(find(t, cookie));

	/* Also not by a restart with the file of before: what was the highest time is kept apart. */
	auth_time_init(&time, &t->clk.clk, t->time.highest, 0);
	restarted = auth_sessions_new(&time, NULL, NULL);
	assert_int_equal(auth_sessions_load(restarted, saved), 1);
	assert_null(auth_sessions_find(restarted, &limits, str_of(cookie)));
	auth_sessions_free(restarted);
	json_decref(saved);
}

static void
test_aut4_survives_a_restart(void **state)
{
	struct table *t = *state;
	char cookie[AUTH_COOKIE_TEXT], second[AUTH_COOKIE_TEXT];
	struct auth_session before = *create(t, "anna", cookie);
	const struct auth_session *after;
	struct auth_sessions *restarted;
	json_t *saved, *again;

	clk_fake_advance(&t->clk, 1000);
	(void)create(t, "paul", second);
	saved = auth_sessions_save(t->s);
	restarted = auth_sessions_new(&t->time, NULL, NULL);
	assert_int_equal(auth_sessions_load(restarted, saved), 2);
	again = auth_sessions_save(restarted);
	assert_true(json_equal(saved, again));
	after = auth_sessions_get(restarted, before.id);
	assert_non_null(after);
	assert_memory_equal(after->digest, before.digest, 32);
	assert_string_equal(after->csrf, before.csrf);
	assert_true(addr_eq(&after->address, &before.address));
	assert_non_null(auth_sessions_find(restarted, &limits, str_of(cookie)));
	assert_non_null(auth_sessions_find(restarted, &limits, str_of(second)));
	assert_int_equal(auth_sessions_load(restarted, saved), 0);	/* nobody twice */
	auth_sessions_free(restarted);
	json_decref(saved);
	json_decref(again);
}

static void
test_damaged_entries_are_dropped(void **state)
{
	static const char *const keys[] = { "id", "digest", "username", "role", "zone", "address", "csrf",
	    "created_at", "last_used_at", "grace_until", "user_agent" };
	struct table *t = *state;
	char cookie[AUTH_COOKIE_TEXT];
	struct auth_sessions *other = auth_sessions_new(&t->time, NULL, NULL);
	json_t *saved, *one, *copy;
	size_t i;

	(void)create(t, "anna", cookie);
	saved = auth_sessions_save(t->s);
	one = json_array_get(json_object_get(saved, "sessions"), 0);
	copy = json_deep_copy(one);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		json_object_set_new(one, keys[i], json_string("?\x01"));
		assert_int_equal(auth_sessions_load(other, saved), 0);
		json_object_set_new(one, keys[i], json_integer(7));
		assert_int_equal(auth_sessions_load(other, saved), 0);
		json_object_del(one, keys[i]);
		assert_int_equal(auth_sessions_load(other, saved), 0);
		json_object_update(one, copy);
	}
	assert_int_equal(auth_sessions_load(other, NULL), 0);
	assert_int_equal(auth_sessions_load(other, saved), 1);
	auth_sessions_free(other);
	json_decref(copy);
	json_decref(saved);
}

static void
test_aut4_at_most_32_per_user_oldest_out(void **state)
{
	struct table *t = *state;
	char first[AUTH_COOKIE_TEXT], second[AUTH_COOKIE_TEXT], cookie[AUTH_COOKIE_TEXT], other[AUTH_COOKIE_TEXT];
	int i;

	(void)create(t, "anna", first);
	(void)create(t, "Anna", second);
	(void)create(t, "paul", other);
	for (i = 0; i < 31; i++)
		(void)create(t, "anna", cookie);
	assert_null(find(t, first));
	assert_non_null(find(t, second));
	assert_non_null(find(t, other));
	assert_int_equal(auth_sessions_count(t->s), 33);
}

static void
test_aut4_list_and_revoke(void **state)
{
	struct table *t = *state;
	char a[AUTH_COOKIE_TEXT], b[AUTH_COOKIE_TEXT], c[AUTH_COOKIE_TEXT];
	char id[AUTH_SESSION_ID];
	json_t *list, *one;

	memcpy(id, create(t, "anna", a)->id, sizeof(id));
	clk_fake_advance(&t->clk, 1000);
	(void)create(t, "anna", b);
	(void)create(t, "paul", c);
	list = auth_sessions_list(t->s, "anna", id);
	assert_int_equal(json_array_size(list), 2);
	one = json_array_get(list, 1);		/* newest first */
	assert_string_equal(json_string_value(json_object_get(one, "id")), id);
	assert_true(json_is_true(json_object_get(one, "current")));
	assert_string_equal(json_string_value(json_object_get(one, "address")), "192.168.1.20");
	assert_string_equal(json_string_value(json_object_get(one, "zone")), "lan");
	assert_null(json_object_get(one, "csrf"));
	assert_null(json_object_get(one, "digest"));
	json_decref(list);

	assert_int_equal(auth_sessions_revoke_user(t->s, "ANNA", id), 1);
	assert_non_null(find(t, a));
	assert_null(find(t, b));
	assert_true(auth_sessions_revoke(t->s, id));
	assert_false(auth_sessions_revoke(t->s, id));
	assert_null(find(t, a));
	assert_non_null(find(t, c));
}

static void
test_acc11_sessions_end_with_their_user(void **state)
{
	struct table *t = *state;
	char cookie[AUTH_COOKIE_TEXT];
	struct conf *c = cell_conf(NULL);

	assert_non_null(create(t, "anna", cookie));
	auth_sessions_follow(t->s, c);
	assert_int_equal(auth_sessions_count(t->s), 1);
	(void)create(t, "off", cookie);		/* disabled */
	(void)create(t, "nobody", cookie);	/* gone */
	(void)create(t, "Paul", cookie);	/* made as admin, is a peer */
	auth_sessions_follow(t->s, c);
	assert_int_equal(auth_sessions_count(t->s), 1);
	conf_unref(c);
}

static void
create_from(struct table *t, const char *address)
{
	const struct addr a = cell_addr(address);
	const struct auth_session_ask ask = { .username = "anna", .role = CONF_ROLE_ADMIN, .zone = CONF_ZONE_VPN, .address = &a };
	const struct auth_session *s;
	char cookie[AUTH_COOKIE_TEXT];

	assert_int_equal(auth_sessions_create(t->s, &ask, cookie, &s, NULL), 0);
}

/* Switched off, gone, on as before, off before; names are in order whatever their case. */
static void
test_peer7_sessions_end_with_their_device(void **state)
{
	struct conf_peer was[] = {
		{ .name = "Anna", .enabled = true, .ip = cell_addr("10.0.0.2"), .ip6 = cell_addr("fd00::2") },
		{ .name = "ben", .enabled = true, .ip = cell_addr("10.0.0.3") },
		{ .name = "Cleo", .enabled = true, .ip = cell_addr("10.0.0.4") },
		{ .name = "dan", .ip = cell_addr("10.0.0.5") },
	};
	struct conf_peer is[] = { was[0], { .name = "bea", .enabled = true }, was[2], was[3] };
	const struct conf_peer *was_sorted[] = { &was[0], &was[1], &was[2], &was[3] };
	const struct conf_peer *is_sorted[] = { &is[0], &is[1], &is[2], &is[3] };
	const struct conf before = { .peers = was, .npeers = 4, .peers_by_name = was_sorted };
	const struct conf now = { .peers = is, .npeers = 4, .peers_by_name = is_sorted };
	struct table *t = *state;

	is[0].enabled = false;
	create_from(t, "10.0.0.2");
	create_from(t, "fd00::2");
	create_from(t, "10.0.0.3");
	create_from(t, "10.0.0.4");
	create_from(t, "10.0.0.5");
	create_from(t, "192.168.1.20");
	assert_int_equal(auth_sessions_part(t->s, &before, &before), 0);
	assert_int_equal(auth_sessions_part(t->s, &before, &now), 3);
	assert_int_equal(auth_sessions_count(t->s), 3);
	assert_int_equal(auth_sessions_part(t->s, &now, &now), 0);
}

static void
test_goals_an_idle_browser_writes_once_a_minute(void **state)
{
	struct table *t = *state;
	char cookie[AUTH_COOKIE_TEXT];
	int i;

	(void)create(t, "anna", cookie);
	for (i = 0; i < 600; i++) {
		clk_fake_advance(&t->clk, 1000);
		assert_non_null(find(t, cookie));
	}
	assert_int_equal(t->changes, 1 + 10);
}

static void
test_set9_only_setup_in_public_gets_the_grace(void **state)
{
	struct table *t = *state;
	struct addr a = cell_addr("203.0.113.5");
	struct auth_session_ask ask = { .username = "anna", .zone = CONF_ZONE_PUBLIC, .address = &a, .setup = true };
	const struct auth_session *s;
	char cookie[AUTH_COOKIE_TEXT];

	assert_int_equal(auth_sessions_create(t->s, &ask, cookie, &s, NULL), 0);
	assert_int_equal(s->grace_until, CELL_NOW + 3600);
	ask.zone = CONF_ZONE_LAN;
	assert_int_equal(auth_sessions_create(t->s, &ask, cookie, &s, NULL), 0);
	assert_int_equal(s->grace_until, 0);
	ask.zone = CONF_ZONE_PUBLIC;
	ask.setup = false;
	assert_int_equal(auth_sessions_create(t->s, &ask, cookie, &s, NULL), 0);
	assert_int_equal(s->grace_until, 0);
}

static void
test_inp11_user_agents_are_tame(void **state)
{
	struct table *t = *state;
	struct auth_session_ask ask = { .username = "anna", .zone = CONF_ZONE_LOCAL };
	const struct auth_session *s;
	char cookie[AUTH_COOKIE_TEXT], agent[300];

	ask.user_agent = STR("a\r\nX-Evil: 1");
	assert_int_equal(auth_sessions_create(t->s, &ask, cookie, &s, NULL), 0);
	assert_string_equal(s->user_agent, "");
	memset(agent, 'a', sizeof(agent));
	memcpy(agent + 199, "ø", 2);		/* would be cut in the middle */
	ask.user_agent = (struct str){ agent, sizeof(agent) };
	assert_int_equal(auth_sessions_create(t->s, &ask, cookie, &s, NULL), 0);
	assert_int_equal(strlen(s->user_agent), 199);
}

static void
test_aut10_csrf_value(void **state)
{
	struct table *t = *state;
	char a[AUTH_COOKIE_TEXT], b[AUTH_COOKIE_TEXT], csrf[AUTH_COOKIE_TEXT];
	const struct auth_session *x = create(t, "anna", a), *y = create(t, "anna", b);

	memcpy(csrf, x->csrf, sizeof(csrf));
	assert_true(auth_session_csrf_ok(x, str_of(csrf)));
	assert_false(auth_session_csrf_ok(y, str_of(csrf)));
	assert_false(auth_session_csrf_ok(x, STR("")));
	assert_false(auth_session_csrf_ok(x, (struct str){ csrf, 42 }));
	assert_false(auth_session_csrf_ok(x, str_of(a)));
}

static void
test_cookie_header(void **state)
{
	struct str two = STR("pic_session=abc; a=1; pic_session=def");
	struct str v;

	(void)state;
	assert_true(auth_cookie_read(STR("pic_session=abc"), AUTH_COOKIE_NAME, &v));
	assert_true(str_eqz(v, "abc"));
	assert_true(auth_cookie_read(STR("a=1; pic_session=abc ;b=2"), AUTH_COOKIE_NAME, &v));
	assert_true(str_eqz(v, "abc"));
	assert_false(auth_cookie_read(STR(""), AUTH_COOKIE_NAME, &v));
	assert_false(auth_cookie_read(STR("xpic_session=abc; pic_sessionx=1; pic_session"), AUTH_COOKIE_NAME, &v) && v.n > 0);
	assert_false(auth_cookie_read(STR("pic_session=abc; pic_session=def"), AUTH_COOKIE_NAME, &v));	/* tossed by somebody */
	assert_true(auth_cookie_next(&two, AUTH_COOKIE_NAME, &v) && str_eq(v, STR("abc")));
	assert_true(auth_cookie_next(&two, AUTH_COOKIE_NAME, &v) && str_eq(v, STR("def")));
	assert_false(auth_cookie_next(&two, AUTH_COOKIE_NAME, &v));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_table, close_table)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_aut4_found_by_cookie_kept_as_digest),
		TEST(test_aut4_idle_limit),
		TEST(test_aut4_absolute_limit),
		TEST(test_sta9_a_clock_set_back_revives_no_session),
		TEST(test_aut4_survives_a_restart),
		TEST(test_damaged_entries_are_dropped),
		TEST(test_aut4_at_most_32_per_user_oldest_out),
		TEST(test_aut4_list_and_revoke),
		TEST(test_acc11_sessions_end_with_their_user),
		TEST(test_peer7_sessions_end_with_their_device),
		TEST(test_goals_an_idle_browser_writes_once_a_minute),
		TEST(test_set9_only_setup_in_public_gets_the_grace),
		TEST(test_inp11_user_agents_are_tame),
		TEST(test_aut10_csrf_value),
		TEST(test_cookie_header),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
