/* src/acme/decide.c: TLS-2, TLS-3, TIM-1, TIM-3, with time as a number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "acme/decide.h"
#include "acme/job_order.h"
#include "base/err.h"

enum { NOW = 1800000000, MINUTE = 60, HOUR = 3600, DAY = 86400 };

struct cell {
	struct acme_have have;
	struct acme_past past;
	struct acme_ledger ledger;
	struct acme_now now;
	struct acme_verdict v;
};

static struct cell
cell(void)
{
	return (struct cell){ .now = { .trusted = true, .s = NOW, .renew_pct = 33, .seed = 7 },
	    .past.window.again = NOW + 10 * 365 * (int64_t)DAY };
}

static enum acme_action
ask(struct cell *c)
{
	acme_decide(&c->have, &c->past, &c->ledger, &c->now, &c->v);
	assert_true(acme_reason_text(c->v.reason)[0] != '\0');
	return c->v.action;
}

static void
failed(struct cell *c, enum err_kind kind, int retry_after)
{
	struct err e;

	err_clear(&e);
	(void)err_set(&e, kind, "no");
	e.retry_after = retry_after;
	acme_past_fail(&c->past, &e, c->now.s);
}

/* A certificate of 90 days that is so many days old; the window is asked for later. */
static void
have(struct cell *c, int days)
{
	c->have = (struct acme_have){ true, c->now.s - days * DAY, c->now.s + (90 - days) * DAY };
	c->past.window.again = c->now.s + DAY;
}

static void
test_first_order(void **state)
{
	struct cell c = cell();

	(void)state;
	memset(&c.past, 0, sizeof(c.past));
	assert_int_equal(ask(&c), ACME_ORDER);
	assert_int_equal(c.v.renew_at, 0);
}

static void
test_tim1_without_time_nothing_is_asked(void **state)
{
	struct cell c = cell();

	(void)state;
	c.now.trusted = false;
	c.now.asked = true;
	assert_int_equal(ask(&c), ACME_REST);
	assert_int_equal(c.v.reason, ACME_NO_TIME);
	have(&c, 89);
	c.past.window.again = 0;
	assert_int_equal(ask(&c), ACME_REST);
	c.now.trusted = true;
	assert_int_equal(ask(&c), ACME_ORDER);
}

static void
test_tls3_backoff(void **state)
{
	static const int64_t want[] = { MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE, 32 * MINUTE, 64 * MINUTE,
	    128 * MINUTE, 256 * MINUTE, 512 * MINUTE, 12 * HOUR, 12 * HOUR };
	struct cell c = cell();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		failed(&c, ERR_REMOTE, 0);
		assert_int_equal(ask(&c), ACME_REST);
		assert_int_equal(c.v.reason, ACME_BACKOFF);
		assert_int_equal(c.v.at, c.now.s + want[i]);
		c.now.asked = true;	/* a person's wish is no way around it */
		assert_int_equal(ask(&c), ACME_REST);
		c.now.s = c.v.at;
		assert_int_equal(ask(&c), ACME_ORDER);
	}
	for (i = 0; i < 100; i++)
		failed(&c, ERR_REMOTE, 0);
	assert_int_equal(c.past.retry_at, c.now.s + 12 * HOUR);
	acme_past_forgive(&c.past);
	assert_int_equal(ask(&c), ACME_ORDER);
	failed(&c, ERR_REMOTE, 0);
	assert_int_equal(c.past.retry_at, c.now.s + MINUTE);
}

static void
test_tls3_retry_after(void **state)
{
	struct cell c = cell();

	(void)state;
	failed(&c, ERR_RATE_LIMITED, 3 * DAY);
	assert_int_equal(ask(&c), ACME_REST);
	assert_int_equal(c.v.at, NOW + 3 * DAY);
	c = cell();
	failed(&c, ERR_RATE_LIMITED, 10);	/* less than ours does not count */
	assert_int_equal(c.past.retry_at, NOW + MINUTE);
	c = cell();
	failed(&c, ERR_VALIDATION, 0);
	assert_int_equal(c.past.retry_at, NOW + 12 * HOUR);
}

/* A time that was written by a clock years ahead binds nobody. */
static void
test_times_of_a_wrong_clock(void **state)
{
	struct cell c = cell();
	size_t i;

	(void)state;
	c.past.retry_at = NOW + 3650 * (int64_t)DAY;
	for (i = 0; i < ACME_FAILED_PER_HOUR; i++)
		c.past.failed[i] = NOW + 3650 * (int64_t)DAY;
	for (i = 0; i < ACME_ORDERS_PER_DAY; i++)
		c.ledger.orders[i] = NOW + 3650 * (int64_t)DAY;
	assert_int_equal(ask(&c), ACME_ORDER);
	have(&c, 10);
	c.past.window.again = NOW + 3650 * (int64_t)DAY;
	assert_int_equal(ask(&c), ACME_ASK_WINDOW);
}

static void
test_tls3_five_failed_validations_an_hour(void **state)
{
	struct cell c = cell();
	int i;

	(void)state;
	for (i = 0; i < ACME_FAILED_PER_HOUR; i++) {
		failed(&c, ERR_FORBIDDEN, 0);
		acme_past_forgive(&c.past);	/* settings were changed each time */
		assert_int_equal(ask(&c), i < ACME_FAILED_PER_HOUR - 1 ? ACME_ORDER : ACME_REST);
		c.now.s += MINUTE;
	}
	assert_int_equal(c.v.reason, ACME_NAME_LIMIT);
	assert_int_equal(c.v.at, NOW + HOUR);
	c.now.s = NOW + HOUR;
	assert_int_equal(ask(&c), ACME_ORDER);
	failed(&c, ERR_FORBIDDEN, 0);
	acme_past_forgive(&c.past);
	assert_int_equal(ask(&c), ACME_REST);
	assert_int_equal(c.v.at, NOW + MINUTE + HOUR);
}

