/* Restarts of a role: PRC-6, R2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "role/restart.h"

/* PRC-6: 0.1 s, doubling to 10 s, while it does not get to work. */
static void
test_doubling(void **state)
{
	static const uint64_t want[] = { 100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000 };
	struct restart r = { 0 };
	uint64_t now = 1;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		now += RESTART_WINDOW_MS;	/* too far apart to count as failed */
		assert_int_equal(restart_died(&r, now, false), want[i]);
		assert_false(r.failed);
	}
	restart_up(&r, now);
	assert_int_equal(restart_died(&r, now + 1000, false), 100);
}

/* PRC-6: the fifth death within a minute makes it failed; from then on a minute between tries. */
static void
test_five_deaths(void **state)
{
	struct restart r = { 0 };
	uint64_t now = 1000;
	int i;

	(void)state;
	for (i = 1; i < RESTART_DEATHS; i++) {
		restart_up(&r, now);
		assert_int_equal(restart_died(&r, now += 10000, false), RESTART_MIN_MS);
		assert_false(r.failed);
	}
	restart_up(&r, now);
	assert_int_equal(restart_died(&r, now += 10000, false), RESTART_FAILED_MS);
	assert_true(r.failed);
	/* it stays so, although these deaths are a minute apart */
	for (i = 0; i < 3; i++) {
		restart_up(&r, now += RESTART_FAILED_MS);
		assert_int_equal(restart_died(&r, now += 500, false), RESTART_FAILED_MS);
		assert_true(r.failed);
	}
	/* a minute at work, and all is forgotten */
	restart_up(&r, now += RESTART_FAILED_MS);
	assert_int_equal(restart_died(&r, now += RESTART_WINDOW_MS, false), RESTART_MIN_MS);
	assert_false(r.failed);
}

static void
test_slow_deaths(void **state)
{
	struct restart r = { 0 };
	uint64_t now = 1000;
	int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		restart_up(&r, now);
		assert_int_equal(restart_died(&r, now += RESTART_WINDOW_MS / (RESTART_DEATHS - 1), false), RESTART_MIN_MS);
		assert_false(r.failed);
	}
}

/* R2: the last one that does the work is not left waiting for a minute. */
static void
test_alone(void **state)
{
	struct restart r = { 0 };
	uint64_t now = 1000, wait = 0;
	int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		wait = restart_died(&r, now, true);
		assert_true(wait >= RESTART_MIN_MS && wait <= RESTART_MAX_MS);
		now += wait + 300;
		restart_up(&r, now);
	}
	assert_true(r.failed);
	assert_int_equal(wait, RESTART_MAX_MS);		/* but not in a hurry either */
	assert_int_equal(restart_died(&r, now, false), RESTART_FAILED_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_doubling),
		cmocka_unit_test(test_five_deaths),
		cmocka_unit_test(test_slow_deaths),
		cmocka_unit_test(test_alone),
	};

	return cmocka_run_group_tests_name("role/restart", tests, NULL, NULL);
}
