/* src/auth/login.c: the dialogue as its callers see it. */
#include "cell.h"

#include "auth/totp.h"
#include "base/otp.h"

#define WRONG "wrong user name, password or code"

struct attempt {
	unsigned calls;
	struct auth_login_result r;
	char username[AUTH_USERNAME_MAX + 1];	/* of the session */
	char agent[AUTH_AGENT_MAX + 1];
	bool enrol_totp;
};

static void
on_login(void *arg, const struct auth_login_result *r)
{
	struct attempt *a = arg;

	a->calls++;
	a->r = *r;
	if (r->session != NULL) {
		memcpy(a->username, r->session->username, sizeof(a->username));
		memcpy(a->agent, r->session->user_agent, sizeof(a->agent));
		a->enrol_totp = r->session->enrol_totp;
	}
}

/* From the home network; NULL address: the unix socket. */
static struct auth_login *
start(struct cell *x, struct attempt *a, struct auth_login_ask ask, const char *address)
{
	struct addr at;
	struct auth_login *l;

	memset(a, 0, sizeof(*a));
	if (address != NULL) {
		at = cell_addr(address);
		ask.address = &at;
	}
	if (ask.zone == 0)
		ask.zone = address == NULL ? CONF_ZONE_LOCAL : CONF_ZONE_LAN;
	l = auth_login_start(&x->env, &ask, on_login, a);
	assert_non_null(l);
	assert_int_equal(a->calls, 0);
	return l;
}

static void
login(struct cell *x, struct attempt *a, struct auth_login_ask ask, const char *address)
{
	(void)start(x, a, ask, address);
	cell_spin(x);
	assert_int_equal(a->calls, 1);
}

static void
login_as(struct cell *x, struct attempt *a, const char *username, const char *password)
{
	login(x, a, (struct auth_login_ask){ .username = str_of(username), .password = str_of(password) },
	    "192.168.1.20");
}

static void
test_aut4_right_password_makes_a_session(void **state)
{
	struct cell x;
	struct attempt a, b;

	(void)state;
	cell_open_all(&x, NULL);
	login(&x, &a, (struct auth_login_ask){ .username = STR("ANNA"), .password = STR("annas password"),
	    .user_agent = STR("curl/8") }, "192.168.1.20");
	assert_int_equal(a.r.e.kind, ERR_NONE);
	assert_string_equal(a.username, "anna");
	assert_string_equal(a.agent, "curl/8");
	assert_non_null(auth_sessions_find(x.env.sessions, &x.conf->auth, str_of(a.r.cookie)));
	assert_false(a.r.must_change_password || a.r.totp_enabled || a.r.totp_required);
	assert_int_equal(auth_facts_last_login(x.env.facts, "anna"), CELL_NOW);
	login_as(&x, &b, "anna", "annas password");
	assert_string_not_equal(a.r.cookie, b.r.cookie);	/* new at every login */
	assert_int_equal(x.saves, 0);
	cell_close_all(&x);
}

static void
test_aut6_every_refusal_looks_the_same(void **state)
{
	static const char *const who[][2] = {
		{ "anna", "wrong" }, { "nobody", "annas password" }, { "off", "offs password" }, { "", "" },
		{ "anna", "" }, { "../../etc", "x" },
	};
	struct cell x;
	struct attempt a;
	char lengthy[3000];
	size_t i;

	(void)state;
	cell_open_all(&x, NULL);
	for (i = 0; i < sizeof(who) / sizeof(who[0]); i++) {
		login_as(&x, &a, who[i][0], who[i][1]);
		assert_int_equal(a.r.e.kind, ERR_UNAUTHENTICATED);
		assert_string_equal(a.r.e.detail, WRONG);
		assert_null(a.r.session);
		assert_string_equal(a.r.cookie, "");
		assert_int_equal(x.nruns, i + 1);	/* the same work for all of them */
	}
	memset(lengthy, 'a', sizeof(lengthy) - 1);
	lengthy[sizeof(lengthy) - 1] = '\0';
	login_as(&x, &a, lengthy, lengthy);
	assert_string_equal(a.r.e.detail, WRONG);
	assert_int_equal(x.nruns, i + 1);
	assert_string_equal(json_string_value(json_object_get(x.runs[1].in, "hash")), auth_password_dummy);
	assert_int_equal(auth_sessions_count(x.env.sessions), 0);
	cell_close_all(&x);
}

