/* The cache: DNS-11, LIM-4. */
#include "dns/cache.c"

#include "cell.h"
#include "dns/wire.h"

static struct dns_cache_conf
conf(uint32_t entries, uint32_t bytes)
{
	return (struct dns_cache_conf){ .max_entries = entries, .max_bytes = bytes, .max_ttl_s = 86400 };
}

static struct dns_question
question(const struct dns_cache *c, const char *name, uint16_t type, uint8_t wire[DNS_NAME_ROOM])
{
	struct dns_question q = { .name = wire, .type = type };

	q.len = (uint8_t)cell_name(name, wire);
	q.hash = dns_cache_hash(c, &q);
	return q;
}

static void
put(struct dns_cache *c, const char *name, uint16_t type, uint32_t ttl, size_t size, uint64_t now)
{
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_question q = question(c, name, type, wire);
	struct dns_entry *e = dns_entry_new(&q, 0, size);

	assert_non_null(e);
	memset(dns_entry_body(e), (int)type, size);
	e->ttl = ttl;
	dns_cache_put(c, e, now);
}

static bool
has(struct dns_cache *c, const char *name, uint16_t type, uint64_t now)
{
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_question q = question(c, name, type, wire);
	const struct dns_entry *e = dns_cache_get(c, &q, now);

	return e != NULL && e->bodylen > 0 && dns_entry_read(e)[0] == type;
}

static struct dns_cache *
fresh(uint32_t entries, uint32_t bytes)
{
	struct dns_cache *c = dns_cache_new();
	struct dns_cache_conf k = conf(entries, bytes);

	assert_non_null(c);
	assert_int_equal(dns_cache_limit(c, &k, 1), 0);
	return c;
}

/* RFC 8767: kept for a while beyond its time, given out only as what it is. */
static void
test_stale(void **state)
{
	struct dns_cache *c = dns_cache_new();
	struct dns_cache_conf k = conf(1000, 1 << 20);
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_question q = question(c, "a.example", DNS_A, wire);

	(void)state;
	k.stale_max_s = 100;
	assert_int_equal(dns_cache_limit(c, &k, 1), 0);
	put(c, "a.example", DNS_A, 10, 40, 1000);
	assert_null(dns_cache_stale(c, &q, 1000));
	assert_null(dns_cache_stale(c, &q, 10999));
	assert_false(has(c, "a.example", DNS_A, 11000));
	assert_non_null(dns_cache_stale(c, &q, 11000));
	assert_non_null(dns_cache_stale(c, &q, 110999));
	assert_null(dns_cache_stale(c, &q, 111000));
	assert_false(has(c, "a.example", DNS_A, 111000));
	assert_int_equal(dns_cache_entries(c), 0);	/* of no use any more */
	dns_cache_free(c);
}

/* DNS-11: what is asked for twice is fetched again in its last tenth, once. */
static void
test_due(void **state)
{
	struct dns_cache *c = fresh(1000, 1 << 20);
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_question q = question(c, "a.example", DNS_A, wire);

	(void)state;
	put(c, "a.example", DNS_A, 100, 40, 0);
	assert_false(dns_entry_is_due(dns_cache_get(c, &q, 95000), 95000));	/* the first hit */
	assert_false(dns_entry_is_due(dns_cache_get(c, &q, 89000), 89000));
	assert_true(dns_entry_is_due(dns_cache_get(c, &q, 95000), 95000));
	assert_false(dns_entry_is_due(dns_cache_get(c, &q, 96000), 96000));
	put(c, "a.example", DNS_A, 100, 40, 97000);
	assert_false(dns_entry_is_due(dns_cache_get(c, &q, 190000), 190000));
	dns_cache_free(c);
}

static void
test_time(void **state)
{
	struct dns_cache *c = fresh(1000, 1 << 20);

	(void)state;
	put(c, "a.example", 1, 10, 30, 5000);
	put(c, "z.example", 1, 0, 30, 5000);
	assert_false(has(c, "z.example", 1, 5000));	/* TTL 0 is not kept */
	assert_true(has(c, "a.example", 1, 5000));
	assert_true(has(c, "a.example", 1, 14999));
	assert_false(has(c, "a.example", 1, 15000));
	assert_int_equal(dns_cache_entries(c), 0);	/* what is over is gone */
	assert_int_equal(dns_cache_bytes(c), 0);
	dns_cache_free(c);
}

