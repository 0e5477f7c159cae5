/* From question to answer: DNS-2, DNS-9 (EDE, AD, RA), DNS-13, DNS-14, DNS-16,
 * DNS-20, DNL-7, aliases that leave our zones. */
#include "dns/answer.h"

#include "brought.h"
#include "dns/reply.h"
#include "names.h"
#include "served.h"

static struct dns_got
brought(const char *name, uint16_t type, unsigned flags, const char *answer, const char *authority)
{
	enum dns_ingest how;
	struct dns_got got = { .entry = brought_entry(name, type, flags, answer, authority, NULL, &how), .ede = DNS_EDE_NONE };

	assert_non_null(got.entry);
	return got;
}

static void
drop(struct dns_got *got)
{
	free((void *)(uintptr_t)got->entry);
}

/* Header bits: id, RD and CD come back, AA only for own names, RA by view, AD never. */
static void
test_header(void **state)
{
	uint8_t msg[512];
	struct served s;
	struct cell k;
	struct dns_got got;
	size_t n;

	(void)state;
	cell_init(&k);
	served_open(&s, &k);
	n = served_query(msg, "wWw.MyHome.home.arpa", DNS_A, false, true);
	msg[0] = 0xab;
	msg[1] = 0xcd;
	memcpy(msg + DNS_HEADER, "\3wWw\6MyHome", 11);
	msg[3] = DNS_AD | DNS_CD;
	(void)served_msg(&s, &from_lan, msg, n, NULL);
	assert_memory_equal(s.out, "\xab\xcd", 2);
	assert_int_equal(s.out[2], DNS_QR | DNS_AA | DNS_RD);
	assert_int_equal(s.out[3], DNS_RA | DNS_CD);
	assert_memory_equal(s.out + DNS_HEADER, msg + DNS_HEADER, n - DNS_HEADER);	/* letter case, too */
	assert_int_equal(dns_get16(s.out + n), 0xc00c);
	msg[2] = 0;
	(void)served_msg(&s, &from_lan, msg, n, NULL);
	assert_int_equal(s.out[2], DNS_QR | DNS_AA);
	(void)served_msg(&s, &from_cell, msg, n, NULL);
	assert_int_equal(s.out[3] & DNS_RA, 0);		/* linked cells are not resolved for */
	n = served_query(msg, "example.org", DNS_A, true, true);
	got = brought("example.org", DNS_A, DNS_AD, "example.org. 60 IN A 1.2.3.4", NULL);
	assert_string_equal(served_msg(&s, &from_lan, msg, n, &got), "NOERROR example.org. 60 A 1.2.3.4 |");
	assert_int_equal(s.out[2], DNS_QR | DNS_RD);
	assert_int_equal(s.out[3], DNS_RA);
	assert_int_equal(s.o.source, DNS_SOURCE_UPSTREAM);
	drop(&got);
	served_close(&s);
}

static void
test_cached(void **state)
{
	struct served s;
	struct cell k;
	enum dns_ingest how;
	struct dns_question q = { .type = DNS_A };
	struct dns_entry *e;
	uint8_t msg[512];

	(void)state;
	cell_init(&k);
	served_open(&s, &k);
	e = brought_entry("example.org", DNS_A, 0, "example.org. 60 IN CNAME x.example.net.;x.example.net. 9 IN A 1.2.3.4", NULL,
	    NULL, &how);
	assert_non_null(e);
	q.name = dns_entry_name(e);
	q.len = e->namelen;
	e->hash = dns_cache_hash(s.cache, &q);
	dns_cache_put(s.cache, e, 0);
	/* One second has gone by (served_msg() lives at 1,000 ms). */
	assert_string_equal(served_ask(&s, &from_lan, "example.org", DNS_A),
	    "NOERROR example.org. 59 CNAME x.example.net.; x.example.net. 8 A 1.2.3.4 |");
	assert_int_equal(s.o.source, DNS_SOURCE_CACHE);
	assert_int_equal(s.stats.cache_hits, 1);
	assert_string_equal(served_msg(&s, &from_lan, msg, served_query(msg, "example.org", DNS_A, true, false), NULL),
	    "NOERROR example.org. 59 CNAME x.example.net.; x.example.net. 8 A 1.2.3.4 |");	/* RD=0: what we have */
	assert_string_equal(served_msg(&s, &from_lan, msg, served_query(msg, "other.org", DNS_A, true, false), NULL), "REFUSED  |");
	assert_int_equal(s.o.ede, DNS_EDE_NOT_AUTHORITATIVE);
	served_close(&s);
}

