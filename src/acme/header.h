/* What headers of replies say: Retry-After, Link, media types. */
#ifndef ACME_HEADER_H
#define ACME_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "acme/wire.h"
#include "base/str.h"

/* Seconds from now until then: a number of seconds or an HTTP date (RFC 9110 10.2.3, 5.6.7 in its preferred form), at most
 * ACME_PATIENCE_S. 0: it says nothing that can be read, or a time that is over. */
int acme_retry_after(struct str value, int64_t now);

/* The target of a link with relation rel (RFC 8288), which must be an address. Other links, such as alternate chains, are
 * passed over. */
bool acme_link(struct str value, const char *rel, char out[ACME_URL_SIZE]);

/* Is the content of this type, whatever its parameters? */
bool acme_type_is(struct str value, const char *type);

/* RFC 3339 with any offset and fraction: Unix time in whole seconds. */
bool acme_time_read(struct str s, int64_t *out);

#endif /* ACME_HEADER_H */
