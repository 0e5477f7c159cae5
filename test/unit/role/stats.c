/* src/role/stats.c: the sum is of every counter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "role/stats.h"

static void
test_sum(void **state)
{
	uint64_t one[sizeof(struct edge_stats) / sizeof(uint64_t)], sum[sizeof(one) / sizeof(one[0])];
	struct edge_stats a, b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(one) / sizeof(one[0]); i++)
		one[i] = i + 1;
	memcpy(&a, one, sizeof(a));
	memcpy(&b, one, sizeof(b));
	edge_stats_add(&a, &b);
	edge_stats_add(&a, &b);
	memcpy(sum, &a, sizeof(sum));
	for (i = 0; i < sizeof(one) / sizeof(one[0]); i++)
		assert_true(sum[i] == 3 * (i + 1));
	assert_memory_equal(&b, one, sizeof(b));
}

/* By name, so that a member that is no counter would be noticed. */
static void
test_members(void **state)
{
	struct edge_stats a = { .http_requests = 2, .dns.udp_queries = UINT64_MAX, .dns.cache_bytes = 7 };
	const struct edge_stats b = { .http_requests = 3, .http_refused = 1, .dns.udp_queries = 2, .dns.rcodes[15] = 4 };

	(void)state;
	edge_stats_add(&a, &b);
	assert_int_equal(a.http_requests, 5);
	assert_int_equal(a.http_refused, 1);
	assert_true(a.dns.udp_queries == 1);	/* counters wrap */
	assert_int_equal(a.dns.rcodes[15], 4);
	assert_int_equal(a.dns.cache_bytes, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sum),
		cmocka_unit_test(test_members),
	};

	return cmocka_run_group_tests_name("role/stats", tests, NULL, NULL);
}
