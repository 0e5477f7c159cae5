/* ChaCha20-Poly1305 by the assembler (VPN-2, P5): the vectors of RFC 8439, and libsodium beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "wg/aead_fast.c"

enum { LENGTH_MAX = 2100, LONG = 65535 };

static const uint8_t key[WG_AEAD_KEY] = { 7, 1, 9, 200 }, nonce[WG_AEAD_NONCE] = { 0, 0, 0, 0, 5, 4, 3 };

static void
need_it(void)
{
	if (!wg_aead_fast_can())
		skip();
}

/* RFC 8439 2.8.2: with additional data, which only the assembler itself takes. */
static void
says_what_the_rfc_says(void **state)
{
	static const char text[] = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
	    "sunscreen would be it.";
	static const uint8_t ad[] = { 0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7 };
	static const uint8_t rfc_nonce[] = { 7, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47 };
	static const uint8_t sealed[] = {
		0xd3, 0x1a, 0x8d, 0x34, 0x64, 0x8e, 0x60, 0xdb, 0x7b, 0x86, 0xaf, 0xbc, 0x53, 0xef, 0x7e, 0xc2,
		0xa4, 0xad, 0xed, 0x51, 0x29, 0x6e, 0x08, 0xfe, 0xa9, 0xe2, 0xb5, 0xa7, 0x36, 0xee, 0x62, 0xd6,
		0x3d, 0xbe, 0xa4, 0x5e, 0x8c, 0xa9, 0x67, 0x12, 0x82, 0xfa, 0xfb, 0x69, 0xda, 0x92, 0x72, 0x8b,
		0x1a, 0x71, 0xde, 0x0a, 0x9e, 0x06, 0x0b, 0x29, 0x05, 0xd6, 0xa5, 0xb6, 0x7e, 0xcd, 0x3b, 0x36,
		0x92, 0xdd, 0xbd, 0x7f, 0x2d, 0x77, 0x8b, 0x8c, 0x98, 0x03, 0xae, 0xe3, 0x28, 0x09, 0x1b, 0x58,
		0xfa, 0xb3, 0x24, 0xe4, 0xfa, 0xd6, 0x75, 0x94, 0x55, 0x85, 0x80, 0x8b, 0x48, 0x31, 0xd7, 0xbc,
		0x3f, 0xf4, 0xde, 0xf0, 0x8e, 0x4b, 0x7a, 0x9d, 0xe5, 0x76, 0xd2, 0x65, 0x86, 0xce, 0xc6, 0x4b,
		0x61, 0x16
	};
	static const uint8_t tag[] = {
		0x1a, 0xe1, 0x0b, 0x59, 0x4f, 0x09, 0xe2, 0x6a, 0x7e, 0x90, 0x2e, 0xcb, 0xd0, 0x60, 0x06, 0x91
	};
	uint8_t rfc_key[WG_AEAD_KEY], p[sizeof(text)];
	struct state s;
	size_t i;

	(void)state;
	need_it();
	for (i = 0; i < sizeof(rfc_key); i++)
		rfc_key[i] = (uint8_t)(0x80 + i);
	memcpy(p, text, sizeof(text));
	begin(&s, rfc_nonce, rfc_key);
	chacha20_poly1305_seal(p, p, sizeof(sealed), ad, sizeof(ad), &s);
	assert_memory_equal(p, sealed, sizeof(sealed));
	assert_memory_equal(s.key, tag, sizeof(tag));
	begin(&s, rfc_nonce, rfc_key);
	chacha20_poly1305_open(p, p, sizeof(sealed), ad, sizeof(ad), &s);
	assert_memory_equal(p, text, sizeof(sealed));
	assert_memory_equal(s.key, tag, sizeof(tag));
}

static void
both_ways(size_t n)
{
	uint8_t *a = malloc(n + WG_AEAD_TAG), *b = malloc(n + WG_AEAD_TAG), *text = malloc(n + 1);

	assert_true(a != NULL && b != NULL && text != NULL);
	randombytes_buf_deterministic(text, n, key);
	memcpy(a, text, n);
	memcpy(b, text, n);
	wg_aead_fast_seal(a, n, nonce, key);
	assert_int_equal(crypto_aead_chacha20poly1305_ietf_encrypt(b, NULL, b, n, NULL, 0, NULL, nonce, key), 0);
	assert_memory_equal(a, b, n + WG_AEAD_TAG);
	assert_true(wg_aead_fast_open(a, n + WG_AEAD_TAG, nonce, key));
	assert_memory_equal(a, text, n);
	assert_true(wg_aead_open(b, n + WG_AEAD_TAG, nonce, key));
	assert_memory_equal(b, text, n);
	wg_aead_seal(b, n, nonce, key);
	assert_int_equal(crypto_aead_chacha20poly1305_ietf_decrypt(b, NULL, NULL, b, n + WG_AEAD_TAG, NULL, 0, nonce, key), 0);
	free(a);
	free(b);
	free(text);
}

/* Every length that a packet may have, in blocks of exactly that size. */
static void
equals_libsodium(void **state)
{
	size_t n;

	(void)state;
	need_it();
	for (n = 0; n < LENGTH_MAX; n++)
		both_ways(n);
	both_ways(9000);
	both_ways(LONG);
}

/* It writes nothing behind the tag and before the text, wherever they stand. */
static void
stays_in_its_place(void **state)
{
	uint8_t p[64 + 600 + WG_AEAD_TAG + 64], want[sizeof(p)];
	size_t at, n;

	(void)state;
	need_it();
	for (at = 0; at < 32; at++) {
		for (n = 0; n < 600; n += 7) {
			memset(p, 0xa5, sizeof(p));
			memset(want, 0xa5, sizeof(want));
			wg_aead_fast_seal(p + at, n, nonce, key);
			assert_true(wg_aead_fast_open(p + at, n + WG_AEAD_TAG, nonce, key));
			memcpy(want + at + n, p + at + n, WG_AEAD_TAG);
			assert_memory_equal(p, want, sizeof(p));
		}
	}
}

static void
refuses_forgeries(void **state)
{
	uint8_t p[200], good[200], other[WG_AEAD_NONCE] = { 1 };
	const size_t n = sizeof(p) - WG_AEAD_TAG;
	size_t i;

	(void)state;
	memset(good, 0x42, n);
	wg_aead_seal(good, n, nonce, key);
	for (i = 0; i < 8 * sizeof(p); i++) {
		memcpy(p, good, sizeof(p));
		p[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_false(wg_aead_open(p, sizeof(p), nonce, key));
	}
	for (i = 0; i < sizeof(p); i++) {
		memcpy(p, good, sizeof(p));
		assert_false(wg_aead_open(p, i, nonce, key));
	}
	memcpy(p, good, sizeof(p));
	assert_false(wg_aead_open(p, sizeof(p), other, key));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_the_rfc_says),
		cmocka_unit_test(equals_libsodium),
		cmocka_unit_test(stays_in_its_place),
		cmocka_unit_test(refuses_forgeries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
