/* DNS cookies: the examples of RFC 9018 appendix A, ages, addresses, secrets. */
#include "dns/cookie.h"

#include "cell.h"

static const struct dns_cookie_keys keys = {
	{ 0xe5, 0xe9, 0x73, 0xe5, 0xa6, 0xb2, 0xa4, 0x3f, 0x48, 0xe7, 0xdc, 0x84, 0x9e, 0x37, 0xbf, 0xcf }, { 1 }
};

static void
hex(const char *text, uint8_t *out)
{
	unsigned b;

	for (; *text != '\0'; text += 2) {
		assert_int_equal(sscanf(text, "%2x", &b), 1);
		*out++ = (uint8_t)b;
	}
}

/* What we make of the client's cookie at that time. */
static void
expect_made(const struct dns_cookie_keys *k, const char *client, const char *from, uint32_t now_s, const char *want)
{
	uint8_t cookie[DNS_COOKIE_FULL], wanted[DNS_COOKIE_FULL];
	struct addr a = cell_addr(from);

	hex(client, cookie);
	hex(want, wanted);
	assert_false(dns_cookie_renew(k, cookie, false, &a, now_s));
	assert_memory_equal(cookie, wanted, sizeof(cookie));
	assert_true(dns_cookie_good(k, cookie, &a, now_s));
}

/* A.1 (learning), A.2 (renewing), A.3 (another's reserved bits), A.4 (IPv6 and a new secret). */
static void
test_examples(void **state)
{
	struct dns_cookie_keys six = keys;
	struct addr a = cell_addr("203.0.113.203");
	uint8_t cookie[DNS_COOKIE_FULL], want[DNS_COOKIE_FULL];

	(void)state;
	expect_made(&keys, "2464c4abcf10c957", "198.51.100.100", 1559731985,
	    "2464c4abcf10c957010000005cf79f111f8130c3eee29480");
	expect_made(&keys, "2464c4abcf10c957", "198.51.100.100", 1559734385,
	    "2464c4abcf10c957010000005cf7a871d4a564a1442aca77");
	hex("fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", cookie);
	assert_true(dns_cookie_good(&keys, cookie, &a, 1559728000));
	assert_true(dns_cookie_renew(&keys, cookie, true, &a, 1559727985 + DNS_COOKIE_FRESH_S + 1));
	hex("fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e", want);
	assert_false(dns_cookie_renew(&keys, cookie, false, &a, 1559734700));
	assert_memory_equal(cookie, want, sizeof(cookie));
	hex("dd3bdf9344b678b185a6f5cb60fca715", six.now);
	expect_made(&six, "22681ab97d52c298", "2001:db8:220:1:59de:d0f4:8769:82b8", 1559741817,
	    "22681ab97d52c298010000005cf7c57926556bd0934c72f8");
	memcpy(six.before, six.now, sizeof(six.now));
	hex("445536bcd2513298075a5d379663c962", six.now);
	a = cell_addr("2001:db8:220:1:59de:d0f4:8769:82b8");
	hex("22681ab97d52c298010000005cf7c57926556bd0934c72f8", cookie);
	assert_true(dns_cookie_good(&six, cookie, &a, 1559741961));	/* the old secret still serves */
}

/* Fresh ones come back as they are, older ones are replaced, old and future ones are no proof. */
static void
test_ages(void **state)
{
	const uint32_t made = 0xfffffff0;	/* the time wraps within the hour */
	struct addr a = cell_addr("192.168.1.5"), other = cell_addr("192.168.1.6");
	uint8_t first[DNS_COOKIE_FULL] = "client..", c[DNS_COOKIE_FULL];

	(void)state;
	assert_false(dns_cookie_renew(&keys, first, false, &a, made));
	memcpy(c, first, sizeof(c));
	assert_true(dns_cookie_renew(&keys, c, true, &a, made + DNS_COOKIE_FRESH_S));
	assert_memory_equal(c, first, sizeof(c));
	assert_true(dns_cookie_renew(&keys, c, true, &a, made + DNS_COOKIE_FRESH_S + 1));
	assert_memory_not_equal(c, first, sizeof(c));
	assert_true(dns_cookie_good(&keys, first, &a, made + DNS_COOKIE_AGE_S));
	assert_false(dns_cookie_good(&keys, first, &a, made + DNS_COOKIE_AGE_S + 1));
	assert_true(dns_cookie_good(&keys, first, &a, made - DNS_COOKIE_AHEAD_S));
	assert_false(dns_cookie_good(&keys, first, &a, made - DNS_COOKIE_AHEAD_S - 1));
	assert_false(dns_cookie_good(&keys, first, &other, made));
}

/* Every bit counts. */
static void
test_bits(void **state)
{
	struct dns_cookie_keys others = keys;
	struct addr a = cell_addr("192.168.1.5");
	uint8_t c[DNS_COOKIE_FULL] = "client..";
	size_t i;

	(void)state;
	(void)dns_cookie_renew(&keys, c, false, &a, 1000);
	for (i = 0; i < 8 * sizeof(c); i++) {
		c[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_false(dns_cookie_good(&keys, c, &a, 1000));
		c[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	assert_true(dns_cookie_good(&keys, c, &a, 1000));
	others.now[15] ^= 1;
	assert_false(dns_cookie_good(&others, c, &a, 1000));
	memcpy(others.before, keys.now, sizeof(keys.now));
	assert_true(dns_cookie_good(&others, c, &a, 1000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples), cmocka_unit_test(test_ages), cmocka_unit_test(test_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
