/* Client limits: DNS-20, DNL-7, LIM-4. */
#include "dns/limit.h"

#include "cell.h"

static unsigned
take(struct dns_limit *l, const char *client, unsigned n, uint64_t now, unsigned counts[3])
{
	const struct addr a = cell_addr(client);
	unsigned i;

	memset(counts, 0, 3 * sizeof(counts[0]));
	for (i = 0; i < n; i++)
		counts[dns_limit_take(l, &a, DNS_LIMIT_CLAIMED, now)]++;
	return counts[DNS_LIMIT_GO];
}

static void
test_rate(void **state)
{
	struct dns_limit *l = dns_limit_new();
	unsigned c[3];

	(void)state;
	assert_non_null(l);
	assert_int_equal(take(l, "192.168.1.9", 1000, 5, c), 1000);	/* no limit yet */
	dns_limit_set(l, 100);
	assert_int_equal(take(l, "192.168.1.5", 400, 1000, c), 300);	/* three times the rate at once */
	assert_int_equal(c[DNS_LIMIT_SHORT], 50);
	assert_int_equal(c[DNS_LIMIT_DROP], 50);
	assert_int_equal(take(l, "192.168.1.5", 200, 1500, c), 50);
	assert_int_equal(take(l, "192.168.1.6", 100, 1500, c), 100);	/* another client */
	assert_int_equal(take(l, "192.168.1.5", 1000, 1000000, c), 300);
	dns_limit_free(l);
}

/* One /64 is one client (ACC-16 counts alike); IPv4 and IPv6 do not meet. */
static void
test_clients(void **state)
{
	struct dns_limit *l = dns_limit_new();
	unsigned c[3];

	(void)state;
	dns_limit_set(l, 10);
	assert_int_equal(take(l, "2001:db8::1", 30, 1, c), 30);
	assert_int_equal(take(l, "2001:db8::2", 30, 1, c), 0);
	assert_int_equal(take(l, "2001:db8:0:1::2", 30, 1, c), 30);
	assert_int_equal(take(l, "32.1.13.184", 30, 1, c), 30);		/* the same four octets */
	dns_limit_free(l);
}

/* DNS-20: who only claims an address takes nothing from those who have shown that it is theirs; a good cookie is
 * good for ten times the rate, a handshake worth twenty questions. */
static void
test_ways(void **state)
{
	struct dns_limit *l = dns_limit_new();
	const struct addr a = cell_addr("192.168.1.5");
	unsigned c[3], n;

	(void)state;
	dns_limit_set(l, 100);
	(void)take(l, "192.168.1.5", 5000, 1000, c);
	assert_int_equal(c[DNS_LIMIT_GO], 300);
	for (n = 0; dns_limit_take(l, &a, DNS_LIMIT_COOKIE, 1000) == DNS_LIMIT_GO; n++)
		assert_true(n < 3000);
	assert_int_equal(n, 3000);
	assert_int_not_equal(dns_limit_take(l, &a, DNS_LIMIT_STREAM, 1000), DNS_LIMIT_GO);
	for (n = 0; dns_limit_take(l, &a, DNS_LIMIT_STREAM, 100000) == DNS_LIMIT_GO; n++)
		assert_true(n < 300);
	assert_int_equal(n, 300);
	for (n = 0; dns_limit_take(l, &a, DNS_LIMIT_HANDSHAKE, 200000) == DNS_LIMIT_GO; n++)
		assert_true(n < 15);
	assert_int_equal(n, 15);
	dns_limit_free(l);
}

/* The clock's 32 bits of milliseconds wrap after seven weeks. */
static void
test_wrap(void **state)
{
	struct dns_limit *l = dns_limit_new();
	const uint64_t edge = (uint64_t)1 << 32;
	unsigned c[3];

	(void)state;
	dns_limit_set(l, 10);
	assert_int_equal(take(l, "10.0.0.5", 40, edge - 500, c), 30);
	assert_int_equal(take(l, "10.0.0.5", 40, edge + 500, c), 10);
	dns_limit_free(l);
}

/* A flood from everywhere does not let one client ask more for long. */
static void
test_flood(void **state)
{
	struct dns_limit *l = dns_limit_new();
	struct addr a = { .len = 4 };
	unsigned c[3], i, n = 0;

	(void)state;
	dns_limit_set(l, 10);
	for (i = 0; i < 4 * DNS_LIMIT_CLIENTS; i++) {
		a.b[1] = (uint8_t)(i >> 16);
		a.b[2] = (uint8_t)(i >> 8);
		a.b[3] = (uint8_t)i;
		(void)dns_limit_take(l, &a, DNS_LIMIT_CLAIMED, 1000 + i / 100);
		if (i % 4 == 0)
			n += take(l, "10.0.0.5", 1, 1000 + i / 100, c);
	}
	assert_true(n < 200);		/* asked 16,384 times within 0.65 s */
	dns_limit_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate), cmocka_unit_test(test_clients), cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_flood), cmocka_unit_test(test_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
