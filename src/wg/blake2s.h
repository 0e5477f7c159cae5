/* BLAKE2s with 32 octets of digest or fewer, keyed or not (RFC 7693), HMAC over
 * it (RFC 2104) and the key derivation of Noise: what WireGuard's handshake
 * hashes with. A few calls for each handshake, none for a packet of data. */
#ifndef WG_BLAKE2S_H
#define WG_BLAKE2S_H

#include <stddef.h>
#include <stdint.h>

enum { BLAKE2S_BLOCK = 64, BLAKE2S_SIZE = 32 };

struct blake2s {
	uint32_t h[8];
	uint64_t count;
	size_t used, size;
	uint8_t block[BLAKE2S_BLOCK];
};

/* size: 1 to 32; key: at most 32 octets, n = 0: none. */
void blake2s_init(struct blake2s *s, size_t size, const void *key, size_t n);
void blake2s_add(struct blake2s *s, const void *p, size_t n);
void blake2s_end(struct blake2s *s, uint8_t *out);	/* size octets; s is wiped */

void blake2s_hash(uint8_t *out, size_t size, const void *key, size_t keylen, const void *p, size_t n);

/* HMAC-BLAKE2s of p under a key of 32 octets. */
void blake2s_hmac(uint8_t out[BLAKE2S_SIZE], const uint8_t key[BLAKE2S_SIZE], const void *p, size_t n);

/* KDF_n(key, p): n outputs of 32 octets each, one behind the other, 1 <= n <= 3. out may be key. */
void blake2s_kdf(uint8_t *out, unsigned n, const uint8_t key[BLAKE2S_SIZE], const void *p, size_t len);

#endif /* WG_BLAKE2S_H */
