/* src/ca/rsa.c, and requests for such keys in request.c: openssl and our own reader take them. */
#include "lab.h"

#include "base/rd.h"
#include "base/wr.h"
#include "ca/request.h"
#include "ca/rsa.h"

/* The key is one, the request is for it, and signed by it. */
static void
key_and_request(void **state)
{
	static struct ca_request in, out;
	struct lab *x = *state;
	uint8_t key[CA_RSA_DER_MAX], buf[CA_REQUEST_MAX];
	size_t n = ca_rsa_new(key);
	struct wr w;
	struct rd r;

	assert_true(n > 1000);
	in.nnames = 2;
	in.names[0] = STR("home.example");
	in.names[1] = STR("*.home.example");
	wr_init(&w, buf, sizeof(buf));
	assert_true(ca_request_write_rsa(&w, key, n, &in));
	rd_init(&r, buf, wr_len(&w));
	assert_int_equal(ca_request_read(&r, &out, NULL), 0);
	assert_true(out.nnames == 2 && str_eq(out.names[1], in.names[1]));
	lab_put_pem(x, "key.pem", "RSA PRIVATE KEY", key, n);
	lab_put_pem(x, "own.pem", "CERTIFICATE REQUEST", buf, wr_len(&w));
	lab_passes(x, "openssl rsa -in key.pem -check -noout -text");
	assert_non_null(strstr(x->out, "Private-Key: (2048 bit"));
	assert_non_null(strstr(x->out, "RSA key ok"));
	lab_passes(x, "openssl req -in own.pem -noout -verify -text && openssl req -in own.pem -noout -pubkey > a && "
	    "openssl pkey -in key.pem -pubout > b && cmp a b");
}

/* What is no such key makes no request. */
static void
no_key(void **state)
{
	static struct ca_request in;
	uint8_t key[CA_RSA_DER_MAX], buf[CA_REQUEST_MAX], sig[CA_RSA_SIGNATURE];
	size_t n = ca_rsa_new(key), i;
	struct wr w;

	(void)state;
	for (i = 0; i < n; i += 7) {
		wr_init(&w, buf, sizeof(buf));
		assert_false(ca_request_write_rsa(&w, key, i, &in));
	}
	assert_false(ca_rsa_sign(key, n - 1, "x", 1, sig));
	wr_init(&w, buf, 300);	/* too small for it */
	assert_false(ca_request_write_rsa(&w, key, n, &in));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(key_and_request, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(no_key, lab_setup, lab_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
