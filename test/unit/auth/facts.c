/* src/auth/facts.c. */
#include "cell.h"

#define ID "b0c1a2d3-0000-4000-8000-000000000001"
#define WITH_TOKEN "{\"tokens\":[{\"id\":\"" ID "\",\"name\":\"grafana\",\"scopes\":[\"dns:read\"]," \
	"\"created_by\":\"anna\",\"created_at\":\"2026-01-01T00:00:00Z\",\"expires_at\":\"2030-01-01T00:00:00Z\"}]}"

static void
test_facts_are_kept_by_name_without_case(void **state)
{
	struct cell x;

	(void)state;
	cell_open_all(&x, NULL);
	assert_int_equal(auth_facts_last_login(x.env.facts, "anna"), 0);
	auth_facts_login(x.env.facts, "anna");
	auth_facts_totp_used(x.env.facts, "Anna", 100);
	auth_facts_totp_used(x.env.facts, "anna", 99);
	assert_int_equal(auth_facts_last_login(x.env.facts, "ANNA"), CELL_NOW);
	assert_int_equal(auth_facts_totp_step(x.env.facts, "anna"), 100);
	assert_int_equal(auth_facts_totp_step(x.env.facts, "paul"), 0);
	assert_int_equal(x.changes, 2);
	cell_close_all(&x);
}

static void
test_token_use_is_told_once_a_minute(void **state)
{
	struct cell x;
	int i;

	(void)state;
	cell_open_all(&x, WITH_TOKEN);
	for (i = 0; i < 120; i++) {
		auth_facts_token_used(x.env.facts, ID);
		clk_fake_advance(&x.clk, 1000);
	}
	assert_int_equal(x.changes, 2);
	assert_int_equal(auth_facts_token_last_used(x.env.facts, ID), CELL_NOW + 60);
	cell_close_all(&x);
}

static void
test_saved_and_loaded(void **state)
{
	struct cell x, y;
	struct addr a = cell_addr("192.0.2.1");
	json_t *saved, *again;
	int i;

	(void)state;
	cell_open_all(&x, WITH_TOKEN);
	auth_facts_login(x.env.facts, "anna");
	auth_facts_totp_used(x.env.facts, "anna", 12345);
	auth_facts_token_used(x.env.facts, ID);
	for (i = 0; i < 5; i++)
		assert_int_equal(auth_lockout_begin(x.env.lockout, &x.conf->auth, "paul", true, &a, NULL), 0);
	assert_int_equal(auth_lockout_begin(x.env.lockout, &x.conf->auth, "old", true, &a, NULL), 0);
	saved = auth_facts_save(x.env.facts, x.env.lockout, x.conf);

	cell_open_all(&y, WITH_TOKEN);
	clk_fake_advance(&y.clk, 100 * 1000);
	auth_facts_load(y.env.facts, y.env.lockout, y.conf, saved);
	assert_int_equal(auth_facts_last_login(y.env.facts, "anna"), CELL_NOW);
	assert_int_equal(auth_facts_totp_step(y.env.facts, "anna"), 12345);
	assert_int_equal(auth_facts_token_last_used(y.env.facts, ID), CELL_NOW);
	assert_int_equal(auth_lockout_wait_s(y.env.lockout, "Paul"), 800);
	assert_int_equal(auth_lockout_failures(y.env.lockout, &y.conf->auth, "old"), 1);
	again = auth_facts_save(y.env.facts, y.env.lockout, y.conf);
	assert_true(json_equal(saved, again));
	json_decref(again);
	cell_close_all(&y);

	/* The lock ended while the cell was off: a new count, not one failure from the next lock. */
	cell_open_all(&y, WITH_TOKEN);
	clk_fake_advance(&y.clk, 1000 * 1000);
	auth_facts_load(y.env.facts, y.env.lockout, y.conf, saved);
	assert_int_equal(auth_lockout_failures(y.env.lockout, &y.conf->auth, "Paul"), 0);
	cell_close_all(&y);
	json_decref(saved);
	cell_close_all(&x);
}

static void
test_damaged_file_is_no_history(void **state)
{
	static const char *const texts[] = { "1", "[]", "{\"users\":[],\"tokens\":3}", "{\"users\":{\"anna\":4}}",
	    "{\"users\":{\"anna\":{\"last_login_at\":true,\"failed_attempts\":\"x\",\"locked_until\":\"2027\"}}}",
	    "{\"users\":{\"anna\":{\"failed_attempts\":-1,\"totp_last_step\":\"9\"}}}" };
	struct cell x;
	json_t *j;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cell_open_all(&x, NULL);
		j = json_loads(texts[i], JSON_DECODE_ANY, NULL);
		assert_non_null(j);
		auth_facts_load(x.env.facts, x.env.lockout, x.conf, j);
		assert_int_equal(auth_facts_last_login(x.env.facts, "anna"), 0);
		assert_int_equal(auth_lockout_wait_s(x.env.lockout, "anna"), 0);
		json_decref(j);
		cell_close_all(&x);
	}
}

static void
test_acc11_a_new_user_of_the_same_name_inherits_nothing(void **state)
{
	struct cell x;

	(void)state;
	cell_open_all(&x, WITH_TOKEN);
	auth_facts_login(x.env.facts, "anna");
	auth_facts_login(x.env.facts, "Paul");
	auth_facts_token_used(x.env.facts, ID);
	cell_commit(&x, "{\"users\":[{\"username\":\"Paul\",\"role\":\"admin\",\"created_at\":\"2026-01-01T00:00:00Z\"}]}");
	cell_commit(&x, WITH_TOKEN);
	assert_int_equal(auth_facts_last_login(x.env.facts, "anna"), 0);
	assert_int_equal(auth_facts_last_login(x.env.facts, "paul"), CELL_NOW);
	assert_int_equal(auth_facts_token_last_used(x.env.facts, ID), 0);
	cell_close_all(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts_are_kept_by_name_without_case),
		cmocka_unit_test(test_token_use_is_told_once_a_minute),
		cmocka_unit_test(test_saved_and_loaded),
		cmocka_unit_test(test_damaged_file_is_no_history),
		cmocka_unit_test(test_acc11_a_new_user_of_the_same_name_inherits_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
