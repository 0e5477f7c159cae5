/* Discovery of designated resolvers (RFC 9462, 9461): who asks for SVCB at
 * _dns.resolver.arpa learns by which other ways he may ask. Each view is told
 * its own addresses of the cell. */
#ifndef DNS_DDR_H
#define DNS_DDR_H

#include <stddef.h>
#include <stdint.h>

struct dns_zones;

/* What is offered: ports, 0 = not that way. */
struct dns_ddr {
	const uint8_t *name;		/* of the resolver, as in its certificate; wire form */
	size_t namelen;
	uint16_t dot, doh;
};

/* The records, into the zone resolver.arpa where it is ours. 0, or a negative errno. */
int dns_ddr_put(struct dns_zones *z, const struct dns_ddr *d);

#endif /* DNS_DDR_H */
