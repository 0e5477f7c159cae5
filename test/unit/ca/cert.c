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
#include "base/wr.h"
#include "ca/cert.h"
#include "ca/x509.h"
#include "lab.h"

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
		.addrs = addrs, .naddrs = 2, .from_s = NOW - CA_BACKDATE_S, .until_s = NOW + CA_CERT_DAYS * INT64_C(86400),
	};
}

static int
set_up(void **state)
{
	struct ca_cert *c = malloc(sizeof(*c));
	struct ca_cert_plan p = plan();

	assert_true(addr_read(STR("192.168.7.1"), &addrs[0]));
	assert_true(addr_read(STR("fd00::7"), &addrs[1]));
	assert_int_equal(ca_cert_make(&p, NULL, c, NULL), 0);
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
	uint8_t point[P256_POINT];

	br_x509_decoder_init(&d, NULL, NULL);
	br_x509_decoder_push(&d, c->der, c->n);
	assert_int_equal(br_x509_decoder_last_error(&d), 0);
	assert_false(br_x509_decoder_isCA(&d));
	pk = br_x509_decoder_get_pkey(&d);
	assert_non_null(pk);
	assert_true(p256_public(c->key, point));
	assert_int_equal(pk->key.ec.qlen, P256_POINT);
	assert_memory_equal(pk->key.ec.q, point, P256_POINT);
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

	assert_int_equal(ca_cert_make(&p, NULL, &c, NULL), 0);
	assert_memory_not_equal(c.key, first->key, P256_KEY);
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
	struct ca_cert_plan p = { .common_name = "x", .nnames = 1, .from_s = NOW, .until_s = NOW + 86400 };
	struct ca_cert c;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		p.names = &bad[i];
		assert_true(ca_cert_make(&p, NULL, &c, &e) < 0);
		assert_int_equal(e.kind, ERR_VALIDATION);
		assert_null(c.der);
	}
	p.nnames = 0;
	assert_int_equal(ca_cert_make(&p, NULL, &c, &e), 0);
	ca_cert_clear(&c);
	p.common_name = "";
	assert_true(ca_cert_make(&p, NULL, &c, &e) < 0);
	p.common_name = "x";
	p.until_s = p.from_s;
	assert_true(ca_cert_make(&p, NULL, &c, &e) < 0);
}

/* As many as allowed are all in it; one more is refused, never cut. */
static void
many_names(void **state)
{
	char text[CA_CERT_NAMES_MAX + 1][64], out[OUTPUT];
	const char *list[CA_CERT_NAMES_MAX + 1];
	struct ca_cert_plan p = { .common_name = "x", .names = list, .nnames = CA_CERT_NAMES_MAX,
	    .from_s = NOW, .until_s = NOW + 86400 };
	struct ca_cert c;
	size_t i;

	(void)state;
	for (i = 0; i <= CA_CERT_NAMES_MAX; i++) {
		snprintf(text[i], sizeof(text[i]), "host-%03zu.a-rather-long-domain-name.example", i);
		list[i] = text[i];
	}
	assert_int_equal(ca_cert_make(&p, NULL, &c, NULL), 0);
	assert_int_equal(shell("openssl x509 -inform DER -in $F -noout -ext subjectAltName", &c, out), 0);
	for (i = 0; i < CA_CERT_NAMES_MAX; i++)
		assert_non_null(strstr(out, text[i]));
	ca_cert_clear(&c);
	p.nnames++;
	assert_true(ca_cert_make(&p, NULL, &c, NULL) < 0);
}

/* --- root, intermediate, server (TLS-6) ------------------------------------------------------- */

static void
put_server(struct lab *x, const char *name, const char *address, const char *crl_url)
{
	struct ca_cert_plan p = lab_plan(x, CA_SERVER, name == NULL ? "" : name, 90);
	struct ca_cert c;
	struct addr a;
	struct err e;

	p.names = &name;
	p.nnames = name != NULL;
	p.addrs = &a;
	p.naddrs = address != NULL;
	p.crl_url = crl_url;
	assert_true(address == NULL || addr_read(str_of(address), &a));
	if (ca_cert_make(&p, &x->by_intermediate, &c, &e) < 0)
		fail_msg("%s", e.detail);
	lab_put_cert(x, "server.pem", &c);
	ca_cert_clear(&c);
}

#define OPENSSL "openssl verify -x509_strict -purpose sslserver -CAfile root.pem -untrusted ca.pem server.pem"
#define CERTTOOL "cat server.pem ca.pem > chain.pem && certtool --verify --verify-profile medium " \
    "--load-ca-certificate root.pem --infile chain.pem"

/* What is inside the scope holds with strict readers. */
static void
chain_holds(void **state)
{
	static const struct { const char *name, *address; } v[] = {
		{ "home.cell", "192.168.1.2" }, { "*.home.cell", NULL }, { "box1", "fd00::7" }, { "box.local", NULL },
		{ NULL, "10.0.0.1" }, { "nas.home.home.arpa", NULL }, { "localhost", "127.0.0.1" }, { NULL, "::1" },
	};
	struct lab *x = *state;
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		put_server(x, v[i].name, v[i].address, i == 0 ? "http://ca.home.cell/ca/crl.der" : NULL);
		lab_passes(x, OPENSSL);
		lab_passes(x, CERTTOOL);
	}
}

