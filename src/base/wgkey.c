/* WireGuard keys; see wgkey.h. */
#include "base/wgkey.h"

#include <stdint.h>
#include <string.h>

#include <sodium.h>

enum { KEY = 32 };

_Static_assert(WGKEY_TEXT == sodium_base64_ENCODED_LEN(KEY, sodium_base64_VARIANT_ORIGINAL), "key text");

static void
write_key(const uint8_t key[KEY], char text[WGKEY_TEXT])
{
	(void)sodium_bin2base64(text, WGKEY_TEXT, key, KEY, sodium_base64_VARIANT_ORIGINAL);	/* the sizes are right */
}

static void
write_public(const uint8_t private[KEY], char text[WGKEY_TEXT])
{
	uint8_t public[KEY];

	(void)crypto_scalarmult_base(public, private);	/* cannot fail for the base point */
	write_key(public, text);
}

void
wgkey_pair_make(struct wgkey_pair *p)
{
	uint8_t private[KEY];

	randombytes_buf(private, sizeof(private));
	private[0] &= 248;	/* clamped as Curve25519 wants it, so that every reader sees one key */
	private[31] = (uint8_t)((private[31] & 127) | 64);
	write_key(private, p->private_key);
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
	uint8_t key[KEY];

	randombytes_buf(key, sizeof(key));
	write_key(key, text);
	sodium_memzero(key, sizeof(key));
}

bool
wgkey_public(const char *private_key, char public_key[WGKEY_TEXT])
{
	uint8_t key[KEY];
	size_t n = 0;
	bool ok = strlen(private_key) == WGKEY_TEXT - 1 && sodium_base642bin(key, sizeof(key), private_key, WGKEY_TEXT - 1, NULL,
	    &n, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 && n == KEY;

	if (ok)
		write_public(key, public_key);
	sodium_memzero(key, sizeof(key));
	return ok;
}
