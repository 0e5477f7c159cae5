/* Curves of the key exchange; see tls_curve.h. A key exchange needs mul and
 * mulgen; everything about the other curve is passed to BearSSL. */
#include "io/tls_curve.h"

#include <string.h>

#include <sodium.h>

enum { X25519 = 32 };

static const unsigned char *
generator(int curve, size_t *len)
{
	return br_ec_all_m31.generator(curve, len);
}

static const unsigned char *
order(int curve, size_t *len)
{
	return br_ec_all_m31.order(curve, len);
}

static size_t
xoff(int curve, size_t *len)
{
	return br_ec_all_m31.xoff(curve, len);
}

/* Scalar and point are little-endian on this curve, also in BearSSL 0.6; both
 * sides clamp. libsodium refuses the points of small order, whose result is zero. */
static uint32_t
mul(unsigned char *g, size_t glen, const unsigned char *x, size_t xlen, int curve)
{
	unsigned char k[X25519] = { 0 }, r[X25519];
	int bad;

	if (curve != BR_EC_curve25519)
		return br_ec_all_m31.mul(g, glen, x, xlen, curve);
	if (glen != X25519 || xlen > X25519)
		return 0;
	memcpy(k, x, xlen);
	bad = crypto_scalarmult(r, k, g);
	memcpy(g, r, X25519);
	sodium_memzero(k, sizeof(k));
	sodium_memzero(r, sizeof(r));
	return bad == 0;
}

static size_t
mulgen(unsigned char *r, const unsigned char *x, size_t xlen, int curve)
{
	unsigned char k[X25519] = { 0 };

	if (curve != BR_EC_curve25519)
		return br_ec_all_m31.mulgen(r, x, xlen, curve);
	if (xlen > X25519)
		return 0;
	memcpy(k, x, xlen);
	(void)crypto_scalarmult_base(r, k);	/* cannot fail */
	sodium_memzero(k, sizeof(k));
	return X25519;
}

static uint32_t
muladd(unsigned char *a, const unsigned char *b, size_t len, const unsigned char *x, size_t xlen,
    const unsigned char *y, size_t ylen, int curve)
{
	return br_ec_all_m31.muladd(a, b, len, x, xlen, y, ylen, curve);
}

#define CURVES(more) { \
	.supported_curves = 1u << BR_EC_curve25519 | 1u << BR_EC_secp256r1 | (more), \
	.generator = generator, \
	.order = order, \
	.xoff = xoff, \
	.mul = mul, \
	.mulgen = mulgen, \
	.muladd = muladd, \
}

/* The larger curves are left out: a client that speaks TLS 1.2 with our P-256
 * certificates has P-256, and they are 20 times as slow. */
const br_ec_impl io_tls_curves = CURVES(0);
const br_ec_impl io_tls_client_curves = CURVES(1u << BR_EC_secp384r1);
