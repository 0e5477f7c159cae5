/* Certificate revocation lists, version 2 (RFC 5280 5): complete ones, signed by
 * the intermediate for what it has issued. */
#ifndef CA_CRL_H
#define CA_CRL_H

#include <stddef.h>
#include <stdint.h>

#include "ca/cert.h"

struct err;

enum { CA_REVOKED_MAX = 1024, CA_CRL_DER_MAX = 64 << 10 };

/* CRLReason (RFC 5280 5.3.1), those that make sense here. */
enum ca_reason { CA_UNSPECIFIED = 0, CA_KEY_COMPROMISE = 1, CA_SUPERSEDED = 4, CA_CESSATION = 5 };

struct ca_revoked {
	uint8_t serial[CA_SERIAL];
	int64_t at_s;
	enum ca_reason reason;
};

struct ca_crl_plan {
	struct ca_issuer by;
	uint64_t number;	/* more than that of every earlier one */
	int64_t this_s, next_s;
	const struct ca_revoked *revoked;
	size_t n;
};

/* A malloc'd list in *der. 0 or -errno with e. */
int ca_crl_make(const struct ca_crl_plan *plan, uint8_t **der, size_t *n, struct err *e);

#endif /* CA_CRL_H */
