/* RSA keys for certificates of public authorities, where somebody wants them in place of P-256: 2048 bits, exponent 65537.
 * A key is its PKCS #1 form in DER (RFC 8017 A.1.2); whoever holds one wipes it. */
#ifndef CA_RSA_H
#define CA_RSA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wr;

enum { CA_RSA_DER_MAX = 1400, CA_RSA_SIGNATURE = 256 };

/* A new one, which takes up to seconds. Its length, or 0: there is no randomness. */
size_t ca_rsa_new(uint8_t der[CA_RSA_DER_MAX]);

/* SubjectPublicKeyInfo of key; w is failed when it is none. */
void ca_rsa_public_write(struct wr *w, const uint8_t *key, size_t nkey);

/* PKCS #1 v1.5 with SHA-256 over n bytes at p. False: key is none of this size. */
bool ca_rsa_sign(const uint8_t *key, size_t nkey, const void *p, size_t n, uint8_t sig[CA_RSA_SIGNATURE]);

/* Does k sign n bytes at p so, by PKCS #1 v1.5 and SHA-256? Big-endian modulus of 2048 to 4096 bits, and exponent. */
struct ca_rsa {
	const uint8_t *n, *e;
	size_t nlen, elen;
};
bool ca_rsa_verify(const struct ca_rsa *k, const void *p, size_t n, const uint8_t *sig, size_t nsig);

#endif /* CA_RSA_H */
