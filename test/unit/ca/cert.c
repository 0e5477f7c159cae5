/* src/ca/cert.c, held against two readers that are not ours: the openssl
 * command and BearSSL's decoder. TLS-4, SET-2. */
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

#include "base/addr.h"
#include "base/err.h"
#include "ca/cert.h"

enum { OUTPUT = 16384, NOW = 1790000000 };

static const char *const names[] = { "cell.example", "*.cell.example", "pic" };
static struct addr addrs[2];

/* Run a command of fixed text in which $F is the certificate's DER file; its status and output. */
static int
shell(const char *command, const struct ca_cert *c, char out[OUTPUT])
{
	char path[] = "/tmp/pic-cert.XXXXXX";
	int fd = mkstemp(path), status;
	size_t n;
	FILE *f;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, c->der, c->n), c->n);
	close(fd);
	assert_int_equal(setenv("F", path, 1), 0);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(out, 1, OUTPUT - 1, f);
	out[n] = '\0';
	status = pclose(f);
	unlink(path);
	return status;
}

static struct ca_cert_plan
plan(void)
{
	return (struct ca_cert_plan){
		.common_name = "Cell", .names = names, .nnames = 3,
		.addrs = addrs, .naddrs = 2, .now_s = NOW, .days = CA_CERT_DAYS,
	};
}

static int
set_up(void **state)
{
	struct ca_cert *c = malloc(sizeof(*c));
	struct ca_cert_plan p = plan();

	assert_true(addr_read(STR("192.168.7.1"), &addrs[0]));
	assert_true(addr_read(STR("fd00::7"), &addrs[1]));
	assert_int_equal(ca_cert_self_signed(&p, c, NULL), 0);
	*state = c;
	return 0;
}

static int
tear_down(void **state)
{
	struct ca_cert *c = *state;

	ca_cert_clear(c);
	assert_null(c->der);
	free(c);
	return 0;
}

static void
openssl_reads_it(void **state)
{
	static const char *const want[] = {
		"Version: 3 (0x2)", "Issuer: CN = Cell", "Subject: CN = Cell",
		"Not Before: Sep 21 13:13:20 2026 GMT", "Not After : Oct 23 14:13:20 2027 GMT",
		"NIST CURVE: P-256", "CA:FALSE", "Digital Signature", "TLS Web Server Authentication",
		"DNS:cell.example, DNS:*.cell.example, DNS:pic, IP Address:192.168.7.1, IP Address:FD00:0:0:0:0:0:0:7",
		"Subject Key Identifier",
	};
	char out[OUTPUT];
	size_t i;

	assert_int_equal(shell("openssl x509 -inform DER -in $F -noout -text 2>&1", *state, out), 0);
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		if (strstr(out, want[i]) == NULL)
			fail_msg("no \"%s\" in:\n%s", want[i], out);
}

/* The signature holds under its own key, and name and address are found in it. */
static void
openssl_verifies_it(void **state)
{
	static const char command[] =
	    "openssl x509 -inform DER -in $F -out $F.pem && v() { openssl verify -attime 1790000001 -check_ss_sig "
	    "-purpose sslserver -CAfile $F.pem \"$@\" $F.pem 2>&1; } && v -verify_hostname a.cell.example && "
	    "v -verify_ip 192.168.7.1 && ! v -verify_hostname other.example; r=$?; rm -f $F.pem; exit $r";
	char out[OUTPUT];

	if (shell(command, *state, out) != 0)
		fail_msg("%s", out);
}

static void
bearssl_finds_its_key(void **state)
{
	const struct ca_cert *c = *state;
	br_x509_decoder_context d;
	br_x509_pkey *pk;
	uint8_t point[CA_POINT];

	br_x509_decoder_init(&d, NULL, NULL);
	br_x509_decoder_push(&d, c->der, c->n);
	assert_int_equal(br_x509_decoder_last_error(&d), 0);
	assert_false(br_x509_decoder_isCA(&d));
	pk = br_x509_decoder_get_pkey(&d);
	assert_non_null(pk);
	assert_true(ca_key_public(c->key, point));
	assert_int_equal(pk->key.ec.qlen, CA_POINT);
	assert_memory_equal(pk->key.ec.q, point, CA_POINT);
}

