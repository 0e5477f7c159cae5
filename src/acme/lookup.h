/* What the public DNS says of a TXT record, asked of the servers of its zone
 * themselves: for a check before an authority does the same (RFC 8555 8.4). The cell's own name service is not
 * believed, for it has a zone of that name for the home. */
#ifndef ACME_LOOKUP_H
#define ACME_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum {
	ACME_DNS_MESSAGE = 1232, ACME_DNS_SERVERS = 6, ACME_DNS_TEXTS = 16, ACME_DNS_NAME = 254, ACME_DNS_TEXT = 256,
	ACME_DNS_NS = 2, ACME_DNS_TXT = 16
};

struct acme_dns_server {
	char name[ACME_DNS_NAME];
	struct addr addr;		/* len 0: not said */
};

/* An answer, as far as it matters. */
struct acme_dns {
	int rcode;
	bool authoritative, truncated;
	bool alias;			/* the name is one of another */
	size_t ntexts;
	char texts[ACME_DNS_TEXTS][ACME_DNS_TEXT];	/* of the name that was asked for; those with a NUL are left out */
	uint32_t ttl;			/* of the last of them */
	size_t nservers;		/* NS records, of whatever name they are: of a zone, or of the next one to ask */
	struct acme_dns_server servers[ACME_DNS_SERVERS];
};

/* Read the answer to q of nq octets (io_resolve_query()). False: it is none. */
bool acme_dns_read(const uint8_t *q, size_t nq, const uint8_t *p, size_t n, struct acme_dns *out);

enum acme_seen {
	ACME_SEEN,		/* every server of the zone that answers has the value */
	ACME_NOT_SEEN,		/* one of them has not */
	ACME_UNKNOWN		/* none of them can be asked from here */
};

/* Has name, which is "_acme-challenge." and a domain, this value? resolver: the cell's name service, which finds the servers
 * above the domain. *ttl (may be NULL): how long what they have may be kept. By deadline_ms of the monotonic clock. */
enum acme_seen acme_lookup(const struct addr_port *resolver, const char *name, const char *value, uint64_t deadline_ms,
    uint32_t *ttl);

#endif /* ACME_LOOKUP_H */
