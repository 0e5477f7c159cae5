/* What we rely on in the BearSSL of vendor/: its patch and its build options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <bearssl.h>
#include <cmocka.h>

/* More than the decoder's buffer holds, the most that the unpatched one takes. */
enum { MODULUS = 3 * BR_X509_BUFSIZE_KEY, HEAD = 11 };

/* vendor/patches/bearssl/0001: an RSA key whose modulus is longer than the
 * buffer was written past its end (found by AddressSanitizer: the context is
 * a heap block of its own). */
static void
test_a_huge_rsa_key_is_refused(void **state)
{
	static const unsigned char head[HEAD] = {
		0x30, 0x82, (MODULUS + 7) >> 8, (MODULUS + 7) & 0xff,
		0x02, 0x01, 0x00,
		0x02, 0x82, MODULUS >> 8, MODULUS & 0xff,
	};
	unsigned char der[HEAD + MODULUS];
	br_skey_decoder_context *ctx = malloc(sizeof(*ctx));

	(void)state;
	assert_non_null(ctx);
	memcpy(der, head, HEAD);
	memset(der + HEAD, 0x5a, MODULUS);
	br_skey_decoder_init(ctx);
	br_skey_decoder_push(ctx, der, sizeof(der));
	assert_int_equal(br_skey_decoder_last_error(ctx), BR_ERR_X509_LIMIT_EXCEEDED);
	free(ctx);
}

/* A client of the caller's entropy: an engine that was given none must say so
 * rather than find some of its own (BR_RDRAND=0, BR_USE_URANDOM=0). */
static void
test_no_entropy_but_ours(void **state)
{
	static unsigned char buf[BR_SSL_BUFSIZE_BIDI];
	static const unsigned char seed[32] = { 1 };
	br_ssl_client_context *c = malloc(sizeof(*c));
	br_x509_minimal_context *x = malloc(sizeof(*x));

	(void)state;
	assert_non_null(c);
	assert_non_null(x);
	br_ssl_client_init_full(c, x, NULL, 0);
	br_ssl_engine_set_buffer(&c->eng, buf, sizeof(buf), 1);
	assert_int_equal(br_ssl_client_reset(c, "a.test", 0), 0);
	assert_int_equal(br_ssl_engine_last_error(&c->eng), BR_ERR_NO_RANDOM);

	br_ssl_client_init_full(c, x, NULL, 0);
	br_ssl_engine_set_buffer(&c->eng, buf, sizeof(buf), 1);
	br_ssl_engine_inject_entropy(&c->eng, seed, sizeof(seed));
	assert_int_equal(br_ssl_client_reset(c, "a.test", 0), 1);
	free(x);
	free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_huge_rsa_key_is_refused),
		cmocka_unit_test(test_no_entropy_but_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
