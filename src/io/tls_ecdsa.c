/* Signing; see tls_ecdsa.h. Numbers are four words, the lowest first. Nothing
 * branches or looks anything up by what is secret; that nonces are drawn again happens once in 2^32 signatures. */
#include "io/tls_ecdsa.h"

#include <stdbool.h>
#include <string.h>

#include <fiat.h>
#include <sodium.h>

enum { WORDS = 4, BYTES = 32 };

__extension__ typedef unsigned __int128 wide;

/* The order of the base point, 2^512 modulo it, and -1 / order modulo 2^64. */
static const uint64_t order[WORDS] = { 0xf3b9cac2fc632551, 0xbce6faada7179e84, 0xffffffffffffffff, 0xffffffff00000000 };
static const uint64_t square_r[WORDS] = { 0x83244c95be79eea2, 0x4699799c49bd6fa6, 0x2845b2392b6bec59, 0x66e12d94f3d95620 };
static const uint64_t order_inverse = 0xccd1c8aaee00bc4f;

/* --- numbers ------------------------------------------------------------------------ */

static void
load(uint64_t out[WORDS], const uint8_t p[BYTES])
{
	size_t i, k;

	for (i = 0; i < WORDS; i++)
		for (out[i] = k = 0; k < 8; k++)
			out[i] = out[i] << 8 | p[BYTES - 8 - 8 * i + k];
}

static void
store(uint8_t p[BYTES], const uint64_t a[WORDS])
{
	size_t i;

	for (i = 0; i < BYTES; i++)
		p[BYTES - 1 - i] = (uint8_t)(a[i / 8] >> 8 * (i % 8));
}

/* a - b; the borrow. */
static uint64_t
sub(uint64_t out[WORDS], const uint64_t a[WORDS], const uint64_t b[WORDS])
{
	uint64_t borrow = 0;
	size_t i;

	for (i = 0; i < WORDS; i++) {
		const wide d = (wide)a[i] - b[i] - borrow;

		out[i] = (uint64_t)d;
		borrow = (uint64_t)(d >> 64) & 1;
	}
	return borrow;
}

/* Out of a with its carry above it, less than twice the order. */
static void
reduce(uint64_t out[WORDS], const uint64_t a[WORDS], uint64_t carry)
{
	uint64_t less[WORDS], keep;
	size_t i;

	/* all ones where a is below the order already */
	keep = 0 - (sub(less, a, order) & (carry ^ 1));
	for (i = 0; i < WORDS; i++)
		out[i] = (a[i] & keep) | (less[i] & ~keep);
}

static void
add(uint64_t out[WORDS], const uint64_t a[WORDS], const uint64_t b[WORDS])
{
	uint64_t sum[WORDS], carry = 0;
	size_t i;

	for (i = 0; i < WORDS; i++) {
		const wide s = (wide)a[i] + b[i] + carry;

		sum[i] = (uint64_t)s;
		carry = (uint64_t)(s >> 64);
	}
	reduce(out, sum, carry);
}

/* a * b / 2^256 (Montgomery). */
static void
mul(uint64_t out[WORDS], const uint64_t a[WORDS], const uint64_t b[WORDS])
{
	uint64_t t[WORDS + 2] = { 0 };
	size_t i, k;

	for (i = 0; i < WORDS; i++) {
		wide c = 0;
		uint64_t m;

		for (k = 0; k < WORDS; k++) {
			c += (wide)a[k] * b[i] + t[k];
			t[k] = (uint64_t)c;
			c >>= 64;
		}
		c += t[WORDS];
		t[WORDS] = (uint64_t)c;
		t[WORDS + 1] = (uint64_t)(c >> 64);
		m = t[0] * order_inverse;
		c = ((wide)m * order[0] + t[0]) >> 64;
		for (k = 1; k < WORDS; k++) {
			c += (wide)m * order[k] + t[k];
			t[k - 1] = (uint64_t)c;
			c >>= 64;
		}
		c += t[WORDS];
		t[WORDS - 1] = (uint64_t)c;
		t[WORDS] = t[WORDS + 1] + (uint64_t)(c >> 64);
	}
	reduce(out, t, t[WORDS]);
}

