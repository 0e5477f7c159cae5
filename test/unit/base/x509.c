/* src/base/x509.c: certificates that openssl made (the seeds of the fuzzer), read as they were ordered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/x509.h"

struct file { uint8_t b[2048]; size_t n; };

static void
load(const char *name, struct file *f)
{
	char path[128];
	FILE *in;

	snprintf(path, sizeof(path), "test/fuzz/seeds/base_x509/%s", name);
	in = fopen(path, "r");
	assert_non_null(in);
	f->n = fread(f->b, 1, sizeof(f->b), in);
	fclose(in);
	assert_in_range(f->n, 100, sizeof(f->b) - 1);
}

static void
test_a_server_certificate(void **state)
{
	static const uint8_t serial[] = { 0x00, 0x87, 0x65, 0x43, 0x21, 0x87, 0x65, 0x43, 0x21 };
	struct file leaf, ca;
	struct x509 c, by;

	(void)state;
	load("leaf", &leaf);
	load("ca", &ca);
	assert_true(x509_read(leaf.b, leaf.n, &c) && x509_read(ca.b, ca.n, &by));
	assert_true(x509_bytes_eq(c.serial, (struct x509_bytes){ serial, sizeof(serial) }));
	assert_int_equal(c.not_before, 1795896212);	/* Nov 28 20:03:32 2026 */
	assert_int_equal(c.not_after, 1795896212 + 90 * 86400);
	assert_int_equal(c.nnames, 2);
	assert_true(str_eqz(c.names[0], "home.example.org") && str_eqz(c.names[1], "*.home.example.org"));
	assert_int_equal(c.naddrs, 2);
	assert_int_equal(c.addrs[0].len, 4);
	assert_int_equal(c.addrs[1].len, 16);
	assert_int_equal(c.other_names, 1);
	assert_int_equal(c.key_kind, X509_P256);
	assert_int_equal(c.key_bits.n, 65);
	assert_int_equal(c.signed_by, X509_P256);
	assert_int_equal(c.hash, X509_SHA384);
	assert_false(c.ca || c.unknown_critical);
	assert_int_equal(c.key_id.n, 20);
	assert_true(x509_bytes_eq(c.issuer, by.subject) && !x509_bytes_eq(c.subject, by.subject));
	assert_true(x509_bytes_eq(c.authority_key_id, by.key_id) && by.key_id.n == 20);
	assert_true(by.ca && by.unknown_critical);	/* its name constraints */
	assert_int_equal(by.key_kind, X509_P384);
}

static void
test_rsa(void **state)
{
	struct x509_bytes n, e;
	struct file f;
	struct x509 c;

	(void)state;
	load("rsa", &f);
	assert_true(x509_read(f.b, f.n, &c));
	assert_int_equal(c.key_kind, X509_RSA);
	assert_int_equal(c.signed_by, X509_RSA);
	assert_int_equal(c.hash, X509_SHA256);
	assert_true(x509_rsa_read(c.key_bits, &n, &e));
	assert_int_equal(n.n, 256);
	assert_true(x509_bytes_eq(e, (struct x509_bytes){ (const uint8_t *)"\x01\x00\x01", 3 }));
	assert_false(x509_rsa_read(c.signature, &n, &e));
}

/* Neither a part of one nor one with something behind it is one; no changed byte makes the reader stumble. */
static void
test_what_is_none(void **state)
{
	struct file f;
	struct x509 c;
	size_t i;

	(void)state;
	load("leaf", &f);
	assert_false(x509_read(f.b, f.n + 1, &c));
	for (i = 0; i < f.n; i++)
		assert_false(x509_read(f.b, i, &c));
	for (i = 0; i < f.n; i++) {
		f.b[i] ^= 0x81;
		if (x509_read(f.b, f.n, &c))
			assert_true(c.nnames <= X509_NAMES_MAX);
		f.b[i] ^= 0x81;
	}
	assert_true(x509_read(f.b, f.n, &c));
}

/* What could be read in two ways. */
static void
test_ambiguity_is_refused(void **state)
{
	static const uint8_t name[] = "home.example.org";
	struct file f;
	struct x509 c;
	uint8_t *at;

	(void)state;
	load("leaf", &f);
	at = memmem(f.b, f.n, name, sizeof(name) - 1);
	assert_non_null(at);
	at[4] = '\0';
	assert_false(x509_read(f.b, f.n, &c));	/* a name that C would cut */
	load("leaf", &f);
	at = memmem(f.b, f.n, "\x2a\x86\x48\xce\x3d\x04\x03\x03", 8);
	assert_non_null(at);
	at[7] = 2;
	assert_false(x509_read(f.b, f.n, &c));	/* signed with SHA-256 inside, SHA-384 outside */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_server_certificate),
		cmocka_unit_test(test_rsa),
		cmocka_unit_test(test_what_is_none),
		cmocka_unit_test(test_ambiguity_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
