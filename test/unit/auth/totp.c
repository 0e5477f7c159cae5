/* src/auth/totp.c and src/auth/secret.c. */
#include "cell.h"

#include <errno.h>

#include "auth/totp.h"
#include "base/otp.h"

/* The code of secret at a time, as text. */
static const char *
code_at(const char *secret, int64_t t, char buf[8])
{
	uint8_t key[AUTH_TOTP_BYTES];

	assert_int_equal(str_base32_read(str_of(secret), key, sizeof(key)), AUTH_TOTP_BYTES);
	(void)snprintf(buf, 8, "%06u", otp_code(key, sizeof(key), t / 30));
	return buf;
}

static void
test_aut8_one_step_either_way(void **state)
{
	char secret[AUTH_TOTP_TEXT], code[8];
	int64_t step, now = CELL_NOW;

	(void)state;
	auth_totp_secret(secret);
	assert_int_equal(strlen(secret), 32);
	assert_false(auth_totp_check(secret, str_of(code_at(secret, now - 60, code)), now, 0, &step));
	assert_true(auth_totp_check(secret, str_of(code_at(secret, now - 30, code)), now, 0, &step));
	assert_int_equal(step, now / 30 - 1);
	assert_true(auth_totp_check(secret, str_of(code_at(secret, now, code)), now, 0, &step));
	assert_true(auth_totp_check(secret, str_of(code_at(secret, now + 30, code)), now, 0, &step));
	assert_false(auth_totp_check(secret, str_of(code_at(secret, now + 60, code)), now, 0, &step));
}

static void
test_aut8_each_step_once(void **state)
{
	char secret[AUTH_TOTP_TEXT], code[8];
	int64_t step, next;

	(void)state;
	auth_totp_secret(secret);
	assert_true(auth_totp_check(secret, str_of(code_at(secret, CELL_NOW, code)), CELL_NOW, 0, &step));
	assert_false(auth_totp_check(secret, str_of(code), CELL_NOW, step, &next));
	assert_false(auth_totp_check(secret, str_of(code_at(secret, CELL_NOW - 30, code)), CELL_NOW, step, &next));
	assert_true(auth_totp_check(secret, str_of(code_at(secret, CELL_NOW + 30, code)), CELL_NOW, step, &next));
	assert_int_equal(next, step + 1);
}

static void
test_only_six_digits_are_a_code(void **state)
{
	static const char *const no[] = { "", "12345", "1234567", "12 456", "-12345", "+12345", "abcdef", "１２" };
	char secret[AUTH_TOTP_TEXT];
	int64_t step;
	size_t i;

	(void)state;
	auth_totp_secret(secret);
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		assert_false(auth_totp_check(secret, str_of(no[i]), CELL_NOW, 0, &step));
	assert_false(auth_totp_check("", STR("000000"), CELL_NOW, 0, &step));
	assert_false(auth_totp_check("not base 32!", STR("000000"), CELL_NOW, 0, &step));
}

