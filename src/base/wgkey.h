/* Keys of WireGuard as text: base64 of 32 bytes, as configurations and people have them. */
#ifndef BASE_WGKEY_H
#define BASE_WGKEY_H

#include <stdbool.h>
#include <stdint.h>

enum { WGKEY_TEXT = 45 /* with its NUL */, WGKEY = 32 };

struct wgkey_pair {		/* to be wiped */
	char private_key[WGKEY_TEXT], public_key[WGKEY_TEXT];
};

void wgkey_pair_make(struct wgkey_pair *p);
void wgkey_pair_wipe(struct wgkey_pair *p);

void wgkey_shared_make(char text[WGKEY_TEXT]);	/* a preshared key; to be wiped */

/* The public half of a private key. False: that is none. */
bool wgkey_public(const char *private_key, char public_key[WGKEY_TEXT]);

/* The octets of a key and back. text may be NULL, which is none; a secret one is for the caller to wipe. */
bool wgkey_read(const char *text, uint8_t key[WGKEY]);
void wgkey_write(const uint8_t key[WGKEY], char text[WGKEY_TEXT]);

#endif /* BASE_WGKEY_H */
