/* src/io/tls_ecdsa.c: the vectors of RFC 6979, and the signatures of BearSSL to the octet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "io/tls_ecdsa.h"

/* RFC 6979 A.2.5: key, and r and s of "sample" and "test". */
#define KEY "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"

static const struct { const char *text, *r, *s; bool sha384; } vectors[] = {
	{ "sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
	    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8", false },
	{ "sample", "0eafea039b20e9b42309fb1d89e213057cbf973dc0cfc8f129edddc800ef7719",
	    "4861f0491e6998b9455193e34e7b0d284ddd7149a74b95b9261f13abde940954", true },
	{ "test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
	    "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083", false },
	{ "test", "83910e8b48bb0c74244ebdf7f07a1c5413d61472bd941ef3920e623fbccebeb6",
	    "8ddbec54cf8cd5874883841d712142a56a8d0f218f5003cb0296b6b509619f2c", true },
};

static void
hash_of(const char *text, bool sha384, uint8_t out[br_sha384_SIZE])
{
	br_sha256_context a;
	br_sha384_context b;

	br_sha256_init(&a);
	br_sha256_update(&a, text, strlen(text));
	br_sha256_out(&a, out);
	if (!sha384)
		return;
	br_sha384_init(&b);
	br_sha384_update(&b, text, strlen(text));
	br_sha384_out(&b, out);
}

static void
unhex(uint8_t out[32], const char *hex)
{
	assert_int_equal(sodium_hex2bin(out, 32, hex, 64, NULL, NULL, NULL), 0);
}

static void
rfc_6979(void **state)
{
	uint8_t key[32], hash[br_sha384_SIZE], sig[IO_TLS_ECDSA_MAX], raw[IO_TLS_ECDSA_MAX], want[64];
	size_t i, n;

	(void)state;
	unhex(key, KEY);
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		hash_of(vectors[i].text, vectors[i].sha384, hash);
		n = io_tls_ecdsa_sign(vectors[i].sha384 ? &br_sha384_vtable : &br_sha256_vtable, hash, key, sig);
		assert_in_range(n, 68, IO_TLS_ECDSA_MAX);
		memcpy(raw, sig, n);
		assert_int_equal(br_ecdsa_asn1_to_raw(raw, n), 64);
		unhex(want, vectors[i].r);
		unhex(want + 32, vectors[i].s);
		assert_memory_equal(raw, want, 64);
	}
}

/* Keys and hashes by chance, small ones, and such of ones alone. */
static void
as_bearssl(void **state)
{
	uint8_t key[32], hash[br_sha384_SIZE], ours[IO_TLS_ECDSA_MAX], theirs[IO_TLS_ECDSA_MAX];
	const br_ec_private_key k = { BR_EC_secp256r1, key, sizeof(key) };
	const br_hash_class *h;
	size_t i, n;

	(void)state;
	for (i = 0; i < 300; i++) {
		randombytes_buf(key, sizeof(key));
		randombytes_buf(hash, sizeof(hash));
		if (i % 3 == 0)
			memset(key, 0, i % 31);
		if (i % 5 == 0)
			memset(hash, i % 2 == 0 ? 0 : 0xff, 32);
		h = i % 2 == 0 ? &br_sha256_vtable : &br_sha384_vtable;
		n = br_ecdsa_i31_sign_asn1(&br_ec_p256_m31, h, hash, &k, theirs);
		assert_int_equal(io_tls_ecdsa_sign(h, hash, key, ours), n);
		assert_memory_equal(ours, theirs, n);
	}
}

/* Zero, the order, and what is above it. */
static void
no_scalar(void **state)
{
	static const char *const bad[] = { "0000000000000000000000000000000000000000000000000000000000000000",
		"ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" };
	static const char largest[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";
	const uint8_t hash[br_sha256_SIZE] = { 1 };
	uint8_t key[32], sig[IO_TLS_ECDSA_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		unhex(key, bad[i]);
		assert_int_equal(io_tls_ecdsa_sign(&br_sha256_vtable, hash, key, sig), 0);
	}
	unhex(key, largest);
	assert_true(io_tls_ecdsa_sign(&br_sha256_vtable, hash, key, sig) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_6979),
		cmocka_unit_test(as_bearssl),
		cmocka_unit_test(no_scalar),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