static void
test_aut5_acc9_lock_for_known_and_unknown_names(void **state)
{
	static const char *const names[] = { "anna", "nobody" };
	struct cell x;
	struct attempt a;
	size_t n, before;
	int i;

	(void)state;
	cell_open_all(&x, NULL);
	for (n = 0; n < 2; n++) {
		for (i = 0; i < 5; i++) {
			login_as(&x, &a, names[n], "wrong");
			assert_int_equal(a.r.e.kind, ERR_UNAUTHENTICATED);
			assert_int_equal(a.r.locked_now, i == 4);
		}
		before = x.nruns;
		login_as(&x, &a, names[n], n == 0 ? "annas password" : "wrong");
		assert_int_equal(a.r.e.kind, ERR_LOCKED);
		assert_int_equal(a.r.e.retry_after, 900);
		assert_int_equal(x.nruns, before);	/* no work for the locked out */
	}
	/* The unix socket is never locked out. */
	login(&x, &a, (struct auth_login_ask){ .username = STR("anna"), .password = STR("annas password") }, NULL);
	assert_int_equal(a.r.e.kind, ERR_NONE);
	clk_fake_advance(&x.clk, 900 * 1000);
	login_as(&x, &a, "anna", "annas password");
	assert_int_equal(a.r.e.kind, ERR_NONE);
	cell_close_all(&x);
}

static void
test_aut5_twenty_failures_of_an_address(void **state)
{
	struct cell x;
	struct attempt a;
	char name[16];
	int i;

	(void)state;
	cell_open_all(&x, NULL);
	for (i = 0; i < 20; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		login_as(&x, &a, name, "wrong");
	}
	login_as(&x, &a, "anna", "annas password");
	assert_int_equal(a.r.e.kind, ERR_RATE_LIMITED);
	assert_true(a.r.e.retry_after > 0);
	login(&x, &a, (struct auth_login_ask){ .username = STR("anna"), .password = STR("annas password") },
	    "192.168.1.21");
	assert_int_equal(a.r.e.kind, ERR_NONE);
	cell_close_all(&x);
}

static void
test_aut3_no_hash_child_is_503_and_no_failure(void **state)
{
	struct cell x;
	struct attempt a;
	int i;

	(void)state;
	cell_open_all(&x, NULL);
	x.refuse = true;
	for (i = 0; i < 6; i++) {
		memset(&a, 0, sizeof(a));
		(void)start(&x, &a, (struct auth_login_ask){ .username = STR("anna"),
		    .password = STR("annas password") }, "192.168.1.20");
		while (a.calls == 0)
			cell_spin(&x);
		assert_int_equal(a.r.e.kind, ERR_UNAVAILABLE);
		assert_true(a.r.e.retry_after > 0);
	}
	x.refuse = false;
	login_as(&x, &a, "anna", "annas password");
	assert_int_equal(a.r.e.kind, ERR_NONE);
	cell_close_all(&x);
}

static void
test_sec6_bcrypt_is_replaced_at_login(void **state)
{
	struct cell x;
	struct attempt a;

	(void)state;
	cell_open_all(&x, NULL);
	login_as(&x, &a, "old", "not the old password");
	assert_int_equal(a.r.e.kind, ERR_UNAUTHENTICATED);
	assert_int_equal(x.saves, 0);
	assert_string_equal(auth_secret_hash(json_object_get(x.vault, REF_OLD)), "OLD(an old password)");
	login_as(&x, &a, "OLD", "an old password");
	assert_int_equal(a.r.e.kind, ERR_NONE);
	assert_int_equal(x.saves, 1);
	assert_string_equal(auth_secret_hash(json_object_get(x.vault, REF_OLD)), "H(an old password)");
	login_as(&x, &a, "old", "an old password");
	assert_int_equal(a.r.e.kind, ERR_NONE);
	assert_int_equal(x.saves, 1);
	cell_close_all(&x);
}

static void
test_sec6_a_hash_that_cannot_be_saved_still_lets_in(void **state)
{
	struct cell x;
	struct attempt a;

	(void)state;
	cell_open_all(&x, NULL);
	x.save_error = ERR_STORAGE_FULL;
	login_as(&x, &a, "old", "an old password");
	assert_int_equal(a.r.e.kind, ERR_NONE);
	cell_close_all(&x);
}

