/* The DNS part of a snapshot: the same input gives the same bytes, damage is
 * refused, a hundred thousand names and sixteen views stay small (P1, P6). */
#include "dns/snapshot.h"

#include "base/err.h"
#include "conf/conf.h"
#include "served.h"

static void
test_same_bytes(void **state)
{
	struct served a, b;
	struct cell k, l;

	(void)state;
	cell_init(&k);
	cell_record(&k, "myhome.home.arpa", "nas", "A", "192.168.1.5", CONF_ZONE_LAN);
	cell_init(&l);
	cell_record(&l, "myhome.home.arpa", "nas", "A", "192.168.1.5", CONF_ZONE_LAN);
	served_open(&a, &k);
	served_open(&b, &l);
	assert_int_equal(a.snap.part_len, b.snap.part_len);
	assert_memory_equal(a.part, b.part, a.snap.part_len);
	assert_int_equal(a.snap.edns_size, 1232);
	assert_int_equal(a.snap.client_qps, 1000);
	assert_int_equal(a.snap.serve_zones, k.c.dns.serve_zones | CONF_ZONE_LOCAL);
	assert_int_equal(a.snap.cache.max_entries, 1000);
	served_close(&a);
	served_close(&b);
}

/* DNS-19: all questions at level DEBUG, but none where none is to be kept. */
static void
test_query_log(void **state)
{
	static const struct { const char *root; enum conf_query_log set, kept; } cases[] = {
		{ "INFO", CONF_LOG_ERRORS, CONF_LOG_ERRORS }, { "DEBUG", CONF_LOG_ERRORS, CONF_LOG_ALL },
		{ "DEBUG", CONF_LOG_OFF, CONF_LOG_OFF }, { "INFO", CONF_LOG_ALL, CONF_LOG_ALL }
	};
	struct served a;
	struct cell k;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cell_init(&k);
		k.c.logging.root = cases[i].root;
		k.c.dns.query_log = cases[i].set;
		served_open(&a, &k);
		assert_int_equal(a.snap.query_log, cases[i].kept);
		served_close(&a);
	}
}

/* Every octet of the head and the routes changed, every length: refused or harmless. */
static void
test_damage(void **state)
{
	struct dns_snapshot s;
	struct served a;
	struct cell k;
	struct err e;
	uint8_t *p;
	size_t i, n;

	(void)state;
	cell_init(&k);
	cell_forward(&k, "corp.example", "192.168.9.1");
	served_open(&a, &k);
	n = a.snap.part_len;
	p = a.part;
	for (i = 0; i < 64 + 2 * sizeof(struct dns_route); i++) {
		uint8_t was = p[i];

		p[i] = 0xff;
		if (dns_snapshot_open(&s, p, n, &e) < 0)
			assert_null(s.part);
		p[i] = was;
	}
	for (i = 0; i < n; i += 61)
		assert_int_equal(dns_snapshot_open(&s, p, i, &e), -EINVAL);
	assert_int_equal(dns_snapshot_open(&s, p + 4, n - 4, &e), -EINVAL);
	assert_int_equal(dns_snapshot_open(&s, p, n, &e), 0);
	served_close(&a);
}

static void
test_large(void **state)
{
	enum { NAMES = 100000, SIZE = 24, VIEWS = 13 };
	char (*text)[SIZE] = calloc(NAMES, sizeof(*text));
	struct dns_snapshot s;
	struct cell k;
	struct err e;
	void *part;
	size_t i, n;

	(void)state;
	assert_non_null(text);
	cell_init(&k);
	for (i = 0; i < VIEWS - 3; i++) {
		char prefix[32];

		(void)snprintf(prefix, sizeof(prefix), "192.168.%zu.1/24", 100 + i);
		if (k.host.nifs < 16)
			cell_if(&k, "eth1", 9, prefix);
	}
	k.c.dns.records = calloc(NAMES, sizeof(*k.c.dns.records));
	assert_non_null(k.c.dns.records);
	for (i = 0; i < NAMES; i++) {
		(void)snprintf(text[i], SIZE, "n%u", (unsigned)i);
		k.c.dns.records[i] = (struct conf_record){ .id = "x", .zone = "myhome.home.arpa", .name = text[i], .type = "A",
		    .value = "10.9.9.9", .ttl = 60, .views = CONF_ZONE_LAN | CONF_ZONE_VPN };
	}
	k.c.dns.nrecords = NAMES;
	assert_int_equal(dns_snapshot_build(&part, &n, &k.c, &k.host, NULL, &e), 0);
	assert_true(n < 24 << 20);
	assert_int_equal(dns_snapshot_open(&s, part, n, &e), 0);
	assert_true(s.table.nviews >= 10);
	free(part);
	free(k.c.dns.records);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_query_log), cmocka_unit_test(test_damage),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