/* 1 / a in the domain of Montgomery: a to the order less two, by four bits at a time; the exponent is no secret. */
static void
invert(uint64_t out[WORDS], const uint64_t a[WORDS])
{
	static const uint64_t one[WORDS] = { 1 };
	uint64_t power[16][WORDS], e[WORDS];
	unsigned i, k, digit;

	memcpy(e, order, sizeof(e));
	e[0] -= 2;
	mul(power[0], square_r, one);
	for (i = 1; i < 16; i++)
		mul(power[i], power[i - 1], a);
	memcpy(out, power[0], sizeof(power[0]));
	for (i = 64; i-- > 0;) {
		for (k = 0; k < 4; k++)
			mul(out, out, out);
		digit = e[i / 16] >> 4 * (i % 16) & 15;
		mul(out, out, power[digit]);
	}
	sodium_memzero(power, sizeof(power));
}

static bool
is_zero(const uint64_t a[WORDS])
{
	return (a[0] | a[1] | a[2] | a[3]) == 0;
}

static bool
is_scalar(const uint64_t a[WORDS])
{
	uint64_t rest[WORDS];

	return sub(rest, a, order) == 1 && !is_zero(a);
}

/* --- signing ---------------------------------------------------------------------------- */

struct secrets {
	br_hmac_drbg_context chance;
	uint64_t key[WORDS], nonce[WORDS], inverse[WORDS];
	uint8_t seed[2 * BYTES], bytes[BYTES];
};

/* r and s of this nonce, in the domain of numbers. False: another one is needed. */
static bool
sign_once(struct secrets *x, const uint64_t m[WORDS], uint64_t r[WORDS], uint64_t s[WORDS])
{
	uint64_t t[WORDS];

	fiat_p256_base_x(x->nonce, r);
	reduce(r, r, 0);
	mul(x->inverse, x->nonce, square_r);
	invert(x->inverse, x->inverse);		/* times 2^256 */
	mul(t, x->key, square_r);
	mul(t, t, r);				/* key * r */
	add(t, t, m);
	mul(s, t, x->inverse);
	sodium_memzero(t, sizeof(t));
	return !is_zero(r) && !is_zero(s);
}

/* A positive INTEGER (X.690 8.3); its length. */
static size_t
put_integer(uint8_t *out, const uint64_t a[WORDS])
{
	uint8_t p[BYTES + 1] = { 0 };
	size_t skip = 0;

	store(p + 1, a);
	while (skip < BYTES && p[skip] == 0 && p[skip + 1] < 0x80)
		skip++;
	out[0] = 0x02;
	out[1] = (uint8_t)(sizeof(p) - skip);
	memcpy(out + 2, p + skip, sizeof(p) - skip);
	return 2 + sizeof(p) - skip;
}

static size_t
put_signature(uint8_t *out, const uint64_t r[WORDS], const uint64_t s[WORDS])
{
	size_t n = put_integer(out + 2, r);

	n += put_integer(out + 2 + n, s);
	out[0] = 0x30;
	out[1] = (uint8_t)n;
	return 2 + n;
}

/* RFC 6979 3.2, with HMAC_DRBG by hash h. */
static size_t
sign(struct secrets *x, const br_hash_class *h, const uint8_t *hash, uint8_t *sig)
{
	const size_t len = (h->desc >> BR_HASHDESC_OUT_OFF) & BR_HASHDESC_OUT_MASK;
	uint64_t m[WORDS], r[WORDS], s[WORDS];
	uint8_t first[BYTES] = { 0 };	/* bits2int: the leftmost bits */

	memcpy(first + (len < BYTES ? BYTES - len : 0), hash, len < BYTES ? len : BYTES);
	load(m, first);
	reduce(m, m, 0);
	store(x->seed, x->key);
	store(x->seed + BYTES, m);
	br_hmac_drbg_init(&x->chance, h, x->seed, sizeof(x->seed));
	do {
		do {
			br_hmac_drbg_generate(&x->chance, x->bytes, sizeof(x->bytes));
			load(x->nonce, x->bytes);
		} while (!is_scalar(x->nonce));
	} while (!sign_once(x, m, r, s));
	return put_signature(sig, r, s);
}

size_t
io_tls_ecdsa_sign(const br_hash_class *h, const uint8_t *hash, const uint8_t key[32], uint8_t sig[IO_TLS_ECDSA_MAX])
{
	struct secrets x;
	size_t n = 0;

	load(x.key, key);
	if (is_scalar(x.key))
		n = sign(&x, h, hash, sig);
	sodium_memzero(&x, sizeof(x));
	return n;
}
