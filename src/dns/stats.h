/* Counters of one edge's DNS since its start (DNL-9). The page that holds them
 * is shared with core: the edge alone writes, readers add up the edges and may
 * see a counter one step late. */
#ifndef DNS_STATS_H
#define DNS_STATS_H

#include <stdint.h>

enum { DNS_STATS_RCODES = 16 };

struct dns_stats {
	/* messages taken as questions, by carrier */
	uint64_t udp_queries, tcp_queries, tls_queries, https_queries;
	uint64_t cookies;	/* those of them with a good cookie */
	uint64_t rcodes[DNS_STATS_RCODES];	/* answers sent, by rcode of the header */
	uint64_t refused;	/* answers refused by policy (view, RD, limit of a client) */
	uint64_t authoritative;	/* answers from own zones */
	uint64_t cache_hits, cache_misses;
	uint64_t cache_stale;	/* answers from expired data */
	uint64_t refreshed;	/* questions asked ahead of an expiry */
	uint64_t filtered;	/* answers without addresses that were removed (DNS-12) */
	uint64_t forwarded;	/* queries sent to an upstream, retries included */
	uint64_t upstream_errors;	/* time-outs, network errors, unusable answers */
	uint64_t blocked;	/* answers that a filter kept back */
	uint64_t forged;	/* datagrams at an upstream socket that matched no query */
	uint64_t truncated;	/* answers with TC */
	uint64_t limited;	/* over client_qps: dropped, or answered empty with TC */
	uint64_t dropped;	/* no answer by rule: QR=1, shorter than a header, nobody's source */
	uint64_t tcp_connections;	/* gauge */
	uint64_t cache_entries, cache_bytes;	/* gauges */
};

/* By any carrier. A sum, since a total of its own could be read before or behind its parts. */
static inline uint64_t
dns_stats_queries(const struct dns_stats *s)
{
	return s->udp_queries + s->tcp_queries + s->tls_queries + s->https_queries;
}

#endif /* DNS_STATS_H */
