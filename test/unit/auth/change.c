/* src/auth/change.c. */
#include "cell.h"

#include "auth/change.h"
#include "auth/totp.h"
#include "base/otp.h"

struct change {
	unsigned calls;
	json_t *secret;
	char old_ref[64];
	struct err e;
};

static void
on_change(void *arg, json_t *secret, const char *old_ref, const struct err *e)
{
	struct change *c = arg;

	c->calls++;
	c->secret = secret;
	(void)snprintf(c->old_ref, sizeof(c->old_ref), "%s", old_ref == NULL ? "" : old_ref);
	if (e != NULL)
		c->e = *e;
}

static void
change(struct cell *x, struct change *c, struct auth_change_ask ask)
{
	json_decref(c->secret);
	memset(c, 0, sizeof(*c));
	assert_non_null(auth_change_start(&x->env, &ask, on_change, c));
	assert_int_equal(c->calls, 0);
	while (c->calls == 0)
		cell_spin(x);
	assert_int_equal(c->calls, 1);
}

static struct auth_change_ask
password(const char *username, const char *old, const char *new)
{
	return (struct auth_change_ask){ .what = AUTH_CHANGE_PASSWORD, .username = username,
	    .password = str_of(old), .new_password = str_of(new) };
}

static void
test_change_password(void **state)
{
	struct change c = { 0 };
	struct cell x;

	(void)state;
	cell_open_all(&x, NULL);
	change(&x, &c, password("anna", "annas password", "a better password"));
	assert_int_equal(c.e.kind, ERR_NONE);
	assert_string_equal(auth_secret_hash(c.secret), "H(a better password)");
	assert_string_equal(c.old_ref, REF_ANNA);
	change(&x, &c, password("anna", "wrong", "a better password"));
	assert_int_equal(c.e.kind, ERR_FORBIDDEN);
	assert_null(c.secret);
	change(&x, &c, password("anna", "annas password", "annas password"));
	assert_int_equal(c.e.kind, ERR_VALIDATION);
	assert_string_equal(c.e.fields[0].field, "new_password");
	change(&x, &c, password("anna", "annas password", "elevenchars"));
	assert_int_equal(c.e.kind, ERR_VALIDATION);
	change(&x, &c, password("paul", "pauls password", "ten  chars"));	/* a peer's rule */
	assert_int_equal(c.e.kind, ERR_NONE);
	change(&x, &c, password("nobody", "x", "a better password"));
	assert_int_equal(c.e.kind, ERR_NOT_FOUND);
	json_decref(c.secret);
	cell_close_all(&x);
}

static void
test_a_stolen_session_cannot_guess_for_ever(void **state)
{
	struct change c = { 0 };
	struct addr a = cell_addr("192.0.2.1");
	struct cell x;
	int i;

	(void)state;
	cell_open_all(&x, NULL);
	for (i = 0; i < 5; i++) {
		change(&x, &c, password("anna", "guess", "a better password"));
		assert_int_equal(c.e.kind, ERR_FORBIDDEN);
	}
	change(&x, &c, password("anna", "annas password", "a better password"));
	assert_int_equal(c.e.kind, ERR_LOCKED);
	assert_true(c.e.retry_after > 0);
	/* Logins are counted apart: whoever took the session must not lock the owner out. */
	assert_int_equal(auth_lockout_begin(x.env.lockout, &x.conf->auth, "anna", true, &a, NULL), 0);
	clk_fake_advance(&x.clk, 900 * 1000);
	change(&x, &c, password("anna", "annas password", "a better password"));
	assert_int_equal(c.e.kind, ERR_NONE);
	json_decref(c.secret);
	cell_close_all(&x);
}

static void
test_new_and_reset(void **state)
{
	struct change c = { 0 };
	struct cell x;
	json_t *hashes = json_pack("[s]", "00");

	(void)state;
	cell_open_all(&x, NULL);
	change(&x, &c, (struct auth_change_ask){ .what = AUTH_CHANGE_NEW, .username = "carl",
	    .role = CONF_ROLE_PEER, .new_password = STR("ten  chars") });
	assert_string_equal(auth_secret_hash(c.secret), "H(ten  chars)");
	assert_string_equal(c.old_ref, "");
	change(&x, &c, (struct auth_change_ask){ .what = AUTH_CHANGE_NEW, .username = "carl",
	    .role = CONF_ROLE_ADMIN, .new_password = STR("ten  chars") });
	assert_string_equal(c.e.fields[0].field, "password");

	cell_put(&x, REF_ANNA, auth_secret_with_totp(json_object_get(x.vault, REF_ANNA), "JBSWY3DP", hashes));
	change(&x, &c, (struct auth_change_ask){ .what = AUTH_CHANGE_RESET, .username = "Anna",
	    .new_password = STR("a better password") });
	assert_string_equal(auth_secret_hash(c.secret), "H(a better password)");
	assert_string_equal(auth_secret_totp(c.secret), "JBSWY3DP");	/* a reset is no way around it */
	assert_string_equal(c.old_ref, REF_ANNA);
	change(&x, &c, (struct auth_change_ask){ .what = AUTH_CHANGE_RESET, .username = "nobody",
	    .new_password = STR("a better password") });
	assert_int_equal(c.e.kind, ERR_NOT_FOUND);
	json_decref(hashes);
	json_decref(c.secret);
	cell_close_all(&x);
}

