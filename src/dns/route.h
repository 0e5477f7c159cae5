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
	DNS_PORT = 53,
	DNS_HOP_NAME = 256		/* of a TLS name with its NUL */
};

/* How a hop is spoken to. */
enum dns_hop_mode {
	DNS_HOP_NONE,	/* not at all: it is our own address (DNL-10) */
	DNS_HOP_UDP,	/* UDP, TCP after truncation */
	DNS_HOP_TCP,
	DNS_HOP_DOT	/* TLS (RFC 7858), to the server that proves to be tls_name (RFC 8310) */
};

struct dns_hop {
	struct addr_port at;
	uint8_t mode;			/* enum dns_hop_mode */
	uint8_t opportunistic;		/* DOT: 1 = plain DNS at DNS_PORT of the address while TLS fails */
	uint8_t zero[2];
	char tls_name[DNS_HOP_NAME];	/* DOT only, zeros behind it */
};

struct dns_route {
	uint32_t nhops;
	struct dns_hop hops[DNS_ROUTE_HOPS];
};

struct dns_routes {
	const struct dns_route *v;
	size_t n;
};

/* Would a question sent there come back to us (DNL-10)? */
bool dns_hop_is_own(const struct addr_port *at, const struct conf *c,
    const struct dns_host *host);

/* Fill at most DNS_ROUTES_MAX zeroed rows: upstreams, then one per forward in
 * configuration order; the count. Hops at an address and port where we listen
 * ourselves are marked DNS_HOP_NONE. */
size_t dns_routes_plan(struct dns_route *out, const struct conf *c,
    const struct dns_host *host);

/* Every row within its bounds? */
bool dns_routes_check(const struct dns_route *v, size_t n);

#endif /* DNS_ROUTE_H */
