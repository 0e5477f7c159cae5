/* What returns with an earlier configuration (CFG-10; data.md 3.2 rule 4). */
#include "conf/rollback.h"

#include "sample.h"

static void
what_is_older_returns(void **state)
{
	json_t *now = sample_new(), *then = sample_new();

	(void)state;
	sample_set(then, "identity.timezone", json_string("UTC"));
	sample_set(then, "users", json_array());
	sample_set(then, "auth.lockout_s", json_integer(60));
	assert_int_equal(conf_rollback(now, then, NULL), 0);
	assert_string_equal(json_string_value(sample_get(now, "identity.timezone")), "UTC");
	assert_int_equal(json_array_size(sample_get(now, "users")), 2);
	assert_int_equal(json_integer_value(sample_get(now, "auth.lockout_s")), 900);
	assert_true(json_is_true(sample_get(now, "peers.0.enabled")));
	assert_true(json_is_true(sample_get(now, "peers.1.enabled")));
	sample_accepted(now);
	json_decref(now);
	json_decref(then);
}

static void
who_was_taken_off_returns_disabled(void **state)
{
	json_t *now = sample_new(), *then = sample_new();

	(void)state;
	(void)json_array_remove(sample_get(now, "peers"), 0);
	assert_int_equal(conf_rollback(now, then, NULL), 0);
	assert_true(json_is_false(sample_get(now, "peers.0.enabled")));
	assert_true(json_is_true(sample_get(now, "peers.1.enabled")));
	sample_accepted(now);
	json_decref(now);
	json_decref(then);
}

/* A key that was given up, maybe because it is in wrong hands, does not open again. */
static void
an_earlier_key_returns_disabled(void **state)
{
	json_t *now = sample_new(), *then = sample_new();

	(void)state;
	sample_set(now, "peers.1.public_key", json_string("AwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
	assert_int_equal(conf_rollback(now, then, NULL), 0);
	assert_true(json_is_true(sample_get(now, "peers.0.enabled")));
	assert_true(json_is_false(sample_get(now, "peers.1.enabled")));
	json_decref(now);
	json_decref(then);
}

/* The file that a device was given last did not go back. */
static void
its_file_stays_known(void **state)
{
	static const char sha256[] = "905f28def18eaac05ae6f12b2c3452744afaf626da1343d57b395b544e0519b6";
	json_t *now = sample_new(), *then = sample_new();

	(void)state;
	sample_set(now, "peers.0.installed", json_string(sha256));
	assert_int_equal(conf_rollback(now, then, NULL), 0);
	assert_string_equal(json_string_value(sample_get(now, "peers.0.installed")), sha256);
	json_decref(now);
	json_decref(then);
}

static void
an_owner_who_is_gone_does_not(void **state)
{
	json_t *now = sample_new(), *then = sample_new();

	(void)state;
	(void)json_array_remove(sample_get(now, "users"), 1);
	assert_int_equal(conf_rollback(now, then, NULL), 0);
	assert_true(json_is_null(sample_get(now, "peers.0.owner")));
	sample_accepted(now);
	json_decref(now);
	json_decref(then);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_older_returns), cmocka_unit_test(who_was_taken_off_returns_disabled),
		cmocka_unit_test(an_earlier_key_returns_disabled), cmocka_unit_test(its_file_stays_known),
		cmocka_unit_test(an_owner_who_is_gone_does_not),
	};

	return cmocka_run_group_tests_name("conf/rollback", tests, NULL, NULL);
}
