/* Names: RFC 1035 3.1 and 5.1, 4343, LIM-4. */
#include "dns/name.c"

#include "cell.h"

static size_t
read_name(const char *s, uint8_t out[DNS_NAME_ROOM])
{
	static const uint8_t origin[] = { 4, 'h', 'o', 'm', 'e', 4, 'a', 'r', 'p', 'a', 0 };
	size_t n = 0;

	memset(out, 0, DNS_NAME_ROOM);
	return dns_name_read(str_of(s), origin, sizeof(origin), out, &n) ? n : 0;
}

static const char *
round_trip(const char *s)
{
	static char text[DNS_NAME_TEXT_MAX];
	uint8_t name[DNS_NAME_ROOM];
	size_t n = read_name(s, name);

	return n == 0 ? "refused" : dns_name_text(name, n, text);
}

static void
test_text(void **state)
{
	(void)state;
	assert_string_equal(round_trip("@"), "home.arpa");
	assert_string_equal(round_trip("."), ".");
	assert_string_equal(round_trip("www"), "www.home.arpa");
	assert_string_equal(round_trip("WWW.Example."), "www.example");
	assert_string_equal(round_trip("*.x"), "*.x.home.arpa");
	assert_string_equal(round_trip("a\\.b.c."), "a\\.b.c");
	assert_string_equal(round_trip("a\\065b."), "aab");
	assert_string_equal(round_trip("a\\000b."), "a\\000b");
	assert_string_equal(round_trip("sp\\032ace."), "sp\\032ace");
	assert_string_equal(round_trip(""), "refused");
	assert_string_equal(round_trip(".."), "refused");
	assert_string_equal(round_trip("a..b"), "refused");
	assert_string_equal(round_trip(".a"), "refused");
	assert_string_equal(round_trip("a\\"), "refused");
	assert_string_equal(round_trip("a\\25"), "refused");
	assert_string_equal(round_trip("a\\256"), "refused");
}

static void
test_limits(void **state)
{
	char label[66] = { 0 }, whole[300] = { 0 };
	uint8_t name[DNS_NAME_ROOM];
	unsigned labels;
	size_t i;

	(void)state;
	memset(label, 'a', 63);
	label[63] = '.';
	assert_int_equal(read_name(label, name), 65);
	memset(label, 'a', 64);
	label[64] = '.';
	assert_int_equal(read_name(label, name), 0);
	for (i = 0; i < 127; i++) {
		whole[2 * i] = 'x';
		whole[2 * i + 1] = '.';
	}
	assert_int_equal(read_name(whole, name), 255);
	assert_int_equal(dns_name_scan(name, 255, &labels), 255);
	assert_int_equal(labels, 127);
	assert_int_equal(dns_name_scan(name, 254, &labels), 0);
	whole[253] = 'y';
	whole[254] = '.';
	assert_int_equal(read_name(whole, name), 0);	/* a label too many for 255 octets */
}

/* A scan never goes past its octets and refuses pointers. */
static void
test_scan(void **state)
{
	static const uint8_t good[] = { 3, 'w', 'w', 'w', 0, 9 };
	static const uint8_t pointer[] = { 1, 'a', 0xc0, 0x0c };
	static const uint8_t reserved[] = { 0x40, 'a', 0 };
	unsigned labels;
	size_t n;

	(void)state;
	assert_int_equal(dns_name_scan(good, sizeof(good), &labels), 5);
	assert_int_equal(labels, 1);
	for (n = 0; n < 5; n++)
		assert_int_equal(dns_name_scan(good, n, &labels), 0);
	assert_int_equal(dns_name_scan(pointer, sizeof(pointer), &labels), 0);
	assert_int_equal(dns_name_scan(reserved, sizeof(reserved), &labels), 0);
}

/* Words at a time give what octets at a time give, for every octet and length. */
static void
test_lower(void **state)
{
	uint8_t in[DNS_NAME_MAX], out[DNS_NAME_ROOM];
	size_t n, i, k;

	(void)state;
	for (k = 0; k < 256; k += 5) {
		for (i = 0; i < sizeof(in); i++)
			in[i] = (uint8_t)(i * 7 + k);
		for (n = 1; n <= sizeof(in); n++) {
			uint8_t *exact = malloc(n);	/* so that a read past it is seen */
			uint64_t h;

			memset(out, 0xee, sizeof(out));
			assert_non_null(exact);
			memcpy(exact, in, n);
			h = dns_name_lower(out, exact, n);
			for (i = 0; i < n; i++)
				assert_int_equal(out[i], lower(exact[i]));
			for (i = n; i < n + 8; i++)
				assert_int_equal(out[i], 0);
			memcpy(exact, out, n);
			assert_true(dns_name_hash(exact, n) == h);
			free(exact);
		}
	}
}

/* The test vectors of the SipHash paper's reference code. */
static void
test_sip(void **state)
{
	const uint64_t key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
	uint8_t in[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)i;
	assert_true(dns_name_sip(key, in, 0) == 0x726fdb47dd0e0e31);
	assert_true(dns_name_sip(key, in, 1) == 0x74f839c593dc67fd);
	assert_true(dns_name_sip(key, in, 8) == 0x93f5f5799a932462);
	assert_true(dns_name_sip(key, in, 15) == 0xa129ca6149be45e5);
}

static bool
under(const char *name, const char *apex)
{
	uint8_t a[DNS_NAME_ROOM], b[DNS_NAME_ROOM];
	size_t n = cell_name(name, a), m = cell_name(apex, b);

	return dns_name_under(a, n, b, m);
}

static void
test_under(void **state)
{
	(void)state;
	assert_true(under("a.b.c", "b.c"));
	assert_true(under("b.c", "b.c"));
	assert_true(under("b.c", "."));
	assert_false(under("ab.c", "b.c"));
	assert_false(under("c", "b.c"));
	assert_true(dns_name_eq((const uint8_t *)"\1A", 3, (const uint8_t *)"\1a", 3));
	assert_false(dns_name_eq((const uint8_t *)"\1a", 3, (const uint8_t *)"\1b", 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text), cmocka_unit_test(test_limits), cmocka_unit_test(test_scan),
		cmocka_unit_test(test_lower), cmocka_unit_test(test_sip), cmocka_unit_test(test_under),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
