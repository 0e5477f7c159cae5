/* What is taken from upstream answers: DNL-5, DNL-6, DNS-11, RFC 2308. */
#include "dns/ingest.c"

#include "brought.h"
#include "dns/query.h"
#include "dns/rebind.h"
#include "dns/reply.h"

/* What a client would get of it, or why nothing is taken; the TTL to keep it in *ttl. */
static const char *
taken(const char *name, uint16_t type, unsigned flags, const char *answer, const char *authority,
    const char *additional, uint32_t *ttl)
{
	static uint8_t out[65535 + DNS_REPLY_SLACK];
	struct dns_reply to = { .out = out, .limit = 65535, .edns_size = 1232, .ede = DNS_EDE_NONE };
	uint8_t wire[DNS_NAME_ROOM], msg[512];
	enum dns_ingest how;
	struct dns_entry *e = brought_entry(name, type, flags, answer, authority, additional, &how);
	struct dns_query q;
	size_t n;

	if (e == NULL)
		return how == DNS_INGEST_TRUNCATED ? "truncated" : how == DNS_INGEST_BAD ? "bad" : "refused";
	n = dns_query_write(msg, sizeof(msg), wire, cell_name(name, wire), type, false);
	assert_int_equal(dns_query_read(&q, msg, n), DNS_QUERY_ASK);
	n = dns_reply_entry(&to, &q, e, DNS_AGE_NONE);
	*ttl = e->ttl;
	free(e);
	return cell_text(out, n);
}

#define SOA "example.org. 900 IN SOA ns.example.org. root.example.org. 1 2 3 4 120"

/* DNS-12: upstreams may not lead into this network; who was forwarded somewhere may. */
static void
test_rebinding(void **state)
{
	static struct dns_rebind guard = { .on = 1 };
	const struct dns_ingest_rules rules = { &brought_limits, &guard };
	static const char mixed[] = "evil.example. 60 IN A 192.168.1.1;evil.example. 30 IN A 9.9.9.9";
	static const char alias[] = "evil.example. 60 IN CNAME nas.plex.direct.;nas.plex.direct. 60 IN A 10.0.0.1";
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_question q = { .name = wire, .type = DNS_A, .len = (uint8_t)cell_name("evil.example", wire) };
	struct dns_entry *e;
	uint8_t *msg;
	int rcode;
	size_t n;

	(void)state;
	msg = brought_message("evil.example", DNS_A, 0, mixed, NULL, NULL, &n);
	assert_int_equal(dns_ingest(&e, &rcode, &q, msg, n, &rules), DNS_INGEST_ENTRY);
	assert_true(e->filtered);
	assert_int_equal(dns_get16(e->counts), 1);
	assert_int_equal(e->ttl, 30);
	free(e);
	free(msg);
	msg = brought_message("evil.example", DNS_A, 0, "evil.example. 60 IN A 127.0.0.1", NULL, NULL, &n);
	q.route = 1;
	assert_int_equal(dns_ingest(&e, &rcode, &q, msg, n, &rules), DNS_INGEST_ENTRY);
	assert_false(e->filtered);
	free(e);
	q.route = 0;
	assert_int_equal(dns_ingest(&e, &rcode, &q, msg, n, &rules), DNS_INGEST_ENTRY);
	assert_int_equal(dns_get16(e->counts), 0);
	assert_int_equal(e->ttl, 60);			/* known for as long as the address would have been */
	free(e);
	free(msg);
	/* a name that is allowed does not lend itself to others */
	guard.names[0] = (uint8_t)cell_name("plex.direct", guard.names + 1);
	guard.len = 1u + guard.names[0];
	msg = brought_message("evil.example", DNS_A, 0, alias, NULL, NULL, &n);
	assert_int_equal(dns_ingest(&e, &rcode, &q, msg, n, &rules), DNS_INGEST_ENTRY);
	assert_true(e->filtered);
	assert_int_equal(dns_get16(e->counts), 1);
	free(e);
	free(msg);
}

static void
test_positive(void **state)
{
	uint32_t ttl;

	(void)state;
	assert_string_equal(taken("www.example.org", DNS_A, 0, "www.example.org. 60 IN A 1.2.3.4;www.example.org. 60 IN A 1.2.3.5",
	    "example.org. 60 IN NS ns.example.org.", "ns.example.org. 60 IN A 9.9.9.9", &ttl),
	    "NOERROR www.example.org. 60 A 1.2.3.4; www.example.org. 60 A 1.2.3.5 |");
	assert_int_equal(ttl, 60);
	assert_string_equal(taken("www.example.org", DNS_A, 0,
	    "www.example.org. 60 IN CNAME a.example.net.;a.example.net. 20 IN CNAME b.example.net.;b.example.net. 90 IN A 1.2.3.4",
	    NULL, NULL, &ttl),
	    "NOERROR a.example.net. 20 CNAME b.example.net.; b.example.net. 90 A 1.2.3.4; "
	    "www.example.org. 60 CNAME a.example.net. |");
	assert_int_equal(ttl, 20);
}

