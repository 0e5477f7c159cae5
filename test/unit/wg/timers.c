/* Deadlines of a peer (VPN-2; the constants of the WireGuard paper, 6.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wg/timers.h"

/* Nothing is due before at, that is at it, and nothing once more. */
static void
expect(struct wg_timers *t, int64_t at, unsigned want)
{
	assert_int_equal(wg_timers_next(t), at);
	assert_int_equal(wg_timers_due(t, at - 1), 0);
	assert_int_equal(wg_timers_due(t, at), want);
	assert_int_equal(wg_timers_due(t, at) & ~(unsigned)WG_DUE_RETRY, 0);
}

static void
tries_for_ninety_seconds(void **state)
{
	struct wg_timers t = { 0 };
	int64_t now = 1000;
	unsigned i;

	(void)state;
	wg_timers_initiated(&t, now, 0, false);
	for (i = 0; i < WG_ATTEMPTS; i++) {
		now += WG_REKEY_TIMEOUT_MS;
		expect(&t, now, WG_DUE_RETRY);
		wg_timers_initiated(&t, now, 0, true);
	}
	now += WG_REKEY_TIMEOUT_MS;
	expect(&t, now, WG_DUE_GIVE_UP);
	expect(&t, now + INT64_C(3) * WG_REJECT_AFTER_MS, WG_DUE_FORGET);
	assert_int_equal(wg_timers_next(&t), 0);
}

static void
an_answer_ends_the_tries(void **state)
{
	struct wg_timers t = { 0 };

	(void)state;
	wg_timers_initiated(&t, 1000, 333, false);
	assert_int_equal(wg_timers_next(&t), 1000 + WG_REKEY_TIMEOUT_MS + 333);
	wg_timers_completed(&t);
	assert_int_equal(wg_timers_next(&t), 0);
	assert_int_equal(wg_timers_due(&t, 100000), 0);
}

static void
silence_asks_for_new_keys(void **state)
{
	struct wg_timers t = { 0 };

	(void)state;
	wg_timers_data_sent(&t, 1000, 0);
	wg_timers_data_sent(&t, 9000, 0);	/* counted from the first one */
	expect(&t, 16000, WG_DUE_HANDSHAKE);
	wg_timers_data_sent(&t, 20000, 0);
	wg_timers_any_received(&t);
	assert_int_equal(wg_timers_next(&t), 0);
}

static void
hearing_is_answered_once_in_a_while(void **state)
{
	struct wg_timers t = { 0 };

	(void)state;
	wg_timers_data_received(&t, 1000);
	expect(&t, 11000, WG_DUE_KEEPALIVE);
	wg_timers_any_sent(&t);
	assert_int_equal(wg_timers_next(&t), 0);
	wg_timers_data_received(&t, 20000);
	wg_timers_data_received(&t, 21000);
	expect(&t, 30000, WG_DUE_KEEPALIVE);	/* and once more for what came after the first */
	expect(&t, 40000, WG_DUE_KEEPALIVE);
	wg_timers_data_received(&t, 50000);
	wg_timers_any_sent(&t);			/* data of ours says enough */
	assert_int_equal(wg_timers_next(&t), 0);
}

static void
persistent_ones_follow_what_passes(void **state)
{
	struct wg_timers t = { .persistent_ms = 25000 };

	(void)state;
	wg_timers_any_passed(&t, 1000);
	wg_timers_any_passed(&t, 2000);
	expect(&t, 27000, WG_DUE_KEEPALIVE);
	wg_timers_any_passed(&t, 30000);
	wg_timers_stop(&t);
	assert_int_equal(wg_timers_next(&t), 0);
	assert_int_equal(t.persistent_ms, 25000);
	t.persistent_ms = 0;
	wg_timers_any_passed(&t, 40000);
	assert_int_equal(wg_timers_next(&t), 0);
}

static void
keys_are_forgotten(void **state)
{
	struct wg_timers t = { 0 };

	(void)state;
	wg_timers_derived(&t, 1000);
	wg_timers_derived(&t, 2000);
	expect(&t, 2000 + INT64_C(3) * WG_REJECT_AFTER_MS, WG_DUE_FORGET);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tries_for_ninety_seconds),
		cmocka_unit_test(an_answer_ends_the_tries),
		cmocka_unit_test(silence_asks_for_new_keys),
		cmocka_unit_test(hearing_is_answered_once_in_a_while),
		cmocka_unit_test(persistent_ones_follow_what_passes),
		cmocka_unit_test(keys_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
