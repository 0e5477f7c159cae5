/* BLAKE2s, HMAC, KDF; see blake2s.h. */
#include "wg/blake2s.h"

#include <string.h>

#include <sodium.h>

static const uint32_t iv[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
};

/* RFC 7693 2.7 */
static const uint8_t sigma[10][16] = {
	{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
	{ 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3 },
	{ 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4 },
	{ 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8 },
	{ 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13 },
	{ 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9 },
	{ 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11 },
	{ 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10 },
	{ 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5 },
	{ 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0 }
};

static uint32_t
load(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t
rotated(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

/* G (RFC 7693 3.1). Inlined, so that a round is straight code: a flood of forged messages is mostly this. */
static inline __attribute__((always_inline)) void
mix(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d, const uint32_t x[2])
{
	*a += *b + x[0];
	*d = rotated(*d ^ *a, 16);
	*c += *d;
	*b = rotated(*b ^ *c, 12);
	*a += *b + x[1];
	*d = rotated(*d ^ *a, 8);
	*c += *d;
	*b = rotated(*b ^ *c, 7);
}

/* Columns, then diagonals (3.2). */
static inline __attribute__((always_inline)) void
round_of(uint32_t v[16], const uint32_t m[16], const uint8_t o[16])
{
	mix(&v[0], &v[4], &v[8], &v[12], (const uint32_t[]){ m[o[0]], m[o[1]] });
	mix(&v[1], &v[5], &v[9], &v[13], (const uint32_t[]){ m[o[2]], m[o[3]] });
	mix(&v[2], &v[6], &v[10], &v[14], (const uint32_t[]){ m[o[4]], m[o[5]] });
	mix(&v[3], &v[7], &v[11], &v[15], (const uint32_t[]){ m[o[6]], m[o[7]] });
	mix(&v[0], &v[5], &v[10], &v[15], (const uint32_t[]){ m[o[8]], m[o[9]] });
	mix(&v[1], &v[6], &v[11], &v[12], (const uint32_t[]){ m[o[10]], m[o[11]] });
	mix(&v[2], &v[7], &v[8], &v[13], (const uint32_t[]){ m[o[12]], m[o[13]] });
	mix(&v[3], &v[4], &v[9], &v[14], (const uint32_t[]){ m[o[14]], m[o[15]] });
}

/* F (RFC 7693 3.2) */
static void
compress(struct blake2s *s, uint32_t last)
{
	uint32_t v[16], m[16];
	unsigned i, r;

	for (i = 0; i < 16; i++)
		m[i] = load(s->block + 4 * i);
	for (i = 0; i < 8; i++) {
		v[i] = s->h[i];
		v[i + 8] = iv[i];
	}
	v[12] ^= (uint32_t)s->count;
	v[13] ^= (uint32_t)(s->count >> 32);
	v[14] ^= last;
	for (r = 0; r < 10; r++)
		round_of(v, m, sigma[r]);
	for (i = 0; i < 8; i++)
		s->h[i] ^= v[i] ^ v[i + 8];
	sodium_memzero(m, sizeof(m));
	sodium_memzero(v, sizeof(v));
}

void
blake2s_init(struct blake2s *s, size_t size, const void *key, size_t n)
{
	memset(s, 0, sizeof(*s));
	memcpy(s->h, iv, sizeof(iv));
	s->size = size;
	s->h[0] ^= 0x01010000 ^ (uint32_t)(n << 8) ^ (uint32_t)size;
	if (n > 0) {
		memcpy(s->block, key, n);
		s->used = BLAKE2S_BLOCK;
	}
}

/* A full block waits until more comes: the last one is compressed as such. */
void
blake2s_add(struct blake2s *s, const void *p, size_t n)
{
	const uint8_t *next = p;
	size_t piece;

	while (n > 0) {
		if (s->used == BLAKE2S_BLOCK) {
			s->count += BLAKE2S_BLOCK;
			compress(s, 0);
			s->used = 0;
		}
		piece = BLAKE2S_BLOCK - s->used < n ? BLAKE2S_BLOCK - s->used : n;
		memcpy(s->block + s->used, next, piece);
		s->used += piece;
		next += piece;
		n -= piece;
	}
}

void
blake2s_end(struct blake2s *s, uint8_t *out)
{
	size_t i;

	s->count += s->used;
	memset(s->block + s->used, 0, BLAKE2S_BLOCK - s->used);
	compress(s, UINT32_MAX);
	for (i = 0; i < s->size; i++)
		out[i] = (uint8_t)(s->h[i / 4] >> 8 * (i % 4));
	sodium_memzero(s, sizeof(*s));
}

void
blake2s_hash(uint8_t *out, size_t size, const void *key, size_t keylen, const void *p, size_t n)
{
	struct blake2s s;

	blake2s_init(&s, size, key, keylen);
	blake2s_add(&s, p, n);
	blake2s_end(&s, out);
}

/* The key's block, each octet with pad. */
static void
start_padded(struct blake2s *s, const uint8_t key[BLAKE2S_SIZE], uint8_t pad)
{
	uint8_t block[BLAKE2S_BLOCK];
	size_t i;

	for (i = 0; i < sizeof(block); i++)
		block[i] = pad ^ (i < BLAKE2S_SIZE ? key[i] : 0);
	blake2s_init(s, BLAKE2S_SIZE, NULL, 0);
	blake2s_add(s, block, sizeof(block));
	sodium_memzero(block, sizeof(block));
}

void
blake2s_hmac(uint8_t out[BLAKE2S_SIZE], const uint8_t key[BLAKE2S_SIZE], const void *p, size_t n)
{
	struct blake2s s;
	uint8_t inner[BLAKE2S_SIZE];

	start_padded(&s, key, 0x36);
	blake2s_add(&s, p, n);
	blake2s_end(&s, inner);
	start_padded(&s, key, 0x5c);
	blake2s_add(&s, inner, sizeof(inner));
	blake2s_end(&s, out);
	sodium_memzero(inner, sizeof(inner));
}

/* HKDF's steps (RFC 5869 2.2, 2.3), as Noise 4.3 names them */
void
blake2s_kdf(uint8_t *out, unsigned n, const uint8_t key[BLAKE2S_SIZE], const void *p, size_t len)
{
	uint8_t secret[BLAKE2S_SIZE], text[BLAKE2S_SIZE + 1];
	unsigned i;

	blake2s_hmac(secret, key, p, len);
	for (i = 1; i <= n; i++) {
		text[i == 1 ? 0 : BLAKE2S_SIZE] = (uint8_t)i;
		blake2s_hmac(text, secret, text, i == 1 ? 1 : BLAKE2S_SIZE + 1);
		memcpy(out + (i - 1) * BLAKE2S_SIZE, text, BLAKE2S_SIZE);
	}
	sodium_memzero(secret, sizeof(secret));
	sodium_memzero(text, sizeof(text));
}
