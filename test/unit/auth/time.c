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

static const int64_t TEN_YEARS = 3650LL * 86400;

static void
test_r7_a_leap_of_ten_years_heals(void **state)
{
	struct clk_fake f;
	struct auth_time t;

	(void)state;
	clk_fake_init(&f, CELL_NOW);
	auth_time_init(&t, &f.clk, CELL_NOW - 60);
	assert_int_equal(auth_time_now(&t), CELL_NOW);
	assert_true(t.trusted);
	f.ms += TEN_YEARS * 1000;
	assert_int_equal(auth_time_now(&t), CELL_NOW + TEN_YEARS);	/* what it says expires things */
	assert_false(t.trusted);
	f.ms -= TEN_YEARS * 1000 - 1000;
	assert_int_equal(auth_time_now(&t), CELL_NOW + 1);
	assert_true(t.trusted);
	assert_int_equal(t.highest, CELL_NOW + 1);
}

/* A clock whose monotonic half is told apart from its wall. */
struct two {
	struct clk clk;
	int64_t wall;
	uint64_t mono;
};

static int64_t
two_wall(const struct clk *c)
{
	return ((const struct two *)c)->wall;
}

static uint64_t
two_mono(const struct clk *c)
{
	return ((const struct two *)c)->mono;
}

static void
test_a_leap_that_stands_for_a_day_is_believed(void **state)
{
	struct two two = { .clk = { .wall_s = two_wall, .mono_ms = two_mono }, .wall = CELL_NOW };
	struct auth_time t;

	(void)state;
	/* The cell was switched off for ten years. */
	auth_time_init(&t, &two.clk, CELL_NOW - TEN_YEARS);
	assert_int_equal(auth_time_now(&t), CELL_NOW);
	assert_false(t.trusted);
	assert_int_equal(t.highest, CELL_NOW - TEN_YEARS);
	two.mono += 86399 * 1000;
	two.wall += 86399;
	assert_int_equal(auth_time_now(&t), two.wall);
	assert_false(t.trusted);
	two.mono += 2000;
	two.wall += 2;
	assert_int_equal(auth_time_now(&t), two.wall);
	assert_true(t.trusted);
	assert_int_equal(t.highest, two.wall);
}

static void
test_a_leap_that_was_taken_back_starts_anew(void **state)
{
	struct two two = { .clk = { .wall_s = two_wall, .mono_ms = two_mono }, .wall = CELL_NOW };
	struct auth_time t;

	(void)state;
	auth_time_init(&t, &two.clk, CELL_NOW);
	two.wall = CELL_NOW + TEN_YEARS;
	(void)auth_time_now(&t);
	two.mono += 86399 * 1000;
	two.wall = CELL_NOW + 86399;
	(void)auth_time_now(&t);
	two.mono += 2000;
	two.wall = CELL_NOW + TEN_YEARS;
	(void)auth_time_now(&t);
	assert_int_equal(t.highest, CELL_NOW + 86399);
}

static void
test_tim1_which_clocks_are_trusted(void **state)
{
	struct clk_fake f;
	struct auth_time t;

	(void)state;
	clk_fake_init(&f, CELL_NOW);
	auth_time_init(&t, &f.clk, 0);
	t.built = CELL_NOW + 1;		/* a board without a battery-backed clock */
	(void)auth_time_now(&t);
	assert_false(t.trusted);
	clk_fake_advance(&f, 1000);
	(void)auth_time_now(&t);
	assert_true(t.trusted);
	clk_fake_advance(&f, -(AUTH_TIME_BACK_S + 1) * 1000LL);
	t.built = 0;
	(void)auth_time_now(&t);
	assert_false(t.trusted);	/* gone back */
	clk_fake_advance(&f, 1000);
	(void)auth_time_now(&t);
	assert_true(t.trusted);		/* as far as clocks are set when somebody sets them */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sta9_time_never_goes_back),
		cmocka_unit_test(test_sta9_holds_over_a_restart),
		cmocka_unit_test(test_r7_a_leap_of_ten_years_heals),
		cmocka_unit_test(test_a_leap_that_stands_for_a_day_is_believed),
		cmocka_unit_test(test_a_leap_that_was_taken_back_starts_anew),
		cmocka_unit_test(test_tim1_which_clocks_are_trusted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
