/* src/auth/lockout.c. */
#include "cell.h"

#include <errno.h>

static const struct conf_auth rules = { .lockout_failures = 5, .lockout_s = 900,
	.address_failures = 20, .address_window_s = 900 };

struct table {
	struct clk_fake clk;
	struct auth_lockout *l;
	struct err e;
};

static int
open_table(void **state)
{
	struct table *t = calloc(1, sizeof(*t));

	clk_fake_init(&t->clk, CELL_NOW);
	t->l = auth_lockout_new(&t->clk.clk);
	*state = t;
	return t->l == NULL;
}

static int
close_table(void **state)
{
	struct table *t = *state;

	auth_lockout_free(t->l);
	free(t);
	return 0;
}

static int
attempt(struct table *t, const char *name, const char *address)
{
	struct addr a = cell_addr(address);

	err_clear(&t->e);
	return auth_lockout_begin(t->l, &rules, name, true, &a, &t->e);
}

static void
wait_s(struct table *t, int64_t s)
{
	clk_fake_advance(&t->clk, s * 1000);
}

static void
test_aut5_five_failures_lock_the_account(void **state)
{
	struct table *t = *state;
	int i;

	for (i = 0; i < 5; i++)
		assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);
	assert_int_equal(attempt(t, "anna", "192.0.2.2"), -EBUSY);
	assert_int_equal(t->e.kind, ERR_LOCKED);
	assert_int_equal(t->e.retry_after, 900);
	assert_int_equal(attempt(t, "ANNA", "192.0.2.2"), -EBUSY);
	assert_int_equal(attempt(t, "paul", "192.0.2.2"), 0);
	wait_s(t, 899);
	assert_int_equal(attempt(t, "anna", "192.0.2.2"), -EBUSY);
	assert_int_equal(t->e.retry_after, 1);
	wait_s(t, 1);
	for (i = 0; i < 5; i++)
		assert_int_equal(attempt(t, "anna", "192.0.2.3"), 0);	/* a new count of five */
	assert_int_equal(attempt(t, "anna", "192.0.2.3"), -EBUSY);
}

static void
test_aut5_only_failures_within_the_window_count(void **state)
{
	struct table *t = *state;
	int i;

	assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);
	wait_s(t, 600);
	for (i = 0; i < 3; i++)
		assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);
	wait_s(t, 301);		/* the first is older than 15 min now */
	assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);
	assert_int_equal(auth_lockout_failures(t->l, &rules, "anna"), 4);
	assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);	/* the fifth within 15 min */
	assert_int_equal(attempt(t, "anna", "192.0.2.1"), -EBUSY);
}

static void
test_aut5_success_starts_anew(void **state)
{
	struct table *t = *state;
	struct addr a = cell_addr("192.0.2.1");
	int i, j;

	for (j = 0; j < 3; j++) {
		for (i = 0; i < 5; i++)
			assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);
		auth_lockout_pass(t->l, "anna", &a);
		assert_int_equal(auth_lockout_wait_s(t->l, "anna"), 0);
	}
	/* 12 failures and 3 successes: the address is not at its limit of 20 yet. */
	for (i = 0; i < 8; i++)
		assert_int_equal(attempt(t, i % 2 ? "b" : "c", "192.0.2.1"), 0);
	assert_int_equal(attempt(t, "d", "192.0.2.1"), -EAGAIN);
}

static void
test_aut5_twenty_failures_limit_the_address(void **state)
{
	struct table *t = *state;
	char name[16];
	int i;

	for (i = 0; i < 20; i++) {
		(void)snprintf(name, sizeof(name), "name%d", i);
		assert_int_equal(attempt(t, name, "192.0.2.1"), 0);
		wait_s(t, 1);
	}
	assert_int_equal(attempt(t, "anna", "192.0.2.1"), -EAGAIN);
	assert_int_equal(t->e.kind, ERR_RATE_LIMITED);
	assert_int_equal(t->e.retry_after, 880);
	assert_int_equal(attempt(t, "anna", "192.0.2.2"), 0);
	wait_s(t, 880);
	assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);
	assert_int_equal(attempt(t, "anna", "192.0.2.1"), -EAGAIN);
}

static void
test_aut5_ipv6_counts_by_its_64(void **state)
{
	struct table *t = *state;
	char address[32], name[16];
	int i;

	for (i = 0; i < 20; i++) {
		(void)snprintf(address, sizeof(address), "2001:db8:1:2::%x", i + 1);
		(void)snprintf(name, sizeof(name), "name%d", i);
		assert_int_equal(attempt(t, name, address), 0);
	}
	assert_int_equal(attempt(t, "anna", "2001:db8:1:2:ffff::9"), -EAGAIN);
	assert_int_equal(attempt(t, "anna", "2001:db8:1:3::1"), 0);
}