static void
fingerprint_is_openssls(void **state)
{
	const struct ca_cert *c = *state;
	char out[OUTPUT], text[CA_FINGERPRINT_TEXT];

	assert_int_equal(shell("openssl x509 -inform DER -in $F -noout -fingerprint -sha256", c, out), 0);
	assert_non_null(strstr(out, ca_fingerprint(c->der, c->n, text)));
	assert_int_equal(strlen(text), CA_FINGERPRINT_TEXT - 1);
}

static void
each_has_its_own_key_and_serial(void **state)
{
	char a[OUTPUT], b[OUTPUT];
	struct ca_cert_plan p = plan();
	const struct ca_cert *first = *state;
	struct ca_cert c;

	assert_int_equal(ca_cert_self_signed(&p, &c, NULL), 0);
	assert_memory_not_equal(c.key, first->key, CA_KEY);
	assert_int_equal(shell("openssl x509 -inform DER -in $F -noout -serial", &c, a), 0);
	assert_int_equal(shell("openssl x509 -inform DER -in $F -noout -serial", first, b), 0);
	assert_string_not_equal(a, b);
	ca_cert_clear(&c);
}

static void
names_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = {
		"", ".", "a..b", "a.", ".a", "a b", "a\nb", "*", "a.*.b", "b*.c", "caf\xc3\xa9.example",
		"a123456789012345678901234567890123456789012345678901234567890123.example",
	};
	struct ca_cert_plan p = { .common_name = "x", .nnames = 1, .now_s = NOW, .days = 1 };
	struct ca_cert c;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		p.names = &bad[i];
		assert_true(ca_cert_self_signed(&p, &c, &e) < 0);
		assert_int_equal(e.kind, ERR_VALIDATION);
		assert_null(c.der);
	}
	p.nnames = 0;
	assert_int_equal(ca_cert_self_signed(&p, &c, &e), 0);
	ca_cert_clear(&c);
	p.common_name = "";
	assert_true(ca_cert_self_signed(&p, &c, &e) < 0);
	p.common_name = "x";
	p.days = 0;
	assert_true(ca_cert_self_signed(&p, &c, &e) < 0);
}

/* As many as allowed are all in it; one more is refused, never cut. */
static void
many_names(void **state)
{
	char text[CA_CERT_NAMES_MAX + 1][64], out[OUTPUT];
	const char *list[CA_CERT_NAMES_MAX + 1];
	struct ca_cert_plan p = { .common_name = "x", .names = list, .nnames = CA_CERT_NAMES_MAX, .now_s = NOW, .days = 1 };
	struct ca_cert c;
	size_t i;

	(void)state;
	for (i = 0; i <= CA_CERT_NAMES_MAX; i++) {
		snprintf(text[i], sizeof(text[i]), "host-%03zu.a-rather-long-domain-name.example", i);
		list[i] = text[i];
	}
	assert_int_equal(ca_cert_self_signed(&p, &c, NULL), 0);
	assert_int_equal(shell("openssl x509 -inform DER -in $F -noout -ext subjectAltName", &c, out), 0);
	for (i = 0; i < CA_CERT_NAMES_MAX; i++)
		assert_non_null(strstr(out, text[i]));
	ca_cert_clear(&c);
	p.nnames++;
	assert_true(ca_cert_self_signed(&p, &c, NULL) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(openssl_reads_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(openssl_verifies_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bearssl_finds_its_key, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fingerprint_is_openssls, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_has_its_own_key_and_serial, set_up, tear_down),
		cmocka_unit_test(names_that_are_none_are_refused),
		cmocka_unit_test(many_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
