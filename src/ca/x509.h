/* What certificates, requests and revocation lists have in common, written
 * (RFC 5280 4.1, 5.1): names of one common name, P-256 keys, extensions, and
 * the frame of what ECDSA with SHA-256 signs. */
#ifndef CA_X509_H
#define CA_X509_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/p256.h"

struct wr;

enum { CA_KEY_ID = 20 };

/* Extensions by the last arc of 2.5.29 (RFC 5280 4.2.1, 5.2, 5.3). */
enum ca_ext {
	CA_EXT_KEY_ID = 14, CA_EXT_KEY_USAGE = 15, CA_EXT_ALT_NAMES = 17, CA_EXT_BASIC = 19, CA_EXT_CRL_NUMBER = 20,
	CA_EXT_REASON = 21, CA_EXT_SCOPE = 30, CA_EXT_CRL_AT = 31, CA_EXT_AUTHORITY = 35, CA_EXT_EXT_USAGE = 37
};

struct ca_ext_mark { size_t outer, value; };

/* Open an extension, write its value as DER, close it. */
struct ca_ext_mark ca_ext_begin(struct wr *w, enum ca_ext which, bool critical);
void ca_ext_end(struct wr *w, struct ca_ext_mark m);

void ca_algorithm_write(struct wr *w);			/* ecdsa-with-SHA256 */
void ca_name_write(struct wr *w, const char *common_name);	/* "": the empty name */
void ca_public_write(struct wr *w, const uint8_t point[P256_POINT]);	/* SubjectPublicKeyInfo */

/* Identifier of a key by RFC 7093 2 (1): the first 160 bits of SHA-256 over subjectPublicKey, which is the point of ours. */
void ca_key_id(const uint8_t *bits, size_t n, uint8_t id[CA_KEY_ID]);
void ca_authority_write(struct wr *w, const uint8_t point[P256_POINT]);	/* the extension that names the issuer's key */

/* What body writes, signed by key: SEQUENCE { body, algorithm, signature }. False when it does not fit or key is none. */
bool ca_signed_write(struct wr *w, const uint8_t key[P256_KEY], void (*body)(struct wr *w, const void *arg),
    const void *arg);

#endif /* CA_X509_H */
