/* Master files (RFC 1035 5, 2308 4, 3597): text to records, one at a time.
 * $ORIGIN and $TTL are understood; $INCLUDE and $GENERATE are refused, because
 * a text must not read files and what it says must be what one sees. */
#ifndef DNS_MASTER_H
#define DNS_MASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"

struct dns_master;
struct err;

enum { DNS_TTL_MAX = INT32_MAX };	/* RFC 2181 8 */

/* Valid until the next one is read. */
struct dns_master_record {
	unsigned line;			/* where it begins */
	const uint8_t *owner;		/* wire form, lower case */
	size_t ownerlen;
	uint16_t type, rdlen;
	uint32_t ttl;
	const uint8_t *rdata;		/* names in it uncompressed, in lower case */
};

/* text and origin are borrowed until the end. NULL: out of memory. */
struct dns_master *dns_master_new(const char *text, size_t n, const uint8_t *origin, size_t originlen);
void dns_master_free(struct dns_master *m);	/* NULL is allowed */

/* 1 with *out; 0 at the end; -EINVAL, -ENOMEM with e, which names the line. */
int dns_master_next(struct dns_master *m, struct dns_master_record *out, struct err *e);

/* Put "line N: rule" into e, as the field that a zone's text has in the API. -EINVAL. */
int dns_master_bad(struct err *e, unsigned line, const char *rule);

#endif /* DNS_MASTER_H */
