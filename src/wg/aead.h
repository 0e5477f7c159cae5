/* ChaCha20-Poly1305 (RFC 8439 2.8) as a packet needs it: in place, without
 * additional data. Where aead_fast.h can, by that, else by libsodium: the octets
 * are the same. Pure, on any thread. */
#ifndef WG_AEAD_H
#define WG_AEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WG_AEAD_KEY = 32, WG_AEAD_NONCE = 12, WG_AEAD_TAG = 16 };

/* n octets at p, with room for the tag behind them. */
void wg_aead_seal(uint8_t *p, size_t n, const uint8_t nonce[WG_AEAD_NONCE], const uint8_t key[WG_AEAD_KEY]);

/* n octets at p with their tag. False: forged, or shorter than a tag; the octets are worthless then. */
bool wg_aead_open(uint8_t *p, size_t n, const uint8_t nonce[WG_AEAD_NONCE], const uint8_t key[WG_AEAD_KEY]);

#endif /* WG_AEAD_H */
