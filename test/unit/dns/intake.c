/* Questions as they come in: counted by their carrier (DNL-9), proven by a cookie (RFC 9018), limited (DNS-20, LIM-3). */
#include "dns/intake.h"

#include "cell.h"
#include "dns/stats.h"
#include "dns/wire.h"

struct bed {
	struct dns_intake in;
	struct dns_stats stats;
	unsigned zone;			/* every asker's */
};

static unsigned
zone_of(void *arg, uint32_t ifindex, const struct addr *local, const struct addr *peer,
    uint32_t *number)
{
	(void)ifindex;
	(void)local;
	(void)peer;
	*number = 0;
	return ((struct bed *)arg)->zone;
}

static void
bed_open(struct bed *b)
{
	memset(b, 0, sizeof(*b));
	b->zone = CONF_ZONE_LAN;
	b->in.c = (struct dns_server_conf){ .stats = &b->stats, .zone_of = zone_of, .arg = b };
	b->in.limit = dns_limit_new();
	assert_non_null(b->in.limit);
}

/* A question over a stream. */
static enum dns_query_kind
read_one(struct bed *b, struct dns_query *q, bool secure, bool http, size_t cut)
{
	struct dns_asker who = { .tcp = true, .secure = secure, .http = http, .peer = { .addr = cell_addr("192.168.1.7") } };
	uint8_t msg[512], wire[DNS_NAME_ROOM];
	size_t n = dns_query_write(msg, sizeof(msg), wire, cell_name("www.example", wire), DNS_A, false);
	enum dns_query_kind kind = dns_intake_read(&b->in, q, &who, msg, n - cut);

	assert_int_equal(who.zone, b->zone);
	return kind;
}

static void
counted_by_carrier(void **state)
{
	struct dns_query q;
	struct bed b;

	(void)state;
	bed_open(&b);
	assert_int_equal(read_one(&b, &q, false, false, 0), DNS_QUERY_ASK);
	assert_int_equal(read_one(&b, &q, true, false, 0), DNS_QUERY_ASK);
	assert_int_equal(read_one(&b, &q, true, false, 0), DNS_QUERY_ASK);
	assert_int_equal(read_one(&b, &q, true, true, 0), DNS_QUERY_ASK);
	assert_int_equal(read_one(&b, &q, true, true, 1), DNS_QUERY_WRONG);	/* counts: it is answered */
	assert_int_equal(read_one(&b, &q, true, true, 30), DNS_QUERY_SILENT);	/* no header */
	assert_int_equal(b.stats.tcp_queries, 1);
	assert_int_equal(b.stats.tls_queries, 2);
	assert_int_equal(b.stats.https_queries, 2);
	assert_int_equal(b.stats.udp_queries, 0);
	assert_int_equal(dns_stats_queries(&b.stats), 5);
	assert_int_equal(b.stats.dropped, 1);
	b.zone = 0;			/* nobody any more */
	assert_int_equal(read_one(&b, &q, false, false, 0), DNS_QUERY_SILENT);
	assert_int_equal(dns_stats_queries(&b.stats), 5);
	assert_int_equal(b.stats.dropped, 2);
	dns_limit_free(b.in.limit);
}

/* What is made here is good here the next time, from the same address alone; without keys there are no cookies. */
static void
cookies(void **state)
{
	struct dns_asker who = { .zone = CONF_ZONE_LAN, .peer = { .addr = cell_addr("192.168.1.7") } };
	struct dns_query q = { .cookie_len = 0 };
	struct bed b;

	(void)state;
	bed_open(&b);
	assert_false(dns_intake_proves(&b.in, &q, &who));
	q.cookie_len = DNS_COOKIE_CLIENT;
	assert_false(dns_intake_proves(&b.in, &q, &who));
	assert_int_equal(q.cookie_len, 0);
	b.in.has_keys = true;
	b.in.keys.now[0] = 1;
	q.cookie_len = DNS_COOKIE_CLIENT;
	assert_false(dns_intake_proves(&b.in, &q, &who));
	assert_int_equal(q.cookie_len, DNS_COOKIE_FULL);
	assert_int_equal(b.stats.cookies, 0);
	assert_true(dns_intake_proves(&b.in, &q, &who));
	assert_int_equal(b.stats.cookies, 1);
	who.peer.addr = cell_addr("192.168.1.8");
	assert_false(dns_intake_proves(&b.in, &q, &who));
	assert_int_equal(b.stats.cookies, 1);
	dns_limit_free(b.in.limit);
}

/* The host itself is never limited. */
static void
limited(void **state)
{
	struct dns_asker lan = { .zone = CONF_ZONE_LAN, .peer = { .addr = cell_addr("192.168.1.7") } };
	struct dns_asker local = { .zone = CONF_ZONE_LOCAL, .peer = { .addr = cell_addr("127.0.0.1") } };
	struct bed b;
	unsigned i;

	(void)state;
	bed_open(&b);
	dns_limit_set(b.in.limit, 10);
	for (i = 0; i < 100; i++)
		assert_int_equal(dns_intake_limit(&b.in, &local, DNS_LIMIT_CLAIMED, 1000), DNS_LIMIT_GO);
	assert_int_equal(b.stats.limited, 0);
	for (i = 0; i < 30; i++)
		assert_int_equal(dns_intake_limit(&b.in, &lan, DNS_LIMIT_CLAIMED, 1000), DNS_LIMIT_GO);
	assert_int_equal(dns_intake_limit(&b.in, &lan, DNS_LIMIT_CLAIMED, 1000), DNS_LIMIT_SHORT);
	assert_int_equal(dns_intake_limit(&b.in, &lan, DNS_LIMIT_CLAIMED, 1000), DNS_LIMIT_DROP);
	assert_int_equal(b.stats.limited, 2);
	dns_limit_free(b.in.limit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counted_by_carrier), cmocka_unit_test(cookies), cmocka_unit_test(limited),
	};

	return cmocka_run_group_tests_name("dns/intake", tests, NULL, NULL);
}
