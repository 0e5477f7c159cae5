/* src/auth/bcrypt.c against published vectors and against the C library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <crypt.h>

#include "auth/bcrypt.h"

/* From the test suite of crypt_blowfish. */
static const struct {
	const char *password, *hash;
} vectors[] = {
	{ "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW" },
	{ "U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK" },
	{ "U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a" },
	{ "", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy" },
	{ "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
	    "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui" },
	{ "\xff\xff\xa3", "$2y$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e" },
};

static void
test_sec6_published_vectors(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		assert_true(auth_bcrypt_verify(str_of(vectors[i].password), vectors[i].hash));
		assert_false(auth_bcrypt_verify(str_of("another"), vectors[i].hash));
	}
}

static void
test_sec6_agrees_with_the_c_library(void **state)
{
	static const char *const prefixes[] = { "$2a$", "$2b$", "$2y$" };
	char setting[32], password[100];
	const char *hash;
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(password) - 1; n += 7) {
		memset(password, 'p', n);
		password[n] = '\0';
		if (n > 2)
			password[n - 2] = (char)0xc3;
		(void)snprintf(setting, sizeof(setting), "%s04$abcdefghijklmnopqr%04zuu", prefixes[n % 3], n);
		hash = crypt(password, setting);
		assert_non_null(hash);
		assert_true(auth_bcrypt_verify(str_of(password), hash));
		password[0] ^= 1;
		if (n > 0)
			assert_false(auth_bcrypt_verify(str_of(password), hash));
	}
}

static void
test_malformed_hashes_are_refused(void **state)
{
	char hash[80];

	(void)state;
	assert_false(auth_bcrypt_is(""));
	assert_false(auth_bcrypt_is("$2x$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e"));
	memcpy(hash, vectors[0].hash, AUTH_BCRYPT_SIZE + 1);
	memcpy(hash + 4, "17", 2);	/* would take minutes */
	assert_true(auth_bcrypt_is(hash));
	assert_false(auth_bcrypt_verify(str_of("U*U"), hash));
	memcpy(hash + 4, "03", 2);
	assert_false(auth_bcrypt_verify(str_of("U*U"), hash));
	memcpy(hash + 4, "05", 2);
	assert_true(auth_bcrypt_verify(str_of("U*U"), hash));
	hash[20] = '!';
	assert_false(auth_bcrypt_verify(str_of("U*U"), hash));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sec6_published_vectors),
		cmocka_unit_test(test_sec6_agrees_with_the_c_library),
		cmocka_unit_test(test_malformed_hashes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
