/* MACs and cookies; see cookie.h. */
#include "wg/cookie.h"

#include <string.h>

#include <sodium.h>

#include "base/addr.h"
#include "wg/blake2s.h"

/* places in a cookie reply (5.4.7) */
enum { TO = 4, NONCE = 8, SEALED = 32 };

_Static_assert(SEALED + WG_COOKIE + WG_TAG == WG_COOKIE_REPLY, "a cookie reply ends with the cookie");

static void
mac(uint8_t out[WG_MAC], const uint8_t *key, size_t keylen, const uint8_t *p, size_t n)
{
	blake2s_hash(out, WG_MAC, key, keylen, p, n);
}

/* Of address and port, as long as the secret is. */
static void
cookie_of(const uint8_t secret[WG_KEY], const struct addr_port *from, uint8_t out[WG_COOKIE])
{
	struct blake2s s;

	blake2s_init(&s, WG_COOKIE, secret, WG_KEY);
	blake2s_add(&s, &from->addr.len, sizeof(from->addr.len));
	blake2s_add(&s, from->addr.b, sizeof(from->addr.b));
	blake2s_add(&s, &from->port, sizeof(from->port));
	blake2s_end(&s, out);
}

/* --- as the one that is asked --------------------------------------------------------- */

void
wg_gate_init(struct wg_gate *g, const struct wg_identity *id, const uint8_t random[WG_KEY])
{
	wg_label_key(g->cookie_key, "cookie--", id->key);
	memcpy(g->mac1_key, id->mac1_key, WG_KEY);
	memcpy(g->secret[0], random, WG_KEY);
	memcpy(g->secret[1], random, WG_KEY);
}

void
wg_gate_turn(struct wg_gate *g, const uint8_t random[WG_KEY])
{
	memcpy(g->secret[1], g->secret[0], WG_KEY);
	memcpy(g->secret[0], random, WG_KEY);
}

bool
wg_gate_is_ours(const struct wg_gate *g, const uint8_t *message, size_t n)
{
	uint8_t want[WG_MAC];

	mac(want, g->mac1_key, WG_KEY, message, n - 2 * WG_MAC);
	return sodium_memcmp(want, message + n - 2 * WG_MAC, WG_MAC) == 0;
}

bool
wg_gate_has_cookie(const struct wg_gate *g, const uint8_t *message, size_t n, const struct addr_port *from)
{
	uint8_t cookie[WG_COOKIE], want[WG_MAC];
	bool good = false;
	unsigned i;

	for (i = 0; i < 2 && !good; i++) {
		cookie_of(g->secret[i], from, cookie);
		mac(want, cookie, WG_COOKIE, message, n - WG_MAC);
		good = sodium_memcmp(want, message + n - WG_MAC, WG_MAC) == 0;
	}
	return good;
}

void
wg_gate_reply(const struct wg_gate *g, const uint8_t *message, size_t n, const struct addr_port *from,
    const uint8_t nonce[24], uint8_t out[WG_COOKIE_REPLY])
{
	uint8_t cookie[WG_COOKIE];

	cookie_of(g->secret[0], from, cookie);
	memset(out, 0, WG_COOKIE_REPLY);
	out[0] = WG_MESSAGE_COOKIE;
	memcpy(out + TO, message + 4, 4);	/* the sender's index */
	memcpy(out + NONCE, nonce, 24);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(out + SEALED, NULL, cookie, WG_COOKIE, message + n - 2 * WG_MAC,
	    WG_MAC, NULL, nonce, g->cookie_key);	/* cannot fail */
}

/* --- as the one that asks ----------------------------------------------------------------- */

void
wg_cookie_sign(struct wg_cookie *c, const struct wg_other *o, uint8_t *message, size_t n, int64_t now_ms)
{
	uint8_t *macs = message + n - 2 * WG_MAC;

	mac(macs, o->mac1_key, WG_KEY, message, n - 2 * WG_MAC);
	memcpy(c->mac1, macs, WG_MAC);
	c->asked = true;
	if (c->has && now_ms - c->since_ms >= WG_COOKIE_S * 1000)
		c->has = false;
	memset(macs + WG_MAC, 0, WG_MAC);
	if (c->has)
		mac(macs + WG_MAC, c->cookie, WG_COOKIE, message, n - WG_MAC);
}

bool
wg_cookie_hear(struct wg_cookie *c, const struct wg_other *o, const uint8_t in[WG_COOKIE_REPLY], int64_t now_ms)
{
	uint8_t key[WG_KEY], cookie[WG_COOKIE];

	if (!c->asked)
		return false;
	wg_label_key(key, "cookie--", o->key);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(cookie, NULL, NULL, in + SEALED, WG_COOKIE + WG_TAG, c->mac1, WG_MAC,
	    in + NONCE, key) != 0)
		return false;
	memcpy(c->cookie, cookie, WG_COOKIE);
	c->has = true;
	c->asked = false;
	c->since_ms = now_ms;
	return true;
}