/* The RFC 8914 code of the answer in s, -1 = none. */
static int
ede_of(const struct served *s)
{
	ldns_pkt *p = NULL;
	const ldns_rdf *data;
	int ede = -1;

	assert_int_equal(ldns_wire2pkt(&p, s->out, s->n), LDNS_STATUS_OK);
	data = ldns_pkt_edns_data(p);
	if (data != NULL && ldns_rdf_size(data) >= 6 && dns_get16(ldns_rdf_data(data)) == DNS_OPTION_EDE)
		ede = (int)dns_get16(ldns_rdf_data(data) + 4);
	ldns_pkt_free(p);
	return ede;
}

static void
test_refusals(void **state)
{
	const struct dns_got none = { .ede = DNS_EDE_UNREACHABLE };
	struct served s;
	struct cell k;
	uint8_t msg[512];

	(void)state;
	cell_init(&k);
	k.c.dns.serve_zones = CONF_ZONE_VPN | CONF_ZONE_CELL;
	served_open(&s, &k);
	assert_string_equal(served_ask(&s, &from_lan, "myhome.home.arpa", DNS_A), "REFUSED  |");	/* serve_zones */
	assert_int_equal(ede_of(&s), 18);
	assert_string_equal(served_ask(&s, &from_cell, "example.org", DNS_A), "REFUSED  |");
	assert_int_equal(ede_of(&s), 18);
	assert_string_equal(served_ask(&s, &from_local, "example.org", DNS_A), "asks upstream");	/* local always */
	assert_string_equal(served_msg(&s, &from_vpn, msg, served_query(msg, "example.org", DNS_A, true, true), &none),
	    "SERVFAIL  |");
	assert_int_equal(ede_of(&s), 22);
	(void)served_msg(&s, &from_vpn, msg, served_query(msg, "example.org", DNS_A, false, true), &none);
	assert_int_equal(ede_of(&s), -1);		/* no EDNS asked, none given */
	assert_int_equal(dns_get16(s.out + 10), 0);
	served_close(&s);
}

/* Strangers never get more octets than they sent (DNL-7). */
static void
test_no_amplification(void **state)
{
	static const char *const names[] = { "myhome.home.arpa", "example.org", ".", "a.b.c.d.e.f" };
	struct served s;
	struct cell k;
	uint8_t msg[512];
	size_t i, n;
	int edns;

	(void)state;
	cell_init(&k);
	served_open(&s, &k);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (edns = 0; edns < 2; edns++) {
			const struct dns_answering a = { &s.snap, s.cache, &s.stats, 0, NULL };
			const struct dns_asker who = { .zone = CONF_ZONE_PUBLIC };
			struct dns_query q;

			n = served_query(msg, names[i], DNS_ANY, edns == 1, true);
			assert_string_equal(served_msg(&s, &from_public, msg, n, NULL), "REFUSED  |");
			assert_true(s.n <= n);
			assert_int_equal(s.out[3] & DNS_RA, 0);
			assert_int_equal(dns_query_read(&q, msg, n), DNS_QUERY_ASK);
			assert_true(dns_answer_limited(&a, &q, &who, s.out) <= n);
			assert_int_equal(s.out[2] & DNS_TC, DNS_TC);
			msg[2] = 0x28;
			assert_int_equal(dns_query_read(&q, msg, n), DNS_QUERY_WRONG);
			assert_true(dns_answer_wrong(&a, &q, &who, s.out) <= n);
			assert_int_equal(s.out[3] & DNS_RCODE, DNS_NOTIMP);
		}
	served_close(&s);
}

