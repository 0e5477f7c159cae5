/* P-256 keys: making, deriving, signing. A key is its private scalar, 32
 * bytes; whoever holds one wipes it. */
#ifndef CA_KEY_H
#define CA_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wr;

enum { CA_KEY = 32, CA_KEY_DER_MAX = 256, CA_POINT = 65, CA_SIGNATURE_MAX = 72, CA_SHA256 = 32 };

/* A new key from the kernel's randomness. False when there is none. */
bool ca_key_new(uint8_t key[CA_KEY]);

/* Its public point, uncompressed. False when key is no scalar of the curve. */
bool ca_key_public(const uint8_t key[CA_KEY], uint8_t point[CA_POINT]);

/* ECDSA with SHA-256, deterministic (RFC 6979), as DER. The length, or 0 when key is not valid. */
size_t ca_key_sign(const uint8_t key[CA_KEY], const void *p, size_t n, uint8_t sig[CA_SIGNATURE_MAX]);

/* Does point's key sign n bytes at p so? sig: DER, of any length. False also for a point that is not on the curve. */
bool ca_key_verify(const uint8_t point[CA_POINT], const void *p, size_t n, const uint8_t *sig, size_t nsig);

/* The same for RSA with PKCS #1 v1.5 and SHA-256: big-endian modulus of 2048 to 4096 bits, and exponent. */
struct ca_rsa {
	const uint8_t *n, *e;
	size_t nlen, elen;
};
bool ca_rsa_verify(const struct ca_rsa *k, const void *p, size_t n, const uint8_t *sig, size_t nsig);

/* AlgorithmIdentifier of a P-256 key (RFC 5480 2.1.1). */
void ca_key_kind_write(struct wr *w);

/* PrivateKeyInfo (RFC 5208, RFC 5915): what "PRIVATE KEY" in PEM holds. */
void ca_key_write(struct wr *w, const uint8_t key[CA_KEY], const uint8_t point[CA_POINT]);

void ca_sha256(const void *p, size_t n, uint8_t out[CA_SHA256]);

#endif /* CA_KEY_H */
