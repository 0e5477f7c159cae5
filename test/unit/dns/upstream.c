/* src/dns/upstream.c: when one of them is asked, and what is said about it (DNS-9). */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dns/upstream.h"
#include "io/loop.h"

static void
fail_times(struct dns_upstream *u, unsigned times)
{
	while (times-- > 0)
		dns_upstream_failed(u, -EIO);
}

static void
test_rest(void **state)
{
	struct dns_upstream u = { .loop = io_loop_new(), .hop = { .mode = DNS_HOP_UDP } };

	(void)state;
	assert_true(dns_upstream_is_up(&u));
	assert_int_equal(u.heard_ms, 0);
	fail_times(&u, DNS_UPSTREAM_FAILURES - 1);
	assert_true(dns_upstream_is_up(&u) && !dns_upstream_rests(&u));
	fail_times(&u, 1);
	assert_true(dns_upstream_rests(&u) && !dns_upstream_is_up(&u));
	assert_int_equal(u.heard_ms, io_loop_now_ms(u.loop));
	/* the rest is over: it may be asked, but nobody knows that it answers */
	u.rest_until_ms = io_loop_now_ms(u.loop);
	assert_false(dns_upstream_rests(&u));
	assert_false(dns_upstream_is_up(&u));
	fail_times(&u, 1);
	assert_true(dns_upstream_rests(&u));
	dns_upstream_answered(&u, 0);
	assert_true(dns_upstream_is_up(&u) && !dns_upstream_rests(&u));
	assert_int_equal(u.rtt_ms, 1);
	io_loop_free(u.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rest),
	};

	return cmocka_run_group_tests_name("dns/upstream", tests, NULL, NULL);
}