/* A chain in wrong order is put in order, whole. */
static void
test_order(void **state)
{
	uint32_t ttl;

	(void)state;
	assert_string_equal(taken("www.example.org", DNS_A, 0,
	    "b.example.net. 90 IN A 1.2.3.4;a.example.net. 20 IN CNAME b.example.net.;b.example.net. 90 IN A 1.2.3.5;"
	    "www.example.org. 60 IN CNAME a.example.net.", NULL, NULL, &ttl),
	    "NOERROR a.example.net. 20 CNAME b.example.net.; b.example.net. 90 A 1.2.3.4; b.example.net. 90 A 1.2.3.5; "
	    "www.example.org. 60 CNAME a.example.net. |");
}

/* Nothing but what answers the question (DNL-5): not next to it, not glue. */
static void
test_bailiwick(void **state)
{
	uint32_t ttl;

	(void)state;
	assert_string_equal(taken("www.example.org", DNS_A, 0, "www.example.org. 60 IN A 1.2.3.4;bank.example. 60 IN A 6.6.6.6;"
	    "www.example.org. 60 IN AAAA fd00::1", "bank.example. 60 IN NS evil.example.", "bank.example. 60 IN A 6.6.6.6", &ttl),
	    "NOERROR www.example.org. 60 A 1.2.3.4 |");
	assert_string_equal(taken("www.example.org", DNS_A, 0, "bank.example. 60 IN A 6.6.6.6", NULL, NULL, &ttl), "NOERROR  |");
	assert_int_equal(ttl, 0);
	assert_string_equal(taken("www.example.org", DNS_A, 0, NULL, "bank.example. 900 IN SOA a. b. 1 2 3 4 5", NULL, &ttl),
	    "NOERROR  |");
	assert_int_equal(ttl, 0);
}

static void
test_negative(void **state)
{
	uint32_t ttl;

	(void)state;
	assert_string_equal(taken("no.example.org", DNS_A, DNS_NXDOMAIN, NULL, SOA, NULL, &ttl),
	    "NXDOMAIN  | example.org. 120 SOA ns.example.org. root.example.org. 1 2 3 4 120");
	assert_int_equal(ttl, 120);
	assert_string_equal(taken("www.example.org", DNS_AAAA, 0, NULL, SOA, NULL, &ttl),
	    "NOERROR  | example.org. 120 SOA ns.example.org. root.example.org. 1 2 3 4 120");
	assert_int_equal(ttl, 120);
	assert_string_equal(taken("www.example.org", DNS_AAAA, 0, "www.example.org. 30 IN CNAME x.example.org.", SOA, NULL, &ttl),
	    "NOERROR www.example.org. 30 CNAME x.example.org. | "
	    "example.org. 120 SOA ns.example.org. root.example.org. 1 2 3 4 120");
	assert_int_equal(ttl, 30);
	assert_string_equal(taken("no.example.org", DNS_A, DNS_NXDOMAIN, NULL, NULL, NULL, &ttl), "NXDOMAIN  |");
	assert_int_equal(ttl, 0);	/* without a SOA it is not kept (RFC 2308 5) */
	assert_string_equal(taken("no.example.org", DNS_A, DNS_NXDOMAIN, NULL, "example.org. 9000 IN SOA a. b. 1 2 3 4 9000", NULL,
	    &ttl),
	    "NXDOMAIN  | example.org. 3600 SOA a. b. 1 2 3 4 9000");
	assert_int_equal(ttl, 3600);
}

static void
test_refusals(void **state)
{
	uint32_t ttl = 0;
	unsigned rcode;

	(void)state;
	for (rcode = 1; rcode < 16; rcode++)
		if (rcode != DNS_NXDOMAIN)
			assert_string_equal(taken("a.example", DNS_A, rcode, NULL, NULL, NULL, &ttl), "refused");
	assert_string_equal(taken("a.example", DNS_A, DNS_TC << 8, "a.example. 1 IN A 1.2.3.4", NULL, NULL, &ttl), "truncated");
	assert_string_equal(taken("a.example", DNS_A, DNS_NXDOMAIN, "a.example. 1 IN A 1.2.3.4", NULL, NULL, &ttl), "bad");
	assert_string_equal(taken("a.example", DNS_A, 0x2000, NULL, NULL, NULL, &ttl), "bad");	/* opcode */
}

