/* src/auth/time.c: STA-9, NTP-6, R7. */
#include "auth/time.h"

#include "cell.h"

enum { TEN_YEARS = 10 * 365 * 86400, DAY_MS = 86400 * 1000 };

struct lab {
	struct clk_fake f;
	struct auth_time t;
	const char *lacks;
};

static const char *
lacks(void *arg)
{
	const struct lab *x = arg;

	return x->lacks;
}

static void
lab_init(struct lab *x, int64_t highest, int64_t seen)
{
	clk_fake_init(&x->f, CELL_NOW);
	auth_time_init(&x->t, &x->f.clk, highest, seen);
	x->t.lacks = lacks;
	x->t.lacks_arg = x;
	x->lacks = NULL;
}

static int64_t
at(struct lab *x, int64_t unix_s)
{
	x->f.ms = unix_s * 1000;
	return auth_time_now(&x->t);
}

static void
test_never_back(void **state)
{
	struct lab x;

	(void)state;
	lab_init(&x, 0, 0);
	assert_int_equal(at(&x, CELL_NOW + 5), CELL_NOW + 5);
	assert_true(x.t.trusted);
	x.lacks = "it went back";
	assert_int_equal(at(&x, CELL_NOW - 365 * 86400), CELL_NOW + 5);
	assert_false(x.t.trusted);
	assert_int_equal(x.t.highest, CELL_NOW + 5);
}

/* A restart in between changes nothing. */
static void
test_saved(void **state)
{
	struct lab x;

	(void)state;
	lab_init(&x, CELL_NOW, 0);
	x.lacks = "not asked yet";
	assert_int_equal(at(&x, CELL_NOW - TEN_YEARS), CELL_NOW);
	lab_init(&x, 0, CELL_NOW);	/* a cell that never had a source */
	x.lacks = "no source";
	assert_int_equal(at(&x, CELL_NOW - TEN_YEARS), CELL_NOW);
}

/* A leap that nobody vouches for expires things while it lasts, and leaves nothing behind. */
static void
test_leap_heals(void **state)
{
	struct lab x;

	(void)state;
	lab_init(&x, CELL_NOW - 60, 0);
	assert_int_equal(at(&x, CELL_NOW), CELL_NOW);
	x.lacks = "it leapt";
	assert_int_equal(at(&x, CELL_NOW + TEN_YEARS), CELL_NOW + TEN_YEARS);
	assert_int_equal(x.t.highest, CELL_NOW);
	assert_int_equal(at(&x, CELL_NOW + 1), CELL_NOW + 1);
}

/* Without a source small leaps are remembered at once, a large one when it stood for a day. */
static void
test_without_a_source(void **state)
{
	struct lab x;

	(void)state;
	lab_init(&x, 0, CELL_NOW);
	x.lacks = "no source";
	assert_int_equal(at(&x, CELL_NOW + 86400), CELL_NOW + 86400);
	assert_int_equal(at(&x, CELL_NOW), CELL_NOW + 86400);
	assert_int_equal(at(&x, CELL_NOW + TEN_YEARS), CELL_NOW + TEN_YEARS);
	clk_fake_advance(&x.f, DAY_MS);
	(void)auth_time_now(&x.t);
	assert_int_equal(at(&x, CELL_NOW), CELL_NOW + TEN_YEARS + 86400);
	assert_int_equal(x.t.highest, 0);
	/* and the first source that says what is true ends it */
	x.lacks = NULL;
	assert_int_equal(at(&x, CELL_NOW + 7), CELL_NOW + 7);
	assert_int_equal(x.t.highest, CELL_NOW + 7);
	x.lacks = "it went away";
	assert_int_equal(at(&x, CELL_NOW), CELL_NOW + 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_back), cmocka_unit_test(test_saved), cmocka_unit_test(test_leap_heals),
		cmocka_unit_test(test_without_a_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
