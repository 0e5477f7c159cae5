/* src/auth/password.c and src/auth/job_hash.c: the real hashes. */
#include "cell.h"

#include <errno.h>

#include "auth/job_hash.h"
#include "auth/password.h"

/* Of "an old password", as the earlier implementation wrote them. */
static const char *const fixtures[] = {
	"$2a$06$abcdefghijklmnopqrstuuR3XoPQoRkPjiOHfTYJ.YKPReFWfLxsW",
	"$2b$06$abcdefghijklmnopqrstuuR3XoPQoRkPjiOHfTYJ.YKPReFWfLxsW",
	"$2y$06$abcdefghijklmnopqrstuuR3XoPQoRkPjiOHfTYJ.YKPReFWfLxsW",
};

static void
test_aut3_argon2id_with_the_stated_cost(void **state)
{
	char hash[AUTH_HASH_MAX];

	(void)state;
	assert_int_equal(auth_password_hash(STR("correct horse"), hash), 0);
	assert_memory_equal(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
	assert_true(auth_password_verify(STR("correct horse"), hash));
	assert_false(auth_password_verify(STR("correct horsf"), hash));
	assert_false(auth_password_verify(STR(""), hash));
	assert_false(auth_password_outdated(hash));
}

static void
test_sec6_bcrypt_fixtures_verify_and_are_outdated(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fixtures) / sizeof(fixtures[0]); i++) {
		assert_true(auth_password_verify(STR("an old password"), fixtures[i]));
		assert_false(auth_password_verify(STR("an old passwore"), fixtures[i]));
		assert_true(auth_password_outdated(fixtures[i]));
	}
}

static void
test_aut6_dummy_costs_the_same_and_matches_nothing(void **state)
{
	(void)state;
	assert_false(auth_password_outdated(auth_password_dummy));	/* same algorithm, same cost */
	assert_false(auth_password_verify(STR(""), auth_password_dummy));
	assert_false(auth_password_verify(STR("admin"), auth_password_dummy));
}

static void
test_hashes_of_unknown_form_match_nothing(void **state)
{
	char lengthy[300];

	(void)state;
	memset(lengthy, '$', sizeof(lengthy) - 1);
	lengthy[sizeof(lengthy) - 1] = '\0';
	assert_false(auth_password_verify(STR("x"), ""));
	assert_false(auth_password_verify(STR("x"), "x"));
	assert_false(auth_password_verify(STR("x"), "$1$salt$qJH7.N4xYta3aEG/dfqo/0"));
	assert_false(auth_password_verify(STR("x"), lengthy));
	assert_true(auth_password_outdated(lengthy));
}

/* n characters of a text into e. */
static int
check(const char *text, enum conf_role role, struct err *e)
{
	static const struct conf_auth rules = { .admin_password_min = 12, .peer_password_min = 10 };

	err_clear(e);
	return auth_password_check(str_of(text), role, &rules, "new_password", e);
}

static void
test_aut3_lengths_are_counted_in_characters(void **state)
{
	char text[2 * AUTH_PASSWORD_MAX + 8];
	struct err e;
	size_t i;

	(void)state;
	assert_int_equal(check("elevenchars", CONF_ROLE_ADMIN, &e), -EINVAL);
	assert_string_equal(e.fields[0].field, "new_password");
	assert_string_equal(e.fields[0].message, "needs at least 12 characters");
	assert_int_equal(check("twelve chars", CONF_ROLE_ADMIN, &e), 0);
	assert_int_equal(check("nine char", CONF_ROLE_PEER, &e), -EINVAL);
	assert_int_equal(check("ten  chars", CONF_ROLE_PEER, &e), 0);
	assert_int_equal(check("æøåæøåæøåæø", CONF_ROLE_ADMIN, &e), -EINVAL);
	assert_int_equal(check("æøåæøåæøåæøå", CONF_ROLE_ADMIN, &e), 0);
	assert_int_equal(check("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", CONF_ROLE_ADMIN, &e), -EINVAL);
	for (i = 0; i < AUTH_PASSWORD_MAX; i++)
		memcpy(text + 2 * i, "ø", 2);
	text[2 * i] = '\0';
	assert_int_equal(check(text, CONF_ROLE_ADMIN, &e), 0);
	memcpy(text + 2 * i, "x", 2);
	assert_int_equal(check(text, CONF_ROLE_ADMIN, &e), -EINVAL);
}

static json_t *
job(json_t *in, int expected)
{
	json_t *result = NULL;
	struct err e;

	err_clear(&e);
	assert_int_equal(auth_job_hash(in, NULL, NULL, &result, &e), expected);
	json_decref(in);
	return result;
}

static void
test_job_hashes_and_verifies(void **state)
{
	json_t *made = job(json_pack("{s:s,s:s}", "op", "hash", "password", "some password"), 0), *r;
	const char *hash = json_string_value(json_object_get(made, "hash"));

	(void)state;
	assert_non_null(hash);
	r = job(json_pack("{s:s,s:s,s:s}", "op", "verify", "password", "some password", "hash", hash), 0);
	assert_true(json_is_true(json_object_get(r, "ok")));
	assert_true(json_is_false(json_object_get(r, "outdated")));
	json_decref(r);
	r = job(json_pack("{s:s,s:s,s:s}", "op", "verify", "password", "other password", "hash", hash), 0);
	assert_true(json_is_false(json_object_get(r, "ok")));
	json_decref(r);
	json_decref(made);
	r = job(json_pack("{s:s,s:s,s:s}", "op", "verify", "password", "an old password", "hash", fixtures[0]), 0);
	assert_true(json_is_true(json_object_get(r, "ok")));
	assert_true(json_is_true(json_object_get(r, "outdated")));
	json_decref(r);
}

static void
test_job_refuses_other_input(void **state)
{
	(void)state;
	assert_null(job(json_object(), -EINVAL));
	assert_null(job(json_pack("{s:s,s:i}", "op", "hash", "password", 1), -EINVAL));
	assert_null(job(json_pack("{s:s,s:s}", "op", "verify", "password", "x"), -EINVAL));
	assert_null(job(json_pack("{s:s,s:s}", "op", "break", "password", "x"), -EINVAL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aut3_argon2id_with_the_stated_cost),
		cmocka_unit_test(test_sec6_bcrypt_fixtures_verify_and_are_outdated),
		cmocka_unit_test(test_aut6_dummy_costs_the_same_and_matches_nothing),
		cmocka_unit_test(test_hashes_of_unknown_form_match_nothing),
		cmocka_unit_test(test_aut3_lengths_are_counted_in_characters),
		cmocka_unit_test(test_job_hashes_and_verifies),
		cmocka_unit_test(test_job_refuses_other_input),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