/* Twelve aliases, not more; circles end. */
static void
test_chain(void **state)
{
	char text[2048], want[32];
	uint32_t ttl;
	size_t len;
	int n, i;

	(void)state;
	for (n = 12; n <= 13; n++) {
		for (i = 0, len = 0; i < n; i++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "n%d.x. 60 IN CNAME n%d.x.;", i, i + 1);
		(void)snprintf(text + len, sizeof(text) - len, "n%d.x. 60 IN A 1.2.3.4", n);
		(void)snprintf(want, sizeof(want), "n%d.x. 60 A", n);
		if (n == 12)
			assert_non_null(strstr(taken("n0.x", DNS_A, 0, text, NULL, NULL, &ttl), want));
		else
			assert_string_equal(taken("n0.x", DNS_A, 0, text, NULL, NULL, &ttl), "bad");
	}
	assert_string_equal(taken("a.x", DNS_A, 0, "a.x. 60 IN CNAME b.x.;b.x. 60 IN CNAME a.x.", NULL, NULL, &ttl),
	    "NOERROR a.x. 60 CNAME b.x.; b.x. 60 CNAME a.x. |");
	assert_int_equal(ttl, 0);
}

static void
test_ttls(void **state)
{
	uint32_t ttl;

	(void)state;
	assert_string_equal(taken("a.x", DNS_A, 0, "a.x. 604800 IN A 1.2.3.4", NULL, NULL, &ttl), "NOERROR a.x. 86400 A 1.2.3.4 |");
	assert_int_equal(ttl, 86400);
	assert_string_equal(taken("a.x", DNS_A, 0, "a.x. 2147483648 IN A 1.2.3.4", NULL, NULL, &ttl), "NOERROR a.x. 0 A 1.2.3.4 |");
	assert_int_equal(ttl, 0);
}

/* The random letter case of a query stays out of what is kept, whether the
 * upstream points to the question or copies it. */
static void
test_case(void **state)
{
	uint8_t wire[DNS_NAME_ROOM], *msg;
	struct dns_question q = { .name = wire, .type = DNS_A };
	struct dns_entry *e;
	size_t n, i, k;
	int rcode;

	(void)state;
	q.len = (uint8_t)cell_name("www.example.org", wire);
	for (k = 0; k < 2; k++) {
		msg = brought_message("www.example.org", DNS_A, 0,
		    k == 0 ? "www.example.org. 60 IN CNAME x.example.org.;x.example.org. 60 IN A 1.2.3.4"
		    : "WwW.eXample.ORG. 60 IN CNAME x.example.org.;X.example.org. 60 IN A 1.2.3.4", NULL, NULL, &n);
		for (i = DNS_HEADER; i < DNS_HEADER + 16; i++)
			if (msg[i] == 'e' || msg[i] == 'w')
				msg[i] = (uint8_t)(msg[i] - 0x20);
		assert_int_equal(dns_ingest(&e, &rcode, &q, msg, n, &(struct dns_ingest_rules){ &brought_limits, NULL }),
		    DNS_INGEST_ENTRY);
		for (i = 0; i < e->bodylen; i++)
			assert_false(dns_entry_read(e)[i] >= 'A' && dns_entry_read(e)[i] <= 'Z');
		free(e);
		free(msg);
	}
}

/* Cut at every octet, and every octet changed: no read past the end, no crash. */
static void
test_damage(void **state)
{
	uint8_t wire[DNS_NAME_ROOM], *msg;
	struct dns_question q = { .name = wire, .type = DNS_MX };
	size_t n, i, k;

	(void)state;
	q.len = (uint8_t)cell_name("example.org", wire);
	msg = brought_message("example.org", DNS_MX, 0,
	    "example.org. 60 IN MX 10 mail.example.org.;example.org. 60 IN MX 20 b.mail.example.org.",
	    SOA, "mail.example.org. 60 IN A 1.2.3.4", &n);
	for (i = 0; i < n; i++)
		for (k = 0; k < 9; k++) {
			size_t len = k == 8 ? i : n;
			uint8_t *copy = malloc(len == 0 ? 1 : len);
			struct dns_entry *e = NULL;
			int rcode;

			assert_non_null(copy);
			memcpy(copy, msg, len);
			if (k < 8)
				copy[i] = (uint8_t)(copy[i] ^ 1 << k);
			(void)dns_ingest(&e, &rcode, &q, copy, len, &(struct dns_ingest_rules){ &brought_limits, NULL });
			free(e);
			free(copy);
		}
	free(msg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rebinding), cmocka_unit_test(test_positive), cmocka_unit_test(test_order),
		cmocka_unit_test(test_bailiwick),
		cmocka_unit_test(test_negative), cmocka_unit_test(test_refusals), cmocka_unit_test(test_chain),
		cmocka_unit_test(test_ttls), cmocka_unit_test(test_case), cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
