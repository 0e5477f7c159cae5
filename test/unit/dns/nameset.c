/* Name sets: BLK-2, LIM (2,000,000 names in 64 MiB). */
#include "dns/nameset.h"

#include <stdio.h>

#include "dns/name.h"

#include "cell.h"

static const uint64_t key[2] = { 0x0123456789abcdef, 42 };

static size_t
wire(const char *text, uint8_t out[DNS_NAME_MAX])
{
	size_t n = 0;

	assert_true(dns_name_read(str_of(text), NULL, 0, out, &n));
	return n;
}

static bool
add(void *p, const char *text, uint32_t marks)
{
	uint8_t name[DNS_NAME_MAX];
	size_t n = wire(text, name);

	return dns_nameset_add(p, name, n, marks);
}

static uint32_t
find(const struct dns_nameset *s, const char *text)
{
	uint8_t name[DNS_NAME_MAX];
	size_t n = wire(text, name);

	return dns_nameset_find(s, name, n);
}

/* A name covers what is below it, and nothing beside or above it. */
static void
test_covers(void **state)
{
	size_t n = dns_nameset_size(3);
	uint8_t *p = calloc(1, n);
	struct dns_nameset s;

	(void)state;
	dns_nameset_init(p, 3, key);
	assert_true(add(p, "ads.example", 1));
	assert_true(add(p, "deep.ads.example", 2));
	assert_true(add(p, "ads.example", 4));		/* named twice: one name */
	assert_true(add(p, "x.test", 8));
	assert_false(add(p, "one.too.many", 1));
	assert_true(add(p, "x.test", 16));		/* also when it is full */
	assert_true(dns_nameset_open(&s, p, n));
	assert_int_equal(s.names, 3);
	assert_int_equal(find(&s, "ads.example"), 5);
	assert_int_equal(find(&s, "www.ads.example"), 5);
	assert_int_equal(find(&s, "a.b.c.d.e.f.deep.ads.example"), 7);
	assert_int_equal(find(&s, "bads.example"), 0);
	assert_int_equal(find(&s, "example"), 0);
	assert_int_equal(find(&s, "ads.example.org"), 0);
	assert_int_equal(find(&s, "."), 0);
	assert_int_equal(find(&s, "x.test"), 24);
	assert_false(dns_nameset_open(&s, p, n - 1));
	p[0] ^= 1;
	assert_false(dns_nameset_open(&s, p, n));
	free(p);
}

static void
test_empty(void **state)
{
	struct dns_nameset s = { 0 };
	uint64_t space[64] = { 0 };

	(void)state;
	assert_int_equal(find(&s, "a.example"), 0);
	assert_true(dns_nameset_size(0) <= sizeof(space));
	dns_nameset_init(space, 0, key);
	assert_false(add(space, "a.example", 1));
	assert_true(dns_nameset_open(&s, space, dns_nameset_size(0)));
	assert_int_equal(find(&s, "a.example"), 0);
}

/* A full table: every name is found, the next hundred thousand are not. */
static void
test_full(void **state)
{
	enum { NAMES = 100000 };
	size_t n = dns_nameset_size(NAMES), i;
	void *p = calloc(1, n);
	struct dns_nameset s;
	char text[64];

	(void)state;
	dns_nameset_init(p, NAMES, key);
	for (i = 0; i < NAMES; i++) {
		(void)snprintf(text, sizeof(text), "host%zu.list.example", i);
		assert_true(add(p, text, 1u << i % 32));
	}
	assert_true(dns_nameset_open(&s, p, n));
	assert_int_equal(s.names, NAMES);
	for (i = 0; i < NAMES; i++) {
		(void)snprintf(text, sizeof(text), "www.host%zu.list.example", i);
		assert_int_equal(find(&s, text), 1u << i % 32);
		(void)snprintf(text, sizeof(text), "host%zu.list.example", i + NAMES);
		assert_int_equal(find(&s, text), 0);
	}
	free(p);
}

static void
test_size(void **state)
{
	(void)state;
	assert_true(dns_nameset_size(DNS_NAMESET_NAMES_MAX) <= DNS_NAMESET_MAX);
	assert_true(dns_nameset_size(DNS_NAMESET_NAMES_MAX) <= 40000000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_covers),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
