/* From an upstream's answer to what we keep and pass on: only records that
 * answer the question (the chain of aliases and its end, or the SOA that says
 * there is nothing), rewritten in our own form with TTLs inside the limits.
 * Whatever else it carries is dropped (DNL-5, RFC 2181 5.4, 2308), and private
 * addresses from upstreams (DNS-12). */
#ifndef DNS_INGEST_H
#define DNS_INGEST_H

#include <stddef.h>
#include <stdint.h>

struct dns_cache_conf;
struct dns_entry;
struct dns_question;
struct dns_rebind;

struct dns_ingest_rules {
	const struct dns_cache_conf *limits;
	const struct dns_rebind *rebind;	/* NULL: private addresses pass */
};

enum dns_ingest {
	DNS_INGEST_ENTRY,	/* *out is the answer */
	DNS_INGEST_TRUNCATED,	/* TC: ask again over TCP */
	DNS_INGEST_REFUSED,	/* the upstream says no: *rcode */
	DNS_INGEST_BAD		/* malformed, contradictory, or out of memory */
};

enum { DNS_CHAIN_MAX = 12 };	/* aliases followed (DNL-6) */

/* Judge the message of n octets whose id and question were matched already;
 * its question is overwritten by q's lower-case name.
 * *out is malloc'd, born_ms 0. Its ttl is 0 when it must not be kept. */
enum dns_ingest dns_ingest(struct dns_entry **out, int *rcode,
    const struct dns_question *q, uint8_t *msg, size_t n,
    const struct dns_ingest_rules *rules);

#endif /* DNS_INGEST_H */
