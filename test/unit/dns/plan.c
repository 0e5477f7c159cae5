/* What the cell answers to whom: DNS-1, DNS-2, DNS-3, DNS-4, DNS-6, DNS-8,
 * DNS-13, DNL-2, DNL-3, DNL-4. */
#include "dns/plan.h"

#include "dns/zones.h"
#include "served.h"

static const struct from *const all[] = { &from_vpn, &from_cell, &from_local, &from_lan, &from_container };

/* Every generated name, for every asker: the table of DNS-2. */
static void
test_generated(void **state)
{
	static const char *const names[] = { "", "api.", "www.", "ns.", "ntp.", "vpn.", "ca." };
	static const char *const a[] = { "10.0.0.1", "10.0.0.1", "127.0.0.1", "192.168.1.2", "172.20.3.1" };
	static const char *const aaaa[] = { "fd5e:3c1a:9b42:1::1", "fd5e:3c1a:9b42:1::1", "::1", "fd00:1::2", NULL };
	static const char *const domains[] = { "myhome.home.arpa", "myhome.cell" };
	size_t i, d, w;
	struct cell k;
	struct served s;

	(void)state;
	cell_init(&k);
	served_open(&s, &k);
	for (w = 0; w < sizeof(all) / sizeof(all[0]); w++)
		for (d = 0; d < 2; d++)
			for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
				char name[64], want[256];

				(void)snprintf(name, sizeof(name), "%s%s", names[i], domains[d]);
				if (d == 1 && all[w] == &from_lan) {	/* DNS-4 */
					assert_string_equal(served_ask(&s, all[w], name, DNS_A), "REFUSED  |");
					assert_int_equal(s.o.ede, DNS_EDE_PROHIBITED);
					continue;
				}
				(void)snprintf(want, sizeof(want), "NOERROR aa %s. 60 A %s |", name, a[w]);
				assert_string_equal(served_ask(&s, all[w], name, DNS_A), want);
				(void)snprintf(want, sizeof(want), "NOERROR aa %s. 60 AAAA %s |", name, aaaa[w]);
				if (aaaa[w] == NULL)
					(void)snprintf(want, sizeof(want),
					    "NOERROR aa  | %s. 60 SOA ns.%s. hostmaster.%s. 8 3600 600 604800 60",
					    domains[d], domains[d], domains[d]);
				assert_string_equal(served_ask(&s, all[w], name, DNS_AAAA), want);
			}
	assert_string_equal(served_ask(&s, &from_public, "myhome.home.arpa", DNS_A), "REFUSED  |");
	assert_string_equal(served_ask(&s, &from_public, "example.org", DNS_A), "REFUSED  |");
	served_close(&s);
}

/* Each address of the host answers with itself and its interface's other family. */
static void
test_address_asked(void **state)
{
	static const struct {
		const char *local;
		uint32_t ifindex;
		const char *a, *aaaa;
	} rows[] = {
		{ "192.168.1.2", CELL_ETH, "192.168.1.2", "fd00:1::2" },
		{ "fd00:1::2", CELL_ETH, "192.168.1.2", "fd00:1::2" },
		{ "2001:db8:1::2", CELL_ETH, "192.168.1.2", "2001:db8:1::2" },
		{ "fe80::2", CELL_ETH, "192.168.1.2", "fd00:1::2" },	/* link-local helps nobody */
		{ "192.168.8.1", CELL_WLAN, "192.168.8.1", NULL },
		{ "192.168.8.77", CELL_WLAN, "192.168.8.1", NULL },	/* a new address: the interface's */
		{ "10.0.0.1", CELL_ETH, "192.168.1.2", "fd00:1::2" },	/* the VPN's, asked from the LAN */
	};
	struct cell k;
	struct served s;
	size_t i;

	(void)state;
	cell_init(&k);
	served_open(&s, &k);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct from from = { CONF_ZONE_LAN, rows[i].local, rows[i].ifindex, NULL };
		char want[128];

		(void)snprintf(want, sizeof(want), "NOERROR aa myhome.home.arpa. 60 A %s |", rows[i].a);
		assert_string_equal(served_ask(&s, &from, "myhome.home.arpa", DNS_A), want);
		(void)snprintf(want, sizeof(want), "NOERROR aa myhome.home.arpa. 60 AAAA %s |", rows[i].aaaa);
		if (rows[i].aaaa != NULL)
			assert_string_equal(served_ask(&s, &from, "myhome.home.arpa", DNS_AAAA), want);
	}
	served_close(&s);
}

