/* ChaCha20-Poly1305 in one pass of AVX2, by an assembler of BoringSSL
 * (vendor/asm.pins). For wg/aead.c, and for the test that holds it against
 * libsodium, beside which it needs half the time for a packet of 1,420 octets
 * and for one of 64. */
#ifndef WG_AEAD_FAST_H
#define WG_AEAD_FAST_H

#include "wg/aead.h"

/* This machine has what it takes: x86-64 with AVX2 and BMI2. If not, the others must not be called. */
bool wg_aead_fast_can(void);

/* As wg_aead_seal() and wg_aead_open(), of which n is a tag's length at least. */
void wg_aead_fast_seal(uint8_t *p, size_t n, const uint8_t nonce[WG_AEAD_NONCE], const uint8_t key[WG_AEAD_KEY]);
bool wg_aead_fast_open(uint8_t *p, size_t n, const uint8_t nonce[WG_AEAD_NONCE], const uint8_t key[WG_AEAD_KEY]);

#endif /* WG_AEAD_FAST_H */