static void
test_attempts_in_parallel_gain_nothing(void **state)
{
	struct table *t = *state;
	struct addr a = cell_addr("192.0.2.1");
	int i, allowed = 0;

	for (i = 0; i < 10; i++)	/* none of them has an answer yet */
		allowed += attempt(t, "anna", "192.0.2.1") == 0;
	assert_int_equal(allowed, 5);
	auth_lockout_undo(t->l, "anna", &a);	/* one found no hash child */
	assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);
	assert_int_equal(attempt(t, "anna", "192.0.2.1"), -EBUSY);
	auth_lockout_pass(t->l, "anna", &a);	/* one of those under way was right */
	assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);
}

static void
test_unlock(void **state)
{
	struct table *t = *state;
	int i;

	assert_false(auth_lockout_clear(t->l, "anna"));
	for (i = 0; i < 5; i++)
		assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);
	assert_int_equal(auth_lockout_wait_s(t->l, "anna"), 900);
	assert_true(auth_lockout_clear(t->l, "Anna"));
	assert_int_equal(auth_lockout_wait_s(t->l, "anna"), 0);
	assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);
}

static void
test_without_address_only_the_name_counts(void **state)
{
	struct table *t = *state;
	int i;

	for (i = 0; i < 5; i++)
		assert_int_equal(auth_lockout_begin(t->l, &rules, "anna", true, NULL, &t->e), 0);
	assert_int_equal(auth_lockout_begin(t->l, &rules, "anna", true, NULL, &t->e), -EBUSY);
	assert_int_equal(auth_lockout_count(t->l), 1);
	auth_lockout_pass(t->l, "anna", NULL);
	assert_int_equal(auth_lockout_count(t->l), 0);
}

static void
test_acc9_acc16_a_million_names_and_addresses_stay_bounded(void **state)
{
	struct table *t = *state;
	struct addr a = { .len = 4 };
	char name[16];
	uint32_t i;
	int j;

	for (j = 0; j < 5; j++)
		assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);
	for (i = 0; i < 1000000; i++) {
		(void)snprintf(name, sizeof(name), "x%u", i);
		a.b[0] = 10;
		a.b[1] = (uint8_t)(i >> 16);
		a.b[2] = (uint8_t)(i >> 8);
		a.b[3] = (uint8_t)i;
		assert_int_equal(auth_lockout_begin(t->l, &rules, name, false, &a, NULL), 0);
	}
	assert_int_equal(auth_lockout_count(t->l), 2 * AUTH_LOCKOUT_MAX);
	/* What counts against an existing account was not washed out, and others still get in. */
	assert_int_equal(attempt(t, "anna", "192.0.2.9"), -EBUSY);
	assert_int_equal(attempt(t, "paul", "192.0.2.9"), 0);
}

static void
test_restore_after_a_restart(void **state)
{
	struct table *t = *state;

	auth_lockout_restore(t->l, "anna", 5, 100);
	auth_lockout_restore(t->l, "paul", 4, 0);
	auth_lockout_restore(t->l, "none", 0, 0);
	auth_lockout_restore(t->l, "odd", 1000, 10);
	assert_int_equal(auth_lockout_wait_s(t->l, "anna"), 100);
	assert_int_equal(attempt(t, "anna", "192.0.2.1"), -EBUSY);
	assert_int_equal(attempt(t, "paul", "192.0.2.1"), 0);
	assert_int_equal(attempt(t, "paul", "192.0.2.1"), -EBUSY);
	assert_int_equal(attempt(t, "none", "192.0.2.1"), 0);
	wait_s(t, 100);
	assert_int_equal(attempt(t, "anna", "192.0.2.1"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_aut5_five_failures_lock_the_account, open_table, close_table),
		cmocka_unit_test_setup_teardown(test_aut5_only_failures_within_the_window_count, open_table, close_table),
		cmocka_unit_test_setup_teardown(test_aut5_success_starts_anew, open_table, close_table),
		cmocka_unit_test_setup_teardown(test_aut5_twenty_failures_limit_the_address, open_table, close_table),
		cmocka_unit_test_setup_teardown(test_aut5_ipv6_counts_by_its_64, open_table, close_table),
		cmocka_unit_test_setup_teardown(test_attempts_in_parallel_gain_nothing, open_table, close_table),
		cmocka_unit_test_setup_teardown(test_unlock, open_table, close_table),
		cmocka_unit_test_setup_teardown(test_without_address_only_the_name_counts, open_table, close_table),
		cmocka_unit_test_setup_teardown(test_acc9_acc16_a_million_names_and_addresses_stay_bounded,
		    open_table, close_table),
		cmocka_unit_test_setup_teardown(test_restore_after_a_restart, open_table, close_table),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
