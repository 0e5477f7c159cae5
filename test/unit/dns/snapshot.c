/* The DNS part of a snapshot: the same input gives the same bytes, damage is
 * refused, a hundred thousand names and sixteen views stay small (P1, P6). */
#include "dns/snapshot.h"

#include <errno.h>

#include "base/err.h"
#include "conf/conf.h"
#include "dns/extra.h"
#include "served.h"
#include "sys/sealed.h"

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
		if (dns_snapshot_open(&s, p, n, NULL, &e) < 0)
			assert_null(s.part);
		p[i] = was;
	}
	for (i = 0; i < n; i += 61)
		assert_int_equal(dns_snapshot_open(&s, p, i, NULL, &e), -EINVAL);
	assert_int_equal(dns_snapshot_open(&s, p + 4, n - 4, NULL, &e), -EINVAL);
	assert_int_equal(dns_snapshot_open(&s, p, n, NULL, &e), 0);
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
	assert_int_equal(dns_snapshot_open(&s, part, n, NULL, &e), 0);
	assert_true(s.table.nviews >= 10);
	free(part);
	free(k.c.dns.records);
	free(text);
}

enum { TEXT_MAX = 1 << 20, HOSTS = 9000 };

/* n hosts of a zone, whose addresses depend on seed; read into all. */
static void
read_zone(struct dns_extras *all, struct conf_extra_zone *z, unsigned n, unsigned seed)
{
	char *text = malloc(TEXT_MAX), *at = text;
	struct err e;
	unsigned i;

	assert_non_null(text);
	at += sprintf(at, "@ 60 IN SOA ns hostmaster 1 2 3 4 5\n@ 60 IN NS ns\n");
	for (i = 0; i < n; i++)
		at += sprintf(at, "n%u 60 IN A 10.%u.%u.%u\n", i, seed, i / 250, i % 250);
	assert_true(at < text + TEXT_MAX);
	assert_int_equal(dns_extras_read(all, str_of(z->name), z->sha256, (struct str){ text, (size_t)(at - text) }, false, &e), 0);
	free(text);
}

static void
same_answer(const struct dns_snapshot *a, const struct dns_snapshot *b, const char *name)
{
	uint8_t wire[DNS_NAME_ROOM], lower[DNS_NAME_ROOM];
	struct dns_key k = { .name = lower, .len = (uint8_t)cell_name(name, wire) };
	const struct dns_answer *x, *y;
	unsigned labels;

	assert_int_equal(dns_name_scan(wire, k.len, &labels), k.len);
	k.labels = (uint8_t)labels;
	k.hash = dns_name_lower(lower, wire, k.len);
	x = dns_snapshot_find(a, 0, &k, DNS_A);
	y = dns_snapshot_find(b, 0, &k, DNS_A);
	assert_non_null(x);
	assert_non_null(y);
	assert_memory_equal(x, y, sizeof(*x));
	assert_memory_equal(dns_answer_body(x), dns_answer_body(y), x->len);
}

/* P6: a large table lies beside the part and is the same piece as long as its text is; answers are those of a part that
 * has everything. */
static void
test_pieces(void **state)
{
	struct conf_extra_zone zones[] = {
		{ .name = "small.test", .sha256 = "s", .views = CONF_ZONE_VPN | CONF_ZONE_LAN },
		{ .name = "large.test", .sha256 = "l", .views = CONF_ZONE_VPN | CONF_ZONE_LAN },
		{ .name = "other.test", .sha256 = "o", .views = CONF_ZONE_VPN | CONF_ZONE_LAN } };
	struct sealed_list first = { 0 }, pieces = { 0 };
	struct dns_extras *all = dns_extras_new();
	struct dns_snapshot whole, split;
	void *a, *b, *c;
	size_t na, nb, i;
	char name[64];
	struct cell k;
	struct err e;

	(void)state;
	cell_init(&k);
	k.host.extras = all;
	k.c.dns.zones = zones;
	k.c.dns.nzones = 3;
	read_zone(all, &zones[0], 3, 1);
	read_zone(all, &zones[1], HOSTS, 2);
	read_zone(all, &zones[2], 4, 3);
	assert_int_equal(dns_snapshot_build(&a, &na, &k.c, &k.host, NULL, &e), 0);
	k.host.pieces = &first;
	assert_int_equal(dns_snapshot_build(&c, &nb, &k.c, &k.host, NULL, &e), 0);
	free(c);
	k.host.pieces = &pieces;
	cell_record(&k, "myhome.home.arpa", "nas", "A", "192.168.1.5", CONF_ZONE_LAN);
	assert_int_equal(dns_snapshot_build(&b, &nb, &k.c, &k.host, NULL, &e), 0);
	assert_int_equal(pieces.n, 1);
	assert_ptr_equal(pieces.v[0], first.v[0]);
	assert_true(nb + pieces.v[0]->n < na + 4096 && nb < DNS_SNAPSHOT_LARGE_MIN);
	assert_int_equal(dns_snapshot_open(&split, b, nb, NULL, &e), -EINVAL);
	assert_int_equal(dns_snapshot_open(&whole, a, na, NULL, &e), 0);
	assert_int_equal(dns_snapshot_open(&split, b, nb, &pieces, &e), 0);
	for (i = 0; i < HOSTS; i += 97) {
		(void)snprintf(name, sizeof(name), "n%zu.%s.test", i, i % 2 == 0 ? "large" : i % 3 == 0 ? "small" : "other");
		same_answer(&whole, &split, name);
	}
	sealed_list_clear(&first);
	sealed_list_clear(&pieces);
	dns_extras_free(all);
	free(a);
	free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_query_log), cmocka_unit_test(test_damage),
		cmocka_unit_test(test_large), cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