static void
test_otpauth_uri(void **state)
{
	char uri[AUTH_TOTP_URI_MAX];

	(void)state;
	assert_true(auth_totp_uri(uri, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "myhome", "anna"));
	assert_string_equal(uri, "otpauth://totp/myhome:anna?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	    "&issuer=myhome&algorithm=SHA1&digits=6&period=30");
}

static void
test_aut8_recovery_codes_are_single_use(void **state)
{
	char codes[AUTH_RECOVERY_CODES][AUTH_RECOVERY_TEXT], spoilt[AUTH_RECOVERY_TEXT];
	json_t *hashes, *doc, *used, *again;
	char *text;
	int i;

	(void)state;
	assert_int_equal(auth_recovery_make(codes, &hashes), 0);
	assert_int_equal(json_array_size(hashes), 10);
	doc = json_pack("{s:s}", "password_hash", "H(x)");
	used = auth_secret_with_totp(doc, "S", hashes);
	json_decref(doc);
	json_decref(hashes);
	doc = used;
	text = json_dumps(doc, 0);
	for (i = 0; i < AUTH_RECOVERY_CODES; i++) {
		assert_null(strstr(text, codes[i]));	/* only hashes are kept */
		used = auth_secret_use_recovery(doc, str_of(codes[i]));
		assert_non_null(used);
		assert_int_equal(json_array_size(json_object_get(used, "recovery_hashes")), 9 - i);
		assert_string_equal(auth_secret_totp(used), "S");
		again = auth_secret_use_recovery(used, str_of(codes[i]));
		assert_null(again);
		json_decref(doc);
		doc = used;
	}
	free(text);
	memcpy(spoilt, codes[0], sizeof(spoilt));
	spoilt[0] = spoilt[0] == 'a' ? 'b' : 'a';
	assert_null(auth_secret_use_recovery(doc, str_of(spoilt)));
	json_decref(doc);
}

static void
test_recovery_codes_as_people_type_them(void **state)
{
	char a[65], b[65];

	(void)state;
	assert_true(auth_recovery_hash(STR("abcd-efgh-ijkl-mnop"), a));
	assert_true(auth_recovery_hash(STR("ABCD EFGH IJKL MNOP"), b));
	assert_string_equal(a, b);
	assert_true(auth_recovery_hash(STR("abcdefghijklmnop"), b));
	assert_string_equal(a, b);
	assert_false(auth_recovery_hash(STR("abcd-efgh-ijkl-mno"), b));
	assert_false(auth_recovery_hash(STR("abcd-efgh-ijkl-mnopq"), b));
	assert_false(auth_recovery_hash(STR("abcd-efgh-ijkl-mno1"), b));
	assert_false(auth_recovery_hash(STR(""), b));
}

static void
test_secret_documents(void **state)
{
	json_t *a = auth_secret_with_hash(NULL, "H(1)"), *hashes = json_pack("[s]", "00"), *b, *c;

	(void)state;
	assert_string_equal(auth_secret_hash(a), "H(1)");
	assert_null(auth_secret_totp(a));
	b = auth_secret_with_totp(a, "JBSWY3DP", hashes);
	json_decref(a);
	c = auth_secret_with_hash(b, "H(2)");
	assert_string_equal(auth_secret_hash(c), "H(2)");
	assert_string_equal(auth_secret_totp(c), "JBSWY3DP");
	assert_string_equal(auth_secret_hash(b), "H(1)");	/* the old one is untouched */
	json_decref(b);
	b = auth_secret_without_totp(c);
	assert_null(auth_secret_totp(b));
	assert_null(json_object_get(b, "recovery_hashes"));
	assert_string_equal(auth_secret_hash(b), "H(2)");
	assert_null(auth_secret_hash(NULL));
	json_decref(b);
	json_decref(c);
	json_decref(hashes);
}

/* --- setting up ------------------------------------------------------------------- */

struct enrolment {
	struct clk_fake clk;
	struct auth_time time;
	struct auth_enrol *n;
	struct auth_enrolled made;
	struct err e;
};

static void
enrolment_open(struct enrolment *x)
{
	memset(x, 0, sizeof(*x));
	clk_fake_init(&x->clk, CELL_NOW);
	auth_time_init(&x->time, &x->clk.clk, 0, 0);
	x->n = auth_enrol_new(&x->time);
}

static void
enrolment_close(struct enrolment *x)
{
	auth_enrol_free(x->n);
	json_decref(x->made.hashes);
}

static int
confirm(struct enrolment *x, const char *username, const char *code)
{
	return auth_enrol_confirm(x->n, username, str_of(code), &x->made, &x->e);
}

static void
test_aut8_enrolment_needs_the_shown_secret(void **state)
{
	struct enrolment x;
	char secret[AUTH_TOTP_TEXT], code[8];
	json_t *doc, *used;

	(void)state;
	enrolment_open(&x);
	assert_int_equal(confirm(&x, "anna", "000000"), -EEXIST);
	auth_enrol_begin(x.n, "anna", secret);
	assert_int_equal(confirm(&x, "paul", code_at(secret, CELL_NOW, code)), -EEXIST);
	assert_int_equal(confirm(&x, "anna", code_at(secret, CELL_NOW - 300, code)), -EINVAL);
	assert_string_equal(x.e.fields[0].field, "code");
	assert_int_equal(confirm(&x, "Anna", code_at(secret, CELL_NOW, code)), 0);
	assert_string_equal(x.made.secret, secret);
	assert_int_equal(x.made.step, CELL_NOW / 30);
	doc = auth_secret_with_totp(NULL, x.made.secret, x.made.hashes);
	used = auth_secret_use_recovery(doc, str_of(x.made.codes[9]));
	assert_non_null(used);
	json_decref(used);
	json_decref(doc);
	assert_int_equal(confirm(&x, "anna", code), -EEXIST);	/* over */
	enrolment_close(&x);
}

static void
test_enrolment_ends(void **state)
{
	struct enrolment x;
	char secret[AUTH_TOTP_TEXT], code[8];

	(void)state;
	enrolment_open(&x);
	auth_enrol_begin(x.n, "anna", secret);
	clk_fake_advance(&x.clk, (AUTH_ENROL_S + 1) * 1000);
	assert_int_equal(confirm(&x, "anna", code_at(secret, CELL_NOW + AUTH_ENROL_S + 1, code)), -EEXIST);
	auth_enrol_begin(x.n, "anna", secret);
	auth_enrol_drop(x.n, "anna");
	assert_int_equal(confirm(&x, "anna", code_at(secret, CELL_NOW + AUTH_ENROL_S + 1, code)), -EEXIST);
	enrolment_close(&x);
}

static void
test_enrolments_are_bounded(void **state)
{
	struct enrolment x;
	char secret[AUTH_TOTP_TEXT], first[AUTH_TOTP_TEXT], name[16], code[8];
	int i;

	(void)state;
	enrolment_open(&x);
	auth_enrol_begin(x.n, "anna", first);
	for (i = 0; i < AUTH_ENROL_MAX; i++) {
		clk_fake_advance(&x.clk, 1000);
		(void)snprintf(name, sizeof(name), "user%d", i);
		auth_enrol_begin(x.n, name, secret);
	}
	assert_int_equal(confirm(&x, "anna", code_at(first, CELL_NOW + AUTH_ENROL_MAX, code)), -EEXIST);
	assert_int_equal(confirm(&x, name, code_at(secret, CELL_NOW + AUTH_ENROL_MAX, code)), 0);
	enrolment_close(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aut8_one_step_either_way),
		cmocka_unit_test(test_aut8_each_step_once),
		cmocka_unit_test(test_only_six_digits_are_a_code),
		cmocka_unit_test(test_otpauth_uri),
		cmocka_unit_test(test_aut8_recovery_codes_are_single_use),
		cmocka_unit_test(test_recovery_codes_as_people_type_them),
		cmocka_unit_test(test_secret_documents),
		cmocka_unit_test(test_aut8_enrolment_needs_the_shown_secret),
		cmocka_unit_test(test_enrolment_ends),
		cmocka_unit_test(test_enrolments_are_bounded),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
