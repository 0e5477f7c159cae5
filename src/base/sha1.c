/* SHA-1 and HMAC-SHA-1 over whole messages; see sha1.h. */
#include "base/sha1.h"

#include <string.h>

#include <sodium.h>

enum { BLOCK = 64, LENGTH_AT = 56 };

struct sha1 {
	uint32_t h[5];
	uint8_t block[BLOCK];
	uint64_t n;		/* bytes taken */
};

static uint32_t
rol(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

/* f and K of RFC 3174 section 5 for step t. */
static uint32_t
mix(const uint32_t v[5], int t)
{
	uint32_t b = v[1], c = v[2], d = v[3];

	if (t < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void
compress(struct sha1 *s)
{
	uint32_t w[80], v[5], x;
	const uint8_t *p = s->block;
	int t;

	for (t = 0; t < 16; t++, p += 4)
		w[t] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	for (; t < 80; t++)
		w[t] = rol(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
	memcpy(v, s->h, sizeof(v));
	for (t = 0; t < 80; t++) {
		x = rol(v[0], 5) + mix(v, t) + v[4] + w[t];
		v[4] = v[3];
		v[3] = v[2];
		v[2] = rol(v[1], 30);
		v[1] = v[0];
		v[0] = x;
	}
	for (t = 0; t < 5; t++)
		s->h[t] += v[t];
	sodium_memzero(w, sizeof(w));
	sodium_memzero(v, sizeof(v));
}

static void
start(struct sha1 *s)
{
	*s = (struct sha1){ .h = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 } };
}

static void
add(struct sha1 *s, const void *data, size_t n)
{
	const uint8_t *p = data;

	for (; n > 0; n--) {
		s->block[s->n++ % BLOCK] = *p++;
		if (s->n % BLOCK == 0)
			compress(s);
	}
}

static void
finish(struct sha1 *s, uint8_t out[SHA1_SIZE])
{
	uint64_t bits = s->n * 8;
	uint8_t b = 0x80;
	int i;

	do {
		add(s, &b, 1);
		b = 0;
	} while (s->n % BLOCK != LENGTH_AT);
	for (i = 56; i >= 0; i -= 8) {
		b = (uint8_t)(bits >> i);
		add(s, &b, 1);
	}
	for (i = 0; i < SHA1_SIZE; i++)
		out[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
	sodium_memzero(s, sizeof(*s));
}

void
sha1(uint8_t out[SHA1_SIZE], const void *p, size_t n)
{
	struct sha1 s;

	start(&s);
	add(&s, p, n);
	finish(&s, out);
}

void
sha1_hmac(uint8_t out[SHA1_SIZE], const void *key, size_t key_len, const void *p, size_t n)
{
	uint8_t pad[BLOCK] = { 0 };
	struct sha1 s;
	int i;

	if (key_len > BLOCK)
		sha1(pad, key, key_len);
	else if (key_len > 0)
		memcpy(pad, key, key_len);
	for (i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36;
	start(&s);
	add(&s, pad, sizeof(pad));
	add(&s, p, n);
	finish(&s, out);

	for (i = 0; i < BLOCK; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	start(&s);
	add(&s, pad, sizeof(pad));
	add(&s, out, SHA1_SIZE);
	finish(&s, out);
	sodium_memzero(pad, sizeof(pad));
}
