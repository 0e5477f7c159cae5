/* Limits by client (ACC-16). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/rate.h"
#include "base/wr.h"

static struct addr
client(uint32_t n)
{
	struct addr a = { 4, { 0 } };
	struct wr w;

	wr_init(&w, a.b, 4);
	wr_be32(&w, n);
	return a;
}

static unsigned
take_all(struct rate *r, const struct addr *who, uint64_t now)
{
	unsigned n = 0;

	while (n < 1000 && rate_take(r, who, now))
		n++;
	return n;
}

static void
spends_the_burst_and_refills(void **state)
{
	struct rate *r = rate_new(1000, 5, 10);	/* one per second */
	struct addr a = client(1);

	(void)state;
	assert_int_equal(take_all(r, &a, 1000), 5);
	assert_false(rate_take(r, &a, 1999));
	assert_true(rate_take(r, &a, 2000));
	assert_false(rate_take(r, &a, 2000));
	assert_int_equal(take_all(r, &a, 5500), 3);
	assert_true(rate_take(r, &a, 6000));	/* halves are not lost */
	assert_int_equal(take_all(r, &a, 1000 * 1000), 5);
	assert_int_equal(take_all(r, &a, UINT64_MAX), 5);
	rate_free(r);
	rate_free(NULL);
}

static void
slow_and_fast_rates(void **state)
{
	struct rate *slow = rate_new(1, 1, 10);	/* one in 1,000 s */
	struct rate *fast = rate_new(UINT32_MAX, UINT32_MAX, 10);
	struct rate *once = rate_new(0, 2, 10), *never = rate_new(1000, 0, 10);
	struct addr a = client(1);

	(void)state;
	assert_true(rate_take(slow, &a, 0));
	assert_false(rate_take(slow, &a, 999999));
	assert_true(rate_take(slow, &a, 1000000));
	for (uint64_t t = 0; t < 10; t++)
		assert_int_equal(take_all(fast, &a, t), 1000);
	assert_int_equal(take_all(once, &a, 0), 2);
	assert_false(rate_take(once, &a, UINT64_MAX));
	assert_int_equal(rate_wait_s(once, &a, 0), 1 << 30);
	assert_false(rate_take(never, &a, UINT64_MAX));
	assert_int_equal(rate_wait_s(never, &a, UINT64_MAX), 1 << 30);
	rate_free(slow);
	rate_free(fast);
	rate_free(once);
	rate_free(never);
}

static void
a_clock_that_goes_back_gives_nothing(void **state)
{
	struct rate *r = rate_new(1000, 2, 10);
	struct addr a = client(1);

	(void)state;
	assert_int_equal(take_all(r, &a, 100000), 2);
	assert_false(rate_take(r, &a, 0));
	assert_false(rate_take(r, &a, 100999));
	assert_true(rate_take(r, &a, 101000));
	rate_free(r);
}

static void
says_how_long_to_wait(void **state)
{
	struct rate *r = rate_new(100, 1, 10);	/* one in ten seconds */
	struct addr a = client(1), b = client(2);

	(void)state;
	assert_true(rate_take(r, &a, 0));
	assert_int_equal(rate_wait_s(r, &a, 0), 10);
	assert_int_equal(rate_wait_s(r, &a, 1), 10);
	assert_int_equal(rate_wait_s(r, &a, 1000), 9);
	assert_int_equal(rate_wait_s(r, &a, 9500), 1);
	assert_int_equal(rate_wait_s(r, &a, 20000), 1);
	assert_int_equal(rate_wait_s(r, &b, 0), 1);
	/* What it says is true. */
	assert_false(rate_take(r, &a, 9999));
	assert_true(rate_take(r, &a, 10000));
	rate_free(r);
}

static void
takes_back_what_did_not_count(void **state)
{
	struct rate *r = rate_new(100, 2, 10);
	struct addr a = client(1), b = client(2);

	(void)state;
	assert_int_equal(take_all(r, &a, 0), 2);
	rate_give(r, &a);
	assert_true(rate_take(r, &a, 0));
	assert_false(rate_take(r, &a, 0));
	rate_give(r, &a);
	rate_give(r, &a);
	rate_give(r, &a);	/* never more than the burst */
	assert_int_equal(take_all(r, &a, 0), 2);
	rate_give(r, &b);	/* nobody */
	assert_int_equal(take_all(r, &b, 0), 2);
	rate_free(r);
}

static void
counts_clients_apart(void **state)
{
	struct rate *r = rate_new(1000, 3, 10);
	struct addr a = client(1), b = client(2);
	struct addr x = { 16, { 0x20, 1, [15] = 1 } };
	struct addr y = { 16, { 0x20, 1, [8] = 9, [15] = 2 } };
	struct addr z = { 16, { 0x20, 1, [7] = 1, [15] = 1 } };

	(void)state;
	assert_int_equal(take_all(r, &a, 0), 3);
	assert_int_equal(take_all(r, &b, 0), 3);
	/* One IPv6 client has a whole /64 to choose from. */
	assert_int_equal(take_all(r, &x, 0), 3);
	assert_false(rate_take(r, &y, 0));
	assert_int_equal(take_all(r, &z, 0), 3);
	rate_free(r);
}

/* The client seen longest ago makes room, and a limited one that keeps
 * knocking is not forgotten. */
static void
forgets_the_oldest(void **state)
{
	struct rate *r = rate_new(1, 1, 3);
	struct addr c[4] = { client(0), client(1), client(2), client(3) };

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(rate_take(r, &c[i], 0));
	assert_false(rate_take(r, &c[0], 0));	/* 1 is the oldest now */
	assert_true(rate_take(r, &c[3], 0));
	assert_false(rate_take(r, &c[0], 0));
	assert_false(rate_take(r, &c[2], 0));
	assert_true(rate_take(r, &c[1], 0));	/* forgotten, so served anew */
	assert_true(rate_take(r, &c[3], 0));	/* and that forgot 3 */
	rate_free(r);

	r = rate_new(1, 1, 0);			/* room for one at least */
	assert_true(rate_take(r, &c[0], 0));
	assert_false(rate_take(r, &c[0], 0));
	assert_true(rate_take(r, &c[1], 0));
	rate_free(r);
}

/* ACC-16: a million source addresses; the table stays as it was allocated
 * (AddressSanitizer watches its ends), and a real client is served. */
static void
survives_a_million_addresses(void **state)
{
	struct rate *r = rate_new(10000, 20, 4096);
	struct addr real = client(0xc0000201);
	unsigned served = 0;

	(void)state;
	for (uint32_t i = 0; i < 1000000; i++) {
		struct addr a = client(0x0a000000 + i);

		assert_true(rate_take(r, &a, i / 100));
		if (i % 20000 == 0)
			served += rate_take(r, &real, i / 100);
	}
	assert_int_equal(served, 50);
	rate_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spends_the_burst_and_refills),
		cmocka_unit_test(slow_and_fast_rates),
		cmocka_unit_test(a_clock_that_goes_back_gives_nothing),
		cmocka_unit_test(says_how_long_to_wait),
		cmocka_unit_test(takes_back_what_did_not_count),
		cmocka_unit_test(counts_clients_apart),
		cmocka_unit_test(forgets_the_oldest),
		cmocka_unit_test(survives_a_million_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
