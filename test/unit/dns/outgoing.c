/* What a transfer sends of a zone (DNS-18): all that its text holds, also what other servers answer for; the SOA first,
 * each record once, one TTL for a set. */
#include "dns/outgoing.c"

#include "cell.h"
#include "base/err.h"
#include "base/rd.h"
#include "dns/extra.h"

#define HEAD "$TTL 300\nns A 192.0.2.1\n@ NS ns\n@ 60 SOA ns hostmaster 9 3600 600 604800 60\n"

static struct dns_zones *
model(const char *text)
{
	uint8_t apex[DNS_NAME_ROOM];
	struct dns_zones *z;
	struct err e = { 0 };

	if (dns_extra_zones(&z, apex, cell_name("x.example", apex), str_of(text), &e) < 0)
		fail_msg("%s", e.detail);
	return z;
}

/* As ldns reads it, one record a line. */
static const char *
lines(const struct dns_outgoing *o)
{
	static char buf[8192];
	size_t at = 0, used = 0;

	buf[0] = '\0';
	while (at < o->n) {
		size_t before = at;
		ldns_rr *rr = NULL;
		char *text;

		assert_int_equal(ldns_wire2rr(&rr, o->p, o->n, &at, LDNS_SECTION_ANSWER), LDNS_STATUS_OK);
		assert_true(before > 0 || (ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA && at == o->soalen));
		text = ldns_rr2str(rr);
		used += (size_t)snprintf(buf + used, sizeof(buf) - used, "%s", text);
		free(text);
		ldns_rr_free(rr);
	}
	return buf;
}

static const char *
sent(const char *text)
{
	struct dns_zones *z = model(text);
	struct dns_outgoing o;
	const char *out;

	assert_int_equal(dns_outgoing_make(&o, z, z->zones, UINT64_MAX, 1 << 20), 0);
	out = lines(&o);
	dns_outgoing_free(&o);
	dns_zones_free(z);
	return out;
}

#define APEX "x.example.\t60\tIN\tSOA\tns.x.example. hostmaster.x.example. 9 3600 600 604800 60\n" \
    "x.example.\t300\tIN\tNS\tns.x.example.\n"
#define NS "ns.x.example.\t300\tIN\tA\t192.0.2.1\n"

static void
test_whole(void **state)
{
	(void)state;
	assert_string_equal(sent(HEAD), APEX NS);
	assert_string_equal(sent(HEAD "cut NS ns.cut\nns.cut A 192.0.2.2\ndeep.cut TXT hidden\nd DNAME elsewhere.\n*.w MX 5 Ns\n"),
	    APEX NS "cut.x.example.\t300\tIN\tNS\tns.cut.x.example.\nns.cut.x.example.\t300\tIN\tA\t192.0.2.2\n"
	    "deep.cut.x.example.\t300\tIN\tTXT\t\"hidden\"\nd.x.example.\t300\tIN\tDNAME\telsewhere.\n"
	    "*.w.x.example.\t300\tIN\tMX\t5 ns.x.example.\n");
	/* an empty non-terminal is no record */
	assert_null(strstr(sent(HEAD "a.b TXT x\n"), "\nb.x.example."));
}

static void
test_sets(void **state)
{
	(void)state;
	assert_string_equal(sent(HEAD "a 90 A 192.0.2.4\na 80 A 192.0.2.3\na TXT b\na 70 A 192.0.2.4\na TXT b\n"),
	    APEX NS "a.x.example.\t70\tIN\tA\t192.0.2.3\na.x.example.\t70\tIN\tA\t192.0.2.4\na.x.example.\t300\tIN\tTXT\t\"b\"\n");
}

/* A signature has the TTL of what it covers: the least of all would spoil the others. */
static void
test_signatures(void **state)
{
#define SIGNED(ttl, type, label) \
	"a " #ttl " RRSIG " #type " 13 3 " #ttl " 20300101000000 20200101000000 1 x.example. " label "\n"
	const char *out = sent(HEAD SIGNED(90, A, "AAAA") SIGNED(70, TXT, "AAAA") SIGNED(80, A, "BBBB"));

	(void)state;
	assert_non_null(strstr(out, "a.x.example.\t80\tIN\tRRSIG\tA 13 3 80 20300101000000 20200101000000 1 x.example. BBBB\n"));
	assert_non_null(strstr(out, "a.x.example.\t80\tIN\tRRSIG\tA 13 3 90 20300101000000 20200101000000 1 x.example. AAAA\n"));
	assert_non_null(strstr(out, "a.x.example.\t70\tIN\tRRSIG\tTXT 13 3 70"));
}

/* Who sends it looks at nothing again: a foreign name, a record that is cut, a second SOA, another length of the first. */
static void
test_checked(void **state)
{
	struct dns_zones *z = model(HEAD);
	const struct dns_zone *zone = z->zones;
	struct dns_outgoing o;

	(void)state;
	assert_int_equal(dns_outgoing_make(&o, z, zone, UINT64_MAX, 1 << 20), 0);
	assert_true(dns_outgoing_check(&o, zone->name, zone->len));
	o.p[1] ^= 1;
	assert_false(dns_outgoing_check(&o, zone->name, zone->len));
	o.p[1] ^= 1;
	o.n--;
	assert_false(dns_outgoing_check(&o, zone->name, zone->len));
	o.n++;
	o.soalen++;
	assert_false(dns_outgoing_check(&o, zone->name, zone->len));
	o.soalen--;
	o.p[o.soalen + zone->len + 1] = DNS_SOA;
	assert_false(dns_outgoing_check(&o, zone->name, zone->len));
	dns_outgoing_free(&o);
	dns_zones_free(z);
}

static void
test_bounds(void **state)
{
	struct dns_zones *z = model(HEAD);
	struct dns_outgoing o;
	uint32_t n;

	(void)state;
	assert_int_equal(dns_outgoing_make(&o, z, z->zones, UINT64_MAX, 1 << 20), 0);
	n = o.n;
	dns_outgoing_free(&o);
	assert_int_equal(dns_outgoing_make(&o, z, z->zones, UINT64_MAX, n), 0);
	dns_outgoing_free(&o);
	assert_int_equal(dns_outgoing_make(&o, z, z->zones, UINT64_MAX, n - 1), -EFBIG);
	assert_null(o.p);
	assert_int_equal(dns_outgoing_make(&o, z, z->zones, 0, n), -EINVAL);	/* nobody sees a SOA */
	dns_zones_free(z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole), cmocka_unit_test(test_sets), cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_checked), cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
