/* src/sys/rtnl.c and rtnl_wire.c against this kernel, in a network of their own. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cmocka.h>

#include "base/str.h"
#include "sys/netlink.h"
#include "sys/rtnl.h"

enum { OURS = 112 };

static struct netlink *nl;

static struct addr_prefix
prefix(const char *text)
{
	struct addr_prefix p;

	assert_true(addr_prefix_read(str_of(text), &p));
	return p;
}

static int
setup(void **state)
{
	(void)state;
	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWNET | CLONE_NEWUSER) < 0)
		return -1;
	return netlink_open(&nl, NETLINK_ROUTE);
}

static int
teardown(void **state)
{
	(void)state;
	netlink_close(nl);
	return 0;
}

static void
make_link(struct rtnl_link *l)
{
	*l = (struct rtnl_link){ .group = 77, .mtu = 1400, .name = "own0", .kind = "veth" };
	assert_int_equal(rtnl_link_new(nl, l), 0);
	assert_int_equal(rtnl_link_find(nl, "own0", l), 0);
}

static void
a_link_comes_changes_and_goes(void **state)
{
	struct rtnl_link l;

	(void)state;
	assert_int_equal(rtnl_link_find(nl, "own0", &l), -ENODEV);
	make_link(&l);
	assert_true(l.index != 0 && l.group == 77 && l.mtu == 1400 && !l.up);
	assert_string_equal(l.kind, "veth");
	assert_int_equal(rtnl_link_new(nl, &l), -EEXIST);
	l.up = true;
	l.mtu = 1300;
	l.group = 78;
	assert_int_equal(rtnl_link_set(nl, &l), 0);
	memset(&l, 0, sizeof(l));
	assert_int_equal(rtnl_link_find(nl, "own0", &l), 0);
	assert_true(l.up && l.mtu == 1300 && l.group == 78);
	assert_int_equal(rtnl_link_del(nl, l.index), 0);
	assert_int_equal(rtnl_link_find(nl, "own0", &l), -ENODEV);
}

/* A dump has them all, each as it is found by its name; more than the kernel puts into one message. */
static void
all_links_are_listed(void **state)
{
	enum { PAIRS = 60 };
	struct rtnl_link l = { .group = 79, .mtu = 1400, .kind = "veth" }, *all = NULL, found;
	int i, n, ours = 0;

	(void)state;
	for (i = 0; i < PAIRS; i++) {
		(void)snprintf(l.name, sizeof(l.name), "many%d", i);
		assert_int_equal(rtnl_link_new(nl, &l), 0);
	}
	n = rtnl_links(nl, &all);
	for (i = 0; i < n; i++) {
		assert_int_equal(rtnl_link_find(nl, all[i].name, &found), 0);
		assert_memory_equal(&found, &all[i], sizeof(found));
		ours += strncmp(all[i].name, "many", 4) == 0;
	}
	assert_int_equal(ours, PAIRS);
	for (i = 0; i < n; i++)
		if (strncmp(all[i].name, "many", 4) == 0)
			assert_int_equal(rtnl_link_del(nl, all[i].index), 0);
	free(all);
}

/* Those of the kernel's own making are told apart. */
static size_t
own_addrs(uint32_t index, char *out, size_t size)
{
	char text[ADDR_TEXT_MAX];
	struct rtnl_addr *v = NULL;
	int i, n = rtnl_addrs(nl, index, &v);
	size_t used = 0;

	assert_true(n >= 0);
	out[0] = '\0';
	for (i = 0; i < n; i++)
		if (!v[i].local)
			used += (size_t)snprintf(out + used, size - used, "%s ", addr_prefix_text(&v[i].prefix, text));
	free(v);
	return used;
}

static void
addresses_come_and_go(void **state)
{
	struct rtnl_addr four, six;
	struct rtnl_link l;
	char text[256];

	(void)state;
	make_link(&l);
	four = (struct rtnl_addr){ l.index, prefix("10.9.0.1/24"), false };
	six = (struct rtnl_addr){ l.index, prefix("fd09::1/64"), false };
	assert_int_equal(rtnl_addr_add(nl, &four), 0);
	assert_int_equal(rtnl_addr_add(nl, &four), -EEXIST);
	assert_int_equal(rtnl_addr_add(nl, &six), 0);
	(void)own_addrs(l.index, text, sizeof(text));
	assert_string_equal(text, "10.9.0.1/24 fd09::1/64 ");
	assert_int_equal(rtnl_addr_del(nl, &four), 0);
	assert_int_equal(rtnl_addr_del(nl, &four), -EADDRNOTAVAIL);
	(void)own_addrs(l.index, text, sizeof(text));
	assert_string_equal(text, "fd09::1/64 ");
	assert_int_equal(rtnl_link_del(nl, l.index), 0);
}

static bool
has_route(const struct rtnl_route *want)
{
	struct rtnl_route *v = NULL;
	int i, n = rtnl_routes(nl, &v);
	bool found = false;

	assert_true(n >= 0);
	for (i = 0; i < n; i++)
		found = found || (v[i].to.bits == want->to.bits && addr_eq(&v[i].to.addr, &want->to.addr) &&
		    addr_eq(&v[i].via, &want->via) && v[i].protocol == want->protocol && v[i].table == want->table &&
		    v[i].index == want->index && v[i].metric == want->metric);
	free(v);
	return found;
}

static void
check_route(struct rtnl_route *r)
{
	struct rtnl_route other = *r;

	assert_false(has_route(r));
	assert_int_equal(rtnl_route_add(nl, r), 0);
	assert_true(has_route(r));
	assert_int_equal(rtnl_route_add(nl, r), -EEXIST);
	other.protocol = OURS + 1;
	assert_int_equal(rtnl_route_del(nl, &other), -ESRCH);	/* somebody else's stays */
	assert_true(has_route(r));
	assert_int_equal(rtnl_route_del(nl, r), 0);
	assert_false(has_route(r));
}

/* FWL-12: in both families, by link, by gateway, with a metric, in another table. */
static void
routes_come_and_go(void **state)
{
	struct rtnl_addr four;
	struct rtnl_route r;
	struct rtnl_link l;

	(void)state;
	make_link(&l);
	l.up = true;
	assert_int_equal(rtnl_link_set(nl, &l), 0);
	four = (struct rtnl_addr){ l.index, prefix("10.9.0.1/24"), false };
	assert_int_equal(rtnl_addr_add(nl, &four), 0);
	r = (struct rtnl_route){ .to = prefix("192.168.50.0/24"), .index = l.index, .metric = 100, .table = RT_TABLE_MAIN,
	    .protocol = OURS, .type = RTN_UNICAST };
	check_route(&r);
	r.via = prefix("10.9.0.2/32").addr;
	check_route(&r);
	r.to = prefix("0.0.0.0/0");
	r.table = 4711;
	check_route(&r);
	r.to = prefix("fd50::/48");
	r.via = (struct addr){ 0 };
	check_route(&r);
	assert_true(rtnl_rules(nl) >= 4);
	assert_int_equal(rtnl_link_del(nl, l.index), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_link_comes_changes_and_goes), cmocka_unit_test(all_links_are_listed),
		cmocka_unit_test(addresses_come_and_go), cmocka_unit_test(routes_come_and_go)
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
