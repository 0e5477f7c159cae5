/* src/acme/account.c: RFC 6979 A.2.5, RFC 7515 A.3, RFC 5915; openssl reads what is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "acme/account.h"

/* RFC 6979 A.2.5: key and public point. */
static const uint8_t rfc_key[P256_KEY] = {
	0xc9, 0xaf, 0xa9, 0xd8, 0x45, 0xba, 0x75, 0x16, 0x6b, 0x5c, 0x21, 0x57, 0x67, 0xb1, 0xd6, 0x93,
	0x4e, 0x50, 0xc3, 0xdb, 0x36, 0xe8, 0x9b, 0x12, 0x7b, 0x8a, 0x62, 0x2b, 0x12, 0x0f, 0x67, 0x21 };

static void
hex(const uint8_t *p, size_t n, const char *want)
{
	char text[256];

	assert_string_equal(sodium_bin2hex(text, sizeof(text), p, n), want);
}

/* The key as another program would write it. */
static void
from_scalar(struct acme_account *a, const uint8_t key[P256_KEY])
{
	char *pem;

	memcpy(a->key, key, P256_KEY);
	memset(a->point, 0, P256_POINT);
	pem = acme_account_write(a);
	assert_non_null(pem);
	assert_true(acme_account_read(str_of(pem), a));
	free(pem);
}

static void
test_signatures_of_rfc_6979(void **state)
{
	struct acme_account a;
	uint8_t sig[P256_SIGNATURE];

	(void)state;
	from_scalar(&a, rfc_key);
	hex(a.point, P256_POINT, "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
	    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
	assert_true(acme_account_sign(&a, "sample", 6, sig));
	hex(sig, sizeof(sig), "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
	    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
	assert_true(acme_account_sign(&a, "test", 4, sig));
	hex(sig, sizeof(sig), "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
	    "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083");
}

/* The key of RFC 7517 A.2; its thumbprint is computed by Python's hashlib over the text of RFC 7638 3. */
static void
test_thumbprint(void **state)
{
	static const char d[] = "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE";
	uint8_t key[P256_KEY];
	char text[ACME_THUMBPRINT_SIZE];
	struct acme_account a;

	(void)state;
	assert_int_equal(sodium_base642bin(key, sizeof(key), d, sizeof(d) - 1, NULL, NULL, NULL,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING), 0);
	from_scalar(&a, key);
	acme_account_thumbprint(&a, text);
	assert_string_equal(text, "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
}

static void
test_round_trip(void **state)
{
	struct acme_account a, b;
	char *pem;

	(void)state;
	assert_true(acme_account_new(&a));
	pem = acme_account_write(&a);
	assert_non_null(pem);
	assert_true(acme_account_read(str_of(pem), &b));
	assert_memory_equal(&a, &b, sizeof(a));
	free(pem);
	assert_true(acme_account_new(&b));
	assert_memory_not_equal(a.key, b.key, P256_KEY);
	acme_account_clear(&a);
	assert_int_equal(sodium_is_zero((const uint8_t *)&a, sizeof(a)), 1);
}

static size_t
run(const char *command, char *out, size_t size)
{
	FILE *f = popen(command, "r");
	size_t n;

	assert_non_null(f);
	n = fread(out, 1, size - 1, f);
	out[n] = '\0';
	return pclose(f) == 0 ? n : 0;
}

/* Both forms of openssl are read, and it reads ours. */
static void
test_openssl(void **state)
{
	static const char *const make[] = { "openssl ecparam -name prime256v1 -genkey -noout 2>/dev/null",
	    "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 2>/dev/null" };
	char out[4096], path[] = "/tmp/pic-unit-acme-XXXXXX", command[128];
	struct acme_account a;
	int fd = mkstemp(path);
	char *pem;
	size_t i;

	(void)state;
	assert_true(fd >= 0);
	for (i = 0; i < 2; i++) {
		assert_true(run(make[i], out, sizeof(out)) > 0);
		assert_true(acme_account_read(str_of(out), &a));
		pem = acme_account_write(&a);
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, pem, strlen(pem), 0), (ssize_t)strlen(pem));
		free(pem);
		snprintf(command, sizeof(command), "openssl ec -in %s -check -noout 2>&1", path);
		assert_true(run(command, out, sizeof(out)) > 0);
		assert_non_null(strstr(out, "EC Key valid"));
	}
	close(fd);
	unlink(path);
}

static void
test_what_is_no_key(void **state)
{
	static const char *const make[] = { "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp384r1 2>/dev/null",
	    "openssl genpkey -algorithm ed25519", "echo", "echo '-----BEGIN PRIVATE KEY-----'" };
	uint8_t none[P256_KEY], most[P256_KEY];
	struct acme_account a;
	char out[4096];
	size_t i;
	char *pem;

	(void)state;
	for (i = 0; i < sizeof(make) / sizeof(make[0]); i++) {
		assert_true(run(make[i], out, sizeof(out)) > 0);
		assert_false(acme_account_read(str_of(out), &a));
	}
	memset(none, 0, sizeof(none));
	memset(most, 0xff, sizeof(most));
	for (i = 0; i < 2; i++) {
		memcpy(a.key, i == 0 ? none : most, P256_KEY);
		assert_false(acme_account_sign(&a, "x", 1, (uint8_t[P256_SIGNATURE]){ 0 }));
		pem = acme_account_write(&a);
		assert_false(acme_account_read(str_of(pem), &a));
		assert_int_equal(sodium_is_zero(a.key, P256_KEY), 1);
		free(pem);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signatures_of_rfc_6979),
		cmocka_unit_test(test_thumbprint),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_openssl),
		cmocka_unit_test(test_what_is_no_key),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
