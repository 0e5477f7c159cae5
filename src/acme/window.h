/* When to renew, as the CA suggests it (RFC 9773): identifiers of certificates
 * and suggested windows. */
#ifndef ACME_WINDOW_H
#define ACME_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct x509;	/* base/x509.h */

enum { ACME_WINDOW_ID_SIZE = 128 };

struct acme_window {
	int64_t start, end;	/* Unix times, start < end */
	int64_t again;		/* ask again not before */
};

/* base64url(keyIdentifier of the AKI) "." base64url(serial) (RFC 9773 4.1). False: the certificate has no such key
 * identifier, or one that is too long. */
bool acme_window_id(const struct x509 *cert, char id[ACME_WINDOW_ID_SIZE]);

/* The renewalInfo object (4.2), received at now; retry_after: what the reply's header said, 0 = nothing, which is then
 * taken as six hours; kept between one minute and a day (4.3). False: it is none, and out is untouched. */
bool acme_window_read(struct str body, int64_t now, int64_t retry_after, struct acme_window *out);

/* The moment within w that the seed chooses, uniformly: the same for the same seed (4.2). */
int64_t acme_window_pick(const struct acme_window *w, uint64_t seed);

#endif /* ACME_WINDOW_H */