static void
test_aut8_totp_needs_the_password(void **state)
{
	struct change c = { 0 };
	struct auth_change_ask ask = { .what = AUTH_CHANGE_TOTP_BEGIN, .username = "anna", .password = STR("wrong") };
	struct cell x;
	json_t *hashes = json_pack("[s]", "00");

	(void)state;
	cell_open_all(&x, NULL);
	change(&x, &c, ask);
	assert_int_equal(c.e.kind, ERR_FORBIDDEN);
	ask.password = STR("annas password");
	change(&x, &c, ask);
	assert_int_equal(c.e.kind, ERR_NONE);
	assert_null(c.secret);
	cell_put(&x, REF_ANNA, auth_secret_with_totp(json_object_get(x.vault, REF_ANNA), "JBSWY3DP", hashes));
	change(&x, &c, ask);
	assert_int_equal(c.e.kind, ERR_CONFLICT);
	json_decref(hashes);
	cell_close_all(&x);
}

static void
test_aut8_totp_ends_with_password_and_code(void **state)
{
	struct change c = { 0 };
	struct auth_change_ask ask = { .what = AUTH_CHANGE_TOTP_END, .username = "anna",
	    .password = STR("annas password") };
	char secret[AUTH_TOTP_TEXT], codes[AUTH_RECOVERY_CODES][AUTH_RECOVERY_TEXT], code[8];
	uint8_t key[AUTH_TOTP_BYTES];
	struct cell x;
	json_t *hashes;

	(void)state;
	cell_open_all(&x, NULL);
	change(&x, &c, ask);
	assert_int_equal(c.e.kind, ERR_CONFLICT);	/* not on */
	auth_totp_secret(secret);
	assert_int_equal(auth_recovery_make(codes, &hashes), 0);
	cell_put(&x, REF_ANNA, auth_secret_with_totp(json_object_get(x.vault, REF_ANNA), secret, hashes));
	json_decref(hashes);

	change(&x, &c, ask);
	assert_int_equal(c.e.kind, ERR_FORBIDDEN);	/* without a code */
	assert_int_equal(str_base32_read(str_of(secret), key, sizeof(key)), AUTH_TOTP_BYTES);
	(void)snprintf(code, sizeof(code), "%06u", otp_code(key, sizeof(key), CELL_NOW / 30));
	ask.totp = str_of(code);
	change(&x, &c, ask);
	assert_int_equal(c.e.kind, ERR_NONE);
	assert_null(auth_secret_totp(c.secret));
	assert_string_equal(auth_secret_hash(c.secret), "H(annas password)");
	change(&x, &c, ask);
	assert_int_equal(c.e.kind, ERR_FORBIDDEN);	/* that code was used */
	ask.recovery_code = str_of(codes[0]);
	change(&x, &c, ask);
	assert_int_equal(c.e.kind, ERR_NONE);

	cell_commit(&x, "{\"admin_access\":{\"require_totp\":true}}");
	change(&x, &c, ask);
	assert_int_equal(c.e.kind, ERR_CONFLICT);
	assert_null(c.secret);
	cell_close_all(&x);
}

static void
test_no_hash_child(void **state)
{
	struct change c = { 0 };
	struct cell x;
	int i;

	(void)state;
	cell_open_all(&x, NULL);
	x.refuse = true;
	for (i = 0; i < 6; i++) {
		change(&x, &c, password("anna", "annas password", "a better password"));
		assert_int_equal(c.e.kind, ERR_UNAVAILABLE);
	}
	x.refuse = false;
	change(&x, &c, password("anna", "annas password", "a better password"));
	assert_int_equal(c.e.kind, ERR_NONE);	/* none of them counted as a guess */
	json_decref(c.secret);
	cell_close_all(&x);
}

static void
test_cancel(void **state)
{
	struct auth_change_ask good = password("anna", "annas password", "a better password");
	struct auth_change_ask bad = password("anna", "annas password", "short");
	struct change c = { 0 };
	struct auth_change *h;
	struct cell x;

	(void)state;
	cell_open_all(&x, NULL);
	auth_change_cancel(auth_change_start(&x.env, &good, on_change, &c));
	auth_change_cancel(auth_change_start(&x.env, &bad, on_change, &c));
	h = auth_change_start(&x.env, &good, on_change, &c);
	cell_answer(&x.runs[1]);
	auth_change_cancel(h);
	auth_change_cancel(NULL);
	cell_spin(&x);
	assert_int_equal(c.calls, 0);
	cell_close_all(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_change_password),
		cmocka_unit_test(test_a_stolen_session_cannot_guess_for_ever),
		cmocka_unit_test(test_new_and_reset),
		cmocka_unit_test(test_aut8_totp_needs_the_password),
		cmocka_unit_test(test_aut8_totp_ends_with_password_and_code),
		cmocka_unit_test(test_no_hash_child),
		cmocka_unit_test(test_cancel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
