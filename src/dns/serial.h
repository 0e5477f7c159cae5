/* SOA serials (DNS-13): the generation in which a zone last changed. The content
 * tells, not the configuration's revs, which a deleted record leaves behind
 * nowhere: each zone has a digest, and while it stays the same, so does the
 * serial. What the cell remembers of it (role/) may be lost or too old: then
 * serials rise once more than they had to, and never fall.
 *
 * The host's own addresses do not count: they come and go without a generation,
 * in views that nobody transfers. Pure. */
#ifndef DNS_SERIAL_H
#define DNS_SERIAL_H

#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"

struct dns_zones;

enum { DNS_SERIALS_MAX = 128 };

struct dns_serial {
	uint64_t digest[2];
	uint32_t serial;
	uint8_t namelen, name[DNS_NAME_MAX];
	uint8_t zero[4];
};

struct dns_serials {
	uint32_t least;		/* of those that are new: what was on its way at a kill may have had all below; not in next */
	size_t n;
	struct dns_serial v[DNS_SERIALS_MAX];
};

/* Give the zones of z that are the cell's own (not the empty local ones, not
 * those whose text says its serial) their serials, in their SOA records, too: from before where the digest is the same,
 * else generation. next (may be NULL) gets what is to be remembered. */
void dns_serials_apply(struct dns_zones *z, const struct dns_serials *before, uint64_t generation,
    struct dns_serials *next);

#endif /* DNS_SERIAL_H */
