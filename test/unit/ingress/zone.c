/* Zones of askers: product.md 1.2, ACC-4, design.md 3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
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

/* A configuration whose network section has these members. */
static struct conf *
conf_with(const char *network)
{
	struct conf *base = conf_default("mycell"), *c = NULL;
	json_t *doc = json_deep_copy(base->doc), *changes = json_loads(network, 0, NULL);
	struct err e;

	assert_non_null(changes);
	assert_int_equal(json_object_update(json_object_get(doc, "network"), changes), 0);
	err_clear(&e);
	if (conf_build(&c, doc, &e) < 0)
		print_message("%s\n", e.detail);
	assert_non_null(c);
	json_decref(doc);
	json_decref(changes);
	conf_unref(base);
	return c;
}

/* Product 1.2: what is behind other interfaces than those named is not at home, whatever address it shows. */
static void
test_named_interfaces(void **state)
{
	const struct net_ifaddr ifs[] = {
		ifaddr("lo", LO, "127.0.0.1/8"), ifaddr("eth0", ETH, "192.168.1.2/24"), ifaddr("eth0", ETH, "192.168.9.2/24"),
		ifaddr("ppp0", UP, "10.9.9.9/24"), ifaddr("wg0", WG, "10.0.0.1/24"),
	};
	struct conf *c = conf_with("{\"lan_interfaces\":[\"eth0\"],\"lan_cidrs\":[\"172.16.0.0/16\"]}");
	struct ingress in;
	size_t i, rows = 0;

	(void)state;
	ingress_plan(&in, c, ifs, sizeof(ifs) / sizeof(ifs[0]));
	assert_int_equal(zone(&in, ETH, "192.168.9.7"), CONF_ZONE_LAN);
	assert_int_equal(zone(&in, ETH, "172.16.4.4"), CONF_ZONE_LAN);
	assert_int_equal(zone(&in, UP, "10.9.9.7"), CONF_ZONE_PUBLIC);
	assert_int_equal(zone(&in, UP, "172.16.4.4"), CONF_ZONE_PUBLIC);
	assert_int_equal(zone(&in, WG, "172.16.4.4"), 0);
	for (i = 0; i < in.nnets; i++)
		rows += in.nets[i].prefix.addr.b[0] == 172;
	assert_int_equal(rows, 1);	/* once for each interface, not for each of its addresses */
	conf_unref(c);
	c = conf_with("{\"lan_cidrs\":[\"172.16.0.0/16\"]}");
	ingress_plan(&in, c, ifs, sizeof(ifs) / sizeof(ifs[0]));
	assert_int_equal(zone(&in, UP, "172.16.4.4"), CONF_ZONE_LAN);	/* automatic: any but the VPN's */
	conf_unref(c);
}

/* R7: an interface that went while the addresses were read has number 0, which must not mean any. */
static void
test_vanished_interface(void **state)
{
	const struct net_ifaddr ifs[] = {
		ifaddr("eth0", 0, "192.168.1.2/24"), ifaddr("wg0", 0, "10.0.0.1/24"), ifaddr("ppp0", UP, "203.0.113.5/32"),
	};
	struct conf *c = conf_default("mycell");
	struct ingress in;

	(void)state;
	ingress_plan(&in, c, ifs, 3);
	assert_int_equal(zone(&in, UP, "192.168.1.77"), CONF_ZONE_PUBLIC);
	assert_int_equal(zone(&in, UP, "10.0.0.2"), CONF_ZONE_PUBLIC);
	assert_int_equal(in.vpn_ifindex, 0);
	conf_unref(c);
}

/* As many addresses as a host may have: nobody at home becomes a stranger, and the table still travels. */
static void
test_many_addresses(void **state)
{
	static struct net_ifaddr ifs[NET_IFADDRS_MAX];
	static uint8_t buf[64 << 10];
	struct conf *c = conf_default("mycell");
	struct ingress in, back;
	char text[64];
	struct wr w;
	struct rd r;
	uint32_t i;

	(void)state;
	for (i = 0; i < NET_IFADDRS_MAX; i++) {
		snprintf(text, sizeof(text), "10.77.%u.1/24", i);
		ifs[i] = ifaddr("eth", 10 + i, text);
	}
	ingress_plan(&in, c, ifs, NET_IFADDRS_MAX);
	assert_int_equal(zone(&in, 10 + NET_IFADDRS_MAX - 1, "10.77.255.9"), CONF_ZONE_LAN);
	wr_init(&w, buf, sizeof(buf));
	ingress_write(&w, &in);
	rd_init(&r, buf, wr_len(&w));
	assert_true(ingress_read(&r, &back));
	assert_memory_equal(&in, &back, sizeof(in));
	conf_unref(c);
}

/* Rows that the plan never makes are refused. */
static void
test_foreign_rows(void **state)
{
	static const uint8_t rows[][16] = {
		{ 0, 0, 0, 2, CONF_ZONE_LAN, 24, 5, 10, 0, 0, 0 },		/* no such length of an address */
		{ 0, 0, 0, 2, CONF_ZONE_LAN, 33, 4, 10, 0, 0, 0 },		/* more bits than it has */
		{ 0, 0, 0, 2, CONF_ZONE_LAN, 24, 4, 10, 0, 0, 1 },		/* bits behind the prefix */
		{ 0, 0, 0, 2, CONF_ZONE_LAN | CONF_ZONE_VPN, 24, 4, 10, 0, 0, 0 },	/* two zones */
		{ 0, 0, 0, 2, 0, 24, 4, 10, 0, 0, 0 },				/* none */
	};
	uint8_t buf[64] = { 0, 0, 0, 3, 0, 0, 0, 1, 0, 1 };
	struct ingress in;
	struct rd r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memcpy(buf + 10, rows[i], sizeof(rows[i]));
		rd_init(&r, buf, sizeof(buf));
		assert_false(ingress_read(&r, &in));
	}
	buf[8] = 0x7f;		/* more rows than there may be */
	rd_init(&r, buf, sizeof(buf));
	assert_false(ingress_read(&r, &in));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_spoofed_sources),
		cmocka_unit_test(test_named_interfaces),
		cmocka_unit_test(test_vanished_interface),
		cmocka_unit_test(test_many_addresses),
		cmocka_unit_test(test_foreign_rows),
		cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests_name("ingress/zone", tests, NULL, NULL);
}
