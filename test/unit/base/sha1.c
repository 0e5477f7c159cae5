/* src/base/sha1.c: vectors of RFC 3174 and RFC 2202. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/sha1.h"

static void
expect(const uint8_t got[SHA1_SIZE], const char *hex)
{
	char text[2 * SHA1_SIZE + 1];

	sodium_bin2hex(text, sizeof(text), got, SHA1_SIZE);
	assert_string_equal(text, hex);
}

static void
test_rfc3174(void **state)
{
	static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	static uint8_t a[1000000];
	uint8_t d[SHA1_SIZE];

	(void)state;
	sha1(d, "abc", 3);
	expect(d, "a9993e364706816aba3e25717850c26c9cd0d89d");
	sha1(d, two, sizeof(two) - 1);
	expect(d, "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
	sha1(d, "", 0);
	expect(d, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	memset(a, 'a', sizeof(a));
	sha1(d, a, sizeof(a));
	expect(d, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

/* Lengths around the padding's corner, against a chain of digests made by another implementation. */
static void
test_lengths_around_a_block(void **state)
{
	uint8_t text[130], all[130 * SHA1_SIZE], d[SHA1_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)i;
	for (i = 0; i < sizeof(text); i++)
		sha1(all + i * SHA1_SIZE, text, i);
	sha1(d, all, sizeof(all));
	expect(d, "e4ad4ab1a796af7013a3364077658c2e6a6c9a65");
}

static void
test_rfc2202_hmac(void **state)
{
	uint8_t key[80], data[50], d[SHA1_SIZE];

	(void)state;
	memset(key, 0x0b, 20);
	sha1_hmac(d, key, 20, "Hi There", 8);
	expect(d, "b617318655057264e28bc0b6fb378c8ef146be00");
	sha1_hmac(d, "Jefe", 4, "what do ya want for nothing?", 28);
	expect(d, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	memset(key, 0xaa, 80);
	memset(data, 0xdd, 50);
	sha1_hmac(d, key, 20, data, 50);
	expect(d, "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
	sha1_hmac(d, key, 80, "Test Using Larger Than Block-Size Key - Hash Key First", 54);
	expect(d, "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc3174),
		cmocka_unit_test(test_lengths_around_a_block),
		cmocka_unit_test(test_rfc2202_hmac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
