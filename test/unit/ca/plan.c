/* src/ca/plan.c: TLS-6, TIM-8; by hand, and twelve simulated years. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ca/plan.h"

enum { START = 1790000000, DAY = CA_DAY_S };

/* What a caller does with the plan. */
static void
carry_out(struct ca_have *h, unsigned todo, int64_t now)
{
	if ((todo & (CA_NEW_ROOT | CA_RENEW_ROOT)) != 0)
		h->root = ca_span_at(now, CA_ROOT_DAYS, NULL);
	if ((todo & CA_NEW_ROOT) != 0)
		h->scope_fits = true;
	if ((todo & (CA_NEW_INTERMEDIATE | CA_RENEW_INTERMEDIATE)) != 0)
		h->intermediate = ca_span_at(now, CA_INTERMEDIATE_DAYS, &h->root);
	if ((todo & CA_NEW_SERVER) != 0) {
		h->server = ca_span_at(now, 90, &h->intermediate);
		h->server_fits = true;
	}
	if ((todo & CA_NEW_CRL) != 0) {
		h->crl = ca_span_at(now, CA_CRL_DAYS, NULL);
		h->crl_fits = true;
	}
}

static struct ca_have
fresh(void)
{
	struct ca_have h = { 0 };

	carry_out(&h, ca_plan(&h, START, CA_CLOCK_UNSURE), START);
	return h;
}

static void
from_nothing(void **state)
{
	struct ca_have h = { 0 };

	(void)state;
	assert_int_equal(ca_plan(&h, START, CA_CLOCK_WRONG), 0);
	assert_int_equal(ca_plan(&h, START, CA_CLOCK_UNSURE), CA_NEW_ROOT | CA_NEW_INTERMEDIATE | CA_NEW_SERVER | CA_NEW_CRL);
	h = fresh();
	assert_int_equal(ca_plan(&h, START, CA_CLOCK_TRUSTED), 0);
}

static void
reasons(void **state)
{
	struct ca_have h = fresh();

	(void)state;
	h.server_fits = false;
	assert_int_equal(ca_plan(&h, START, CA_CLOCK_UNSURE), CA_NEW_SERVER);
	h = fresh();
	h.crl_fits = false;
	assert_int_equal(ca_plan(&h, START, CA_CLOCK_UNSURE), CA_NEW_CRL);
	h = fresh();
	h.scope_fits = false;
	assert_int_equal(ca_plan(&h, START, CA_CLOCK_UNSURE), CA_NEW_ROOT | CA_NEW_INTERMEDIATE | CA_NEW_SERVER | CA_NEW_CRL);
	h = fresh();
	h.intermediate = (struct ca_span){ 0, 0 };
	assert_int_equal(ca_plan(&h, START, CA_CLOCK_UNSURE), CA_NEW_INTERMEDIATE | CA_NEW_SERVER | CA_NEW_CRL);
}

/* A third of ninety days is left after sixty. */
static void
renewal_at_one_third(void **state)
{
	struct ca_have h = fresh();

	(void)state;
	assert_int_equal(ca_due_s(&h.server), h.server.until_s - (90 * DAY + 3600) / 3);
	assert_int_equal(ca_plan(&h, ca_due_s(&h.crl), CA_CLOCK_UNSURE), CA_NEW_CRL);
	h.crl.until_s += 90 * DAY;
	assert_int_equal(ca_plan(&h, ca_due_s(&h.server) - 1, CA_CLOCK_UNSURE), 0);
	assert_int_equal(ca_plan(&h, ca_due_s(&h.server), CA_CLOCK_UNSURE), CA_NEW_SERVER);
}

