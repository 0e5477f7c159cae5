/* Counters of one edge's time service since its start, in the page that it
 * shares with core (role/stats.h). */
#ifndef NTP_STATS_H
#define NTP_STATS_H

#include <stdint.h>

struct ntp_stats {
	uint64_t requests;	/* datagrams that came in */
	uint64_t answered;
	uint64_t limited;	/* over the rate: told so, or dropped (NTP-2) */
	uint64_t dropped;	/* by rule: zone, mode, version, size */
	uint64_t clients;	/* gauge: within the last hour */
};

#endif /* NTP_STATS_H */
