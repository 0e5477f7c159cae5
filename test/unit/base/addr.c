/* Addresses: text, sets, order, sockets. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"

static struct addr
addr_of(const char *text)
{
	struct addr a = { 0, { 0 } };

	assert_true(addr_read(str_of(text), &a));
	return a;
}

static struct addr_prefix
prefix_of(const char *text)
{
	struct addr_prefix p = { { 0, { 0 } }, 0 };

	assert_true(addr_prefix_read(str_of(text), &p));
	return p;
}

/* RFC 5952 sections 4 and 5: what is read, and the one way it is written. */
static void
text_forms(void **state)
{
	static const char *const forms[][2] = {
		{ "0.0.0.0", "0.0.0.0" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "10.0.12.1", "10.0.12.1" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "2001:db8::1", "2001:db8::1" },
		{ "2001:0DB8:0:0:0:0:0:0001", "2001:db8::1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
		{ "1:0:0:4:5:6:0:0", "1::4:5:6:0:0" },
		{ "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
		{ "::ffff:c000:201", "::ffff:192.0.2.1" },
		{ "64:ff9b::192.0.2.33", "64:ff9b::c000:221" },
		{ "1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a" },
		{ "::1.2.3.4", "::102:304" },
		{ "ABCD:EF01:2345:6789:abcd:ef01:2345:6789",
		  "abcd:ef01:2345:6789:abcd:ef01:2345:6789" },
	};
	char buf[ADDR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct addr a = addr_of(forms[i][0]);
		uint8_t libc[16];

		assert_string_equal(addr_text(&a, buf), forms[i][1]);
		/* The C library reads the same from it. */
		assert_int_equal(inet_pton(a.len == 4 ? AF_INET : AF_INET6,
		    buf, libc), 1);
		assert_memory_equal(libc, a.b, a.len);
	}
}

static void
refuses_other_text(void **state)
{
	static const char *const bad[] = {
		"", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3",
		"1.2.3.256", "01.2.3.4", "1.2.3.00", "1.2.3.-4", "1.2.3.4 ",
		" 1.2.3.4", "0x1.2.3.4", "1.2.3.4/8", ":", ":::", "1:", ":1",
		"1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
		"1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8",
		"12345::", "g::", "::1%eth0", "[::1]", "::1.2.3", "1.2.3.4::",
		"::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::01.2.3.4", "1:::2",
		"::1:", ":1::", "::-1", "+1::",
	};
	struct addr a;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (addr_read(str_of(bad[i]), &a))
			fail_msg("read \"%s\"", bad[i]);
	assert_false(addr_read(STR("1.2.3.4\0"), &a));
	assert_false(addr_read(STR("::1\0"), &a));
}

static void
none_is_no_address(void **state)
{
	struct addr none = { 0, { 0 } };
	struct addr_prefix p = { none, 0 }, all = prefix_of("0.0.0.0/0");
	struct addr_port at = { .port = 53 };
	struct sockaddr_storage ss;
	char buf[ADDR_TEXT_MAX];

	(void)state;
	assert_string_equal(addr_text(&none, buf), "");
	assert_string_equal(addr_prefix_text(&p, buf), "");
	assert_string_equal(addr_port_text(&at, buf), "");
	assert_false(addr_in(&none, &p));
	assert_false(addr_in(&none, &all));
	assert_int_equal(addr_to_sockaddr(&at, &ss), 0);
	assert_false(addr_reverse(&none, buf, sizeof(buf)));
}

static void
prefixes(void **state)
{
	static const char *const bad[] = {
		"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08",
		"10.0.0.0/-1", "10.0.0.0/8 ", "/8", "::/129", "::/1/2",
		"10.0.0.0/255.0.0.0",
	};
	struct addr_prefix p = prefix_of("10.1.2.3/9"), net;
	char buf[ADDR_TEXT_MAX];

	(void)state;
	assert_string_equal(addr_prefix_text(&p, buf), "10.1.2.3/9");
	assert_false(addr_prefix_is_net(&p));
	net = addr_prefix_net(&p);
	assert_string_equal(addr_prefix_text(&net, buf), "10.0.0.0/9");
	assert_true(addr_prefix_is_net(&net));
	p = prefix_of("fd00:1:2:3:ffff::1/65");
	net = addr_prefix_net(&p);
	assert_string_equal(addr_prefix_text(&net, buf), "fd00:1:2:3:8000::/65");
	p = prefix_of("1.2.3.4/32");
	assert_true(addr_prefix_is_net(&p));
	p = prefix_of("::1/128");
	assert_true(addr_prefix_is_net(&p));
	p = prefix_of("1.2.3.4/0");
	net = addr_prefix_net(&p);
	assert_string_equal(addr_prefix_text(&net, buf), "0.0.0.0/0");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (addr_prefix_read(str_of(bad[i]), &p))
			fail_msg("read \"%s\"", bad[i]);
}

/* The same host part in another network, where there is room for it. */
static void
renumbered(void **state)
{
	static const struct { const char *a, *from, *to, *want; } rows[] = {
		{ "10.0.0.9", "10.0.0.1/24", "10.8.0.1/24", "10.8.0.9" },
		{ "10.0.0.9", "10.0.0.1/24", "10.8.0.1/16", "10.8.0.9" },
		{ "10.0.5.9", "10.0.0.1/16", "10.8.4.1/22", NULL },
		{ "10.0.3.9", "10.0.0.1/16", "10.8.4.1/22", "10.8.7.9" },
		{ "10.0.0.6", "10.0.0.1/24", "10.8.0.17/29", "10.8.0.22" },
		{ "10.0.0.7", "10.0.0.1/24", "10.8.0.17/29", NULL },	/* the last */
		{ "10.0.0.8", "10.0.0.1/24", "10.8.0.17/29", NULL },
		{ "10.0.0.0", "10.0.0.1/24", "10.8.0.1/24", NULL },	/* the first */
		{ "10.0.1.9", "10.0.0.1/24", "10.8.0.1/24", NULL },
		{ "10.0.0.9", "10.0.0.1/24", "fd00::1/64", NULL },
		{ "fd00::9", "fd00::1/64", "fd00:0:0:7::1/64", "fd00:0:0:7::9" },
		{ "1.2.3.4", "1.2.3.4/32", "1.2.3.5/32", NULL },
	};
	char buf[ADDR_TEXT_MAX];
	struct addr out, a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr_prefix from = prefix_of(rows[i].from), to = prefix_of(rows[i].to);

		assert_true(addr_read(str_of(rows[i].a), &a));
		assert_int_equal(addr_renumber(&a, &from, &to, &out), rows[i].want != NULL);
		if (rows[i].want != NULL)
			assert_string_equal(addr_text(&out, buf), rows[i].want);
	}
}

static bool
in(const char *a, const char *p)
{
	struct addr addr = addr_of(a);
	struct addr_prefix prefix = prefix_of(p);

	return addr_in(&addr, &prefix);
}

static bool
overlap(const char *a, const char *b)
{
	struct addr_prefix p = prefix_of(a), q = prefix_of(b);
	bool r = addr_prefix_overlap(&p, &q);

	assert_int_equal(addr_prefix_overlap(&q, &p), r);
	assert_int_equal(addr_prefix_eq(&p, &q), strcmp(a, b) == 0);
	return r;
}

static void
membership(void **state)
{
	struct addr_prefix broken = prefix_of("10.0.0.0/8");
	struct addr a = addr_of("10.0.0.1");

	(void)state;
	assert_true(in("10.255.255.255", "10.0.0.0/8"));
	assert_false(in("11.0.0.0", "10.0.0.0/8"));
	assert_true(in("172.31.0.1", "172.16.0.0/12"));
	assert_false(in("172.32.0.1", "172.16.0.0/12"));
	assert_true(in("1.2.3.4", "0.0.0.0/0"));
	assert_false(in("::1", "0.0.0.0/0"));
	assert_false(in("1.2.3.4", "::/0"));
	assert_true(in("10.0.0.7", "10.0.0.1/24"));	/* host bits do not matter */
	assert_true(in("fdff::1", "fc00::/7"));
	assert_false(in("fe00::1", "fc00::/7"));
	assert_true(overlap("10.0.0.0/8", "10.1.0.0/16"));
	assert_true(overlap("10.0.0.0/8", "10.0.0.0/16"));
	assert_true(overlap("10.0.0.0/8", "10.0.0.0/8"));
	assert_false(overlap("10.0.0.0/9", "10.128.0.0/9"));
	assert_true(overlap("0.0.0.0/0", "1.2.3.4/32"));
	assert_false(overlap("::/0", "0.0.0.0/0"));
	/* Lengths that no reader gives must not be read past the address. */
	broken.bits = 255;
	assert_false(addr_in(&a, &broken));
}

static void
order(void **state)
{
	static const char *const sorted[] = {
		"0.0.0.0", "9.255.0.0", "10.0.0.0", "255.0.0.0", "::", "::1",
		"1::", "fe80::1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sorted) / sizeof(sorted[0]); i++)
		for (size_t k = 0; k < sizeof(sorted) / sizeof(sorted[0]); k++) {
			struct addr a = addr_of(sorted[i]), b = addr_of(sorted[k]);
			int c = addr_cmp(&a, &b);

			assert_int_equal((c > 0) - (c < 0), (i > k) - (i < k));
			assert_int_equal(addr_eq(&a, &b), i == k);
		}
}

static void
kinds(void **state)
{
	static const struct {
		const char *text;
		bool loopback, priv, local;
	} k[] = {
		{ "127.0.0.1", true, false, false },
		{ "127.255.255.255", true, false, false },
		{ "128.0.0.1", false, false, false },
		{ "10.0.0.1", false, true, false },
		{ "172.16.0.1", false, true, false },
		{ "172.15.255.255", false, false, false },
		{ "192.168.255.1", false, true, false },
		{ "192.169.0.1", false, false, false },
		{ "100.64.0.1", false, true, false },
		{ "100.127.255.255", false, true, false },
		{ "100.128.0.0", false, false, false },
		{ "169.254.1.1", false, true, true },
		{ "8.8.8.8", false, false, false },
		{ "::1", true, false, false },
		{ "::", false, false, false },
		{ "fd00::1", false, true, false },
		{ "fc00::1", false, true, false },
		{ "fe80::1", false, true, true },
		{ "febf::1", false, true, true },
		{ "fec0::1", false, false, false },
		{ "2001:db8::1", false, false, false },
		/* Mapped ones reach the IPv4 host. */
		{ "::ffff:127.0.0.1", true, false, false },
		{ "::ffff:10.0.0.1", false, true, false },
		{ "::ffff:8.8.8.8", false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(k) / sizeof(k[0]); i++) {
		struct addr a = addr_of(k[i].text);

		if (addr_is_loopback(&a) != k[i].loopback ||
		    addr_is_private(&a) != k[i].priv ||
		    addr_is_linklocal(&a) != k[i].local)
			fail_msg("%s", k[i].text);
	}
}

static bool
same_client(const char *x, const char *y)
{
	struct addr a = addr_of(x), b = addr_of(y);

	a = addr_limit_key(&a);
	b = addr_limit_key(&b);
	return addr_eq(&a, &b);
}

static void
limit_keys(void **state)
{
	(void)state;
	assert_true(same_client("2001:db8::1", "2001:db8::ffff:1:2:3"));
	assert_false(same_client("2001:db8::1", "2001:db8:0:1::1"));
	assert_false(same_client("10.0.0.1", "10.0.0.2"));
	assert_true(same_client("10.0.0.1", "::ffff:10.0.0.1"));
	assert_false(same_client("::ffff:10.0.0.1", "::ffff:10.0.0.2"));
}

static void
ports(void **state)
{
	static const char *const good[] = {
		"1.2.3.4:53", "[::1]:65535", "[2001:db8::1]:0", "1.2.3.4:0",
	};
	static const char *const bad[] = {
		"", "1.2.3.4", "1.2.3.4:", "1.2.3.4:053", "1.2.3.4:65536",
		"1.2.3.4:+1", ":53", "::1:53", "[::1]", "[::1]:", "[::1]53",
		"[1.2.3.4]:53", "[::1:53", "[]:53", "[::1%2]:53", "1.2.3.4:53:",
		"[", "[]",
	};
	struct addr_port p;
	char buf[ADDR_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		memset(&p, 0xa5, sizeof(p));
		assert_true(addr_port_read(str_of(good[i]), &p));
		assert_string_equal(addr_port_text(&p, buf), good[i]);
		assert_int_equal(p.scope, 0);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (addr_port_read(str_of(bad[i]), &p))
			fail_msg("read \"%s\"", bad[i]);
}

static void
sockaddrs_round(void **state)
{
	static const char *const text[] = { "192.0.2.1", "2001:db8::1", "fe80::1" };
	struct sockaddr_storage ss;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct addr_port p = { addr_of(text[i]), 5353, i == 2 ? 7 : 0 };
		struct addr_port q;
		size_t n = addr_to_sockaddr(&p, &ss);

		assert_int_equal(n, i == 0 ? sizeof(struct sockaddr_in)
		    : sizeof(struct sockaddr_in6));
		assert_int_equal(ss.ss_family, i == 0 ? AF_INET : AF_INET6);
		assert_true(addr_from_sockaddr(&ss, &q));
		assert_true(addr_eq(&p.addr, &q.addr));
		assert_int_equal(q.port, 5353);
		assert_int_equal(q.scope, p.scope);
	}
}

static void
sockaddrs_of_the_kernel(void **state)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
	    .sin6_port = htons(1), .sin6_scope_id = 3 };
	struct sockaddr_storage ss = { 0 };
	struct addr_port p;
	char buf[ADDR_TEXT_MAX];

	(void)state;
	assert_int_equal(inet_pton(AF_INET6, "::ffff:10.0.0.1", &in6.sin6_addr), 1);
	memcpy(&ss, &in6, sizeof(in6));
	assert_true(addr_from_sockaddr(&ss, &p));
	assert_string_equal(addr_port_text(&p, buf), "10.0.0.1:1");
	assert_int_equal(p.scope, 0);
	/* A scope counts for link-local addresses only. */
	assert_int_equal(inet_pton(AF_INET6, "2001:db8::1", &in6.sin6_addr), 1);
	memcpy(&ss, &in6, sizeof(in6));
	assert_true(addr_from_sockaddr(&ss, &p));
	assert_int_equal(p.scope, 0);
	ss.ss_family = AF_UNIX;
	assert_false(addr_from_sockaddr(&ss, &p));
	assert_int_equal(p.addr.len, 0);
}

static void
reverse_names(void **state)
{
	static const char v6[] = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"
	    ".0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
	struct addr a = addr_of("10.0.0.1");
	char buf[80];

	(void)state;
	assert_true(addr_reverse(&a, buf, sizeof(buf)));
	assert_string_equal(buf, "1.0.0.10.in-addr.arpa");
	assert_true(addr_reverse(&a, buf, strlen(buf) + 1));
	assert_false(addr_reverse(&a, buf, strlen("1.0.0.10.in-addr.arpa")));
	assert_string_equal(buf, "");
	assert_false(addr_reverse(&a, buf, 0));
	a = addr_of("2001:db8::1");
	assert_true(addr_reverse(&a, buf, sizeof(v6)));
	assert_string_equal(buf, v6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_forms),
		cmocka_unit_test(refuses_other_text),
		cmocka_unit_test(none_is_no_address),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(renumbered),
		cmocka_unit_test(membership),
		cmocka_unit_test(order),
		cmocka_unit_test(kinds),
		cmocka_unit_test(limit_keys),
		cmocka_unit_test(ports),
		cmocka_unit_test(sockaddrs_round),
		cmocka_unit_test(sockaddrs_of_the_kernel),
		cmocka_unit_test(reverse_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
