/* Noise IKpsk2 as WireGuard uses it; see handshake.h. The comments carry the paper's tokens. */
#include "wg/handshake.h"

#include <string.h>

#include <sodium.h>

#include "wg/blake2s.h"

#define CONSTRUCTION "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"
#define IDENTIFIER "WireGuard v1 zx2c4 Jason@zx2c4.com"
#define ONES_10 255, 255, 255, 255, 255, 255, 255, 255, 255, 255
#define ONES_30 ONES_10, ONES_10, ONES_10

/* places in the messages (5.4.2, 5.4.3) */
enum {
	INDEX = 4, I_EPHEMERAL = 8, I_STATIC = 40, I_STAMP = 88, I_MACS = 116,
	R_THEIRS = 8, R_EPHEMERAL = 12, R_EMPTY = 44, R_MACS = 60
};

_Static_assert(I_MACS + 2 * WG_MAC == WG_INITIATION && R_MACS + 2 * WG_MAC == WG_RESPONSE, "messages end with two MACs");

static void
put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* --- the symmetric state ------------------------------------------------------------ */

/* H := HASH(H || p) */
static void
mix_hash(struct wg_handshake *h, const void *p, size_t n)
{
	struct blake2s s;

	blake2s_init(&s, WG_KEY, NULL, 0);
	blake2s_add(&s, h->hash, WG_KEY);
	blake2s_add(&s, p, n);
	blake2s_end(&s, h->hash);
}

/* C := KDF1(C, p) */
static void
mix_chain(struct wg_handshake *h, const uint8_t p[WG_KEY])
{
	blake2s_kdf(h->chain, 1, h->chain, p, WG_KEY);
}

/* (C, key) := KDF2(C, p) */
static void
mix_key(struct wg_handshake *h, const uint8_t p[WG_KEY], uint8_t key[WG_KEY])
{
	uint8_t out[2 * WG_KEY];

	blake2s_kdf(out, 2, h->chain, p, WG_KEY);
	memcpy(h->chain, out, WG_KEY);
	memcpy(key, out + WG_KEY, WG_KEY);
	sodium_memzero(out, sizeof(out));
}

/* (C, key) := KDF2(C, DH(secret, remote)); false: remote is of small order */
static bool
mix_dh(struct wg_handshake *h, const uint8_t secret[WG_KEY], const uint8_t remote[WG_KEY], uint8_t key[WG_KEY])
{
	uint8_t shared[WG_KEY];
	bool good = crypto_scalarmult_curve25519(shared, secret, remote) == 0;

	if (good)
		mix_key(h, shared, key);
	sodium_memzero(shared, sizeof(shared));
	return good;
}

/* (C, t, key) := KDF3(C, Q); H := HASH(H || t) */
static void
mix_psk(struct wg_handshake *h, const uint8_t psk[WG_KEY], uint8_t key[WG_KEY])
{
	uint8_t out[3 * WG_KEY];

	blake2s_kdf(out, 3, h->chain, psk, WG_KEY);
	memcpy(h->chain, out, WG_KEY);
	mix_hash(h, out + WG_KEY, WG_KEY);
	memcpy(key, out + 2 * WG_KEY, WG_KEY);
	sodium_memzero(out, sizeof(out));
}

static const uint8_t nonce[crypto_aead_chacha20poly1305_IETF_NPUBBYTES];	/* zeros: each key seals once */

/* out := AEAD(key, 0, p, H); H := HASH(H || out) */
static void
seal(struct wg_handshake *h, const uint8_t key[WG_KEY], const uint8_t *p, size_t n, uint8_t *out)
{
	(void)crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, p, n, h->hash, WG_KEY, NULL, nonce, key);	/* cannot fail */
	mix_hash(h, out, n + WG_TAG);
}

static bool
open_sealed(struct wg_handshake *h, const uint8_t key[WG_KEY], const uint8_t *in, size_t n, uint8_t *out)
{
	if (crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL, in, n + WG_TAG, h->hash, WG_KEY, nonce, key) != 0)
		return false;
	mix_hash(h, in, n + WG_TAG);
	return true;
}

