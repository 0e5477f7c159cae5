/* SHA-1 (RFC 3174) and HMAC-SHA-1 (RFC 2104), for TOTP only: libsodium has
 * neither, and authenticator apps know nothing else. */
#ifndef AUTH_SHA1_H
#define AUTH_SHA1_H

#include <stddef.h>
#include <stdint.h>

enum { SHA1_SIZE = 20 };

void auth_sha1(uint8_t out[SHA1_SIZE], const void *p, size_t n);
void auth_sha1_hmac(uint8_t out[SHA1_SIZE], const void *key, size_t key_len, const void *p, size_t n);

#endif /* AUTH_SHA1_H */
