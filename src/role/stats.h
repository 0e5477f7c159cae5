/* The counters of one edge: a page that the edge writes and core reads. */
#ifndef ROLE_STATS_H
#define ROLE_STATS_H

#include <stdint.h>

#include "dns/stats.h"
#include "ntp/stats.h"

struct edge_stats {
	struct dns_stats dns;
	struct ntp_stats ntp;
	uint64_t http_requests;
	uint64_t http_connections;	/* gauge */
	uint64_t http_refused;		/* connections over a limit, or from nobody */
	uint64_t tls_errors;		/* connections whose handshake did not come to an end */
};

/* sum += one, counter by counter. Every member is a uint64_t. */
void edge_stats_add(struct edge_stats *sum, const struct edge_stats *one);

#endif /* ROLE_STATS_H */
