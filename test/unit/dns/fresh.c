/* How long an answer may be kept (RFC 8484 5.1, RFC 2308 5). */
#include "dns/fresh.h"

#include "cell.h"
#include "dns/wire.h"

/* An answer from records in text; authority from soa on. */
static size_t
make(uint8_t out[512], unsigned flags, const char *const *records, size_t n, size_t authority)
{
	ldns_pkt *p = ldns_pkt_query_new(ldns_dname_new_frm_str("www.example."), LDNS_RR_TYPE_A, LDNS_RR_CLASS_IN, 0);
	uint8_t *wire;
	size_t i, len;
	ldns_rr *rr;

	for (i = 0; i < n; i++) {
		assert_int_equal(ldns_rr_new_frm_str(&rr, records[i], 0, NULL, NULL), LDNS_STATUS_OK);
		assert_true(ldns_pkt_push_rr(p, i < authority ? LDNS_SECTION_ANSWER : LDNS_SECTION_AUTHORITY, rr));
	}
	assert_int_equal(ldns_pkt2wire(&wire, p, &len), LDNS_STATUS_OK);
	assert_true(len <= 512);
	memcpy(out, wire, len);
	dns_put16(out + 2, flags);
	LDNS_FREE(wire);
	ldns_pkt_free(p);
	return len;
}

static void
test_ages(void **state)
{
	static const char *const two[] = { "www.example. 300 IN CNAME a.example.", "a.example. 60 IN A 192.0.2.1",
	    "example. 5 IN NS ns.example." };
	static const char *const none[] = { "example. 900 IN SOA ns. host. 1 2 3 4 77" };
	static const char *const short_soa[] = { "example. 30 IN SOA ns. host. 1 2 3 4 77" };
	uint8_t msg[512];
	size_t n, i;

	(void)state;
	n = make(msg, 0x8180, two, 3, 2);
	assert_int_equal(dns_fresh_s(msg, n), 60);
	for (i = 0; i < n - 18; i++)			/* cut before the last answer's end */
		assert_int_equal(dns_fresh_s(msg, i), 0);
	n = make(msg, 0x8380, two, 3, 2);
	assert_int_equal(dns_fresh_s(msg, n), 0);	/* TC */
	n = make(msg, 0x8182, two, 3, 2);
	assert_int_equal(dns_fresh_s(msg, n), 0);	/* SERVFAIL */
	n = make(msg, 0x8183, none, 1, 0);
	assert_int_equal(dns_fresh_s(msg, n), 77);
	n = make(msg, 0x8180, short_soa, 1, 0);
	assert_int_equal(dns_fresh_s(msg, n), 30);
	n = make(msg, 0x8180, NULL, 0, 0);
	assert_int_equal(dns_fresh_s(msg, n), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_ages) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
