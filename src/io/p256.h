/* P-256 keys: making, deriving, signing. A key is its private scalar, 32
 * bytes; whoever holds one wipes it. */
#ifndef IO_P256_H
#define IO_P256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wr;

enum { P256_KEY = 32, P256_POINT = 65, P256_SIGNATURE = 64, P256_SIGNATURE_MAX = 72, P256_DER_MAX = 256 };

/* A new key from the kernel's randomness. False when there is none. */
bool p256_new(uint8_t key[P256_KEY]);

/* Its public point, uncompressed. False when key is no scalar of the curve. */
bool p256_public(const uint8_t key[P256_KEY], uint8_t point[P256_POINT]);

/* ECDSA with SHA-256, deterministic (RFC 6979), as DER. The length, or 0 when key is not valid. */
size_t p256_sign(const uint8_t key[P256_KEY], const void *p, size_t n, uint8_t sig[P256_SIGNATURE_MAX]);

/* The same as r and s alone. False when key is not valid. */
bool p256_sign_raw(const uint8_t key[P256_KEY], const void *p, size_t n, uint8_t sig[P256_SIGNATURE]);

/* Does point's key sign n bytes at p so? sig: DER, of any length. False also for a point that is not on the curve. */
bool p256_verify(const uint8_t point[P256_POINT], const void *p, size_t n, const uint8_t *sig, size_t nsig);

/* AlgorithmIdentifier of a P-256 key (RFC 5480 2.1.1). */
void p256_kind_write(struct wr *w);

/* PrivateKeyInfo (RFC 5208, RFC 5915): what "PRIVATE KEY" in PEM holds. */
void p256_write(struct wr *w, const uint8_t key[P256_KEY], const uint8_t point[P256_POINT]);

#endif /* IO_P256_H */
