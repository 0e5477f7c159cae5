/* Zones of askers: product.md 1.2, ACC-4, design.md 3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rd.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "ingress/zone.h"
#include "sys/net.h"

enum { LO = 1, ETH = 2, WG = 3, UP = 4 };

static struct net_ifaddr
ifaddr(const char *name, uint32_t index, const char *prefix)
{
	struct net_ifaddr f = { .ifindex = index, .up = true, .loopback = index == LO };

	assert_true(str_copy(str_of(name), f.name, sizeof(f.name)));
	assert_true(addr_prefix_read(str_of(prefix), &f.prefix));
	return f;
}

static void
plan(struct ingress *in)
{
	const struct net_ifaddr ifs[] = {
		ifaddr("lo", LO, "127.0.0.1/8"), ifaddr("lo", LO, "::1/128"),
		ifaddr("eth0", ETH, "192.168.1.2/24"), ifaddr("eth0", ETH, "fe80::1/64"),
		ifaddr("wg0", WG, "10.0.0.1/24"), ifaddr("ppp0", UP, "203.0.113.5/32"),
	};
	struct conf *c = conf_default("mycell");

	assert_non_null(c);
	ingress_plan(in, c, ifs, sizeof(ifs) / sizeof(ifs[0]));
	conf_unref(c);
}

static unsigned
zone(const struct ingress *in, uint32_t ifindex, const char *peer)
{
	struct addr a;

	assert_true(addr_read(str_of(peer), &a));
	return ingress_zone(in, ifindex, &a);
}

/* The table of product.md 1.2, row by row. */
static void
test_zones(void **state)
{
	struct ingress in;

	(void)state;
	plan(&in);
	assert_int_equal(zone(&in, LO, "127.0.0.1"), CONF_ZONE_LOCAL);
	assert_int_equal(zone(&in, LO, "::1"), CONF_ZONE_LOCAL);
	assert_int_equal(zone(&in, LO, "192.168.1.2"), CONF_ZONE_LOCAL);
	assert_int_equal(zone(&in, ETH, "192.168.1.77"), CONF_ZONE_LAN);
	assert_int_equal(zone(&in, ETH, "fe80::77"), CONF_ZONE_LAN);
	assert_int_equal(zone(&in, WG, "10.0.0.2"), CONF_ZONE_VPN);
	assert_int_equal(zone(&in, UP, "198.51.100.9"), CONF_ZONE_PUBLIC);
	assert_int_equal(zone(&in, ETH, "192.168.2.77"), CONF_ZONE_PUBLIC);
}

/* ACC-4: an address is no proof; it must come in where it belongs. */
static void
test_spoofed_sources(void **state)
{
	struct ingress in;

	(void)state;
	plan(&in);
	assert_int_equal(zone(&in, ETH, "127.0.0.1"), 0);
	assert_int_equal(zone(&in, ETH, "10.0.0.2"), CONF_ZONE_PUBLIC);
	assert_int_equal(zone(&in, UP, "192.168.1.77"), CONF_ZONE_PUBLIC);
	assert_int_equal(zone(&in, UP, "192.168.1.2"), CONF_ZONE_PUBLIC);
	/* a source on the VPN interface that belongs to nobody is dropped */
	assert_int_equal(zone(&in, WG, "192.168.1.77"), 0);
	assert_int_equal(zone(&in, WG, "127.0.0.1"), 0);
	assert_int_equal(zone(&in, WG, "10.0.1.2"), 0);
}

static void
test_round_trip(void **state)
{
	struct ingress in, back;
	uint8_t buf[16384];
	struct wr w;
	struct rd r;

	(void)state;
	plan(&in);
	wr_init(&w, buf, sizeof(buf));
	ingress_write(&w, &in);
	assert_true(wr_ok(&w));
	rd_init(&r, buf, wr_len(&w));
	assert_true(ingress_read(&r, &back));
	assert_int_equal(rd_left(&r), 0);
	assert_memory_equal(&in, &back, sizeof(in));
	for (size_t n = 0; n < wr_len(&w); n++) {
		rd_init(&r, buf, n);
		assert_false(ingress_read(&r, &back));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_spoofed_sources),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests_name("ingress/zone", tests, NULL, NULL);
}
