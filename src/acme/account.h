/* The key of an ACME account: P-256, kept as PEM ("PRIVATE KEY", PKCS #8) in a
 * secret of core; and what others compute from it. */
#ifndef ACME_ACCOUNT_H
#define ACME_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "io/p256.h"

enum { ACME_THUMBPRINT_SIZE = 44 };

struct acme_account {
	uint8_t key[P256_KEY];		/* secret: wiped by acme_account_clear() */
	uint8_t point[P256_POINT];	/* uncompressed */
};

/* False: no randomness. */
bool acme_account_new(struct acme_account *a);

/* From PEM; false: it is no P-256 key in PKCS #8 or RFC 5915 form. */
bool acme_account_read(struct str pem, struct acme_account *a);

/* malloc'd text; the caller wipes and frees it. NULL when out of memory. */
char *acme_account_write(const struct acme_account *a);

void acme_account_clear(struct acme_account *a);

/* RFC 7638, base64url: an edge answers any well-formed token with token "." thumbprint (RFC 8555 8.1, 8.3). */
void acme_account_thumbprint(const struct acme_account *a, char text[ACME_THUMBPRINT_SIZE]);

/* ES256 (RFC 7518 3.4): r and s of ECDSA with SHA-256, deterministic. */
bool acme_account_sign(const struct acme_account *a, const void *p, size_t n, uint8_t sig[P256_SIGNATURE]);

#endif /* ACME_ACCOUNT_H */
