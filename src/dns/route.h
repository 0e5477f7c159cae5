/* Where questions go that are not ours: the configured upstreams and the
 * forwards of single zones, as rows in the snapshot (DNS-8, DNS-9). */
#ifndef DNS_ROUTE_H
#define DNS_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct conf;
struct dns_host;	/* dns/plan.h */

enum {
	DNS_ROUTE_HOPS = 8,
	DNS_ROUTES_MAX = 1 + 64,	/* row 0: the upstreams */
	DNS_PORT = 53
};

/* How a hop is spoken to. */
enum dns_hop_mode {
	DNS_HOP_NONE,	/* not at all: DoT demanded, or our own address (DNL-10) */
	DNS_HOP_UDP,	/* UDP, TCP after truncation */
	DNS_HOP_TCP
};

struct dns_hop {
	struct addr_port at;		/* where packets go */
	struct addr_port configured;	/* what people know it by */
	uint8_t transport;		/* enum conf_transport, as configured */
	uint8_t mode;			/* enum dns_hop_mode */
	uint8_t fallback;		/* 1 = plain DNS although DoT is configured */
	uint8_t zero;
};

struct dns_route {
	uint32_t nhops;
	struct dns_hop hops[DNS_ROUTE_HOPS];
};

struct dns_routes {
	const struct dns_route *v;
	size_t n;
};

/* Fill at most DNS_ROUTES_MAX zeroed rows: upstreams, then one per forward in
 * configuration order; the count. Hops at an address and port where we listen
 * ourselves are marked DNS_HOP_NONE. DoT is not spoken yet: with policy
 * opportunistic such a hop is plain DNS on port 53, with strict it is NONE. */
size_t dns_routes_plan(struct dns_route *out, const struct conf *c,
    const struct dns_host *host);

/* Every row within its bounds? */
bool dns_routes_check(const struct dns_route *v, size_t n);

#endif /* DNS_ROUTE_H */
