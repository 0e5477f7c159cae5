/* src/ca/request.c: TLS-9; requests of openssl and our own, and what is none. */
#include "lab.h"

#include "base/rd.h"
#include "base/wr.h"
#include "ca/request.h"

static struct ca_request q;

static uint8_t *
slurp(struct lab *x, size_t *n)
{
	uint8_t *der = pem_read(str_of(x->out), "CERTIFICATE REQUEST", n, NULL);

	assert_non_null(der);
	return der;
}

/* x->out holds a request in PEM. */
static int
read_out(struct lab *x, struct err *e)
{
	size_t n;
	static uint8_t *der;
	struct rd r;

	free(der);
	der = slurp(x, &n);
	rd_init(&r, der, n);
	return ca_request_read(&r, &q, e);
}

#define REQ "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -subj /CN=nas "

static void
of_openssl(void **state)
{
	struct lab *x = *state;
	struct err e;

	lab_passes(x, REQ "-addext subjectAltName=DNS:nas.home.cell,DNS:*.nas.home.cell,IP:192.168.1.9,IP:fd00::9 "
	    "-addext keyUsage=critical,digitalSignature 2>/dev/null");
	if (read_out(x, &e) < 0)
		fail_msg("%s", e.detail);
	assert_int_equal(q.nnames, 2);
	assert_true(str_eqz(q.names[0], "nas.home.cell") && str_eqz(q.names[1], "*.nas.home.cell"));
	assert_int_equal(q.naddrs, 2);
	assert_int_equal(q.addrs[1].len, 16);
	lab_passes(x, REQ "2>/dev/null");
	assert_int_equal(read_out(x, NULL), 0);
	assert_int_equal(q.nnames + q.naddrs, 0);
}

static void
refused(void **state)
{
	static const struct { const char *command, *why; } v[] = {
		{ "openssl req -new -newkey rsa:1024 -nodes -keyout key.pem -subj /CN=x 2>/dev/null", "2048" },
		{ "openssl req -new -newkey rsa:2048 -sha384 -nodes -keyout key.pem -subj /CN=x 2>/dev/null", "SHA-256" },
		{ "openssl req -new -newkey ed25519 -nodes -keyout key.pem -subj /CN=x 2>/dev/null", "P-256" },
		{ "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout k -subj /CN=x 2>/dev/null", "P-256" },
		{ REQ "-sha384 2>/dev/null", "SHA-256" },
		{ REQ "-addext subjectAltName=email:a@home.cell 2>/dev/null", "DNS names" },
		{ REQ "-addext subjectAltName=DNS:a..b 2>/dev/null", "DNS names" },
	};
	struct lab *x = *state;
	struct err e;
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		lab_passes(x, v[i].command);
		assert_int_equal(read_out(x, &e), -22);
		if (strstr(e.detail, v[i].why) == NULL)
			fail_msg("%s: %s", v[i].command, e.detail);
	}
}

/* Printers and the like have RSA keys: certified as they are. */
static void
of_rsa(void **state)
{
	struct lab *x = *state;
	struct ca_cert_plan p = lab_plan(x, CA_SERVER, "printer.home.cell", 90);
	static const char *const name[] = { "printer.home.cell" };
	static const char *const bits[] = { "2048", "4096" };
	char command[256];
	struct ca_cert c;
	struct err e;
	size_t i;

	p.names = name;
	p.nnames = 1;
	for (i = 0; i < 2; i++) {
		snprintf(command, sizeof(command), "openssl req -new -newkey rsa:%s -nodes -keyout key.pem -subj /CN=x 2>/dev/null",
		    bits[i]);
		lab_passes(x, command);
		if (read_out(x, &e) < 0)
			fail_msg("%s", e.detail);
		assert_int_equal(ca_cert_for_public(&p, &x->by_intermediate, &q.key, &c, NULL), 0);
		lab_put_cert(x, "server.pem", &c);
		ca_cert_clear(&c);
		lab_passes(x, "openssl verify -x509_strict -purpose sslserver -CAfile root.pem -untrusted ca.pem server.pem && "
		    "openssl x509 -in server.pem -noout -pubkey > a && openssl pkey -in key.pem -pubout > b && cmp a b");
	}
}

/* Round trip, and openssl reads ours. */
static void
our_own(void **state)
{
	static struct ca_request in;
	struct lab *x = *state;
	uint8_t buf[CA_REQUEST_MAX], key[P256_KEY], point[P256_POINT];
	struct wr w;
	struct rd r;

	assert_true(p256_new(key) && p256_public(key, point));
	memset(&in, 0, sizeof(in));
	in.nnames = 2;
	in.names[0] = STR("home.cell");
	in.names[1] = STR("*.home.cell");
	in.naddrs = 1;
	assert_true(addr_read(STR("10.0.0.1"), &in.addrs[0]));
	wr_init(&w, buf, sizeof(buf));
	assert_true(ca_request_write(&w, key, &in));
	rd_init(&r, buf, wr_len(&w));
	assert_int_equal(ca_request_read(&r, &q, NULL), 0);
	assert_int_equal(q.key.nbits, P256_POINT);
	assert_memory_equal(q.key.bits, point, P256_POINT);
	assert_int_equal(q.nnames, 2);
	assert_true(str_eq(q.names[1], in.names[1]) && addr_eq(&q.addrs[0], &in.addrs[0]));
	lab_put_pem(x, "own.pem", "CERTIFICATE REQUEST", buf, wr_len(&w));
	lab_passes(x, "openssl req -in own.pem -noout -verify -text");
	assert_non_null(strstr(x->out, "DNS:home.cell, DNS:*.home.cell, IP Address:10.0.0.1"));
}

/* Every truncation, every byte more, every changed byte: refused, as the signature covers all that is read. */
static void
damaged(void **state)
{
	static struct ca_request in;
	uint8_t buf[1024], key[P256_KEY];
	struct wr w;
	struct rd r;
	size_t n, i;

	(void)state;
	assert_true(p256_new(key));
	in.nnames = 1;
	in.names[0] = STR("home.cell");
	wr_init(&w, buf, sizeof(buf));
	assert_true(ca_request_write(&w, key, &in));
	n = wr_len(&w);
	for (i = 0; i < n; i++) {
		rd_init(&r, buf, i);
		assert_int_not_equal(ca_request_read(&r, &q, NULL), 0);
	}
	rd_init(&r, buf, n + 1);
	assert_int_not_equal(ca_request_read(&r, &q, NULL), 0);
	for (i = 0; i < n; i++) {
		buf[i] ^= 1;
		rd_init(&r, buf, n);
		assert_int_not_equal(ca_request_read(&r, &q, NULL), 0);
		buf[i] ^= 1;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(of_openssl, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(refused, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(of_rsa, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(our_own, lab_setup, lab_teardown),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
