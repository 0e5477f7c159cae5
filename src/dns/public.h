/* What the world is told of the own domain beside its public records: the name
 * servers. These are the secondaries, not the cell: the cell refuses strangers
 * (DNS-2), and a delegation to it would be lame. Pure. */
#ifndef DNS_PUBLIC_H
#define DNS_PUBLIC_H

#include <stddef.h>
#include <stdint.h>

struct conf;
struct dns_zones;

/* NS for each secondary, after all other records were put, and its address where
 * the name is below the domain, nothing public stands there, and the address is
 * one that the world can reach. 0, or a negative errno of dns_zones_put(). */
int dns_public_plan(struct dns_zones *z, const struct conf *c, const uint8_t *own, size_t ownlen);

#endif /* DNS_PUBLIC_H */
