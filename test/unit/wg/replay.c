/* The window of counters (RFC 6479), by cases and against a list of all that was seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wg/replay.h"

static void
takes_each_once(void **state)
{
	struct wg_replay r = { 0 };
	uint64_t i;

	(void)state;
	for (i = 0; i < 3 * WG_REPLAY_BITS; i++) {
		assert_true(wg_replay_take(&r, i));
		assert_false(wg_replay_take(&r, i));
	}
}

static void
takes_what_comes_late(void **state)
{
	struct wg_replay r = { 0 };

	(void)state;
	assert_true(wg_replay_take(&r, 100000));
	assert_true(wg_replay_take(&r, 100001 - WG_REPLAY_WINDOW));
	assert_false(wg_replay_take(&r, 100001 - WG_REPLAY_WINDOW));
	assert_false(wg_replay_take(&r, 100000 - WG_REPLAY_WINDOW));	/* too late */
	assert_true(wg_replay_take(&r, 100000 - 64));
	assert_false(wg_replay_take(&r, 0));
}

static void
forgets_when_it_jumps(void **state)
{
	struct wg_replay r = { 0 };
	uint64_t i;

	(void)state;
	for (i = 0; i < WG_REPLAY_BITS; i++)
		assert_true(wg_replay_take(&r, i));
	assert_true(wg_replay_take(&r, UINT64_MAX - 1));
	assert_false(wg_replay_take(&r, UINT64_MAX));
	assert_true(wg_replay_take(&r, UINT64_MAX - WG_REPLAY_WINDOW));
	assert_false(wg_replay_take(&r, UINT64_MAX - 1));
}

enum { COUNTERS = 60000 };

static void
agrees_with_a_list(void **state)
{
	bool *seen = calloc(COUNTERS, 1);
	struct wg_replay r = { 0 };
	uint64_t high = 0, c;
	size_t i;
	bool want;

	(void)state;
	assert_non_null(seen);
	srand(1);
	for (i = 0; i < 100000; i++) {
		c = high + (uint64_t)(rand() % (i % 1000 == 0 ? 300 : 2));
		c -= (uint64_t)(rand() % 4 == 0 ? 0 : rand() % 10000) % (c + 1);
		assert_true(c < COUNTERS);
		want = !seen[c] && (high == 0 || high <= c || high - c <= WG_REPLAY_WINDOW);
		assert_int_equal(wg_replay_take(&r, c), want);
		if (want)
			seen[c] = true;
		if (want && c >= high)
			high = c + 1;
	}
	assert_true(high > 10000);
	free(seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_each_once),
		cmocka_unit_test(takes_what_comes_late),
		cmocka_unit_test(forgets_when_it_jumps),
		cmocka_unit_test(agrees_with_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