/* An alias that leaves our zones brings what is at its end (design: ≤ 12 aliases). */
static void
test_alias(void **state)
{
	struct served s;
	struct cell k;
	struct dns_got got;
	uint8_t msg[512];
	size_t n;

	(void)state;
	cell_init(&k);
	cell_record(&k, "myhome.home.arpa", "out", "CNAME", "www.example.org", CONF_ZONE_LAN | CONF_ZONE_CELL);
	cell_record(&k, "myhome.home.arpa", "work", "CNAME", "pc.corp.example", CONF_ZONE_LAN);
	cell_forward(&k, "corp.example", "192.168.9.1");
	served_open(&s, &k);
	assert_string_equal(served_ask(&s, &from_lan, "out.myhome.home.arpa", DNS_A), "asks upstream");
	assert_int_equal(s.o.want.len, 17);
	assert_memory_equal(s.o.want.name, "\3www\7example\3org", 17);
	n = served_query(msg, "out.myhome.home.arpa", DNS_A, true, true);
	got = brought("www.example.org", DNS_A, 0, "www.example.org. 60 IN CNAME a.example.org.;a.example.org. 60 IN A 1.2.3.4",
	    NULL);
	assert_string_equal(served_msg(&s, &from_lan, msg, n, &got),
	    "NOERROR aa a.example.org. 60 A 1.2.3.4; out.myhome.home.arpa. 300 CNAME www.example.org.; "
	    "www.example.org. 60 CNAME a.example.org. |");
	drop(&got);
	got = brought("www.example.org", DNS_A, DNS_NXDOMAIN, NULL,
	    "example.org. 60 IN SOA a.example.org. b.example.org. 1 2 3 4 50");
	assert_string_equal(served_msg(&s, &from_lan, msg, n, &got),
	    "NXDOMAIN aa out.myhome.home.arpa. 300 CNAME www.example.org. | "
	    "example.org. 50 SOA a.example.org. b.example.org. 1 2 3 4 50");
	drop(&got);
	got = brought("other.example.org", DNS_A, 0, "other.example.org. 60 IN A 6.6.6.6", NULL);
	assert_string_equal(served_msg(&s, &from_lan, msg, n, &got), "SERVFAIL  |");	/* the answer to something else */
	drop(&got);
	assert_string_equal(served_msg(&s, &from_lan, msg, served_query(msg, "out.myhome.home.arpa", DNS_A, true, false), NULL),
	    "NOERROR aa out.myhome.home.arpa. 300 CNAME www.example.org. |");
	assert_string_equal(served_ask(&s, &from_cell, "out.myhome.home.arpa", DNS_A),
	    "NOERROR aa out.myhome.home.arpa. 300 CNAME www.example.org. |");
	assert_string_equal(served_ask(&s, &from_lan, "work.myhome.home.arpa", DNS_A), "asks upstream");
	assert_int_equal(s.o.want.route, 1);
	served_close(&s);
}

/* What does not fit is cut, with TC and without records; TCP takes it whole (DNS-14). */
static void
test_truncation(void **state)
{
	char values[40][16];
	struct served s;
	struct cell k;
	uint8_t msg[512];
	struct dns_query q;
	struct dns_asker who = { .zone = CONF_ZONE_VPN, .tcp = true };
	int i;

	(void)state;
	cell_init(&k);
	for (i = 0; i < 40; i++) {
		(void)snprintf(values[i], sizeof(values[i]), "10.0.1.%d", i);
		cell_record(&k, "myhome.home.arpa", "big", "A", values[i], CONF_ZONE_VPN);
	}
	served_open(&s, &k);
	(void)served_msg(&s, &from_vpn, msg, served_query(msg, "big.myhome.home.arpa", DNS_A, false, true), NULL);
	assert_int_equal(s.out[2], DNS_QR | DNS_AA | DNS_TC | DNS_RD);	/* 512 octets without EDNS */
	assert_int_equal(dns_get16(s.out + 6), 0);
	assert_true(s.n <= 512);
	(void)served_ask(&s, &from_vpn, "big.myhome.home.arpa", DNS_A);
	assert_int_equal(s.out[2] & DNS_TC, 0);
	assert_int_equal(dns_get16(s.out + 6), 40);
	assert_true(s.n > 512 && s.n <= 1232);
	assert_int_equal(dns_query_read(&q, msg, served_query(msg, "big.myhome.home.arpa", DNS_A, false, true)), DNS_QUERY_ASK);
	s.n = dns_answer(&(struct dns_answering){ &s.snap, s.cache, &s.stats, 0, NULL }, &q, &who, NULL, s.out, &s.o);
	assert_int_equal(s.out[2] & DNS_TC, 0);
	assert_int_equal(dns_get16(s.out + 6), 40);
	served_close(&s);
}

/* BADVERS, DO and keep-alive come back in OPT; nothing else is added (RFC 6891, 7828). */
static void
test_opt(void **state)
{
	static const uint8_t keepalive[] = { 0, 11, 0, 0 };
	const struct dns_asker tcp = { .zone = CONF_ZONE_VPN, .tcp = true };
	struct served s;
	struct cell k;
	struct dns_query q;
	uint8_t msg[512];
	size_t n;

	(void)state;
	cell_init(&k);
	served_open(&s, &k);
	n = served_query(msg, "myhome.home.arpa", DNS_NS, true, true);
	msg[n - 5] = 1;				/* version */
	assert_int_equal(dns_query_read(&q, msg, n), DNS_QUERY_WRONG);
	s.n = dns_answer_wrong(&(struct dns_answering){ &s.snap, s.cache, &s.stats, 0, NULL }, &q, &tcp, s.out);
	assert_int_equal(s.out[3] & DNS_RCODE, 0);
	assert_int_equal(s.out[s.n - 6], 1);	/* extended rcode 16 */
	assert_int_equal(s.out[s.n - 5], 0);	/* version 0 */
	msg[n - 5] = 0;
	msg[n - 4] = DNS_DO;
	memcpy(msg + n, keepalive, sizeof(keepalive));
	msg[n - 1] = sizeof(keepalive);
	n += sizeof(keepalive);
	assert_int_equal(dns_query_read(&q, msg, n), DNS_QUERY_ASK);
	s.n = dns_answer(&(struct dns_answering){ &s.snap, s.cache, &s.stats, 0, NULL }, &q, &tcp, NULL, s.out, &s.o);
	assert_memory_equal(s.out + s.n - 17, "\0\0\51\4\320\0\0\200\0\0\6\0\13\0\2\0\144", 17);
	served_close(&s);
}

