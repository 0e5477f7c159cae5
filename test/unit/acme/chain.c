/* src/acme/chain.c: chains that openssl makes, as authorities send them and as none may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "acme/chain.h"
#include "acme/job_order.h"
#include "base/err.h"
#include "base/pem.h"

enum { TEXT_MAX = 64 << 10 };

struct lab {
	char dir[32], text[TEXT_MAX];
	uint8_t *csr;
	struct acme_chain_want want;
	struct acme_chain got;
	struct err e;
};

static const char *const names[] = { "home.example.org", "*.home.example.org" };

/* A shell with what makes chains at hand: ca NAME KEY-OPTIONS BY, leaf NAME CSR BY DAYS OPENSSL-OPTIONS. */
static const char shell[] =
    "set -e; cd %s\n"
    "ca() { n=$1 by=$3; openssl genpkey $2 -out $n.key; openssl req -new -key $n.key -subj /CN=$n -out $n.csr\n"
    "  printf 'basicConstraints=critical,CA:TRUE\\nsubjectKeyIdentifier=hash\\n' > ca.ext\n"
    "  by=\"-CA $by.pem -CAkey $by.key -CAcreateserial\"; [ $3 != self ] || by=\"-signkey $n.key\"\n"
    "  openssl x509 -req -in $n.csr $by -days 800 -extfile ca.ext -out $n.pem; }\n"
    "leaf() { n=$1 csr=$2 by=$3 days=$4 san=$5; shift 5\n"
    "  printf \"subjectAltName=$san\\nauthorityKeyIdentifier=keyid\\nbasicConstraints=CA:FALSE\\n\" > leaf.ext\n"
    "  openssl x509 -req -in $csr.csr -CA $by.pem -CAkey $by.key -CAcreateserial -days $days -extfile leaf.ext \\\n"
    "    -out $n.pem \"$@\"; }\n"
    "EC='-algorithm EC -pkeyopt ec_paramgen_curve:P-256' EC3='-algorithm EC -pkeyopt ec_paramgen_curve:P-384'\n"
    "RSA='-algorithm RSA -pkeyopt rsa_keygen_bits:2048'\n"
    "SAN='DNS:home.example.org,DNS:*.home.example.org'\n"
    "{ %s\n} > log 2>&1 || { cat log; exit 1; }\n"
    "cat out";

static void
make(struct lab *x, const char *script)
{
	char command[4096];
	size_t n;
	FILE *f;

	snprintf(command, sizeof(command), shell, x->dir, script);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(x->text, 1, TEXT_MAX - 1, f);
	x->text[n] = '\0';
	if (pclose(f) != 0)
		fail_msg("%s:\n%s", script, x->text);
}

static int
read_chain(struct lab *x)
{
	acme_chain_clear(&x->got);
	err_clear(&x->e);
	return acme_chain_read(str_of(x->text), &x->want, &x->got, &x->e);
}

static void
good(struct lab *x, const char *script)
{
	make(x, script);
	if (read_chain(x) < 0)
		fail_msg("%s: %s", script, x->e.detail);
}

static void
bad(struct lab *x, const char *script, const char *why)
{
	make(x, script);
	assert_true(read_chain(x) < 0);
	assert_int_equal(x->e.kind, ERR_REMOTE);
	assert_null(x->got.pem);
	if (strstr(x->e.detail, why) == NULL)
		fail_msg("%s: %s", script, x->e.detail);
}

static int
setup(void **state)
{
	struct lab *x = calloc(1, sizeof(*x));
	size_t n;

	snprintf(x->dir, sizeof(x->dir), "/tmp/pic-unit-acme-XXXXXX");
	assert_non_null(mkdtemp(x->dir));
	make(x, "ca root \"$RSA\" self; ca x3 \"$EC3\" root; ca x2 \"$EC\" root; ca r3 \"$RSA\" root; ca other \"$EC\" self\n"
	    "cp x3.csr notours.csr; openssl genpkey $EC -out own.key; openssl req -new -key own.key -subj / -out own.csr\n"
	    "leaf l own x3 90 $SAN -sha384; cp own.csr out");
	x->csr = pem_read(str_of(x->text), "CERTIFICATE REQUEST", &n, NULL);
	assert_non_null(x->csr);
	assert_true(acme_request_key(x->csr, n, &x->want.key));
	assert_false(acme_request_key(x->csr, n - 1, &(struct x509_bytes){ 0 }));
	x->want.names = names;
	x->want.nnames = 2;
	x->want.now = time(NULL);
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *x = *state;
	char command[64];

	acme_chain_clear(&x->got);
	free(x->csr);
	snprintf(command, sizeof(command), "rm -rf %s", x->dir);
	assert_int_equal(system(command), 0);
	free(x);
	return 0;
}

