/* Zones into a table of finished answers (dns/table.h): every name, type and
 * view that differs gets its answer now, so that serving is copying. Aliases
 * are followed here, wildcards and empty non-terminals become nodes. Pure. */
#ifndef DNS_COMPILE_H
#define DNS_COMPILE_H

#include <stddef.h>

struct dns_blob;
struct dns_zones;
struct err;

enum {
	DNS_TYPES_MAX = 128,		/* of one name, over all views */
	DNS_HINFO_TTL = 3600		/* RFC 8482 */
};

/* Append the table of z (closed) to an empty b, and check it. 0, or a negative
 * errno with e set: out of memory, too large, a name whose records fit no
 * message, or -EINVAL: it did not check out. */
int dns_compile(struct dns_blob *b, const struct dns_zones *z, struct err *e);

#endif /* DNS_COMPILE_H */
