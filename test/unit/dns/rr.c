/* Records in messages: compression both ways, and attacks with it (DNL-6, LIM-4). */
#include "dns/rr.c"

#include "cell.h"

static size_t
expand(const uint8_t *msg, size_t n, size_t at, uint8_t out[DNS_NAME_MAX])
{
	uint8_t *exact = malloc(n);
	struct rd r;
	size_t len;
	bool ok;

	assert_non_null(exact);
	memcpy(exact, msg, n);
	rd_init(&r, exact, n);
	rd_seek(&r, at);
	ok = dns_rr_name(&r, out, &len);
	assert_true(ok || !rd_ok(&r));
	free(exact);
	return ok ? len : 0;
}

static void
test_pointers(void **state)
{
	static const uint8_t msg[] = { 1, 'a', 0, 1, 'b', 0xc0, 0, 1, 'c', 0xc0, 3, 0xc0, 11, 0xc0, 20, 3, 'x' };
	uint8_t out[DNS_NAME_MAX];

	(void)state;
	assert_int_equal(expand(msg, sizeof(msg), 0, out), 3);
	assert_int_equal(expand(msg, sizeof(msg), 3, out), 5);
	assert_int_equal(expand(msg, sizeof(msg), 7, out), 7);
	assert_memory_equal(out, "\1c\1b\1a", 7);
	assert_int_equal(expand(msg, sizeof(msg), 11, out), 0);	/* at itself */
	assert_int_equal(expand(msg, sizeof(msg), 13, out), 0);	/* forwards, past the end */
	assert_int_equal(expand(msg, sizeof(msg), 15, out), 0);	/* cut off */
}

/* A chain of pointers as long as a message: refused after a few steps. */
static void
test_pointer_chain(void **state)
{
	uint8_t msg[4096], out[DNS_NAME_MAX];
	size_t i;

	(void)state;
	msg[0] = 0;
	for (i = 1; i + 1 < sizeof(msg); i += 2) {
		msg[i] = (uint8_t)(0xc0 | (i < 3 ? 0 : i - 2) >> 8);
		msg[i + 1] = (uint8_t)(i < 3 ? 0 : i - 2);
	}
	assert_int_equal(expand(msg, sizeof(msg), 21, out), 1);
	assert_int_equal(expand(msg, sizeof(msg), 4001, out), 0);
}

/* A name that grows by every pointer to more than 255 octets. */
static void
test_too_long(void **state)
{
	uint8_t msg[600] = { 0 }, out[DNS_NAME_MAX];
	size_t at = 1, last = 0, i;

	(void)state;
	for (i = 0; i < 5; i++) {
		msg[at] = 63;
		memset(msg + at + 1, 'a', 63);
		msg[at + 64] = (uint8_t)(0xc0 | last >> 8);
		msg[at + 65] = (uint8_t)last;
		last = at;
		at += 66;
		if (i < 3)
			assert_int_equal(expand(msg, sizeof(msg), last, out), 1 + 64 * (i + 1));
		else
			assert_int_equal(expand(msg, sizeof(msg), last, out), 0);
	}
}

static void
put_name(struct dns_pack *p, const char *text)
{
	uint8_t name[DNS_NAME_ROOM];
	size_t n = cell_name(text, name);

	dns_pack_name(p, name, n);
}

/* What is compressed comes out as it went in, and is shorter. */
static void
test_pack(void **state)
{
	static const char *const names[] = { "a.example.org", "b.example.org", "example.org", "org", "a.example.org",
	    "www.a.example.org", ".", "example.net", "x.example.net" };
	uint8_t buf[512], name[DNS_NAME_ROOM], want[DNS_NAME_ROOM];
	struct dns_pack p;
	struct wr w;
	struct rd r;
	size_t i, n, plain = 0;

	(void)state;
	wr_init(&w, buf, sizeof(buf));
	dns_pack_init(&p, &w, true);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		put_name(&p, names[i]);
		plain += cell_name(names[i], want);
	}
	assert_true(wr_ok(&w));
	assert_true(wr_len(&w) < plain / 2 + 10);
	rd_init(&r, buf, wr_len(&w));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_true(dns_rr_name(&r, name, &n));
		assert_int_equal(n, cell_name(names[i], want));
		assert_memory_equal(name, want, n);
	}
	assert_int_equal(rd_left(&r), 0);
}