/* Leaps of ten years cost the short-lived, and nothing that devices have installed; what a wrong clock made heals. */
static void
leaps(void **state)
{
	const int64_t back = START - 3652 * (int64_t)DAY, ahead = START + 3652 * (int64_t)DAY;
	struct ca_have h = fresh();
	unsigned todo;

	(void)state;
	assert_int_equal(ca_plan(&h, back, CA_CLOCK_WRONG), CA_NEW_SERVER | CA_NEW_CRL);
	assert_int_equal(ca_plan(&h, back, CA_CLOCK_UNSURE), CA_RENEW_INTERMEDIATE | CA_NEW_SERVER | CA_NEW_CRL);
	/* by the clock all of it has run out: under its name and key it goes on, which devices do not notice */
	todo = ca_plan(&h, ahead, CA_CLOCK_UNSURE);
	assert_int_equal(todo, CA_RENEW_ROOT | CA_RENEW_INTERMEDIATE | CA_NEW_SERVER | CA_NEW_CRL);
	carry_out(&h, todo, ahead);
	assert_int_equal(ca_plan(&h, START, CA_CLOCK_UNSURE), CA_RENEW_INTERMEDIATE | CA_NEW_SERVER | CA_NEW_CRL);
	h = fresh();
	assert_int_equal(ca_plan(&h, ahead, CA_CLOCK_TRUSTED) & (CA_NEW_ROOT | CA_RENEW_ROOT), CA_RENEW_ROOT);
	carry_out(&h, ca_plan(&h, ahead, CA_CLOCK_TRUSTED), ahead);
	todo = ca_plan(&h, START, CA_CLOCK_TRUSTED);
	assert_int_equal(todo, CA_RENEW_ROOT | CA_RENEW_INTERMEDIATE | CA_NEW_SERVER | CA_NEW_CRL);
	carry_out(&h, todo, START);
	assert_int_equal(ca_plan(&h, START, CA_CLOCK_TRUSTED), 0);
}

static bool
holds(const struct ca_span *s, int64_t now)
{
	return s->from_s <= now && now < s->until_s;
}

/* TIM-8: looked at once a day for twelve years, at no moment anything is out, nor outlives its issuer, and
 * each is renewed as often as its life says. */
static void
twelve_years(void **state)
{
	struct ca_have h = { 0 };
	unsigned counts[6] = { 0 }, todo, i;
	int64_t now;

	(void)state;
	for (now = START; now < START + 12 * 365 * (int64_t)DAY; now += DAY) {
		todo = ca_plan(&h, now, CA_CLOCK_TRUSTED);
		carry_out(&h, todo, now);
		for (i = 0; i < 6; i++)
			counts[i] += todo >> i & 1;
		assert_true(holds(&h.root, now + 30 * DAY) && holds(&h.intermediate, now + 30 * DAY));
		assert_true(holds(&h.server, now + 29 * DAY) && holds(&h.crl, now + 9 * DAY));
		assert_true(h.intermediate.until_s <= h.root.until_s && h.server.until_s <= h.intermediate.until_s);
		assert_int_equal(ca_plan(&h, now, CA_CLOCK_TRUSTED), 0);
	}
	assert_int_equal(counts[0], 1);		/* devices install one root, */
	assert_int_equal(counts[1], 1);		/* and one that was renewed, in good time */
	assert_int_equal(counts[2], 1);
	assert_int_equal(counts[3], 3);
	assert_in_range(counts[4], 12 * 365 / 61, 12 * 365 / 60 + 4);
	assert_in_range(counts[5], 12 * 365 / 21, 12 * 365 / 20 + 1);
}

/* TIM-8 on a cell whose clock is right, and vouched for by nobody: nothing that is served is ever out. */
static void
twelve_years_unsure(void **state)
{
	struct ca_have h = { 0 };
	unsigned roots = 0, todo;
	int64_t now;

	(void)state;
	for (now = START; now < START + 12 * 365 * (int64_t)DAY; now += DAY) {
		todo = ca_plan(&h, now, CA_CLOCK_UNSURE);
		carry_out(&h, todo, now);
		roots += (todo & CA_NEW_ROOT) != 0;
		assert_true(holds(&h.root, now + 30 * DAY) && holds(&h.intermediate, now + 30 * DAY));
		assert_true(holds(&h.server, now + 29 * DAY) && holds(&h.crl, now + 9 * DAY));
		assert_int_equal(ca_plan(&h, now, CA_CLOCK_UNSURE), 0);
	}
	assert_int_equal(roots, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_nothing),
		cmocka_unit_test(reasons),
		cmocka_unit_test(renewal_at_one_third),
		cmocka_unit_test(leaps),
		cmocka_unit_test(twelve_years),
		cmocka_unit_test(twelve_years_unsure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
