/* src/ca/crl.c, read by openssl and certtool: TLS-9. */
#include "lab.h"

#include "ca/crl.h"

static void
put_crl(const struct lab *x, const struct ca_revoked *r, size_t n)
{
	const struct ca_crl_plan p = { x->by_intermediate, 0x1ff, x->now - 3600, x->now + CA_CRL_DAYS * CA_DAY_S, r, n };
	uint8_t *der;
	size_t len;

	assert_int_equal(ca_crl_make(&p, &der, &len, NULL), 0);
	lab_put_pem(x, "crl.pem", "X509 CRL", der, len);
	free(der);
}

static void
put_server(const struct lab *x, struct ca_cert *c)
{
	static const char *const names[] = { "home.cell" };
	struct ca_cert_plan p = lab_plan(x, CA_SERVER, "home.cell", 90);

	p.names = names;
	p.nnames = 1;
	assert_int_equal(ca_cert_make(&p, &x->by_intermediate, c, NULL), 0);
	lab_put_cert(x, "server.pem", c);
}

#define VERIFY "openssl verify -x509_strict -crl_check -CAfile root.pem -untrusted ca.pem -CRLfile crl.pem server.pem"

static void
revoked_is_refused(void **state)
{
	struct lab *x = *state;
	struct ca_revoked r[2] = { { .at_s = x->now, .reason = CA_KEY_COMPROMISE }, { .at_s = x->now - 5 } };
	struct ca_cert a, b;

	put_server(x, &b);
	put_server(x, &a);
	put_crl(x, NULL, 0);
	lab_passes(x, VERIFY);
	memcpy(r[0].serial, b.serial, CA_SERIAL);
	memset(r[1].serial, 0x41, CA_SERIAL);
	put_crl(x, r, 2);
	lab_passes(x, VERIFY);	/* the other one's serial */
	memcpy(r[0].serial, a.serial, CA_SERIAL);
	put_crl(x, r, 2);
	lab_fails(x, VERIFY, "certificate revoked");
	ca_cert_clear(&a);
	ca_cert_clear(&b);
}

static void
what_it_says(void **state)
{
	struct lab *x = *state;
	char date[64];
	const char *const want[] = { "Version 2 (0x1)", "Issuer: CN = home CA 4D5E6F", "X509v3 CRL Number", "511",
	    "X509v3 Authority Key Identifier", "Key Compromise", "42424242424242424242424242424242", date };
	struct ca_revoked r = { .at_s = x->now, .reason = CA_KEY_COMPROMISE };

	(void)lab_date(x->now + CA_CRL_DAYS * CA_DAY_S, date);
	memset(r.serial, 0x42, CA_SERIAL);
	put_crl(x, &r, 1);
	lab_says(x, "openssl crl -in crl.pem -noout -text -CAfile ca.pem", want, sizeof(want) / sizeof(want[0]));
	assert_non_null(strstr(x->out, "verify OK"));
	put_crl(x, NULL, 0);
	lab_passes(x, "openssl crl -in crl.pem -noout -text -CAfile ca.pem");
	assert_non_null(strstr(x->out, "No Revoked Certificates"));
}

/* As many as may be revoked fit. */
static void
many(void **state)
{
	static struct ca_revoked r[CA_REVOKED_MAX];
	struct lab *x = *state;
	size_t i;

	for (i = 0; i < CA_REVOKED_MAX; i++) {
		memset(r[i].serial, 0x55, CA_SERIAL);
		r[i].serial[1] = (uint8_t)(i >> 8);
		r[i].serial[2] = (uint8_t)i;
		r[i].at_s = x->now;
		r[i].reason = CA_SUPERSEDED;
	}
	put_crl(x, r, CA_REVOKED_MAX);
	lab_passes(x, "test $(openssl crl -in crl.pem -noout -text | grep -c Superseded) = 1024");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(revoked_is_refused, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(what_it_says, lab_setup, lab_teardown),
		cmocka_unit_test_setup_teardown(many, lab_setup, lab_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
