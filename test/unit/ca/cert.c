/* The self-signed certificate: RFC 5280 as OpenSSL reads it, and as the TLS
 * library that serves it does. TLS-4, SET-2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <bearssl.h>
#include <sodium.h>

#include "ca/cert.h"

static const char *const names[] = { "home.home.arpa", "home.cell" };

static void
make(struct ca_cert *c)
{
	const struct addr addrs[] = { { 4, { 192, 168, 1, 2 } }, { 16, { 0xfd, 0x77, [15] = 1 } } };
	const struct ca_request rq = { "home", names, 2, addrs, 2, 1700000000, 2600000000 };

	assert_true(sodium_init() >= 0);
	assert_int_equal(ca_self_signed(c, &rq), 0);
}

/* What `openssl x509 -text` says of it, and whether it verifies itself. */
static void
test_openssl_reads_it(void **state)
{
	static const char *const wanted[] = {
		"Version: 3 (0x2)", "Subject: CN = home", "Issuer: CN = home", "ecdsa-with-SHA256", "NIST CURVE: P-256",
		"DNS:home.home.arpa, DNS:home.cell, IP Address:192.168.1.2, IP Address:FD77:0:0:0:0:0:0:1",
		"Digital Signature", "TLS Web Server Authentication", "CA:FALSE", "Not After : May 22 22:13:20 2052 GMT",
	};
	char path[] = "/tmp/pic-cert-XXXXXX", cmd[256], text[8192];
	struct ca_cert c;
	size_t n;
	FILE *f;
	int fd;

	(void)state;
	make(&c);
	fd = mkstemp(path);
	assert_int_equal(write(fd, c.der, c.len), (ssize_t)c.len);
	(void)snprintf(cmd, sizeof(cmd), "openssl x509 -inform DER -in %s -noout -text 2>&1; "
	    "openssl x509 -inform DER -in %s -out %s.pem && openssl verify -check_ss_sig -CAfile %s.pem %s.pem 2>&1; rm -f %s.pem",
	    path, path, path, path, path, path);
	f = popen(cmd, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	pclose(f);
	close(fd);
	unlink(path);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (strstr(text, wanted[i]) == NULL)
			fail_msg("no \"%s\" in %s", wanted[i], text);
	assert_non_null(strstr(text, ": OK"));
}

/* The key belongs to the certificate: the library finds the same public point in both. */
static void
test_key_matches(void **state)
{
	br_x509_decoder_context d;
	br_ec_private_key key;
	br_x509_pkey *pk;
	uint8_t point[65];
	struct ca_cert c;

	(void)state;
	make(&c);
	br_x509_decoder_init(&d, NULL, NULL);
	br_x509_decoder_push(&d, c.der, c.len);
	assert_int_equal(br_x509_decoder_last_error(&d), 0);
	pk = br_x509_decoder_get_pkey(&d);
	assert_int_equal(pk->key_type, BR_KEYTYPE_EC);
	key = (br_ec_private_key){ BR_EC_secp256r1, c.key, sizeof(c.key) };
	assert_int_equal(br_ec_compute_pub(&br_ec_p256_m31, NULL, point, &key), sizeof(point));
	assert_int_equal(pk->key.ec.qlen, sizeof(point));
	assert_memory_equal(pk->key.ec.q, point, sizeof(point));
}

static void
test_two_are_different(void **state)
{
	struct ca_cert a, b;
	char fa[CA_FINGERPRINT_MAX], fb[CA_FINGERPRINT_MAX];

	(void)state;
	make(&a);
	make(&b);
	assert_memory_not_equal(a.key, b.key, sizeof(a.key));
	assert_string_not_equal(ca_fingerprint(a.der, a.len, fa), ca_fingerprint(b.der, b.len, fb));
	assert_int_equal(strlen(fa), 95);
}

static void
test_refused(void **state)
{
	struct ca_request rq = { "home", names, 2, NULL, 0, 2, 1 };
	const char *many[CA_NAMES_MAX + 1];
	struct ca_cert c, zero;

	(void)state;
	memset(&zero, 0, sizeof(zero));
	assert_int_not_equal(ca_self_signed(&c, &rq), 0);	/* ends before it begins */
	assert_memory_equal(&c, &zero, sizeof(c));
	for (size_t i = 0; i <= CA_NAMES_MAX; i++)
		many[i] = "a.example";
	rq = (struct ca_request){ "home", many, CA_NAMES_MAX + 1, NULL, 0, 1, 2 };
	assert_int_not_equal(ca_self_signed(&c, &rq), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_openssl_reads_it),
		cmocka_unit_test(test_key_matches),
		cmocka_unit_test(test_two_are_different),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("ca/cert", tests, NULL, NULL);
}