/* BLK-2 to BLK-4: zeros or NXDOMAIN with EDE 15 and the list's name; where aliases lead is judged, too; names of ours
 * and names that are asked elsewhere are not. */
static void
test_blocked(void **state)
{
	static const char *const ids[] = { "ads" };
	static const char chain[] = "www.shop.example. 60 IN CNAME t.ads.example.;t.ads.example. 60 IN A 1.2.3.4";
	static const char home[] = "h.example. 60 IN CNAME www.corp.example.;www.corp.example. 60 IN A 1.2.3.4";
	struct served s;
	struct names n;
	struct cell k;
	struct dns_got got;
	uint8_t msg[512];
	size_t len;

	(void)state;
	cell_init(&k);
	cell_blocklist(&k, "ads", "Advertising", NULL, NULL);
	cell_deny(&k, "myhome.home.arpa");
	cell_deny(&k, "denied.example");
	cell_forward(&k, "corp.example", "192.168.9.1");
	names_new(&n, ids, 1);
	names_add(&n, "ads.example", 1);
	names_add(&n, "corp.example", 1);
	served_open(&s, &k);
	dns_filter_bind(&s.snap.filter, names_open(&n));
	assert_string_equal(served_ask(&s, &from_lan, "x.Ads.example", DNS_A), "NOERROR x.ads.example. 60 A 0.0.0.0 |");
	assert_int_equal(s.o.source, DNS_SOURCE_BLOCKED);
	assert_int_equal(s.o.ede, 15);
	assert_string_equal(s.o.ede_text, "Advertising");
	assert_string_equal(s.o.rule, "ads");
	assert_memory_equal(s.out + s.n - 11, "Advertising", 11);
	assert_string_equal(served_ask(&s, &from_lan, "ads.example", DNS_AAAA), "NOERROR ads.example. 60 AAAA :: |");
	assert_string_equal(served_ask(&s, &from_lan, "ads.example", DNS_TXT), "NOERROR  |");
	assert_string_equal(served_ask(&s, &from_lan, "denied.example", DNS_A), "NOERROR denied.example. 60 A 0.0.0.0 |");
	assert_string_equal(s.o.rule, "deny");
	assert_int_equal(s.stats.blocked, 4);
	assert_string_equal(served_ask(&s, &from_lan, "example.org", DNS_A), "asks upstream");
	assert_string_equal(served_ask(&s, &from_lan, "www.corp.example", DNS_A), "asks upstream");
	assert_non_null(strstr(served_ask(&s, &from_lan, "www.myhome.home.arpa", DNS_A), "192.168.1.2"));

	len = served_query(msg, "www.shop.example", DNS_A, true, true);
	got = brought("www.shop.example", DNS_A, 0, chain, NULL);
	assert_string_equal(served_msg(&s, &from_lan, msg, len, &got), "NOERROR www.shop.example. 60 A 0.0.0.0 |");
	assert_int_equal(s.o.source, DNS_SOURCE_BLOCKED);
	drop(&got);
	len = served_query(msg, "h.example", DNS_A, true, true);
	got = brought("h.example", DNS_A, 0, home, NULL);
	assert_non_null(strstr(served_msg(&s, &from_lan, msg, len, &got), "1.2.3.4"));
	drop(&got);
	served_close(&s);

	k.c.blocklists.response = CONF_BLOCK_NXDOMAIN;
	served_open(&s, &k);
	dns_filter_bind(&s.snap.filter, &n.lists);
	assert_string_equal(served_ask(&s, &from_lan, "ads.example", DNS_A), "NXDOMAIN  |");
	served_close(&s);
	free(n.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header), cmocka_unit_test(test_cached), cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_no_amplification), cmocka_unit_test(test_alias), cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_opt),
		cmocka_unit_test(test_blocked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
