/* src/ddns/decide.c: when the provider is told (DDN-2, DDN-4), over days of a simulated clock. */
#include "ddns/decide.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { T = 1700000000, EVERY = 300, HOUR = 3600, DAY = 86400 };

static const struct ddns_addrs home = { { 4, { 81, 2, 69, 142 } }, { 0 } }, moved = { { 4, { 81, 2, 69, 143 } }, { 0 } };

/* A call that succeeds. */
static void
tell(struct ddns_past *p, const struct ddns_addrs *at, int64_t now)
{
	ddns_calls(p, now);
	ddns_told(p, at, now, EVERY);
}

static void
test_changed_or_a_day(void **state)
{
	struct ddns_past p = { 0 };
	int64_t now = T;
	int calls = 0;

	(void)state;
	for (; now <= T + 2 * DAY; now++) {	/* every second somebody asks */
		if (!ddns_due(&p, now))
			continue;
		if (ddns_found(&p, &home, now, EVERY)) {
			tell(&p, &home, now);
			calls++;
		}
	}
	assert_int_equal(calls, 3);	/* at once, and after each day */
	assert_false(ddns_due(&p, p.next_at - 1));
	assert_true(ddns_due(&p, p.next_at));
	assert_true(ddns_found(&p, &moved, now + EVERY, EVERY));
}

/* Also the loss of IPv6 is a change. */
static void
test_second_address(void **state)
{
	struct ddns_addrs both = home;
	struct ddns_past p = { 0 };

	(void)state;
	both.v6 = (struct addr){ 16, { 0x26, 0 } };
	tell(&p, &both, T);
	assert_false(ddns_found(&p, &both, T + 100, EVERY));
	assert_true(ddns_found(&p, &home, T + 100, EVERY));
}

static void
test_once_a_minute(void **state)
{
	struct ddns_past p = { 0 };

	(void)state;
	tell(&p, &home, T);
	ddns_moved(&p, T + 10);
	assert_false(ddns_due(&p, T + 59));
	assert_true(ddns_due(&p, T + 60));
	assert_false(ddns_found(&p, &moved, T + 20, EVERY));
	assert_int_equal(p.next_at, T + 60);
	assert_int_equal(ddns_wait_s(&p, T + 20), 40);
	assert_int_equal(ddns_wait_s(&p, T + 60), 0);
	assert_true(ddns_found(&p, &moved, T + 60, EVERY));
}

static void
test_back_off(void **state)
{
	static const int waits[] = { 60, 120, 240, 480, 960, 1920, 3600, 3600 };
	struct ddns_past p = { 0 };
	int64_t now = T;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		ddns_calls(&p, now);
		ddns_failed(&p, ERR_REMOTE, 0, now);
		assert_false(ddns_due(&p, now + waits[i] - 1));
		now += waits[i];
		assert_true(ddns_due(&p, now));
	}
	ddns_failed(&p, ERR_RATE_LIMITED, 7200, now);
	assert_false(ddns_due(&p, now + 7199));
	ddns_moved(&p, now + 1);	/* another address is no reason not to wait */
	assert_false(ddns_due(&p, now + 7199));
	ddns_failed(&p, ERR_UNAVAILABLE, 100 * DAY, now);
	assert_true(ddns_due(&p, now + DAY));
	tell(&p, &home, now);
	ddns_failed(&p, ERR_REMOTE, 0, now + 1000);
	assert_true(ddns_due(&p, now + 1060));
}

/* An outage ends with another address: it is looked at once, though the last wait was long. */
static void
test_moved_after_an_outage(void **state)
{
	struct ddns_past p = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 10; i++)
		ddns_failed(&p, ERR_REMOTE, 0, T);
	assert_false(ddns_due(&p, T + 600));
	ddns_moved(&p, T + 600);
	assert_true(ddns_due(&p, T + 600));
}

/* DDN-4 */
static void
test_owners_turn(void **state)
{
	static const enum err_kind owners[] = { ERR_FORBIDDEN, ERR_CONFLICT, ERR_VALIDATION, ERR_UNAUTHENTICATED };
	static const enum err_kind others[] = { ERR_REMOTE, ERR_RATE_LIMITED, ERR_UNAVAILABLE, ERR_INTERNAL, ERR_STORAGE_FULL };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		struct ddns_past p = { 0 };

		ddns_failed(&p, owners[i], 0, T);
		ddns_moved(&p, T + HOUR);
		assert_false(ddns_due(&p, T + 1000 * (int64_t)DAY));
		ddns_renewed(&p, true);
		assert_true(ddns_due(&p, T));
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(ddns_is_owners(others[i]));
}

/* Other kinds of address in the same account: told anew, and what is there is known still. */
static void
test_renewed_account(void **state)
{
	struct ddns_past p = { 0 };

	(void)state;
	tell(&p, &home, T);
	ddns_renewed(&p, true);
	assert_true(addr_eq(&p.told.v4, &home.v4));
	assert_true(ddns_found(&p, &home, T + 1, 300));
	ddns_renewed(&p, false);
	assert_int_equal(p.told.v4.len, 0);
}

static void
test_alarm(void **state)
{
	struct ddns_past p = { 0 };

	(void)state;
	ddns_failed(&p, ERR_REMOTE, 0, T);
	assert_false(ddns_alarm(&p, T + HOUR - 1));
	ddns_failed(&p, ERR_FORBIDDEN, 0, T + 1800);
	assert_true(ddns_alarm(&p, T + HOUR));
	assert_false(ddns_alarm(&p, T + 2 * HOUR));
	tell(&p, &home, T + 3 * HOUR);
	assert_false(ddns_alarm(&p, T + 9 * HOUR));
	ddns_failed(&p, ERR_REMOTE, 0, T + 9 * HOUR);
	assert_false(ddns_alarm(&p, T + 10 * HOUR - 1));
	assert_true(ddns_alarm(&p, T + 10 * HOUR));
}

/* What a clock that was ahead has left behind holds nothing up. */
static void
test_clock_leaps(void **state)
{
	struct ddns_past p = { 0 };

	(void)state;
	tell(&p, &home, T + 1000 * (int64_t)DAY);
	assert_true(ddns_due(&p, T));
	assert_int_equal(ddns_wait_s(&p, T), 0);
	assert_true(ddns_found(&p, &home, T, EVERY));
	ddns_failed(&p, ERR_REMOTE, 0, T + 1000 * (int64_t)DAY);
	assert_true(ddns_due(&p, T));
	ddns_failed(&p, ERR_REMOTE, 0, T);
	assert_int_equal(p.failing_since, T);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changed_or_a_day),
		cmocka_unit_test(test_second_address),
		cmocka_unit_test(test_once_a_minute),
		cmocka_unit_test(test_back_off),
		cmocka_unit_test(test_moved_after_an_outage),
		cmocka_unit_test(test_owners_turn),
		cmocka_unit_test(test_renewed_account), cmocka_unit_test(test_alarm),
		cmocka_unit_test(test_clock_leaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