/* Every pair of key and hash that authorities use today. */
static void
test_chains_of_authorities(void **state)
{
	struct lab *x = *state;

	good(x, "cat l.pem x3.pem > out");
	assert_in_range(x->got.not_after, x->want.now + 89 * 86400, x->want.now + 90 * 86400);
	assert_in_range(x->got.not_before, x->want.now - 600, x->want.now + 600);
	assert_non_null(strchr(x->got.id, '.'));
	good(x, "cat l.pem x3.pem root.pem > out");
	good(x, "leaf k own x2 90 $SAN -sha256; cat k.pem x2.pem > out");
	good(x, "leaf k own r3 90 $SAN -sha256; cat k.pem r3.pem > out");
	good(x, "leaf k own r3 90 $SAN -sha384; cat k.pem r3.pem > out");
	good(x, "leaf k own r3 90 $SAN -sha512; cat k.pem r3.pem > out");
	good(x, "leaf k own x3 90 $SAN -sha512; cat k.pem x3.pem > out");
	good(x, "leaf k own x3 90 DNS:*.HOME.example.org,DNS:home.example.org -sha384; cat k.pem x3.pem > out");
	good(x, "cat l.pem > out");
}

/* What goes on is written anew: nothing that stood around the certificates. */
static void
test_nothing_else_goes_on(void **state)
{
	struct lab *x = *state;

	good(x, "openssl x509 -in l.pem -text > out; echo '<script>' >> out; cat x3.pem >> out");
	assert_null(strstr(x->got.pem, "script"));
	assert_null(strstr(x->got.pem, "Issuer"));
	make(x, "cat l.pem x3.pem > out");
	assert_string_equal(x->got.pem, x->text);
	bad(x, "cat l.pem own.key x3.pem > out", "something else");
	bad(x, "cat own.key l.pem x3.pem > out", "something else");
	bad(x, "cat l.pem x3.pem own.csr > out", "something else");
	bad(x, "echo '<html>' > out", "something else");
	bad(x, ": > out", "something else");
	bad(x, "sed 's/^M[A-Z]/!!/' l.pem > out", "something else");
	bad(x, "for i in 1 2 3 4 5 6 7 8; do cat x3.pem; done > out; cat l.pem >> out", "more than 8");
	bad(x, "cat l.pem x3.pem > out; head -c 60000 /dev/zero | tr '\\0' '\\n' >> out", "too long");
}

static void
test_not_what_was_ordered(void **state)
{
	struct lab *x = *state;

	bad(x, "leaf k notours x3 90 $SAN; cat k.pem x3.pem > out", "another key");
	bad(x, "leaf k own x3 90 DNS:home.example.org; cat k.pem x3.pem > out", "does not name *.home.example.org");
	bad(x, "leaf k own x3 90 $SAN,DNS:bank.example; cat k.pem x3.pem > out", "more than was ordered");
	bad(x, "leaf k own x3 90 $SAN,IP:192.0.2.1; cat k.pem x3.pem > out", "more than was ordered");
	bad(x, "leaf k own x3 90 $SAN,email:a@b.example; cat k.pem x3.pem > out", "more than was ordered");
	bad(x, "cat x3.pem > out", "another key");
}

static void
test_dates(void **state)
{
	struct lab *x = *state;
	const int64_t now = x->want.now;

	make(x, "cat l.pem x3.pem > out");
	x->want.now = now + 91 * 86400;
	assert_true(read_chain(x) < 0);
	assert_non_null(strstr(x->e.detail, "over already"));
	x->want.now = now - 2 * 3600;
	assert_true(read_chain(x) < 0);
	assert_non_null(strstr(x->e.detail, "not valid yet"));
	x->want.now = now - 1800;	/* our clock may be behind by a little */
	assert_int_equal(read_chain(x), 0);
}

static void
test_links_that_do_not_hold(void **state)
{
	struct lab *x = *state;

	bad(x, "cat l.pem r3.pem > out", "not signed by the next");
	bad(x, "cat l.pem root.pem x3.pem > out", "not signed by the next");
	bad(x, "cat l.pem x3.pem other.pem > out", "certificate 2");
	/* an impostor of the same name, with another key */
	bad(x, "mkdir k; cp x3.* k; ca x3 \"$EC3\" root; cat l.pem x3.pem > out; cp k/* .",
	    "not signed by the next");
	/* a server certificate is no authority */
	bad(x, "leaf mid notours r3 90 $SAN; cp x3.key mid.key; leaf k own mid 90 $SAN; cat k.pem mid.pem > out",
	    "not signed by the next");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_chains_of_authorities, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_else_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_what_was_ordered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dates, setup, teardown),
		cmocka_unit_test_setup_teardown(test_links_that_do_not_hold, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