/* The account has the new hash: that is no sign that somebody else changed it. */
static void
test_sec6_a_hash_that_the_disk_did_not_confirm_lets_in(void **state)
{
	const struct auth_login_ask ask = { .username = STR("old"), .password = STR("an old password") };
	struct cell x;
	struct attempt a;

	(void)state;
	cell_open_all(&x, NULL);
	(void)start(&x, &a, ask, "192.168.1.20");
	cell_answer(&x.runs[0]);
	cell_answer(&x.runs[1]);
	assert_int_equal(x.saves, 1);
	cell_commit(&x, "{\"users\":[{\"username\":\"old\",\"role\":\"admin\",\"created_at\":\"2026-01-01T00:00:00Z\","
	    "\"secret_ref\":\"sec_eeeeeeeeeeeeeeeeeeeeeeeeee\"}]}");
	x.save_error = ERR_INTERNAL;
	x.unconfirmed = true;
	cell_spin(&x);
	assert_int_equal(a.r.e.kind, ERR_NONE);
	assert_int_equal(auth_sessions_count(x.env.sessions), 1);
	cell_close_all(&x);
}

/* --- second factor ------------------------------------------------------------------ */

static char totp_secret[AUTH_TOTP_TEXT];
static char recovery[AUTH_RECOVERY_CODES][AUTH_RECOVERY_TEXT];

static void
give_anna_totp(struct cell *x)
{
	json_t *hashes, *doc;

	auth_totp_secret(totp_secret);
	assert_int_equal(auth_recovery_make(recovery, &hashes), 0);
	doc = auth_secret_with_totp(json_object_get(x->vault, REF_ANNA), totp_secret, hashes);
	json_decref(hashes);
	cell_put(x, REF_ANNA, doc);
}

static void
login_with(struct cell *x, struct attempt *a, const char *password, const char *totp, const char *code)
{
	login(x, a, (struct auth_login_ask){ .username = STR("anna"), .password = str_of(password),
	    .totp = str_of(totp), .recovery_code = str_of(code) }, "192.168.1.20");
}

static const char *
code_now(const struct cell *x, char buf[8])
{
	uint8_t key[AUTH_TOTP_BYTES];

	assert_int_equal(str_base32_read(str_of(totp_secret), key, sizeof(key)), AUTH_TOTP_BYTES);
	(void)snprintf(buf, 8, "%06u", otp_code(key, sizeof(key), x->clk.ms / 30000));
	return buf;
}

static void
test_aut8_totp(void **state)
{
	struct cell x;
	struct attempt a;
	char code[8], wrong[8];

	(void)state;
	cell_open_all(&x, NULL);
	give_anna_totp(&x);
	(void)snprintf(wrong, sizeof(wrong), "%06u", (unsigned)(strtoul(code_now(&x, code), NULL, 10) + 1) % 1000000);

	login_with(&x, &a, "annas password", "", "");
	assert_int_equal(a.r.e.kind, ERR_UNAUTHENTICATED);
	assert_true(a.r.totp_required);
	assert_string_equal(a.r.e.detail, WRONG);
	login_with(&x, &a, "wrong", code, "");
	assert_false(a.r.totp_required);	/* says nothing about the code before the password is right */
	login_with(&x, &a, "annas password", wrong, "");
	assert_true(a.r.totp_required);
	assert_null(a.r.session);
	login_with(&x, &a, "annas password", code, "");
	assert_int_equal(a.r.e.kind, ERR_NONE);
	assert_true(a.r.totp_enabled);
	login_with(&x, &a, "annas password", code, "");
	assert_int_equal(a.r.e.kind, ERR_UNAUTHENTICATED);	/* each step once */
	clk_fake_advance(&x.clk, 30 * 1000);
	login_with(&x, &a, "annas password", code_now(&x, code), "");
	assert_int_equal(a.r.e.kind, ERR_NONE);
	cell_close_all(&x);
}

static void
test_aut8_guessing_codes_locks_although_the_password_is_right(void **state)
{
	struct cell x;
	struct attempt a;
	int i;

	(void)state;
	cell_open_all(&x, NULL);
	give_anna_totp(&x);
	for (i = 0; i < 5; i++) {
		login_with(&x, &a, "annas password", "", "");	/* neither right nor wrong: resets nothing */
		assert_true(a.r.totp_required);
		login_with(&x, &a, "annas password", "abcdef", "");
		assert_true(a.r.totp_required);
	}
	assert_true(a.r.locked_now);
	login_with(&x, &a, "annas password", "", "");
	assert_int_equal(a.r.e.kind, ERR_LOCKED);
	cell_close_all(&x);
}

