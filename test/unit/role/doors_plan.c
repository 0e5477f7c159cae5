/* src/role/doors_plan.c: PRC-9, CFG-4, data.md 4.2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lab.h"
#include "role/doors_plan.h"

static bool
planned(const struct door_plan *v, size_t n, enum door_kind kind, const char *at)
{
	struct addr_port want;
	size_t i;

	assert_true(addr_port_read(str_of(at), &want));
	for (i = 0; i < n; i++)
		if (v[i].kind == kind && v[i].at.port == want.port && addr_eq(&v[i].at.addr, &want.addr))
			return true;
	return false;
}

static const struct net_ifaddr *
host(size_t *n, bool ipv6)
{
	static struct net_ifaddr ifs[4];

	ifs[0] = lab_ifaddr("lo", 1, "127.0.0.1/8");
	ifs[1] = lab_ifaddr("eth0", 2, "192.168.1.2/24");
	ifs[2] = lab_ifaddr("lo", 1, "::1/128");
	ifs[3] = lab_ifaddr("eth0", 2, "fe80::2/64");
	*n = ipv6 ? 4 : 2;
	return ifs;
}

static size_t
plan_dot(struct door_plan *v, const char *network, const char *dot, bool user_mode, bool ipv6)
{
	char text[512];
	struct conf *c;
	struct doors_want w = { .user_mode = user_mode };
	size_t n;

	snprintf(text, sizeof(text), "{\"network\":%s,\"dns\":{\"dot\":%s}}", network, dot);
	w.conf = c = lab_conf(text);
	c->setup_complete = true;
	w.ifs = host(&w.nifs, ipv6);
	n = doors_plan(v, &w);
	conf_unref(c);
	return n;
}

static size_t
plan(struct door_plan *v, const char *network, bool user_mode, bool ipv6)
{
	return plan_dot(v, network, "true", user_mode, ipv6);
}

static void
test_ports(void **state)
{
	(void)state;
	assert_int_equal(doors_port(53, true), 5353);
	assert_int_equal(doors_port(853, true), 8853);
	assert_int_equal(doors_port(80, true), 8080);
	assert_int_equal(doors_port(443, true), 8443);
	assert_int_equal(doors_port(123, true), 1123);
	assert_int_equal(doors_port(3000, true), 3000);
	assert_int_equal(doors_port(444, true), 444);
	assert_int_equal(doors_port(53, false), 53);
}

static void
test_everywhere(void **state)
{
	struct door_plan v[DOORS_MAX];
	size_t n = plan(v, "{}", false, true);

	(void)state;
	assert_int_equal(n, 14);
	assert_true(planned(v, n, DOOR_DNS_UDP, "0.0.0.0:53") && planned(v, n, DOOR_DNS_UDP, "[::]:53"));
	assert_true(planned(v, n, DOOR_DNS_TCP, "0.0.0.0:53") && planned(v, n, DOOR_DNS_TCP, "[::]:53"));
	assert_true(planned(v, n, DOOR_HTTP, "0.0.0.0:80") && planned(v, n, DOOR_HTTPS, "[::]:443"));
	assert_true(planned(v, n, DOOR_NTP, "0.0.0.0:123") && planned(v, n, DOOR_NTP, "[::]:123"));
	assert_true(planned(v, n, DOOR_API, "127.0.0.1:3000") && planned(v, n, DOOR_API, "[::1]:3000"));
	assert_true(planned(v, n, DOOR_DNS_TLS, "0.0.0.0:853") && planned(v, n, DOOR_DNS_TLS, "[::]:853"));
	n = plan(v, "{}", true, true);
	assert_true(planned(v, n, DOOR_DNS_TLS, "0.0.0.0:8853"));
	assert_true(planned(v, n, DOOR_DNS_UDP, "0.0.0.0:5353") && planned(v, n, DOOR_HTTPS, "[::]:8443"));
}

/* No IPv6, no door that can never open. */
static void
test_without_ipv6(void **state)
{
	struct door_plan v[DOORS_MAX];
	size_t i, n = plan(v, "{}", false, false);

	(void)state;
	assert_int_equal(n, 7);
	for (i = 0; i < n; i++)
		assert_int_equal(v[i].at.addr.len, 4);
	n = plan(v, "{\"ipv6\":false}", false, true);
	assert_int_equal(n, 8);		/* ::1 of the API stays */
	/* who asks for an address gets told that it is not there */
	n = plan(v, "{\"listen_addresses\":[\"fd00::1\"]}", false, false);
	assert_true(planned(v, n, DOOR_DNS_TCP, "[fd00::1]:53"));
}

static void
test_addresses(void **state)
{
	struct door_plan v[DOORS_MAX];
	size_t i, n = plan(v, "{\"listen_addresses\":[\"192.168.1.2\",\"fe80::2\"],"
	    "\"ports\":{\"https\":8443}}", false, true);

	(void)state;
	assert_int_equal(n, 2 + 6 + 6);
	assert_true(planned(v, n, DOOR_HTTPS, "192.168.1.2:8443"));
	assert_false(planned(v, n, DOOR_HTTPS, "0.0.0.0:8443"));
	for (i = 0; i < n; i++)
		if (addr_is_linklocal(&v[i].at.addr))
			assert_int_equal(v[i].at.scope, 2);
}

/* dns.dot (DNS-17) is a door or none. */
static void
test_dot(void **state)
{
	struct door_plan v[DOORS_MAX];
	size_t n = plan_dot(v, "{\"ports\":{\"dot\":8053}}", "true", false, false);

	(void)state;
	assert_true(planned(v, n, DOOR_DNS_TLS, "0.0.0.0:8053"));
	assert_int_equal(plan_dot(v, "{}", "false", false, false), n - 1);
	assert_false(planned(v, n - 1, DOOR_DNS_TLS, "0.0.0.0:853"));
}

/* Sixteen addresses are the most, and all have room. */
static void
test_bound(void **state)
{
	struct door_plan v[DOORS_MAX];

	(void)state;
	assert_int_equal(plan(v, "{\"listen_addresses\":[\"10.0.0.1\",\"10.0.0.2\",\"10.0.0.3\",\"10.0.0.4\","
	    "\"10.0.0.5\",\"10.0.0.6\",\"10.0.0.7\",\"10.0.0.8\",\"10.0.0.9\",\"10.0.0.10\",\"10.0.0.11\",\"10.0.0.12\","
	    "\"10.0.0.13\",\"10.0.0.14\",\"10.0.0.15\",\"10.0.0.16\"]}", false, true), DOORS_MAX);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(door_kind_name(DOOR_DNS_UDP), "dns/udp");
	assert_string_equal(door_kind_name(DOOR_NTP), "ntp/udp");
	assert_string_equal(door_kind_name(DOOR_API), "api");
	assert_string_equal(door_kind_port(DOOR_HTTPS), "network.ports.https");
	assert_string_equal(door_kind_name(DOOR_KINDS), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_everywhere),
		cmocka_unit_test(test_without_ipv6),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_dot), cmocka_unit_test(test_bound),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("role/doors_plan", tests, NULL, NULL);
}