/* Data with names from one message to another, type by type; ldns compares. */
static void
test_rdata(void **state)
{
	static const char *const lines[] = {
		"x.example.org. 60 IN NS ns.example.org.", "x.example.org. 60 IN MX 10 mail.example.org.",
		"x.example.org. 60 IN SOA ns.example.org. root.example.org. 1 2 3 4 5",
		"x.example.org. 60 IN SRV 1 2 3 srv.example.org.", "x.example.org. 60 IN TXT \"a\" \"b\"",
		"x.example.org. 60 IN NAPTR 1 2 \"U\" \"E2U\" \"!a!b!\" next.example.org.",
		"x.example.org. 60 IN RP a.example.org. b.example.org.", "x.example.org. 60 IN DNAME y.example.org.",
		"x.example.org. 60 IN AAAA fd00::1", "x.example.org. 60 IN CAA 0 issue \"ca.example\"",
		"x.example.org. 60 IN RRSIG A 8 2 60 20300101000000 20200101000000 1 example.org. YWJj",
		"x.example.org. 60 IN NSEC y.example.org. A RRSIG", "x.example.org. 60 IN TYPE65280 \\# 3 010203",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		ldns_pkt *pkt = ldns_pkt_new(), *again = NULL;
		ldns_rr *rr = NULL;
		uint8_t *wire = NULL, out[512] = { 0 };
		char *a, *b;
		struct dns_pack p;
		struct dns_rr got;
		struct wr w;
		struct rd r;
		size_t n = 0;

		assert_int_equal(ldns_rr_new_frm_str(&rr, lines[i], 60, NULL, NULL), LDNS_STATUS_OK);
		assert_true(ldns_pkt_push_rr(pkt, LDNS_SECTION_ANSWER, rr));
		assert_int_equal(ldns_pkt2wire(&wire, pkt, &n), LDNS_STATUS_OK);
		rd_init(&r, wire, n);
		rd_seek(&r, DNS_HEADER);
		assert_true(dns_rr_read(&r, &got));
		wr_init(&w, out, sizeof(out));
		(void)wr_room(&w, DNS_HEADER);
		out[7] = 1;
		dns_pack_init(&p, &w, true);
		assert_int_equal(dns_pack_head(&p, got.name, got.namelen, got.type, 60), DNS_HEADER + got.namelen + 4);
		assert_true(dns_pack_rdata(&p, &r, got.type, got.rdata, got.rdlen));
		assert_int_equal(ldns_wire2pkt(&again, out, wr_len(&w)), LDNS_STATUS_OK);
		a = ldns_rr2str(ldns_rr_list_rr(ldns_pkt_answer(pkt), 0));
		b = ldns_rr2str(ldns_rr_list_rr(ldns_pkt_answer(again), 0));
		assert_string_equal(a, b);
		free(a);
		free(b);
		free(wire);
		ldns_pkt_free(pkt);
		ldns_pkt_free(again);
	}
}

/* Names in data that run past their record, or are cut off. */
static void
test_bad_rdata(void **state)
{
	static const uint8_t msg[] = { 3, 'a', 'b', 'c', 0, 0, 10, 1 };
	uint8_t out[64];
	struct dns_pack p;
	struct rd r;
	struct wr w;

	(void)state;
	rd_init(&r, msg, sizeof(msg));
	wr_init(&w, out, sizeof(out));
	dns_pack_init(&p, &w, true);
	assert_false(dns_pack_rdata(&p, &r, DNS_NS, 0, 4));
	wr_init(&w, out, sizeof(out));
	assert_false(dns_pack_rdata(&p, &r, DNS_MX, 5, 2));
	wr_init(&w, out, sizeof(out));
	assert_false(dns_pack_rdata(&p, &r, 35, 0, 5));
	wr_init(&w, out, sizeof(out));
	assert_true(dns_pack_rdata(&p, &r, DNS_NS, 0, 5));
	wr_init(&w, out, 4);
	assert_false(dns_pack_rdata(&p, &r, DNS_TXT, 0, 5));	/* no room */
}

/* What signatures are made of (RFC 4034 6.2, 6840 5.1): the signer's name in lower case, the next name in NSEC as it is. */
static void
test_lower(void **state)
{
	uint8_t mx[] = { 0, 1, 1, 'A', 0 }, nsec[] = { 1, 'A', 0, 0, 1, 0x40 }, sig[21] = { [18] = 1, 'A', 0 };

	(void)state;
	assert_true(dns_rr_lower(DNS_MX, mx, sizeof(mx)) && mx[3] == 'a');
	assert_true(dns_rr_lower(DNS_NSEC, nsec, sizeof(nsec)) && nsec[1] == 'A');
	assert_true(dns_rr_lower(DNS_RRSIG, sig, sizeof(sig)) && sig[19] == 'a');
	assert_false(dns_rr_lower(DNS_NSEC, nsec, 2));
	assert_false(dns_rr_lower(DNS_MX, mx, 4));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pointers), cmocka_unit_test(test_pointer_chain), cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_pack), cmocka_unit_test(test_rdata), cmocka_unit_test(test_bad_rdata),
		cmocka_unit_test(test_lower),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
