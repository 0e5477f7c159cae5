/* Certificates that the cell makes itself: so far the self-signed server
 * certificate of the first minutes (RFC 5280, ECDSA P-256 with SHA-256). */
#ifndef CA_CERT_H
#define CA_CERT_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum {
	CA_KEY_SIZE = 32,		/* a P-256 private scalar */
	CA_CERT_MAX = 8192,
	CA_NAMES_MAX = 64, CA_ADDRS_MAX = 64,
	CA_FINGERPRINT_MAX = 96		/* "AB:CD:…" of SHA-256 with its NUL */
};

struct ca_request {
	const char *subject;		/* common name, UTF-8, at most 64 bytes */
	const char *const *names;	/* dNSName, lower case */
	size_t nnames;
	const struct addr *addrs;	/* iPAddress */
	size_t naddrs;
	int64_t not_before, not_after;	/* Unix time */
};

struct ca_cert {
	uint8_t key[CA_KEY_SIZE];	/* secret: wiped by the owner */
	size_t len;
	uint8_t der[CA_CERT_MAX];
};

/* A fresh key and its self-signed certificate: serverAuth, not a CA, 128-bit random serial. 0; -EINVAL for too many
 * or too long names; -EIO. out is wiped on failure. */
int ca_self_signed(struct ca_cert *out, const struct ca_request *rq);

/* SHA-256 of n bytes as upper-case hex with colons; returns buf. */
const char *ca_fingerprint(const uint8_t *der, size_t n, char buf[CA_FINGERPRINT_MAX]);

#endif /* CA_CERT_H */
