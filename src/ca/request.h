/* Requests for certificates (PKCS #10, RFC 2986): P-256 or RSA keys, names and
 * addresses in the extension subjectAltName. Whatever else a request asks for
 * is not granted, and therefore not read. */
#ifndef CA_REQUEST_H
#define CA_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "ca/cert.h"

struct err;
struct rd;
struct wr;

enum { CA_REQUEST_MAX = 16 << 10 };

struct ca_request {
	struct ca_public key;		/* into what was read */
	size_t nnames, naddrs;
	struct str names[CA_CERT_NAMES_MAX];	/* the same; DNS names */
	struct addr addrs[CA_CERT_NAMES_MAX];
};

/* Read one, which fills all of r, and check that its key has signed it. 0, or -EINVAL with e. */
int ca_request_read(struct rd *r, struct ca_request *q, struct err *e);

/* Write one for key; the subject is empty. False when it does not fit or key is none. */
bool ca_request_write(struct wr *w, const uint8_t key[P256_KEY], const struct ca_request *q);

/* The same for an RSA key of ca/rsa.h. */
bool ca_request_write_rsa(struct wr *w, const uint8_t *key, size_t nkey, const struct ca_request *q);

#endif /* CA_REQUEST_H */
