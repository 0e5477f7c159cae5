/* What BoringSSL's P-256 over fiat-crypto's field (p256.c, as far as its own
 * methods) expects around it, and the one thing that is wanted of it: the
 * abscissa of a multiple of the base point, in constant time. p256_points.h is
 * the middle of p256.c, cut out by the recipe. */
#include "fiat.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "p256_64.h"

#define BORINGSSL_NISTP256_64BIT 1
#define OPENSSL_64_BIT 1
#define OPENSSL_memcpy memcpy
#define OPENSSL_memset memset

typedef uint64_t BN_ULONG, crypto_word_t;
typedef struct { BN_ULONG words[4]; } EC_FELEM, EC_SCALAR;

/* All ones for zero, else zero. */
static crypto_word_t
constant_time_is_zero_w(crypto_word_t a)
{
	return 0 - (fiat_p256_value_barrier_u64(~a & (a - 1)) >> 63);
}

#include "p256_points.h"

/* As ec_GFp_nistp256_point_mul_base(). */
static void
mul_base(fiat_p256_felem nq[3], const EC_SCALAR *k)
{
	fiat_p256_felem tmp[3];
	int i, half, b;

	memset(nq, 0, 3 * sizeof(nq[0]));
	for (i = 31; i >= 0; i--) {
		fiat_p256_point_double(nq[0], nq[1], nq[2], nq[0], nq[1], nq[2]);
		for (half = 1; half >= 0; half--) {
			crypto_word_t bits = 0;

			for (b = 3; b >= 0; b--)
				bits = bits << 1 | fiat_p256_get_bit(k, i + 32 * half + 64 * b);
			fiat_p256_select_point_affine(bits, 15, fiat_p256_g_pre_comp[half], tmp);
			fiat_p256_point_add(nq[0], nq[1], nq[2], nq[0], nq[1], nq[2], 1, tmp[0], tmp[1], tmp[2]);
		}
	}
}

void
fiat_p256_base_x(const uint64_t k[4], uint64_t x[4])
{
	fiat_p256_felem nq[3], z2;
	EC_SCALAR s;

	memcpy(s.words, k, sizeof(s.words));
	mul_base(nq, &s);
	fiat_p256_inv_square(z2, nq[2]);
	fiat_p256_mul(nq[0], nq[0], z2);
	fiat_p256_from_montgomery(x, nq[0]);
	memset(&s, 0, sizeof(s));
	__asm__ volatile("" : : "r"(&s), "r"(nq) : "memory");	/* or the compiler leaves the wiping out */
}
