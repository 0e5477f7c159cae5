/* What goes out by transfer (DNS-2, DNS-18): the public records and nothing else,
 * zones from text as they are, the name servers of the world, keys; damage is refused. */
#include "dns/transfer.c"

#include "cell.h"
#include "base/rd.h"
#include "dns/plan.h"

static struct conf_secondary secondaries[2];
static struct dns_secrets secrets;

/* Two secondaries with their keys. */
static void
be_served(struct cell *k)
{
	cell_init(k);
	memset(secondaries, 0, sizeof(secondaries));
	secondaries[0] = (struct conf_secondary){ .id = "one", .name = "ns2", .key_name = "pic-one",
	    .at = { .addr = cell_addr("203.0.113.53"), .port = 53 } };
	secondaries[1] = (struct conf_secondary){ .id = "two", .name = "ns.example.net", .key_name = "pic-two.example",
	    .at = { .addr = cell_addr("2001:db8::53"), .port = 5353 }, .algorithm = CONF_TSIG_SHA512 };
	k->c.dns.secondaries = secondaries;
	k->c.dns.nsecondaries = 2;
	memset(&secrets, 7, sizeof(secrets));
	secrets.v[0].n = 32;
	secrets.v[1].n = 64;
	k->host.secrets = &secrets;
}

static uint8_t *
build(struct cell *k, size_t *n)
{
	struct dns_zones *z = dns_plan(&k->c, &k->host, NULL, NULL);
	const struct dns_transfer_in in = { z, &k->c.dns, k->host.secrets, 1 << 20 };
	uint8_t *p;
	struct err e;

	assert_non_null(z);
	assert_int_equal(dns_transfer_build(&p, n, &in, &e), 0);
	dns_zones_free(z);
	return p;
}

/* "owner TYPE ttl" of each record of the n-th zone, one a line. */
static const char *
listing(const struct dns_transfers *t, size_t i)
{
	static char buf[4096];
	const struct dns_transfer_zone *z = &t->zones[i];
	char name[DNS_NAME_TEXT_MAX];
	unsigned labels;
	size_t n, used = 0;
	struct rd r;

	rd_init(&r, dns_transfer_records(t, z), z->len);
	while (rd_left(&r) > 0) {
		unsigned type, ttl;

		n = dns_name_scan(r.p, rd_left(&r), &labels);
		(void)dns_name_text(r.p, n, name);
		rd_skip(&r, n);
		type = rd_be16(&r);
		(void)rd_be16(&r);
		ttl = rd_be32(&r);
		rd_skip(&r, rd_be16(&r));
		used += (size_t)snprintf(buf + used, sizeof(buf) - used, "%s %u %u\n", name, type, ttl);
	}
	return buf;
}

static void
test_public_only(void **state)
{
	struct dns_transfers t;
	struct cell k;
	size_t n;
	uint8_t *p;

	(void)state;
	be_served(&k);
	cell_record(&k, "myhome.home.arpa", "nas", "A", "192.168.1.5", CONF_ZONE_LAN | CONF_ZONE_VPN);
	cell_record(&k, "myhome.home.arpa", "zz", "TXT", "last", CONF_ZONE_PUBLIC);
	cell_record(&k, "myhome.home.arpa", "b.a", "A", "203.0.113.1", CONF_ZONE_PUBLIC | CONF_ZONE_LAN);
	cell_record(&k, "myhome.home.arpa", "*", "A", "203.0.113.2", CONF_ZONE_PUBLIC);
	cell_record(&k, "myhome.home.arpa", "a", "MX", "10 b.a.myhome.home.arpa", CONF_ZONE_PUBLIC);
	cell_record(&k, "myhome.cell", "inner", "A", "203.0.113.3", CONF_ZONE_PUBLIC);
	p = build(&k, &n);
	assert_true(dns_transfer_open(&t, p, n));
	assert_int_equal(t.nzones, 1);
	assert_string_equal(listing(&t, 0), "myhome.home.arpa 6 60\nmyhome.home.arpa 2 60\nmyhome.home.arpa 2 60\n"
	    "zz.myhome.home.arpa 16 300\nb.a.myhome.home.arpa 1 300\n*.myhome.home.arpa 1 300\n"
	    "a.myhome.home.arpa 15 300\nns2.myhome.home.arpa 1 60\n");
	assert_int_equal(t.zones[0].serial, 8);
	free(p);
}