/* C := HASH(CONSTRUCTION); H := HASH(HASH(C || IDENTIFIER) || key of the responder) */
static void
start(struct wg_handshake *h, const uint8_t responder[WG_KEY], bool initiator)
{
	memset(h, 0, sizeof(*h));
	blake2s_hash(h->chain, WG_KEY, NULL, 0, CONSTRUCTION, strlen(CONSTRUCTION));
	memcpy(h->hash, h->chain, WG_KEY);
	mix_hash(h, IDENTIFIER, strlen(IDENTIFIER));
	mix_hash(h, responder, WG_KEY);
	h->initiator = initiator;
}

/* C := KDF1(C, E); H := HASH(H || E), for a new key of ours, written to out */
static bool
new_ephemeral(struct wg_handshake *h, const uint8_t random[WG_KEY], uint8_t *out)
{
	memcpy(h->ephemeral, random, WG_KEY);
	if (crypto_scalarmult_curve25519_base(out, h->ephemeral) != 0)
		return false;
	mix_chain(h, out);
	mix_hash(h, out, WG_KEY);
	return true;
}

static void
hear_ephemeral(struct wg_handshake *h, const uint8_t *in)
{
	memcpy(h->remote, in, WG_KEY);
	mix_chain(h, in);
	mix_hash(h, in, WG_KEY);
}

/* --- keys ----------------------------------------------------------------------------- */

void
wg_label_key(uint8_t out[WG_KEY], const char label[8], const uint8_t key[WG_KEY])
{
	struct blake2s s;

	blake2s_init(&s, WG_KEY, NULL, 0);
	blake2s_add(&s, label, 8);
	blake2s_add(&s, key, WG_KEY);
	blake2s_end(&s, out);
}

bool
wg_identity_set(struct wg_identity *id, const uint8_t secret[WG_KEY])
{
	memcpy(id->secret, secret, WG_KEY);
	id->secret[0] &= 248;
	id->secret[31] = (uint8_t)((id->secret[31] & 127) | 64);
	if (crypto_scalarmult_curve25519_base(id->key, id->secret) != 0)
		return false;
	wg_label_key(id->mac1_key, "mac1----", id->key);
	return true;
}

/* Points whose product with any secret is zero, in all their forms below 2^255 (RFC 7748 7). */
static const uint8_t worthless[][WG_KEY] = {
	{ 0 },
	{ 1 },
	{ 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a,
	    0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00 },
	{ 0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b,
	    0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57 },
	{ 0xec, ONES_30, 0x7f },
	{ 0xed, ONES_30, 0x7f },
	{ 0xee, ONES_30, 0x7f },
};

static bool
is_worthless(const uint8_t key[WG_KEY])
{
	uint8_t point[WG_KEY];
	size_t i;

	memcpy(point, key, WG_KEY);
	point[WG_KEY - 1] &= 127;	/* as X25519 reads it */
	for (i = 0; i < sizeof(worthless) / WG_KEY; i++)
		if (memcmp(point, worthless[i], WG_KEY) == 0)
			return true;
	return false;
}

bool
wg_other_set(struct wg_other *o, const struct wg_identity *id, const uint8_t key[WG_KEY], const uint8_t psk[WG_KEY])
{
	memset(o, 0, sizeof(*o));
	memcpy(o->key, key, WG_KEY);
	if (psk != NULL)
		memcpy(o->psk, psk, WG_KEY);
	wg_label_key(o->mac1_key, "mac1----", key);
	return sodium_memcmp(key, id->key, WG_KEY) != 0 && !is_worthless(key);
}

/* It does not fail: see is_worthless(). */
static bool
make_shared(struct wg_other *o, const struct wg_identity *id)
{
	if (!o->has_shared)
		o->has_shared = crypto_scalarmult_curve25519(o->shared, id->secret, o->key) == 0;
	return o->has_shared;
}

/* --- the initiation (5.4.2) --------------------------------------------------------------- */

bool
wg_initiation_make(struct wg_handshake *h, const struct wg_identity *id, struct wg_other *o,
    const struct wg_fresh *f, uint8_t out[WG_INITIATION])
{
	uint8_t key[WG_KEY];

	start(h, o->key, true);
	h->ours = f->ours;
	memset(out, 0, WG_INITIATION);
	out[0] = WG_MESSAGE_INITIATION;
	put32(out + INDEX, f->ours);
	if (!make_shared(o, id) || !new_ephemeral(h, f->random, out + I_EPHEMERAL) || !mix_dh(h, h->ephemeral, o->key, key))
		return false;
	seal(h, key, id->key, WG_KEY, out + I_STATIC);
	mix_key(h, o->shared, key);
	seal(h, key, f->stamp, WG_STAMP, out + I_STAMP);
	sodium_memzero(key, sizeof(key));
	return true;
}