/* A stolen key of the intermediate is good for nothing else: the constraints refuse it. */
static void
foreign_names_are_refused(void **state)
{
	static const struct { const char *name, *address; } v[] = {
		{ "bank.example", NULL }, { "cell", NULL }, { "ahome.cell", NULL }, { "*.cell", NULL }, { NULL, "8.8.8.8" },
		{ "home.cell", "2001:db8::1" }, { NULL, "169.254.1.1" },
	};
	struct lab *x = *state;
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		put_server(x, v[i].name, v[i].address, NULL);
		lab_fails(x, OPENSSL, "permitted subtree violation");
		lab_fails(x, CERTTOOL, "violates the signer's constraints");
	}
}

/* Nor does it make further authorities, and the root's does not sign servers in its name. */
static void
depth_is_bounded(void **state)
{
	struct lab *x = *state;
	struct ca_cert_plan p = lab_plan(x, CA_INTERMEDIATE, "evil", 10), s = lab_plan(x, CA_SERVER, "home.cell", 10);
	const char *name = "home.cell";
	struct ca_cert evil, server;
	struct ca_issuer by;

	s.names = &name;
	s.nnames = 1;
	assert_int_equal(ca_cert_make(&p, &x->by_intermediate, &evil, NULL), 0);
	by = (struct ca_issuer){ "evil", evil.key };
	assert_int_equal(ca_cert_make(&s, &by, &server, NULL), 0);
	lab_put_cert(x, "server.pem", &server);
	lab_put_cert(x, "evil.pem", &evil);
	lab_passes(x, "cat evil.pem >> ca.pem");
	lab_fails(x, OPENSSL, "path length constraint exceeded");
	ca_cert_clear(&evil);
	ca_cert_clear(&server);
}

static void
authorities_say(void **state)
{
	struct lab *x = *state;
	char root_end[64], ca_end[64];
	const char *const root[] = { "Issuer: CN = home root 1A2B3C", "Subject: CN = home root 1A2B3C", "CA:TRUE, pathlen:1",
	    "X509v3 Key Usage: critical\n                Certificate Sign\n", "Subject Key Identifier", root_end };
	const char *const ca[] = { "Issuer: CN = home root 1A2B3C", "Subject: CN = home CA 4D5E6F", "CA:TRUE, pathlen:0",
	    "Certificate Sign, CRL Sign\n", "TLS Web Server Authentication", "Authority Key Identifier", ca_end };

	(void)lab_date(x->now + CA_ROOT_DAYS * (int64_t)CA_DAY_S, root_end);
	(void)lab_date(x->now + CA_INTERMEDIATE_DAYS * (int64_t)CA_DAY_S, ca_end);
	lab_says(x, "openssl x509 -in root.pem -noout -text", root, sizeof(root) / sizeof(root[0]));
	lab_says(x, "openssl x509 -in ca.pem -noout -text", ca, sizeof(ca) / sizeof(ca[0]));
	put_server(x, "home.cell", NULL, "http://ca.home.cell/ca/crl.der");
	lab_passes(x, "openssl x509 -in server.pem -noout -text");
	assert_non_null(strstr(x->out, "URI:http://ca.home.cell/ca/crl.der"));
}

/* A renewed root has its name and key: what it signed before holds under it, and under the earlier one. */
static void
a_root_is_renewed(void **state)
{
	struct lab *x = *state;
	struct ca_cert_plan p = lab_plan(x, CA_ROOT, "home root 1A2B3C", 2 * CA_ROOT_DAYS);
	struct ca_cert again;

	put_server(x, "home.cell", NULL, NULL);
	assert_int_equal(ca_cert_for_key(&p, NULL, x->root.key, &again, NULL), 0);
	lab_passes(x, OPENSSL);
	lab_put_cert(x, "root.pem", &again);
	lab_passes(x, OPENSSL);
	lab_passes(x, CERTTOOL);
	ca_cert_clear(&again);
}

/* A key that somebody else has: only its public half goes in, and none of ours comes out. */
static void
for_a_public_key(void **state)
{
	static const uint8_t none[P256_KEY];
	struct lab *x = *state;
	struct ca_cert_plan p = lab_plan(x, CA_SERVER, "home.cell", 90);
	uint8_t key[P256_KEY], point[P256_POINT], der[P256_DER_MAX];
	struct ca_cert c;
	struct wr w;

	assert_true(p256_new(key) && p256_public(key, point));
	wr_init(&w, der, sizeof(der));
	ca_public_write(&w, point);
	assert_int_equal(ca_cert_for_public(&p, &x->by_intermediate, &(struct ca_public){ der, wr_len(&w), point, P256_POINT },
	    &c, NULL), 0);
	assert_memory_equal(c.key, none, P256_KEY);
	assert_in_range(c.serial[0], 0x40, 0x7f);
	lab_put_cert(x, "server.pem", &c);
	wr_init(&w, der, sizeof(der));
	p256_write(&w, key, point);
	assert_true(wr_ok(&w));
	lab_put_pem(x, "key.pem", "PRIVATE KEY", der, wr_len(&w));
	lab_passes(x, "openssl pkey -in key.pem -check -noout && openssl x509 -in server.pem -pubkey -noout > a && "
	    "openssl pkey -in key.pem -pubout > b && cmp a b");
	ca_cert_clear(&c);
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
		cmocka_unit_test_setup_teardown(chain_holds, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(foreign_names_are_refused, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(depth_is_bounded, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(authorities_say, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(a_root_is_renewed, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(for_a_public_key, lab_setup, lab_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
