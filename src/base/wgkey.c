/* WireGuard keys; see wgkey.h. */
#include "base/wgkey.h"

#include <string.h>

#include <sodium.h>

_Static_assert(WGKEY_TEXT == sodium_base64_ENCODED_LEN(WGKEY, sodium_base64_VARIANT_ORIGINAL), "key text");

void
wgkey_write(const uint8_t key[WGKEY], char text[WGKEY_TEXT])
{
	(void)sodium_bin2base64(text, WGKEY_TEXT, key, WGKEY, sodium_base64_VARIANT_ORIGINAL);	/* the sizes are right */
}

bool
wgkey_read(const char *text, uint8_t key[WGKEY])
{
	size_t n = 0;

	return text != NULL && strlen(text) == WGKEY_TEXT - 1 && sodium_base642bin(key, WGKEY, text, WGKEY_TEXT - 1, NULL, &n,
	    NULL, sodium_base64_VARIANT_ORIGINAL) == 0 && n == WGKEY;
}

static void
write_public(const uint8_t private[WGKEY], char text[WGKEY_TEXT])
{
	uint8_t public[WGKEY];

	(void)crypto_scalarmult_base(public, private);	/* cannot fail for the base point */
	wgkey_write(public, text);
}

void
wgkey_pair_make(struct wgkey_pair *p)
{
	uint8_t private[WGKEY];

	randombytes_buf(private, sizeof(private));
	private[0] &= 248;	/* clamped as Curve25519 wants it, so that every reader sees one key */
	private[31] = (uint8_t)((private[31] & 127) | 64);
	wgkey_write(private, p->private_key);
	write_public(private, p->public_key);
	sodium_memzero(private, sizeof(private));
}

void
wgkey_pair_wipe(struct wgkey_pair *p)
{
	sodium_memzero(p, sizeof(*p));
}

void
wgkey_shared_make(char text[WGKEY_TEXT])
{
	uint8_t key[WGKEY];

	randombytes_buf(key, sizeof(key));
	wgkey_write(key, text);
	sodium_memzero(key, sizeof(key));
}

bool
wgkey_public(const char *private_key, char public_key[WGKEY_TEXT])
{
	uint8_t key[WGKEY];
	const bool ok = wgkey_read(private_key, key);

	if (ok)
		write_public(key, public_key);
	sodium_memzero(key, sizeof(key));
	return ok;
}
