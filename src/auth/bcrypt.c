/* bcrypt; see bcrypt.h. */
#include "auth/bcrypt.h"

#include <stdint.h>
#include <string.h>

#include <sodium.h>

#include "auth/pi.h"

enum { P = 18, S = 256, SALT = 16, SALT_TEXT = 22, TEXT_WORDS = 6, HASH = 23, HASH_TEXT = 31, KEY_MAX = 4 * P };

_Static_assert(sizeof(struct { uint32_t p[P], s[4 * S]; }) == sizeof(auth_pi), "pi fills P and the S-boxes");

struct blowfish {
	uint32_t p[P];
	uint32_t s[4][S];
};

/* Bytes taken over and over again, big-endian. */
struct ring {
	const uint8_t *b;
	size_t n, at;
};

static uint32_t
ring_word(struct ring *r)
{
	uint32_t w = 0;
	int i;

	for (i = 0; i < 4; i++) {
		w = w << 8 | r->b[r->at];
		r->at = (r->at + 1) % r->n;
	}
	return w;
}

static uint32_t
f(const struct blowfish *b, uint32_t x)
{
	return ((b->s[0][x >> 24] + b->s[1][x >> 16 & 255]) ^ b->s[2][x >> 8 & 255]) + b->s[3][x & 255];
}

static void
encipher(const struct blowfish *b, uint32_t v[2])
{
	uint32_t l = v[0], r = v[1];
	int i;

	for (i = 0; i < 16; i += 2) {
		l ^= b->p[i];
		r ^= f(b, l);
		r ^= b->p[i + 1];
		l ^= f(b, r);
	}
	v[0] = r ^ b->p[17];
	v[1] = l ^ b->p[16];
}

/* ExpandKey(state, salt, key). */
static void
expand(struct blowfish *b, const uint8_t salt[SALT], const uint8_t *key, size_t n)
{
	struct ring k = { key, n, 0 }, t = { salt, SALT, 0 };
	uint32_t v[2] = { 0, 0 };
	int i, j;

	for (i = 0; i < P; i++)
		b->p[i] ^= ring_word(&k);
	for (i = 0; i < P; i += 2) {
		v[0] ^= ring_word(&t);
		v[1] ^= ring_word(&t);
		encipher(b, v);
		memcpy(&b->p[i], v, sizeof(v));
	}
	for (i = 0; i < 4; i++)
		for (j = 0; j < S; j += 2) {
			v[0] ^= ring_word(&t);
			v[1] ^= ring_word(&t);
			encipher(b, v);
			memcpy(&b->s[i][j], v, sizeof(v));
		}
}

/* EksBlowfishSetup(cost, salt, key). */
static void
setup(struct blowfish *b, unsigned cost, const uint8_t salt[SALT], const uint8_t *key, size_t n)
{
	static const uint8_t none[SALT];
	uint32_t rounds = (uint32_t)1 << cost;

	memcpy(b->p, auth_pi, sizeof(b->p));
	memcpy(b->s, auth_pi + P, sizeof(b->s));
	expand(b, salt, key, n);
	for (; rounds > 0; rounds--) {
		expand(b, none, key, n);
		expand(b, none, salt, SALT);
	}
}

static void
digest(const struct blowfish *b, uint8_t out[4 * TEXT_WORDS])
{
	static const uint8_t text[] = "OrpheanBeholderScryDoubt";
	struct ring t = { text, sizeof(text) - 1, 0 };
	uint32_t v[TEXT_WORDS];
	int i, j;

	for (i = 0; i < TEXT_WORDS; i++)
		v[i] = ring_word(&t);
	for (i = 0; i < TEXT_WORDS; i += 2)
		for (j = 0; j < 64; j++)
			encipher(b, &v[i]);
	for (i = 0; i < 4 * TEXT_WORDS; i++)
		out[i] = (uint8_t)(v[i / 4] >> (24 - 8 * (i % 4)));
}

/* bcrypt's own base64: another alphabet, no padding. False: a character that is none. */
static bool
decode(const char *s, size_t n, uint8_t *out, size_t size)
{
	static const char alphabet[] = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	const char *at;
	uint32_t bits = 0;
	size_t i, have = 0, len = 0;

	for (i = 0; i < n; i++) {
		at = s[i] == '\0' ? NULL : strchr(alphabet, s[i]);
		if (at == NULL)
			return false;
		bits = bits << 6 | (uint32_t)(at - alphabet);
		have += 6;
		if (have >= 8 && len < size) {
			have -= 8;
			out[len++] = (uint8_t)(bits >> have);
		}
	}
	return len == size;
}

bool
auth_bcrypt_is(const char *hash)
{
	return strlen(hash) == AUTH_BCRYPT_SIZE && hash[0] == '$' && hash[1] == '2' &&
	    (hash[2] == 'a' || hash[2] == 'b' || hash[2] == 'y') && hash[3] == '$' && hash[6] == '$';
}

bool
auth_bcrypt_verify(struct str password, const char *hash)
{
	uint8_t salt[SALT], want[HASH], got[4 * TEXT_WORDS], key[KEY_MAX];
	size_t n = password.n < KEY_MAX ? password.n : KEY_MAX;
	struct blowfish b;
	uint64_t cost;
	bool ok;

	if (!auth_bcrypt_is(hash) || !str_u64((struct str){ hash + 4, 2 }, AUTH_BCRYPT_COST_MAX, &cost) ||
	    cost < AUTH_BCRYPT_COST_MIN || !decode(hash + 7, SALT_TEXT, salt, sizeof(salt)) ||
	    !decode(hash + 7 + SALT_TEXT, HASH_TEXT, want, sizeof(want)))
		return false;
	if (n > 0)
		memcpy(key, password.p, n);
	if (n < KEY_MAX)
		key[n++] = 0;		/* the NUL of the C string is part of the key */
	setup(&b, (unsigned)cost, salt, key, n);
	digest(&b, got);
	ok = sodium_memcmp(got, want, HASH) == 0;
	sodium_memzero(key, sizeof(key));
	sodium_memzero(&b, sizeof(b));
	return ok;
}