bool
wg_initiation_read(struct wg_handshake *h, const struct wg_identity *id, const uint8_t in[WG_INITIATION],
    uint8_t who[WG_KEY])
{
	uint8_t key[WG_KEY];
	bool good;

	start(h, id->key, false);
	h->theirs = get32(in + INDEX);
	hear_ephemeral(h, in + I_EPHEMERAL);
	good = mix_dh(h, id->secret, h->remote, key) && open_sealed(h, key, in + I_STATIC, WG_KEY, who);
	sodium_memzero(key, sizeof(key));
	return good;
}

bool
wg_initiation_prove(struct wg_handshake *h, const struct wg_identity *id, struct wg_other *o,
    const uint8_t in[WG_INITIATION], uint8_t stamp[WG_STAMP])
{
	uint8_t key[WG_KEY];
	bool good;

	if (!make_shared(o, id))
		return false;
	mix_key(h, o->shared, key);
	good = open_sealed(h, key, in + I_STAMP, WG_STAMP, stamp);
	sodium_memzero(key, sizeof(key));
	return good;
}

/* --- the response (5.4.3) ------------------------------------------------------------------- */

bool
wg_response_make(struct wg_handshake *h, const struct wg_other *o, const struct wg_fresh *f, uint8_t out[WG_RESPONSE])
{
	uint8_t key[WG_KEY];

	h->ours = f->ours;
	memset(out, 0, WG_RESPONSE);
	out[0] = WG_MESSAGE_RESPONSE;
	put32(out + INDEX, f->ours);
	put32(out + R_THEIRS, h->theirs);
	if (!new_ephemeral(h, f->random, out + R_EPHEMERAL) || !mix_dh(h, h->ephemeral, h->remote, key) ||
	    !mix_dh(h, h->ephemeral, o->key, key))
		return false;
	mix_psk(h, o->psk, key);
	seal(h, key, NULL, 0, out + R_EMPTY);
	sodium_memzero(key, sizeof(key));
	return true;
}

bool
wg_response_read(struct wg_handshake *h, const struct wg_identity *id, const struct wg_other *o,
    const uint8_t in[WG_RESPONSE])
{
	struct wg_handshake next = *h;
	uint8_t key[WG_KEY], none[1];
	bool good = get32(in + R_THEIRS) == h->ours;

	next.theirs = get32(in + INDEX);
	hear_ephemeral(&next, in + R_EPHEMERAL);
	good = good && mix_dh(&next, next.ephemeral, next.remote, key) && mix_dh(&next, id->secret, next.remote, key);
	if (good) {
		mix_psk(&next, o->psk, key);
		good = open_sealed(&next, key, in + R_EMPTY, 0, none);
	}
	if (good)
		*h = next;
	sodium_memzero(&next, sizeof(next));
	sodium_memzero(key, sizeof(key));
	return good;
}

/* --- what comes of it ------------------------------------------------------------------------- */

/* (T1, T2) := KDF2(C, nothing) (5.4.5) */
void
wg_handshake_keys(struct wg_handshake *h, struct wg_keys *out)
{
	const uint32_t ours = h->ours, theirs = h->theirs;
	uint8_t keys[2 * WG_KEY];

	blake2s_kdf(keys, 2, h->chain, NULL, 0);
	memcpy(h->initiator ? out->send : out->receive, keys, WG_KEY);
	memcpy(h->initiator ? out->receive : out->send, keys + WG_KEY, WG_KEY);
	sodium_memzero(keys, sizeof(keys));
	sodium_memzero(h, sizeof(*h));
	h->ours = ours;
	h->theirs = theirs;
}

void
wg_stamp(uint8_t out[WG_STAMP], int64_t s, uint32_t ns)
{
	const uint64_t tai = (UINT64_C(1) << 62) + 10 + (uint64_t)s;
	const uint32_t coarse = ns & ~(uint32_t)0xffffff;
	unsigned i;

	for (i = 0; i < 8; i++)
		out[i] = (uint8_t)(tai >> (56 - 8 * i));
	for (i = 0; i < 4; i++)
		out[8 + i] = (uint8_t)(coarse >> (24 - 8 * i));
}
