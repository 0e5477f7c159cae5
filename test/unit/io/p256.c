/* src/io/p256.c against BearSSL's verifier and a vector of RFC 6979 A.2.5. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <bearssl.h>
#include <sodium.h>

#include "io/p256.h"

static const uint8_t rfc_key[P256_KEY] = {
	0xc9, 0xaf, 0xa9, 0xd8, 0x45, 0xba, 0x75, 0x16, 0x6b, 0x5c, 0x21, 0x57, 0x67, 0xb1, 0xd6, 0x93,
	0x4e, 0x50, 0xc3, 0xdb, 0x36, 0xe8, 0x9b, 0x12, 0x7b, 0x8a, 0x62, 0x2b, 0x12, 0x0f, 0x67, 0x21,
};

/* r of "sample" with SHA-256. */
static const uint8_t rfc_r[] = {
	0xef, 0xd4, 0x8b, 0x2a, 0xac, 0xb6, 0xa8, 0xfd, 0x11, 0x40, 0xdd, 0x9c, 0xd4, 0x5e, 0x81, 0xd6,
	0x9d, 0x2c, 0x87, 0x7b, 0x56, 0xaa, 0xf9, 0x91, 0xc3, 0x4d, 0x0e, 0xa8, 0x4e, 0xaf, 0x37, 0x16,
};

static int
verifies(const uint8_t point[P256_POINT], const char *text, const uint8_t *sig, size_t n)
{
	br_ec_public_key pk = { .curve = BR_EC_secp256r1, .q = (unsigned char *)(uintptr_t)point, .qlen = P256_POINT };
	uint8_t hash[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(hash, (const uint8_t *)text, strlen(text));	/* always 0 */
	return (int)br_ecdsa_i31_vrfy_asn1(&br_ec_p256_m31, hash, sizeof(hash), &pk, sig, n);
}

static void
signs_as_rfc_6979_says(void **state)
{
	uint8_t point[P256_POINT], sig[P256_SIGNATURE_MAX], raw[P256_SIGNATURE];
	size_t n = p256_sign(rfc_key, "sample", 6, sig);

	(void)state;
	assert_true(p256_sign_raw(rfc_key, "sample", 6, raw));
	assert_memory_equal(raw, rfc_r, sizeof(rfc_r));
	assert_true(n >= 70);
	assert_memory_equal(sig + 5, rfc_r, sizeof(rfc_r));	/* 30 len 02 21 00 r */
	assert_true(p256_public(rfc_key, point));
	assert_int_equal(point[0], 4);
	assert_int_equal(point[1], 0x60);
	assert_int_equal(verifies(point, "sample", sig, n), 1);
	assert_int_equal(verifies(point, "samples", sig, n), 0);
}

static void
new_keys_work_and_differ(void **state)
{
	uint8_t a[P256_KEY], b[P256_KEY], point[P256_POINT], sig[P256_SIGNATURE_MAX];
	size_t n;

	(void)state;
	assert_true(p256_new(a));
	assert_true(p256_new(b));
	assert_memory_not_equal(a, b, P256_KEY);
	assert_true(p256_public(a, point));
	n = p256_sign(a, "x", 1, sig);
	assert_int_equal(verifies(point, "x", sig, n), 1);
	n = p256_sign(b, "x", 1, sig);
	assert_int_equal(verifies(point, "x", sig, n), 0);
}

/* A file may hold any 32 bytes. */
static void
what_is_no_scalar_is_refused(void **state)
{
	uint8_t zero[P256_KEY] = { 0 }, big[P256_KEY], point[P256_POINT], sig[P256_SIGNATURE_MAX];

	(void)state;
	memset(big, 0xff, sizeof(big));
	assert_false(p256_public(zero, point));
	assert_false(p256_public(big, point));
	assert_int_equal(p256_sign(zero, "x", 1, sig), 0);
	assert_int_equal(p256_sign(big, "x", 1, sig), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_as_rfc_6979_says),
		cmocka_unit_test(new_keys_work_and_differ),
		cmocka_unit_test(what_is_no_scalar_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
