/* What was made of a zone's text (dns/extra.h) in one piece without pointers:
 * a job makes it, in memory that is sealed then; core checks all of it, since
 * the edges check nothing again. */
#ifndef DNS_PARCEL_H
#define DNS_PARCEL_H

#include <stdbool.h>
#include <stddef.h>

struct dns_extra;	/* dns/extra.h */

enum { DNS_PARCEL_MAX = 128 << 20 };

/* False: it does not fit into the room at p, which is aligned to 8. */
bool dns_parcel_write(void *p, size_t room, const struct dns_extra *x);

/* Copy from the n octets at p what was made for the zone that x names; x holds
 * nothing yet. False: it is damaged, for another zone, or there is no memory. */
bool dns_parcel_read(struct dns_extra *x, const void *p, size_t n);

#endif /* DNS_PARCEL_H */