static void
test_aut8_recovery_code_once(void **state)
{
	struct cell x;
	struct attempt a;

	(void)state;
	cell_open_all(&x, NULL);
	give_anna_totp(&x);
	login_with(&x, &a, "annas password", "", recovery[3]);
	assert_int_equal(a.r.e.kind, ERR_NONE);
	assert_int_equal(x.saves, 1);
	login_with(&x, &a, "annas password", "", recovery[3]);
	assert_int_equal(a.r.e.kind, ERR_UNAUTHENTICATED);
	assert_true(a.r.totp_required);
	login_with(&x, &a, "annas password", "", recovery[4]);
	assert_int_equal(a.r.e.kind, ERR_NONE);
	cell_close_all(&x);
}

static void
test_aut8_a_recovery_code_that_is_not_struck_off_lets_nobody_in(void **state)
{
	struct cell x;
	struct attempt a;

	(void)state;
	cell_open_all(&x, NULL);
	give_anna_totp(&x);
	x.save_error = ERR_CONFLICT;
	login_with(&x, &a, "annas password", "", recovery[0]);
	assert_int_equal(a.r.e.kind, ERR_CONFLICT);
	assert_null(a.r.session);
	assert_int_equal(auth_sessions_count(x.env.sessions), 0);
	cell_close_all(&x);
}

/* NTP-6: the cell does not trust its clock. */
static const char *
doubts(void *arg)
{
	(void)arg;
	return "nobody says that it is right";
}

static void
test_aut8_tim1_the_clock_may_be_at_fault(void **state)
{
	struct cell x;
	struct attempt a;
	char code[8];

	(void)state;
	cell_open_all(&x, NULL);
	give_anna_totp(&x);
	x.time.lacks = doubts;
	(void)auth_time_now(&x.time);
	login_with(&x, &a, "annas password", "000", "");
	assert_int_equal(a.r.e.kind, ERR_UNAUTHENTICATED);
	assert_true(a.r.time_untrusted && a.r.totp_required);
	assert_non_null(strstr(a.r.e.detail, "clock"));
	login_with(&x, &a, "wrong", "000", "");
	assert_false(a.r.time_untrusted);
	login_with(&x, &a, "annas password", code_now(&x, code), "");
	assert_int_equal(a.r.e.kind, ERR_NONE);	/* a code is still checked */
	login_with(&x, &a, "annas password", "", recovery[0]);
	assert_int_equal(a.r.e.kind, ERR_NONE);
	cell_close_all(&x);
}

/* --- zones, duties ------------------------------------------------------------------ */

static void
test_api_zones_at_login(void **state)
{
	struct cell x;
	struct attempt a;
	struct auth_login_ask anna = { .username = STR("anna"), .password = STR("annas password"),
	    .zone = CONF_ZONE_PUBLIC };
	struct auth_login_ask paul = { .username = STR("paul"), .password = STR("pauls password"),
	    .zone = CONF_ZONE_PUBLIC };

	(void)state;
	cell_open_all(&x, NULL);
	login(&x, &a, anna, "203.0.113.5");
	assert_int_equal(a.r.e.kind, ERR_FORBIDDEN);
	assert_int_equal(x.nruns, 0);		/* nobody logs in from there: nothing is tried */
	cell_commit(&x, "{\"proxy\":{\"default_access\":[\"vpn\",\"lan\",\"public\"]}}");
	login(&x, &a, paul, "203.0.113.5");
	assert_int_equal(a.r.e.kind, ERR_NONE);
	login(&x, &a, anna, "203.0.113.5");
	assert_int_equal(a.r.e.kind, ERR_FORBIDDEN);
	assert_null(a.r.session);
	anna.password = STR("wrong");
	login(&x, &a, anna, "203.0.113.5");
	assert_int_equal(a.r.e.kind, ERR_UNAUTHENTICATED);	/* the zone tells nothing before the password */
	cell_close_all(&x);
}

static void
test_aut7_aut8_duties_are_told(void **state)
{
	struct cell x;
	struct attempt a;

	(void)state;
	cell_open_all(&x, "{\"admin_access\":{\"require_totp\":true},\"users\":[{\"username\":\"anna\",\"role\":\"admin\","
	    "\"must_change_password\":true,\"created_at\":\"2026-01-01T00:00:00Z\",\"secret_ref\":\"" REF_ANNA "\"},"
	    "{\"username\":\"paul\",\"role\":\"peer\",\"created_at\":\"2026-01-01T00:00:00Z\","
	    "\"secret_ref\":\"" REF_PEER "\"}]}");
	login_as(&x, &a, "anna", "annas password");
	assert_int_equal(a.r.e.kind, ERR_NONE);
	assert_true(a.r.must_change_password);
	assert_true(a.enrol_totp);
	login_as(&x, &a, "paul", "pauls password");
	assert_false(a.r.must_change_password || a.enrol_totp);
	cell_close_all(&x);
}

