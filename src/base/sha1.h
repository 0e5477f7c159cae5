/* SHA-1 (RFC 3174) and HMAC-SHA-1 (RFC 2104), for TOTP and the greeting
 * of WebSocket only: libsodium has neither, and these know nothing else. */
#ifndef BASE_SHA1_H
#define BASE_SHA1_H

#include <stddef.h>
#include <stdint.h>

enum { SHA1_SIZE = 20 };

void sha1(uint8_t out[SHA1_SIZE], const void *p, size_t n);
void sha1_hmac(uint8_t out[SHA1_SIZE], const void *key, size_t key_len, const void *p, size_t n);

#endif /* BASE_SHA1_H */
