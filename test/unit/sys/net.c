/* The host's addresses. What depends on the host is tested in a network and a
 * host name of our own, where the kernel lets us have them. */
#include "sys/net.c"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include <cmocka.h>

#include "apart.h"

static void
lists_addresses_in_order(void **state)
{
	static struct net_ifaddr list[NET_IFADDRS_MAX];
	int n = net_ifaddrs(list, NET_IFADDRS_MAX);

	(void)state;
	assert_true(n >= 0);
	for (int i = 0; i < n; i++) {
		struct addr_prefix net = addr_prefix_net(&list[i].prefix);

		assert_true(list[i].name[0] != '\0');
		assert_int_equal(list[i].ifindex, if_nametoindex(list[i].name));
		assert_true(addr_in(&list[i].prefix.addr, &net));
		if (addr_is_loopback(&list[i].prefix.addr))
			assert_true(list[i].loopback);
		if (i > 0)
			assert_true(entry_cmp(&list[i - 1], &list[i]) <= 0);
	}
	assert_int_equal(net_ifaddrs(list, 0), 0);
	assert_true(net_ifaddrs(list, 1) <= 1);
}

static void
uplink_is_an_address_of_ours(void **state)
{
	static struct net_ifaddr list[NET_IFADDRS_MAX];
	int n = net_ifaddrs(list, NET_IFADDRS_MAX), found = 0;
	struct addr a;

	(void)state;
	if (!net_uplink(&a))
		skip();		/* this host has no way out */
	for (int i = 0; i < n; i++)
		found += addr_eq(&a, &list[i].prefix.addr);
	assert_true(found >= 1);
	assert_false(addr_is_loopback(&a));
}

static int
lo_up(void)
{
	struct ifreq r = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	r.ifr_flags = IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &r);
}

/* A network of nothing but the loopback. */
static int
probe_lonely(void)
{
	struct net_ifaddr list[8];
	struct addr a;
	char buf[ADDR_TEXT_MAX];

	if (net_ifaddrs(list, 8) != 0 || net_uplink(&a))
		return 1;
	if (lo_up() < 0 || net_ifaddrs(list, 8) < 1)
		return 2;
	if (strcmp(list[0].name, "lo") != 0 || !list[0].up ||
	    !list[0].loopback || list[0].ifindex != 1)
		return 3;
	addr_prefix_text(&list[0].prefix, buf);
	if (strcmp(buf, "127.0.0.1/8") != 0)
		return 4;
	return net_uplink(&a) ? 5 : 0;
}

static void
lonely_host(void **state)
{
	(void)state;
	assert_int_equal(apart(CLONE_NEWNET, probe_lonely), 0);
}

static int
probe_names(void)
{
	static const char *const names[][2] = {
		{ "Home-Server", "home-server" }, { "a.example.org", "a" },
		{ "x", "x" }, { "42", "42" }, { "localhost", "" },
		{ "LOCALHOST.localdomain", "" }, { "under_score", "" },
		{ "-a", "" }, { "a-", "" }, { ".a", "" }, { "a b", "" },
		{ "\xc3\xa4", "" }, { "", "" },
	};
	char buf[64], tiny[4];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (sethostname(names[i][0], strlen(names[i][0])) < 0)
			return 100;
		memset(buf, 'x', sizeof(buf));
		net_host_label(buf, sizeof(buf));
		if (strcmp(buf, names[i][1]) != 0)
			return (int)i + 1;
	}
	if (sethostname("abcd", 4) < 0)
		return 100;
	net_host_label(tiny, sizeof(tiny));
	net_host_label(NULL, 0);
	return tiny[0] == '\0' ? 0 : 101;
}

static void
host_labels(void **state)
{
	(void)state;
	assert_int_equal(apart(CLONE_NEWUTS, probe_names), 0);
}

static void
mask_lengths(void **state)
{
	struct addr m = { 4, { 0xff, 0xff, 0xf0 } };

	(void)state;
	assert_int_equal(mask_bits(&m), 20);
	memset(m.b, 0xff, 4);
	assert_int_equal(mask_bits(&m), 32);
	memset(m.b, 0, 4);
	assert_int_equal(mask_bits(&m), 0);
	m.len = 16;
	memset(m.b, 0xff, 16);
	assert_int_equal(mask_bits(&m), 128);
	memset(m.b + 8, 0, 8);
	assert_int_equal(mask_bits(&m), 64);
}

/* What a client is given lies in the range that is read. */
static void
ports_of_clients(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(a);
	const int fd = socket(AF_INET, SOCK_DGRAM, 0);
	uint16_t lo = 0, hi = 0;

	(void)state;
	net_client_ports(&lo, &hi);
	assert_true(lo > 0 && lo <= hi);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	assert_in_range(ntohs(a.sin_port), lo, hi);
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_addresses_in_order),
		cmocka_unit_test(uplink_is_an_address_of_ours),
		cmocka_unit_test(lonely_host),
		cmocka_unit_test(host_labels),
		cmocka_unit_test(mask_lengths),
		cmocka_unit_test(ports_of_clients),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