/* An empty zone goes out, too: else the last public record would live on elsewhere. */
static void
test_empty(void **state)
{
	struct dns_transfers t;
	struct cell k;
	size_t n;
	uint8_t *p;

	(void)state;
	be_served(&k);
	secondaries[0].at.addr = cell_addr("192.168.9.9");	/* nobody out there could reach it */
	p = build(&k, &n);
	assert_true(dns_transfer_open(&t, p, n));
	assert_string_equal(listing(&t, 0), "myhome.home.arpa 6 60\nmyhome.home.arpa 2 60\nmyhome.home.arpa 2 60\n");
	free(p);
}

/* A public address of the person's own stands for the one that we would tell; a
 * set has one TTL. */
static void
test_own_address(void **state)
{
	struct dns_transfers t;
	struct cell k;
	size_t n;
	uint8_t *p;

	(void)state;
	be_served(&k);
	cell_record(&k, "myhome.home.arpa", "ns2", "A", "203.0.113.99", CONF_ZONE_PUBLIC);
	cell_record(&k, "myhome.home.arpa", "ns2", "A", "203.0.113.98", CONF_ZONE_PUBLIC);
	k.records[1].ttl = 120;
	p = build(&k, &n);
	assert_true(dns_transfer_open(&t, p, n));
	assert_non_null(strstr(listing(&t, 0), "arpa 2 60\nns2.myhome.home.arpa 1 120\nns2.myhome.home.arpa 1 120\n"));
	free(p);
}

static void
test_keys(void **state)
{
	struct dns_tsig sig = { .algorithmlen = 13, .namelen = 9 };
	struct dns_transfers t;
	struct cell k;
	size_t n;
	uint8_t *p;

	(void)state;
	be_served(&k);
	p = build(&k, &n);
	assert_true(dns_transfer_open(&t, p, n));
	assert_int_equal(t.nsecondaries, 2);
	memcpy(sig.name, "\7pic-one", 9);
	memcpy(sig.algorithm, "\13hmac-sha256", 13);
	assert_ptr_equal(dns_transfer_secondary(&t, &sig), &t.secondaries[0]);
	memcpy(sig.algorithm, "\13hmac-sha512", 13);
	assert_null(dns_transfer_secondary(&t, &sig));
	free(p);
	secrets.v[0].n = 31;	/* not there, or too short */
	p = build(&k, &n);
	assert_true(dns_transfer_open(&t, p, n));
	assert_int_equal(t.nsecondaries, 1);
	assert_string_equal(t.secondaries[0].id, "two");
	free(p);
	k.c.dns.nsecondaries = 0;
	assert_null(build(&k, &n));
	assert_int_equal(n, 0);
	assert_true(dns_transfer_open(&t, NULL, 0));
	assert_int_equal(t.nzones + t.nsecondaries, 0);
}

#define TEXT(serial) "$TTL 300\n@ SOA ns hostmaster " #serial " 3600 600 604800 60\n@ NS ns\nns A 192.0.2.1\n"