static void
test_tls3_twenty_orders_a_day(void **state)
{
	struct cell c = cell();
	int i;

	(void)state;
	assert_false(acme_ledger_recent(&c.ledger, NOW));
	for (i = 0; i < ACME_ORDERS_PER_DAY; i++) {
		assert_int_equal(ask(&c), ACME_ORDER);
		acme_ledger_add(&c.ledger, c.now.s);
		c.now.s += MINUTE;
	}
	assert_true(acme_ledger_recent(&c.ledger, c.now.s) && !acme_ledger_recent(&c.ledger, c.now.s + ACME_RECENT_S));
	assert_int_equal(ask(&c), ACME_REST);
	assert_int_equal(c.v.reason, ACME_DAY_LIMIT);
	assert_int_equal(c.v.at, NOW + DAY);
	c.now.order_open = true;	/* TIM-2: going on with one makes no new one */
	assert_int_equal(ask(&c), ACME_ORDER);
	c.now.order_open = false;
	c.now.s = NOW + DAY;
	assert_int_equal(ask(&c), ACME_ORDER);
}

static void
test_tls2_renewal_at_one_third(void **state)
{
	struct cell c = cell();

	(void)state;
	have(&c, 60);
	assert_int_equal(ask(&c), ACME_REST);
	assert_int_equal(c.v.reason, ACME_IS_GOOD);
	assert_int_equal(c.v.renew_at, NOW + 30 * DAY - 90 * DAY * 33 / 100);
	have(&c, 61);
	assert_int_equal(ask(&c), ACME_ORDER);
	c.now.renew_pct = 20;
	assert_int_equal(ask(&c), ACME_REST);
	c.now.asked = true;
	assert_int_equal(ask(&c), ACME_ORDER);
	c.now.asked = false;
	c.now.order_open = true;	/* what somebody wanted before a restart */
	assert_int_equal(ask(&c), ACME_ORDER);
	c.now.order_open = false;
	have(&c, 200);
	assert_int_equal(ask(&c), ACME_ORDER);
}

/* TIM-3: 60 days of failures are 60 days of tries, never less often than twice a day. */
static void
test_tim3_an_authority_that_is_down(void **state)
{
	struct cell c = cell();
	const int64_t end = NOW + 60 * DAY;
	unsigned tries = 0;

	(void)state;
	have(&c, 61);
	while (c.now.s < end) {
		if (ask(&c) == ACME_ORDER) {
			failed(&c, ERR_REMOTE, 0);
			tries++;
		} else {
			assert_in_range(c.v.at - c.now.s, 1, 12 * HOUR);
			c.now.s = c.v.at;
		}
	}
	assert_in_range(tries, 120, 135);
	acme_past_succeed(&c.past, NULL, c.now.s);
	have(&c, 0);
	assert_int_equal(ask(&c), ACME_REST);
	assert_int_equal(c.past.failures, 0);
}

static void
test_tls2_window(void **state)
{
	struct cell c = cell();
	const struct acme_window soon = { NOW + 5 * DAY, NOW + 7 * DAY, NOW + DAY / 4 };
	const struct acme_window late = { NOW + 89 * DAY, NOW + 90 * DAY, NOW + DAY / 4 };

	(void)state;
	have(&c, 0);
	c.past.window = soon;
	assert_int_equal(ask(&c), ACME_REST);
	assert_in_range(c.v.renew_at, soon.start, soon.end);
	assert_int_equal(c.v.renew_at, acme_window_pick(&soon, 7));
	assert_int_equal(c.v.at, soon.again);
	c.now.s = c.v.at;
	assert_int_equal(ask(&c), ACME_ASK_WINDOW);
	c.now.s = c.v.renew_at;
	assert_int_equal(ask(&c), ACME_ORDER);
	/* A window that ends with the certificate leaves no time to repair a failure: half of our own third is the last. */
	c = cell();
	have(&c, 0);
	c.past.window = late;
	(void)ask(&c);
	assert_int_equal(c.v.renew_at, NOW + 90 * DAY - 90 * DAY * 33 / 200);
}

/* A window in the past means now, but not again and again. */
static void
test_a_window_that_is_always_over(void **state)
{
	const struct acme_window over = { NOW - 2 * DAY, NOW - DAY, NOW + DAY };
	struct cell c = cell();

	(void)state;
	have(&c, 10);
	c.past.window = over;
	c.past.renewed_at = NOW - 10 * DAY;
	assert_int_equal(ask(&c), ACME_ORDER);
	acme_past_succeed(&c.past, &over, NOW);
	have(&c, 0);
	c.past.window = over;
	assert_int_equal(ask(&c), ACME_REST);
	assert_int_equal(c.v.renew_at, NOW + DAY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_order),
		cmocka_unit_test(test_tim1_without_time_nothing_is_asked),
		cmocka_unit_test(test_tls3_backoff),
		cmocka_unit_test(test_tls3_retry_after),
		cmocka_unit_test(test_times_of_a_wrong_clock),
		cmocka_unit_test(test_tls3_five_failed_validations_an_hour),
		cmocka_unit_test(test_tls3_twenty_orders_a_day),
		cmocka_unit_test(test_tls2_renewal_at_one_third),
		cmocka_unit_test(test_tim3_an_authority_that_is_down),
		cmocka_unit_test(test_tls2_window),
		cmocka_unit_test(test_a_window_that_is_always_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
