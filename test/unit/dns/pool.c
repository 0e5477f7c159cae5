/* Objects of one size: bounded, used again, in chunks (LIM-4). */
#include "dns/pool.h"

#include "cell.h"

struct object {
	uint64_t a[5];
};

static void
test_bound(void **state)
{
	struct object *v[100];
	struct dns_pool p;
	size_t i, j;

	(void)state;
	dns_pool_init(&p, sizeof(struct object), 100);
	for (i = 0; i < 100; i++) {
		v[i] = dns_pool_take(&p);
		assert_non_null(v[i]);
		memset(v[i], (int)i, sizeof(*v[i]));	/* they do not overlap */
	}
	assert_null(dns_pool_take(&p));
	for (i = 0; i < 100; i++)
		for (j = 0; j < sizeof(*v[i]); j++)
			assert_int_equal(((uint8_t *)v[i])[j], i);
	dns_pool_give(&p, v[7]);
	dns_pool_give(&p, v[8]);
	assert_ptr_equal(dns_pool_take(&p), v[8]);
	assert_ptr_equal(dns_pool_take(&p), v[7]);
	assert_null(dns_pool_take(&p));
	dns_pool_close(&p);
}

/* One object in use costs one chunk. */
static void
test_quiet(void **state)
{
	struct dns_pool p;
	size_t i, chunks = 0;

	(void)state;
	dns_pool_init(&p, 1000, 1 << 20);
	assert_int_equal(p.max, DNS_POOL_CHUNK * DNS_POOL_CHUNKS);
	for (i = 0; i < 1000; i++)
		dns_pool_give(&p, dns_pool_take(&p));
	for (i = 0; i < DNS_POOL_CHUNKS; i++)
		chunks += p.chunks[i] != NULL;
	assert_int_equal(chunks, 1);
	dns_pool_close(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_bound), cmocka_unit_test(test_quiet) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
