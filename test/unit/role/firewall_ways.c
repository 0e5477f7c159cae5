/* Which routes of the host the firewall goes by: of each net the one that the kernel takes, if it is one way (FWL-13). */
#include "role/firewall_ways.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

enum { GONE = 1 << 20 };		/* no interface has that number */

static struct rtnl_route
route(const char *to, uint32_t index, uint32_t metric)
{
	struct rtnl_route r = { .index = index, .metric = metric, .table = RT_TABLE_MAIN, .type = RTN_UNICAST };

	assert_true(addr_prefix_read(str_of(to), &r.to));
	return r;
}

static struct rtnl_route
closed(const char *to, uint8_t type, uint32_t metric)
{
	struct rtnl_route r = route(to, 0, metric);

	r.type = type;
	return r;
}

static void
is_taken(struct rtnl_route *v, size_t n, const char *want)
{
	struct firewall_ways w = { 0 };
	char text[ADDR_TEXT_MAX], all[512] = "";
	size_t i;

	take(&w, v, n);
	for (i = 0; i < w.n; i++) {
		assert_string_equal(w.v[i].interface, "lo");
		strcat(all, addr_prefix_text(&w.v[i].net, text));	/* few, and short */
		strcat(all, " ");
	}
	assert_string_equal(all, want);
}

static void
the_best_decides(void **state)
{
	const uint32_t lo = if_nametoindex("lo");
	struct rtnl_route v[] = {
		route("192.168.9.0/24", lo, 100), closed("192.168.9.0/24", RTN_BLACKHOLE, 50),
		route("192.168.8.0/24", lo, 100), closed("192.168.8.0/24", RTN_UNREACHABLE, 200),
		route("192.168.7.0/24", 0, 10), route("192.168.7.0/24", lo, 20),	/* several ways at once */
		route("192.168.6.0/24", GONE, 20), route("192.168.6.0/24", lo, 10),
		route("192.168.5.0/25", lo, 20), closed("192.168.5.0/24", RTN_PROHIBIT, 10),
		route("2001:db8::/32", lo, 1024), closed("2001:db8::/32", RTN_UNREACHABLE, 512),
		route("2001:db8:1::/48", lo, 1024),
	};

	(void)state;
	assert_int_not_equal(lo, 0);
	is_taken(v, sizeof(v) / sizeof(v[0]), "192.168.5.0/25 192.168.6.0/24 192.168.8.0/24 2001:db8:1::/48 ");
}

static void
others_are_no_ways(void **state)
{
	const uint32_t lo = if_nametoindex("lo");
	struct rtnl_route v[] = {
		route("0.0.0.0/0", lo, 0), route("fe80::/64", lo, 256), route("192.168.9.0/24", lo, 0),
		route("192.168.8.0/24", lo, 0),
		closed("192.168.8.0/24", RTN_BLACKHOLE, 0),
	};

	(void)state;
	v[2].protocol = VPN_PROTOCOL;
	v[3].metric = 5;
	v[4].table = RT_TABLE_LOCAL;	/* another table hides nothing of this one */
	is_taken(v, sizeof(v) / sizeof(v[0]), "192.168.8.0/24 ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_decides),
		cmocka_unit_test(others_are_no_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
