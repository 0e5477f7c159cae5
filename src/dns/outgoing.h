/* The records of one zone as a transfer sends them (DNS-18): in wire form, names
 * uncompressed, names of the zone in their order of arrival, those of a name by
 * type and data, the SOA first. Pure. */
#ifndef DNS_OUTGOING_H
#define DNS_OUTGOING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dns_zone;	/* dns/zones.h */
struct dns_zones;

struct dns_outgoing {
	uint8_t *p;		/* owned */
	uint32_t n;
	uint32_t soalen;	/* of the first record */
};

/* What zone, one of z (closed), has for the views: each record once, a set with
 * one TTL, the least (RFC 2181 5.2). It is checked: who sends it looks at nothing
 * again. 0; -EINVAL: there is no SOA, or it did not check out; -EFBIG beyond max
 * octets; -ENOMEM. */
int dns_outgoing_make(struct dns_outgoing *out, const struct dns_zones *z, const struct dns_zone *zone,
    uint64_t views, size_t max);

/* Whole records, each in the zone of that name, the SOA first and nowhere else? */
bool dns_outgoing_check(const struct dns_outgoing *o, const uint8_t *name, size_t len);

void dns_outgoing_free(struct dns_outgoing *o);	/* what it holds */

#endif /* DNS_OUTGOING_H */