static void
test_apex(void **state)
{
	struct cell k;
	struct served s;

	(void)state;
	cell_init(&k);
	served_open(&s, &k);
	assert_string_equal(served_ask(&s, &from_vpn, "myhome.home.arpa", DNS_NS),
	    "NOERROR aa myhome.home.arpa. 60 NS ns.myhome.home.arpa. |");
	assert_string_equal(served_ask(&s, &from_vpn, "myhome.home.arpa", DNS_SOA),
	    "NOERROR aa myhome.home.arpa. 60 SOA ns.myhome.home.arpa. hostmaster.myhome.home.arpa. 8 3600 600 604800 60 |");
	assert_string_equal(served_ask(&s, &from_vpn, "mail.myhome.home.arpa", DNS_A),	/* DNL-3: nothing installed */
	    "NXDOMAIN aa  | myhome.home.arpa. 60 SOA ns.myhome.home.arpa. hostmaster.myhome.home.arpa. 8 3600 600 604800 60");
	assert_string_equal(served_ask(&s, &from_vpn, "www.myhome.home.arpa", DNS_ANY),
	    "NOERROR aa www.myhome.home.arpa. 3600 HINFO \"RFC8482\" \"\" |");
	assert_string_equal(served_ask(&s, &from_vpn, "1.0.0.10.in-addr.arpa", DNS_PTR),
	    "NOERROR aa 1.0.0.10.in-addr.arpa. 60 PTR myhome.home.arpa. |");
	assert_string_equal(served_ask(&s, &from_vpn,
	    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.2.4.b.9.a.1.c.3.e.5.d.f.ip6.arpa", DNS_PTR),
	    "NOERROR aa 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.2.4.b.9.a.1.c.3.e.5.d.f.ip6.arpa. 60 PTR myhome.home.arpa. |");
	assert_non_null(strstr(served_ask(&s, &from_vpn, "9.0.0.10.in-addr.arpa", DNS_PTR),
	    "NXDOMAIN aa  | 0.0.10.in-addr.arpa. 60 SOA ns.myhome.home.arpa."));
	served_close(&s);
}

static void
test_local_zones(void **state)
{
	static const char *const empty[] = { "x.invalid", "x.test", "x.onion", "printer.local", "x.internal",
	    "other.home.arpa", "5.1.168.192.in-addr.arpa", "1.2.20.172.in-addr.arpa", "1.1.100.100.in-addr.arpa",
	    "1.d.f.ip6.arpa", "1.b.e.f.ip6.arpa", "1.254.169.in-addr.arpa" };
	struct cell k;
	struct served s;
	size_t i;

	(void)state;
	cell_init(&k);
	served_open(&s, &k);
	for (i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		const char *text = served_ask(&s, &from_lan, empty[i], DNS_PTR);

		assert_non_null(strstr(text, "NXDOMAIN aa  | "));
		assert_non_null(strstr(text, " 60 SOA "));
	}
	assert_string_equal(served_ask(&s, &from_lan, "1.1.32.172.in-addr.arpa", DNS_PTR), "asks upstream");
	assert_string_equal(served_ask(&s, &from_lan, "example.org", DNS_A), "asks upstream");
	assert_string_equal(served_ask(&s, &from_lan, ".", DNS_NS), "asks upstream");
	assert_string_equal(served_ask(&s, &from_lan, "localhost", DNS_A), "NOERROR aa localhost. 60 A 127.0.0.1 |");
	assert_string_equal(served_ask(&s, &from_lan, "a.b.localhost", DNS_AAAA), "NOERROR aa a.b.localhost. 60 AAAA ::1 |");
	assert_string_equal(served_ask(&s, &from_lan, "1.0.0.127.in-addr.arpa", DNS_PTR),
	    "NOERROR aa 1.0.0.127.in-addr.arpa. 60 PTR localhost. |");
	served_close(&s);
}

/* Who sees a custom record, by its views; the host sees one of them, not a mixture. */
static void
test_views(void **state)
{
	struct cell k;
	struct served s;

	(void)state;
	cell_init(&k);
	cell_record(&k, "myhome.home.arpa", "nas", "A", "192.168.1.5", CONF_ZONE_LAN);
	cell_record(&k, "myhome.home.arpa", "nas", "A", "10.0.0.9", CONF_ZONE_VPN);
	cell_record(&k, "myhome.home.arpa", "door", "A", "192.168.1.6", CONF_ZONE_VPN | CONF_ZONE_LAN);
	cell_record(&k, "myhome.home.arpa", "box", "A", "172.20.3.9", CONF_ZONE_CONTAINER);
	cell_record(&k, "myhome.home.arpa", "pub", "A", "203.0.113.7", CONF_ZONE_PUBLIC);
	cell_record(&k, "myhome.cell", "in", "A", "10.0.0.8", CONF_ZONE_VPN | CONF_ZONE_LAN);
	served_open(&s, &k);
	assert_string_equal(served_ask(&s, &from_lan, "nas.myhome.home.arpa", DNS_A),
	    "NOERROR aa nas.myhome.home.arpa. 300 A 192.168.1.5 |");
	assert_string_equal(served_ask(&s, &from_vpn, "nas.myhome.home.arpa", DNS_A),
	    "NOERROR aa nas.myhome.home.arpa. 300 A 10.0.0.9 |");
	assert_string_equal(served_ask(&s, &from_local, "nas.myhome.home.arpa", DNS_A),
	    "NOERROR aa nas.myhome.home.arpa. 300 A 192.168.1.5 |");
	assert_non_null(strstr(served_ask(&s, &from_cell, "nas.myhome.home.arpa", DNS_A), "NXDOMAIN aa"));
	assert_string_equal(served_ask(&s, &from_local, "box.myhome.home.arpa", DNS_A),
	    "NOERROR aa box.myhome.home.arpa. 300 A 172.20.3.9 |");
	assert_non_null(strstr(served_ask(&s, &from_lan, "box.myhome.home.arpa", DNS_A), "NXDOMAIN aa"));
	assert_non_null(strstr(served_ask(&s, &from_local, "pub.myhome.home.arpa", DNS_A), "NXDOMAIN aa"));
	assert_string_equal(served_ask(&s, &from_public, "pub.myhome.home.arpa", DNS_A), "REFUSED  |");
	assert_string_equal(served_ask(&s, &from_lan, "in.myhome.cell", DNS_A), "REFUSED  |");
	assert_string_equal(served_ask(&s, &from_vpn, "in.myhome.cell", DNS_A), "NOERROR aa in.myhome.cell. 300 A 10.0.0.8 |");
	assert_non_null(strstr(served_ask(&s, &from_lan, "door.myhome.home.arpa", DNS_AAAA),
	    "NOERROR aa  | myhome.home.arpa. 60 SOA"));
	served_close(&s);
}

static void
test_types(void **state)
{
	const unsigned v = CONF_ZONE_VPN;
	const char *const z = "myhome.home.arpa";
	char long_text[600];
	struct cell k;
	struct served s;

	(void)state;
	memset(long_text, 'x', sizeof(long_text));
	long_text[599] = '\0';
	long_text[0] = '"';
	long_text[1] = '\\';
	long_text[2] = ';';
	cell_init(&k);
	cell_record(&k, z, "a6", "AAAA", "fd00::5", v);
	cell_record(&k, z, "al", "CNAME", "a6.myhome.home.arpa", v);
	cell_record(&k, z, "out", "CNAME", "www.example.org", v);
	cell_record(&k, z, "t", "TXT", "v=spf1 -all", v);
	cell_record(&k, z, "long", "TXT", long_text, v);
	cell_record(&k, z, "m", "MX", "10 a6.myhome.home.arpa", v);
	cell_record(&k, z, "_sip._udp", "SRV", "1 2 5060 a6.myhome.home.arpa", v);
	cell_record(&k, z, "c", "CAA", "0 issue \"letsencrypt.org\"", v);
	cell_record(&k, "0.0.10.in-addr.arpa", "5", "PTR", "nas.myhome.home.arpa", v);
	cell_record(&k, z, "*.dyn", "A", "10.9.9.9", v);
	cell_record(&k, z, "deep.ent", "A", "10.9.9.8", v);
	served_open(&s, &k);
	assert_string_equal(served_ask(&s, &from_vpn, "al.myhome.home.arpa", DNS_AAAA),
	    "NOERROR aa a6.myhome.home.arpa. 300 AAAA fd00::5; al.myhome.home.arpa. 300 CNAME a6.myhome.home.arpa. |");
	assert_string_equal(served_ask(&s, &from_vpn, "out.myhome.home.arpa", DNS_A), "asks upstream");
	assert_string_equal(served_ask(&s, &from_vpn, "t.myhome.home.arpa", DNS_TXT),
	    "NOERROR aa t.myhome.home.arpa. 300 TXT \"v=spf1 -all\" |");
	assert_non_null(strstr(served_ask(&s, &from_vpn, "long.myhome.home.arpa", DNS_TXT), "TXT \"\\\"\\\\;xxxx"));
	assert_int_equal(dns_get16(s.out + 6), 1);
	assert_string_equal(served_ask(&s, &from_vpn, "m.myhome.home.arpa", DNS_MX),
	    "NOERROR aa m.myhome.home.arpa. 300 MX 10 a6.myhome.home.arpa. |");
	assert_string_equal(served_ask(&s, &from_vpn, "_sip._udp.myhome.home.arpa", DNS_SRV),
	    "NOERROR aa _sip._udp.myhome.home.arpa. 300 SRV 1 2 5060 a6.myhome.home.arpa. |");
	assert_string_equal(served_ask(&s, &from_vpn, "c.myhome.home.arpa", DNS_CAA),
	    "NOERROR aa c.myhome.home.arpa. 300 CAA 0 issue \"letsencrypt.org\" |");
	assert_string_equal(served_ask(&s, &from_vpn, "5.0.0.10.in-addr.arpa", DNS_PTR),
	    "NOERROR aa 5.0.0.10.in-addr.arpa. 300 PTR nas.myhome.home.arpa. |");
	assert_string_equal(served_ask(&s, &from_vpn, "any.thing.dyn.myhome.home.arpa", DNS_A),
	    "NOERROR aa any.thing.dyn.myhome.home.arpa. 300 A 10.9.9.9 |");
	assert_non_null(strstr(served_ask(&s, &from_vpn, "ent.myhome.home.arpa", DNS_A), "NOERROR aa  | myhome.home.arpa. 60 SOA"));
	served_close(&s);
}

/* A forward begins where it says and takes precedence over an empty local zone,
 * not over an own one (DNS-1, DNS-8). */
static void
test_forwards(void **state)
{
	struct cell k;
	struct served s;

	(void)state;
	cell_init(&k);
	cell_forward(&k, "corp.internal", "192.168.9.1");
	cell_forward(&k, "local", "192.168.9.2");
	cell_forward(&k, "myhome.home.arpa", "192.168.9.3");
	cell_forward(&k, "lab.myhome.home.arpa", "192.168.9.4");
	served_open(&s, &k);
	assert_string_equal(served_ask(&s, &from_lan, "x.corp.internal", DNS_A), "asks upstream");
	assert_int_equal(s.o.want.route, 1);
	assert_string_equal(served_ask(&s, &from_lan, "printer.local", DNS_ANY), "asks upstream");
	assert_int_equal(s.o.want.route, 2);
	assert_non_null(strstr(served_ask(&s, &from_lan, "x.internal", DNS_A), "NXDOMAIN aa"));
	assert_non_null(strstr(served_ask(&s, &from_lan, "x.myhome.home.arpa", DNS_A), "NXDOMAIN aa"));
	assert_string_equal(served_ask(&s, &from_lan, "pc.lab.myhome.home.arpa", DNS_A), "asks upstream");
	assert_int_equal(s.o.want.route, 4);
	assert_string_equal(served_ask(&s, &from_lan, "example.org", DNS_A), "asks upstream");
	assert_int_equal(s.o.want.route, 0);
	assert_string_equal(served_ask(&s, &from_cell, "x.corp.internal", DNS_A), "REFUSED  |");
	served_close(&s);
}

/* Records that do not build are left out, told once, and hurt nothing else. */
static void
test_skipped(void **state)
{
	struct dns_zones *z;
	struct cell k;
	struct err e;
	size_t skipped;

	(void)state;
	cell_init(&k);
	cell_record(&k, "myhome.home.arpa", "bad", "A", "300.1.2.3", CONF_ZONE_VPN);
	cell_record(&k, "elsewhere.example", "x", "A", "10.0.0.3", CONF_ZONE_VPN);
	cell_record(&k, "myhome.home.arpa", "www", "A", "10.0.0.3", CONF_ZONE_VPN);
	cell_record(&k, "myhome.home.arpa", "api", "CNAME", "www.myhome.home.arpa", CONF_ZONE_VPN);
	cell_record(&k, "myhome.home.arpa", "ok", "A", "10.0.0.3", CONF_ZONE_VPN);
	z = dns_plan(&k.c, &k.host, &skipped, &e);
	assert_non_null(z);
	assert_int_equal(skipped, 4);
	assert_string_equal(e.detail, "record bad A in myhome.home.arpa is left out: the value does not parse");
	dns_zones_free(z);
}

/* Ten renames leave nothing behind and nothing double (DNL-2). */
static void
test_rename(void **state)
{
	char domain[32], internal[32], name[64];
	struct cell k;
	struct served s;
	int i, j;

	(void)state;
	cell_init(&k);
	for (i = 0; i < 10; i++) {
		(void)snprintf(domain, sizeof(domain), "n%d.home.arpa", i);
		(void)snprintf(internal, sizeof(internal), "n%d.cell", i);
		k.c.identity.domain_name = domain;
		k.c.identity.domain = internal;
		k.c.identity.rev = 20 + (uint64_t)i;
		served_open(&s, &k);
		for (j = 0; j < 10; j++) {
			(void)snprintf(name, sizeof(name), "www.n%d.home.arpa", j);
			assert_non_null(strstr(served_ask(&s, &from_vpn, name, DNS_A), j == i ? "60 A 10.0.0.1 |" : "NXDOMAIN aa"));
			if (j == i)
				assert_int_equal(dns_get16(s.out + 6), 1);
		}
		(void)snprintf(name, sizeof(name), "%s. %d 3600", domain, 20 + i);
		assert_non_null(strstr(served_ask(&s, &from_vpn, domain, DNS_SOA), name));	/* DNS-13 */
		served_close(&s);
	}
}

/* Service names and routes come from the host's list only, and go with it (DNS-3). */
static void
test_service_names(void **state)
{
	static const char *const names[] = { "files", "mail" };
	struct cell k;
	struct served s;

	(void)state;
	cell_init(&k);
	k.host.names = names;
	k.host.nnames = 2;
	served_open(&s, &k);
	assert_string_equal(served_ask(&s, &from_vpn, "files.myhome.home.arpa", DNS_A),
	    "NOERROR aa files.myhome.home.arpa. 60 A 10.0.0.1 |");
	assert_string_equal(served_ask(&s, &from_vpn, "mail.myhome.cell", DNS_A), "NOERROR aa mail.myhome.cell. 60 A 10.0.0.1 |");
	served_close(&s);
	k.host.nnames = 0;
	served_open(&s, &k);
	assert_non_null(strstr(served_ask(&s, &from_vpn, "files.myhome.home.arpa", DNS_A), "NXDOMAIN"));
	served_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generated), cmocka_unit_test(test_address_asked), cmocka_unit_test(test_apex),
		cmocka_unit_test(test_local_zones), cmocka_unit_test(test_views), cmocka_unit_test(test_types),
		cmocka_unit_test(test_forwards), cmocka_unit_test(test_skipped), cmocka_unit_test(test_rename),
		cmocka_unit_test(test_service_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
