/* The data of a record as text to its wire form (RFC 1035 5.1, 3597 5): the
 * common types here, all others that there are by ldns. */
#ifndef DNS_RDATA_H
#define DNS_RDATA_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { DNS_RDATA_MAX = 65535 };

/* One record's data: its words, and the same as one text that a NUL ends. */
struct dns_rdata_text {
	const struct str *words;	/* the first of them */
	size_t nwords;			/* as many as there are here; nall: as there are in text */
	size_t nall;
	const char *text;
	const uint8_t *origin;		/* of names without final dot */
	size_t originlen;
};

/* The type of that name, "TYPE123" included; 0: unknown, or one that never stands in a zone. */
uint16_t dns_rdata_type(struct str name);

/* Into out, at most DNS_RDATA_MAX octets, names in lower case. The length; -EINVAL, -ENOMEM. */
int dns_rdata_read(uint16_t type, const struct dns_rdata_text *t, uint8_t *out);

#endif /* DNS_RDATA_H */