/* --- races -------------------------------------------------------------------------- */

static void
test_a_user_disabled_meanwhile_does_not_get_in(void **state)
{
	static const char *const patches[] = {
		"{\"users\":[{\"username\":\"b\",\"role\":\"admin\",\"created_at\":\"2026-01-01T00:00:00Z\"}]}",
		"{\"users\":[{\"username\":\"anna\",\"role\":\"admin\",\"enabled\":false,"
		"\"created_at\":\"2026-01-01T00:00:00Z\",\"secret_ref\":\"" REF_ANNA "\"},"
		"{\"username\":\"b\",\"role\":\"admin\",\"created_at\":\"2026-01-01T00:00:00Z\"}]}",
		/* another password */
		"{\"users\":[{\"username\":\"anna\",\"role\":\"admin\","
		"\"created_at\":\"2026-01-01T00:00:00Z\",\"secret_ref\":\"" REF_OLD "\"}]}",
	};
	struct cell x;
	struct attempt a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(patches) / sizeof(patches[0]); i++) {
		cell_open_all(&x, NULL);
		(void)start(&x, &a, (struct auth_login_ask){ .username = STR("anna"),
		    .password = STR("annas password") }, "192.168.1.20");
		cell_commit(&x, patches[i]);
		cell_spin(&x);
		assert_int_equal(a.calls, 1);
		assert_int_equal(a.r.e.kind, ERR_UNAUTHENTICATED);
		assert_int_equal(auth_sessions_count(x.env.sessions), 0);
		cell_close_all(&x);
	}
}

static void
test_cancel_at_each_step(void **state)
{
	struct cell x;
	struct attempt a;
	struct auth_login_ask ask = { .username = STR("old"), .password = STR("an old password") };
	struct auth_login *l;

	(void)state;
	cell_open_all(&x, NULL);
	l = start(&x, &a, ask, "192.168.1.20");		/* before the hash */
	auth_login_cancel(l);
	l = start(&x, &a, ask, "192.168.1.20");		/* at the second hash */
	cell_answer(&x.runs[1]);
	auth_login_cancel(l);
	l = start(&x, &a, ask, "192.168.1.20");		/* while it is saved */
	cell_answer(&x.runs[3]);
	cell_answer(&x.runs[4]);
	assert_int_equal(x.saves, 1);
	auth_login_cancel(l);
	l = start(&x, &a, (struct auth_login_ask){ .username = STR("old"), .zone = CONF_ZONE_PUBLIC },
	    "192.168.1.20");				/* before the refusal is told */
	auth_login_cancel(l);
	auth_login_cancel(NULL);
	cell_spin(&x);
	assert_int_equal(a.calls, 0);
	assert_int_equal(auth_sessions_count(x.env.sessions), 0);
	cell_close_all(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aut4_right_password_makes_a_session),
		cmocka_unit_test(test_aut6_every_refusal_looks_the_same),
		cmocka_unit_test(test_aut5_acc9_lock_for_known_and_unknown_names),
		cmocka_unit_test(test_aut5_twenty_failures_of_an_address),
		cmocka_unit_test(test_aut3_no_hash_child_is_503_and_no_failure),
		cmocka_unit_test(test_sec6_bcrypt_is_replaced_at_login),
		cmocka_unit_test(test_sec6_a_hash_that_cannot_be_saved_still_lets_in),
		cmocka_unit_test(test_sec6_a_hash_that_the_disk_did_not_confirm_lets_in),
		cmocka_unit_test(test_aut8_totp),
		cmocka_unit_test(test_aut8_guessing_codes_locks_although_the_password_is_right),
		cmocka_unit_test(test_aut8_recovery_code_once),
		cmocka_unit_test(test_aut8_a_recovery_code_that_is_not_struck_off_lets_nobody_in),
		cmocka_unit_test(test_aut8_tim1_the_clock_may_be_at_fault),
		cmocka_unit_test(test_api_zones_at_login),
		cmocka_unit_test(test_aut7_aut8_duties_are_told),
		cmocka_unit_test(test_a_user_disabled_meanwhile_does_not_get_in),
		cmocka_unit_test(test_cancel_at_each_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
