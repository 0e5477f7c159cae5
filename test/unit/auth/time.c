/* src/auth/time.c. */
#include "cell.h"

static void
test_sta9_time_never_goes_back(void **state)
{
	struct clk_fake f;
	struct auth_time t;

	(void)state;
	clk_fake_init(&f, CELL_NOW);
	auth_time_init(&t, &f.clk, 0);
	assert_int_equal(auth_time_now(&t), CELL_NOW);
	clk_fake_advance(&f, 5000);
	assert_int_equal(auth_time_now(&t), CELL_NOW + 5);
	clk_fake_advance(&f, -365LL * 86400 * 1000);
	assert_int_equal(auth_time_now(&t), CELL_NOW + 5);
	assert_int_equal(t.highest, CELL_NOW + 5);
}

static void
test_sta9_holds_over_a_restart(void **state)
{
	struct clk_fake f;
	struct auth_time t;

	(void)state;
	clk_fake_init(&f, CELL_NOW - 365 * 86400);
	auth_time_init(&t, &f.clk, CELL_NOW);
	assert_int_equal(auth_time_now(&t), CELL_NOW);
}

static void
test_r7_a_leap_of_ten_years_heals(void **state)
{
	struct clk_fake f;
	struct auth_time t;

	(void)state;
	clk_fake_init(&f, CELL_NOW);
	auth_time_init(&t, &f.clk, CELL_NOW - 60);
	assert_int_equal(auth_time_now(&t), CELL_NOW);
	clk_fake_advance(&f, 3650LL * 86400 * 1000);
	assert_int_equal(auth_time_now(&t), CELL_NOW + 3650LL * 86400);
	clk_fake_advance(&f, -3650LL * 86400 * 1000 + 1000);
	assert_int_equal(auth_time_now(&t), CELL_NOW + 1);

	clk_fake_advance(&f, 3650LL * 86400 * 1000);
	t.trusted = true;
	assert_int_equal(auth_time_now(&t), CELL_NOW + 1 + 3650LL * 86400);
	clk_fake_advance(&f, -3650LL * 86400 * 1000);
	assert_int_equal(auth_time_now(&t), CELL_NOW + 1 + 3650LL * 86400);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sta9_time_never_goes_back),
		cmocka_unit_test(test_sta9_holds_over_a_restart),
		cmocka_unit_test(test_r7_a_leap_of_ten_years_heals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
