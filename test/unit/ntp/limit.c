/* src/ntp/limit.c: NTP-2, LIM-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "ntp/limit.h"

static const uint64_t seed[2] = { 1, 2 };

static struct addr
addr(const char *text)
{
	struct addr a;

	assert_true(addr_read(str_of(text), &a));
	return a;
}

static void
take(struct ntp_limit *l, const char *client, unsigned n, uint64_t now_ms, unsigned counts[3])
{
	const struct addr a = addr(client);

	memset(counts, 0, 3 * sizeof(counts[0]));
	while (n-- > 0)
		counts[ntp_limit_take(l, &a, now_ms)]++;
}

/* Sixteen at once, then one kiss, then silence; one more in every two seconds. */
static void
test_rate(void **state)
{
	struct ntp_limit *l = ntp_limit_new(seed);
	unsigned c[3];

	(void)state;
	take(l, "192.168.1.5", 40, 1000, c);
	assert_int_equal(c[NTP_LIMIT_GO], 16);
	assert_int_equal(c[NTP_LIMIT_KISS], 1);
	assert_int_equal(c[NTP_LIMIT_DROP], 23);
	take(l, "192.168.1.5", 5, 2999, c);
	assert_int_equal(c[NTP_LIMIT_DROP], 5);
	take(l, "192.168.1.5", 5, 3000, c);
	assert_int_equal(c[NTP_LIMIT_GO], 1);
	assert_int_equal(c[NTP_LIMIT_KISS], 1);		/* who kept to it in between is told again */
	take(l, "192.168.1.6", 16, 3000, c);		/* another client */
	assert_int_equal(c[NTP_LIMIT_GO], 16);
	take(l, "192.168.1.5", 40, 3000 + 3600 * 1000, c);
	assert_int_equal(c[NTP_LIMIT_GO], 16);
	ntp_limit_free(l);
}

static void
test_clients(void **state)
{
	struct ntp_limit *l = ntp_limit_new(seed);
	unsigned c[3];

	(void)state;
	take(l, "2001:db8::1", 16, 1, c);
	take(l, "2001:db8::2", 1, 1, c);
	assert_int_equal(c[NTP_LIMIT_KISS], 1);		/* one /64 is one client */
	take(l, "2001:db8:0:1::2", 1, 1, c);
	assert_int_equal(c[NTP_LIMIT_GO], 1);
	take(l, "32.1.13.184", 1, 1, c);		/* the same four octets */
	assert_int_equal(c[NTP_LIMIT_GO], 1);
	assert_int_equal(ntp_limit_clients(l, 2), 3);
	assert_int_equal(ntp_limit_clients(l, 3601 * 1000), 0);
	ntp_limit_free(l);
}

/* A flood of addresses fills the table and no more; whoever keeps asking stays limited. */
static void
test_flood(void **state)
{
	struct ntp_limit *l = ntp_limit_new(seed);
	struct addr a = { .len = 4, .b = { 10 } };
	unsigned c[3], i, n = 0;

	(void)state;
	for (i = 0; i < 4 * NTP_LIMIT_CLIENTS; i++) {
		a.b[1] = (uint8_t)(i >> 16);
		a.b[2] = (uint8_t)(i >> 8);
		a.b[3] = (uint8_t)i;
		assert_int_equal(ntp_limit_take(l, &a, 1000 + i / 100), NTP_LIMIT_GO);
		if (i % 4 == 0) {
			take(l, "192.168.1.5", 1, 1000 + i / 100, c);
			n += c[NTP_LIMIT_GO];
		}
	}
	assert_true(ntp_limit_clients(l, 1400) <= NTP_LIMIT_CLIENTS);
	assert_true(n < 100);		/* of 10,000 within 0.4 s */
	ntp_limit_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate), cmocka_unit_test(test_clients), cmocka_unit_test(test_flood),
	};

	return cmocka_run_group_tests_name("ntp/limit", tests, NULL, NULL);
}