/* Name, type, route and the DO and CD bits are all part of the key. */
static void
test_key(void **state)
{
	struct dns_cache *c = fresh(1000, 1 << 20);
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_question q;

	(void)state;
	put(c, "a.example", 1, 10, 30, 0);
	put(c, "a.example", 28, 10, 30, 0);
	assert_true(has(c, "a.example", 1, 0) && has(c, "a.example", 28, 0));
	assert_false(has(c, "b.example", 1, 0) || has(c, "a.example", 2, 0));
	q = question(c, "a.example", 1, wire);
	q.route = 1;
	assert_true(dns_cache_hash(c, &q) != q.hash);
	assert_null(dns_cache_get(c, &q, 0));
	q.route = 0;
	q.flags = DNS_QUESTION_DO;
	assert_null(dns_cache_get(c, &q, 0));
	put(c, "a.example", 1, 99, 40, 0);		/* in place of the old one */
	assert_int_equal(dns_cache_entries(c), 2);
	dns_cache_free(c);
}

static void
test_entries(void **state)
{
	struct dns_cache *c = fresh(64, 1 << 20);
	char name[32];
	int i;

	(void)state;
	for (i = 0; i < 64; i++) {
		(void)snprintf(name, sizeof(name), "n%d.example", i);
		put(c, name, 1, 1000, 10, 0);
	}
	assert_true(has(c, "n0.example", 1, 0));	/* used: the newest now */
	put(c, "more.example", 1, 1000, 10, 0);
	assert_int_equal(dns_cache_entries(c), 64);
	assert_true(has(c, "n0.example", 1, 0));
	assert_false(has(c, "n1.example", 1, 0));	/* the longest unused went */
	dns_cache_free(c);
}

static void
test_bytes(void **state)
{
	struct dns_cache *c = fresh(1000, 65536);
	struct dns_cache_conf less = conf(1000, 65536);
	char name[32];
	int i;

	(void)state;
	for (i = 0; i < 300; i++) {
		(void)snprintf(name, sizeof(name), "n%d.example", i);
		put(c, name, 1, 1000, 1000, 0);
		assert_true(dns_cache_bytes(c) <= 65536);
	}
	assert_true(has(c, "n299.example", 1, 0));
	assert_false(has(c, "n0.example", 1, 0));
	put(c, "huge.example", 1, 1000, 65537, 0);	/* larger than all of it: not kept, nothing lost */
	assert_false(has(c, "huge.example", 1, 0));
	assert_true(has(c, "n299.example", 1, 0));
	less.max_entries = 100;
	assert_int_equal(dns_cache_limit(c, &less, 2), 0);	/* an edge's share */
	assert_true(dns_cache_entries(c) <= 64);
	assert_true(has(c, "n299.example", 1, 0));
	dns_cache_free(c);
}

static void
test_flush(void **state)
{
	struct dns_cache *c = fresh(1000, 1 << 20);
	uint8_t wire[DNS_NAME_ROOM];
	size_t n;

	(void)state;
	put(c, "a.example", 1, 10, 30, 0);
	put(c, "x.a.example", 1, 10, 30, 0);
	put(c, "ba.example", 1, 10, 30, 0);
	n = cell_name("a.example", wire);
	assert_int_equal(dns_cache_flush(c, wire, n), 2);
	assert_true(has(c, "ba.example", 1, 0));
	assert_int_equal(dns_cache_flush(c, NULL, 0), 1);
	assert_int_equal(dns_cache_entries(c), 0);
	dns_cache_free(c);
}

/* Before it has limits it keeps nothing; a put frees what it does not keep. */
static void
test_without_limits(void **state)
{
	struct dns_cache *c = dns_cache_new();

	(void)state;
	assert_non_null(c);
	put(c, "a.example", 1, 10, 30, 0);
	assert_false(has(c, "a.example", 1, 0));
	dns_cache_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stale), cmocka_unit_test(test_due), cmocka_unit_test(test_time),
		cmocka_unit_test(test_key), cmocka_unit_test(test_entries),
		cmocka_unit_test(test_bytes), cmocka_unit_test(test_flush), cmocka_unit_test(test_without_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
