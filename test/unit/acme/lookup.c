/* src/acme/lookup.c: answers of name servers (RFC 1035 4.1), by hand. That real ones are found and asked, test/system/acme
 * shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "acme/lookup.h"
#include "base/wr.h"
#include "io/resolve.h"

#define RECORD "_acme-challenge.home.example.org"

enum { QR = 0x8000, AA = 0x0400, TC = 0x0200, A = 1, CNAME = 5, IN = 1, QNAME = 0xc00c };

struct message {
	uint8_t q[IO_RESOLVE_QUERY_MAX], b[1024];
	size_t nq;
	struct wr w;
};

static void
begin(struct message *m, unsigned flags, unsigned answers, unsigned authority, unsigned additional)
{
	m->nq = io_resolve_query(m->q, 0x1234, RECORD, ACME_DNS_TXT);
	assert_true(m->nq > 0);
	wr_init(&m->w, m->b, sizeof(m->b));
	wr_bytes(&m->w, m->q, m->nq);
	m->b[2] = (uint8_t)(flags >> 8);
	m->b[3] = (uint8_t)flags;
	m->b[7] = (uint8_t)answers;
	m->b[9] = (uint8_t)authority;
	m->b[11] = (uint8_t)additional;
}

static void
record(struct message *m, unsigned owner, unsigned type, unsigned ttl, const void *rdata, size_t n)
{
	wr_be16(&m->w, (uint16_t)owner);
	wr_be16(&m->w, (uint16_t)type);
	wr_be16(&m->w, IN);
	wr_be32(&m->w, ttl);
	wr_be16(&m->w, (uint16_t)n);
	wr_bytes(&m->w, rdata, n);
}

static bool
read_message(struct message *m, struct acme_dns *d)
{
	assert_true(wr_ok(&m->w));
	return acme_dns_read(m->q, m->nq, m->b, wr_len(&m->w), d);
}

static void
test_texts(void **state)
{
	struct message m;
	struct acme_dns d;

	(void)state;
	begin(&m, QR | AA, 4, 0, 1);
	record(&m, QNAME, ACME_DNS_TXT, 60, "\5value", 6);
	record(&m, QNAME, ACME_DNS_TXT, 120, "\3two\6 parts", 11);
	record(&m, QNAME, ACME_DNS_TXT, 120, "\3a\0b", 4);	/* C would see another text */
	record(&m, QNAME, ACME_DNS_TXT, 120, "\2abc", 4);	/* not whole */
	wr_bytes(&m.w, "\0\0\x29\4\xd0\0\0\0\0\0\0", 11);
	assert_true(read_message(&m, &d));
	assert_true(d.authoritative && !d.truncated && !d.alias);
	assert_int_equal(d.rcode, 0);
	assert_int_equal(d.ntexts, 2);
	assert_string_equal(d.texts[0], "value");
	assert_string_equal(d.texts[1], "two parts");
	assert_int_equal(d.ttl, 120);
}

/* Records of other names do not count, however they came. */
static void
test_texts_of_others(void **state)
{
	struct message m;
	struct acme_dns d;

	(void)state;
	begin(&m, QR | AA, 2, 0, 0);
	record(&m, QNAME + 16, ACME_DNS_TXT, 60, "\5value", 6);	/* home.example.org */
	record(&m, QNAME, CNAME, 60, "\1x\3org", 7);
	assert_true(read_message(&m, &d));
	assert_int_equal(d.ntexts, 0);
	assert_true(d.alias);
}

static void
test_referral(void **state)
{
	struct message m;
	struct acme_dns d;
	size_t at;

	(void)state;
	begin(&m, QR, 0, 2, 1);
	at = wr_len(&m.w) + 12;
	record(&m, QNAME + 16, ACME_DNS_NS, 60, "\3NS1\xc0\x21", 6);	/* below example.org */
	record(&m, QNAME + 16, ACME_DNS_NS, 60, "\2ns\5other\4test", 15);
	record(&m, (unsigned)(0xc000 | at), A, 60, "\xc0\0\2\7", 4);
	assert_true(read_message(&m, &d));
	assert_false(d.authoritative);
	assert_int_equal(d.nservers, 2);
	assert_string_equal(d.servers[0].name, "ns1.example.org");
	assert_int_equal(d.servers[0].addr.len, 4);
	assert_memory_equal(d.servers[0].addr.b, "\xc0\0\2\7", 4);
	assert_string_equal(d.servers[1].name, "ns.other.test");
	assert_int_equal(d.servers[1].addr.len, 0);
}

static void
test_what_is_no_answer(void **state)
{
	struct message m, other;
	struct acme_dns d;
	size_t i;

	(void)state;
	begin(&m, QR | AA, 1, 0, 0);
	record(&m, QNAME, ACME_DNS_TXT, 60, "\5value", 6);
	for (i = 0; i < wr_len(&m.w); i++)
		assert_false(acme_dns_read(m.q, m.nq, m.b, i, &d));
	other = m;
	other.b[0] ^= 1;
	assert_false(acme_dns_read(m.q, m.nq, other.b, wr_len(&m.w), &d));
	other = m;
	other.b[14] ^= 1;
	assert_false(acme_dns_read(m.q, m.nq, other.b, wr_len(&m.w), &d));
	other = m;
	other.b[2] = 0;	/* a question */
	assert_false(acme_dns_read(m.q, m.nq, other.b, wr_len(&m.w), &d));
	other = m;	/* a name that points to itself */
	other.b[m.nq] = 0xc0;
	other.b[m.nq + 1] = (uint8_t)m.nq;
	assert_false(acme_dns_read(m.q, m.nq, other.b, wr_len(&m.w), &d));
	begin(&m, QR | TC, 1, 0, 0);	/* cut off: nothing is missed that is not said */
	assert_true(read_message(&m, &d));
	assert_true(d.truncated);
	begin(&m, QR | AA | 3, 0, 0, 0);
	assert_true(read_message(&m, &d));
	assert_int_equal(d.rcode, 3);
}

static void
test_too_many(void **state)
{
	static struct message m;
	struct acme_dns d;
	int i;

	(void)state;
	begin(&m, QR | AA, ACME_DNS_TEXTS + 3, ACME_DNS_SERVERS + 3, 0);
	for (i = 0; i < ACME_DNS_TEXTS + 3; i++)
		record(&m, QNAME, ACME_DNS_TXT, 60, "\1x", 2);
	for (i = 0; i < ACME_DNS_SERVERS + 3; i++)
		record(&m, QNAME, ACME_DNS_NS, 60, "\1n\xc0\x0c", 4);
	assert_true(read_message(&m, &d));
	assert_int_equal(d.ntexts, ACME_DNS_TEXTS);
	assert_int_equal(d.nservers, ACME_DNS_SERVERS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_texts_of_others),
		cmocka_unit_test(test_referral),
		cmocka_unit_test(test_what_is_no_answer),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
