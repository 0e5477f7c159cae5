/* Records that were finished apart put together in one message: the steps of
 * an answer, and what an upstream says of its end. Names are compressed anew. */
#ifndef DNS_SPLICE_H
#define DNS_SPLICE_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/cache.h"

struct dns_follow;	/* dns/follow.h */
struct wr;

/* Write behind the question in w, which begins with the header, what f and e
 * (NULL: nothing) hold; TTLs of e aged. counts gets the records
 * of each section. Additional RRsets that do not fit are left out, glue of a
 * referral excepted (RFC 9471). False: the rest does not fit. */
bool dns_splice(struct wr *w, const struct dns_follow *f, const struct dns_entry *e, struct dns_age age,
    unsigned counts[3]);

#endif /* DNS_SPLICE_H */
