/* Lists for people: GET /api/dns/records, zones, overview (api.md 7), DNS-3. */
#include "dns/list.h"

#include "cell.h"

static const struct dns_list_record *
find(const struct dns_list *l, const char *zone, const char *name, const char *type, const char *value)
{
	const struct dns_list_record *r;
	size_t i, n;

	r = dns_list_records(l, &n);
	for (i = 0; i < n; i++)
		if (strcmp(r[i].zone, zone) == 0 && strcmp(r[i].name, name) == 0 && strcmp(r[i].type, type) == 0 &&
		    strcmp(r[i].value, value) == 0)
			return &r[i];
	return NULL;
}

static void
test_records(void **state)
{
	const struct dns_list_record *r;
	struct dns_list *l;
	struct cell k;
	size_t i, n, custom = 0;

	(void)state;
	cell_init(&k);
	cell_record(&k, "myhome.home.arpa", "nas", "A", "192.168.1.5", CONF_ZONE_LAN);
	cell_record(&k, "myhome.home.arpa", "pub", "TXT", "hello", CONF_ZONE_PUBLIC | CONF_ZONE_VPN);
	l = dns_list_new(&k.c, &k.host);
	assert_non_null(l);
	r = find(l, "myhome.home.arpa", "@", "A", "10.0.0.1");
	assert_non_null(r);
	assert_true(r->generated && r->id == NULL && r->ttl == 60);
	assert_int_equal(r->views, CONF_ZONE_VPN | CONF_ZONE_CELL);
	r = find(l, "myhome.home.arpa", "www", "A", "192.168.1.2");
	assert_int_equal(r->views, CONF_ZONE_LAN);
	assert_int_equal(find(l, "myhome.home.arpa", "www", "AAAA", "::1")->views, CONF_ZONE_LOCAL);
	assert_int_equal(find(l, "myhome.cell", "api", "A", "10.0.0.1")->views, CONF_ZONE_VPN | CONF_ZONE_CELL);
	assert_null(find(l, "myhome.cell", "api", "A", "192.168.1.2"));		/* DNS-4: nobody sees it */
	assert_non_null(find(l, "0.0.10.in-addr.arpa", "1", "PTR", "myhome.home.arpa"));
	assert_non_null(find(l, "myhome.home.arpa", "@", "NS", "ns.myhome.home.arpa"));
	r = find(l, "myhome.home.arpa", "nas", "A", "192.168.1.5");
	assert_true(!r->generated && strcmp(r->id, "id-0") == 0 && r->ttl == 300 && r->rev == 7);
	assert_int_equal(find(l, "myhome.home.arpa", "pub", "TXT", "hello")->views, CONF_ZONE_PUBLIC | CONF_ZONE_VPN);
	r = dns_list_records(l, &n);
	for (i = 0; i < n; i++) {
		custom += !r[i].generated;
		assert_string_not_equal(r[i].type, "SOA");
		assert_true(r[i].generated || i + 2 >= n);	/* custom ones last */
	}
	assert_int_equal(custom, 2);
	dns_list_free(l);
}

static void
test_zones(void **state)
{
	static const struct {
		const char *name, *kind;
		bool lan;
	} rows[] = {
		{ "myhome.home.arpa", "own", true }, { "myhome.cell", "internal", false },
		{ "0.0.10.in-addr.arpa", "reverse", true },
		{ "1.0.0.0.2.4.b.9.a.1.c.3.e.5.d.f.ip6.arpa", "reverse", true }, { "localhost", "local", true },
	};
	const struct dns_list_zone *z;
	struct dns_list *l;
	struct cell k;
	size_t i, n;

	(void)state;
	cell_init(&k);
	cell_forward(&k, "corp.example", "192.168.9.1");
	l = dns_list_new(&k.c, &k.host);
	z = dns_list_zones(l, &n);
	assert_true(n > 30);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(z[i].name, rows[i].name);
		assert_string_equal(dns_zone_kind_name(z[i].kind), rows[i].kind);
		assert_int_equal((z[i].views & CONF_ZONE_LAN) != 0, rows[i].lan);
		assert_true((z[i].views & CONF_ZONE_VPN) != 0 && (z[i].views & CONF_ZONE_PUBLIC) == 0);
		assert_true(z[i].records >= 2);
	}
	assert_int_equal(z[0].serial, 8);
	for (i = 0; i < n; i++)
		assert_string_not_equal(z[i].name, "corp.example");
	dns_list_free(l);
}

static void
test_overview(void **state)
{
	static const char *const names[] = { "files" };
	struct dns_overview o;
	struct dns_list *l;
	struct cell k;

	(void)state;
	cell_init(&k);
	k.c.identity.domain_mode = CONF_MODE_PIC_NGO;
	k.c.ddns.provider = CONF_PROVIDER_PIC_NGO;
	k.host.names = names;
	k.host.nnames = 1;
	cell_record(&k, "myhome.home.arpa", "pub", "A", "203.0.113.9", CONF_ZONE_PUBLIC);
	cell_record(&k, "myhome.home.arpa", "nas", "A", "192.168.1.5", CONF_ZONE_LAN);
	l = dns_list_new(&k.c, &k.host);
	dns_list_overview(l, &o);
	assert_string_equal(o.mode, "pic_ngo");
	assert_string_equal(o.effective_domain, "myhome.home.arpa");
	assert_string_equal(o.domain, "myhome.cell");
	assert_int_equal(o.nsubdomains, 1);
	assert_string_equal(o.subdomains[0], "files");
	assert_int_equal(o.nactions, 2);
	assert_int_equal(o.npublic, 1);
	assert_string_equal(o.public_records[0]->name, "pub");
	assert_true(o.ninternal > 7);
	dns_list_free(l);
}

/* What can be done about an address is a matter of who is told it. */
static void
test_actions_follow_the_provider(void **state)
{
	static const struct { enum conf_provider provider; size_t n; const char *first; } cases[] = {
		{ CONF_PROVIDER_NONE, 0, NULL }, { CONF_PROVIDER_NOIP, 1, "update" }, { CONF_PROVIDER_PIC_NGO, 2, "register" } };
	struct dns_overview o;
	struct dns_list *l;
	struct cell k;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cell_init(&k);
		k.c.identity.domain_mode = CONF_MODE_HTTP01;
		k.c.ddns.provider = cases[i].provider;
		l = dns_list_new(&k.c, &k.host);
		dns_list_overview(l, &o);
		assert_string_equal(o.label, "Own domain");
		assert_int_equal(o.nactions, cases[i].n);
		if (cases[i].n > 0)
			assert_string_equal(o.actions[0], cases[i].first);
		dns_list_free(l);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records), cmocka_unit_test(test_zones), cmocka_unit_test(test_overview),
		cmocka_unit_test(test_actions_follow_the_provider),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
