/* Answers of upstreams (DNL-5, DNL-6): what is kept of one is a sound message
 * that says the same when it is taken in again, and leads nobody here (DNS-12). */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/rd.h"
#include "dns/cache.h"
#include "dns/ingest.h"
#include "dns/query.h"
#include "dns/rebind.h"
#include "dns/reply.h"
#include "dns/rr.h"
#include "dns/snapshot.h"
#include "dns/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct dns_cache_conf limits = { .max_entries = 100, .max_bytes = 1 << 20, .max_ttl_s = 86400,
	.negative_max_ttl_s = 3600 };

/* Every record of the reply stands where one is announced, and its TTL where
 * the entry says. */
static void
check_records(const uint8_t *msg, size_t n, size_t head, const struct dns_entry *e, bool guarded)
{
	unsigned i, count = dns_get16(e->counts) + dns_get16(e->counts + 2);
	struct dns_rr rr;
	struct rd r;

	assert(count == e->nttls);
	rd_init(&r, msg, n);
	rd_seek(&r, head);
	for (i = 0; i < count; i++) {
		assert(dns_rr_read(&r, &rr));
		assert(rr.rdata == head + e->ttls[i] + 6 && rr.ttl <= 86400);
		assert(e->ttl == 0 || e->ttl <= rr.ttl);
		assert(!guarded || i >= dns_get16(e->counts) || !dns_rebind_is_private(rr.type, msg + rr.rdata, rr.rdlen));
	}
	assert(rd_left(&r) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[65535 + DNS_REPLY_SLACK], msg[65535];
	struct dns_reply to = { .out = out, .limit = 65535, .ede = DNS_EDE_NONE };
	static const struct dns_rebind guard = { .on = 1 };
	struct dns_ingest_rules rules = { &limits, NULL };
	struct dns_entry *e, *again;
	struct dns_query q;
	uint8_t lower[DNS_NAME_ROOM];
	struct dns_question want = { .name = lower };
	unsigned labels;
	size_t n;
	int rcode;

	if (size < DNS_HEADER + 5 || size > sizeof(msg))
		return 0;
	/* The question is matched before: it is there, whole. */
	n = dns_name_scan(data + DNS_HEADER, size - DNS_HEADER, &labels);
	if (n == 0 || size < DNS_HEADER + n + 4)
		return 0;
	memcpy(msg, data, size);
	(void)dns_name_lower(lower, data + DNS_HEADER, n);
	want.len = (uint8_t)n;
	want.type = (uint16_t)dns_get16(data + DNS_HEADER + n);
	want.flags = data[0] & DNS_QUESTION_DO;
	if ((data[1] & 1) != 0)
		rules.rebind = &guard;
	if (dns_ingest(&e, &rcode, &want, msg, size, &rules) != DNS_INGEST_ENTRY)
		return 0;
	memset(out, 0, DNS_HEADER);
	out[5] = 1;
	memcpy(out + DNS_HEADER, lower, n);
	dns_put16(out + DNS_HEADER + n, want.type == 0 ? 1 : want.type);
	dns_put16(out + DNS_HEADER + n + 2, DNS_IN);
	if (dns_query_read(&q, out, DNS_HEADER + n + 4) == DNS_QUERY_ASK) {
		memcpy(msg, out, DNS_HEADER + n + 4);
		q.in = msg;
		size = dns_reply_entry(&to, &q, e, DNS_AGE_NONE);
		check_records(out, size, DNS_HEADER + n + 4, e, rules.rebind != NULL);
		assert(dns_ingest(&again, &rcode, &want, out, size, &rules) == DNS_INGEST_ENTRY);
		assert(again->bodylen == e->bodylen && again->rcode == e->rcode);
		assert(memcmp(dns_entry_read(again), dns_entry_read(e), e->bodylen) == 0);
		free(again);
	}
	free(e);
	return 0;
}
