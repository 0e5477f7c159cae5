/* Which ChaCha20-Poly1305; see aead.h. */
#include "wg/aead.h"

#include <sodium.h>

#include "wg/aead_fast.h"

void
wg_aead_seal(uint8_t *p, size_t n, const uint8_t nonce[WG_AEAD_NONCE], const uint8_t key[WG_AEAD_KEY])
{
	if (wg_aead_fast_can())
		wg_aead_fast_seal(p, n, nonce, key);
	else
		(void)crypto_aead_chacha20poly1305_ietf_encrypt(p, NULL, p, n, NULL, 0, NULL, nonce, key);	/* cannot fail */
}

bool
wg_aead_open(uint8_t *p, size_t n, const uint8_t nonce[WG_AEAD_NONCE], const uint8_t key[WG_AEAD_KEY])
{
	if (n < WG_AEAD_TAG)
		return false;
	if (wg_aead_fast_can())
		return wg_aead_fast_open(p, n, nonce, key);
	return crypto_aead_chacha20poly1305_ietf_decrypt(p, NULL, NULL, p, n, NULL, 0, nonce, key) == 0;
}
