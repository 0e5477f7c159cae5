/* Making X.509 certificates (RFC 5280), P-256 with ECDSA and SHA-256: for now the
 * provisional server certificate that signs itself, so that a new cell speaks TLS from its first minute. */
#ifndef CA_CERT_H
#define CA_CERT_H

#include <stddef.h>
#include <stdint.h>

#include "ca/key.h"	/* CA_KEY */

struct addr;
struct err;

enum {
	CA_CERT_DAYS = 397,		/* the most that clients accept from a server */
	CA_CERT_NAMES_MAX = 100,	/* names and addresses */
	CA_CERT_DER_MAX = 16 << 10,
	CA_FINGERPRINT_TEXT = 96	/* "AB:CD:…" of SHA-256 with its NUL */
};

struct ca_cert_plan {
	const char *common_name;	/* 1 to 64 bytes of UTF-8 */
	const char *const *names;	/* DNS names, also "*.x" */
	size_t nnames;
	const struct addr *addrs;
	size_t naddrs;
	int64_t now_s;			/* Unix time. Valid from one hour before it */
	int days;			/* from now_s on */
};

/* A certificate with its key; wipe with ca_cert_clear(). */
struct ca_cert {
	uint8_t *der;
	size_t n;
	uint8_t key[CA_KEY];
};

/* New key, random serial, server authentication only, not a CA. 0, or -errno with
 * e (a name that is none: -EINVAL) and nothing in *out. */
int ca_cert_self_signed(const struct ca_cert_plan *plan, struct ca_cert *out, struct err *e);

void ca_cert_clear(struct ca_cert *c);

/* SHA-256 of the DER form as browsers show it. */
const char *ca_fingerprint(const uint8_t *der, size_t n, char buf[CA_FINGERPRINT_TEXT]);

#endif /* CA_CERT_H */