static const char sha[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/* One zone from text beside the own one. */
static struct dns_extras *
bring(struct cell *k, struct conf_extra_zone *zone, const char *text)
{
	struct dns_extras *x = dns_extras_new();

	assert_non_null(x);
	assert_int_equal(dns_extras_read(x, STR("text.example"), sha, str_of(text), false, NULL), 0);
	*zone = (struct conf_extra_zone){ .name = "text.example", .sha256 = sha, .views = CONF_ZONE_LAN | CONF_ZONE_PUBLIC };
	k->c.dns.zones = zone;
	k->c.dns.nzones = 1;
	k->host.extras = x;
	return x;
}

/* DNS-7: a text that the world may see goes out whole, with its own serial and servers; another one does not. */
static void
test_text(void **state)
{
	struct conf_extra_zone zone;
	struct dns_transfers t;
	struct dns_extras *x;
	struct cell k;
	uint8_t *p;
	size_t n;

	(void)state;
	be_served(&k);
	x = bring(&k, &zone, TEXT(4294967290) "cut NS ns.cut\nns.cut A 192.0.2.2\n");
	p = build(&k, &n);
	assert_true(dns_transfer_open(&t, p, n));
	assert_int_equal(t.nzones, 2);
	assert_ptr_equal(dns_transfer_zone(&t, (const uint8_t *)"\4text\7example", 14), &t.zones[1]);
	assert_true(t.zones[1].serial == 4294967290);
	assert_string_equal(listing(&t, 1), "text.example 6 300\ntext.example 2 300\nns.text.example 1 300\n"
	    "cut.text.example 2 300\nns.cut.text.example 1 300\n");
	free(p);
	zone.views = CONF_ZONE_LAN | CONF_ZONE_VPN;
	p = build(&k, &n);
	assert_true(dns_transfer_open(&t, p, n));
	assert_int_equal(t.nzones, 1);
	free(p);
	dns_extras_free(x);
}

/* What is too much is refused in words, and nothing is left behind. */
static void
test_too_large(void **state)
{
	struct conf_extra_zone zone;
	struct dns_transfer_in in;
	struct dns_extras *x;
	struct err e = { 0 };
	struct cell k;
	uint8_t *p;
	size_t n, max;

	(void)state;
	be_served(&k);
	x = bring(&k, &zone, TEXT(1));
	p = build(&k, &max);
	free(p);
	in = (struct dns_transfer_in){ dns_plan(&k.c, &k.host, NULL, NULL), &k.c.dns, k.host.secrets, max };
	assert_non_null(in.zones);
	assert_int_equal(dns_transfer_build(&p, &n, &in, &e), 0);
	free(p);
	for (in.max = max - 1; in.max > 8; in.max /= 2) {
		assert_int_equal(dns_transfer_build(&p, &n, &in, &e), -EEXIST);
		assert_true(p == NULL && n == 0 && strstr(e.detail, "too large") != NULL);
	}
	dns_zones_free((struct dns_zones *)(uintptr_t)in.zones);
	dns_extras_free(x);
}

/* Opened, and the records of all its zones sound. */
static bool
is_sound(struct dns_transfers *t, const uint8_t *p, size_t n)
{
	bool sound = dns_transfer_open(t, p, n);
	size_t i;

	for (i = 0; sound && i < t->nzones; i++) {
		const struct dns_outgoing o = { (uint8_t *)(uintptr_t)dns_transfer_records(t, &t->zones[i]),
			t->zones[i].len, t->zones[i].soalen };

		sound = dns_outgoing_check(&o, t->zones[i].name, t->zones[i].namelen);
	}
	return sound;
}

static void
test_damage(void **state)
{
	struct dns_transfers t;
	struct cell k;
	size_t i, n;
	uint8_t *p, *copy;

	(void)state;
	be_served(&k);
	p = build(&k, &n);
	for (i = 1; i < n; i++) {
		copy = malloc(i);
		assert_non_null(copy);
		memcpy(copy, p, i);
		assert_false(dns_transfer_open(&t, copy, i));
		free(copy);
	}
	for (i = 0; i < n; i++) {	/* refused, or sound all the same */
		uint8_t was = p[i];

		p[i] = 0xff;
		if (is_sound(&t, p, n) && t.nzones > 0)
			(void)listing(&t, 0);
		p[i] = was;
	}
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_public_only), cmocka_unit_test(test_empty), cmocka_unit_test(test_own_address),
		cmocka_unit_test(test_keys), cmocka_unit_test(test_text), cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
