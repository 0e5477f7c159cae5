/* Questions of strangers: DNS-14, DNS-16, DNL-6. */
#include "dns/query.c"

#include "cell.h"

enum { ASK = DNS_QUERY_ASK, WRONG = DNS_QUERY_WRONG, SILENT = DNS_QUERY_SILENT };

struct msg {
	uint8_t p[512];
	size_t n;
};

static void
add(struct msg *m, const void *p, size_t n)
{
	assert_true(m->n + n <= sizeof(m->p));
	memcpy(m->p + m->n, p, n);
	m->n += n;
}

/* www.example.test A IN, no EDNS. */
static struct msg
plain(void)
{
	static const uint8_t head[] = { 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
	static const uint8_t question[] = "\3wWw\7example\4TEST\0\0\1\0";
	struct msg m = { .n = 0 };

	add(&m, head, sizeof(head));
	add(&m, question, sizeof(question) - 1);
	add(&m, "\1", 1);
	return m;
}

/* With OPT of this version, flags and options. */
static struct msg
edns(uint8_t version, uint8_t flags, const void *options, size_t n)
{
	const uint8_t opt[] = { 0, 0, 41, 4, 0xd0, 0, version, flags, 0, 0, (uint8_t)n };
	struct msg m = plain();

	add(&m, opt, sizeof(opt));
	add(&m, options, n);
	m.p[11] = 1;
	return m;
}

/* Read from a block of exact size, so that a read past the end is seen. */
static int
judge(const struct msg *m, struct dns_query *q)
{
	uint8_t *p = malloc(m->n == 0 ? 1 : m->n);
	int kind;

	assert_non_null(p);
	memcpy(p, m->p, m->n);
	kind = (int)dns_query_read(q, p, m->n);
	free(p);
	q->in = m->p;
	return kind;
}

static void
expect_wrong(const struct msg *m, unsigned rcode)
{
	struct dns_query q;

	assert_int_equal(judge(m, &q), WRONG);
	assert_int_equal(q.rcode, rcode);
}

static void
test_plain(void **state)
{
	struct msg m = plain();
	struct dns_query q;

	(void)state;
	assert_int_equal(judge(&m, &q), ASK);
	assert_int_equal(q.type, DNS_A);
	assert_int_equal(q.qlen, 22);
	assert_int_equal(q.key.len, 18);
	assert_int_equal(q.key.labels, 3);
	assert_memory_equal(q.key.name, "\3www\7example\4test", 18);
	assert_int_equal(q.payload, 512);
	assert_true(q.rd);
	assert_false(q.edns || q.cd || q.dnssec_ok);
}

static void
test_edns(void **state)
{
	struct msg m = edns(0, DNS_DO, "\0\12\0\10cookie!!\0\13\0\0", 16);
	struct dns_query q;

	(void)state;
	assert_int_equal(judge(&m, &q), ASK);
	assert_true(q.edns && q.dnssec_ok && q.keepalive);
	assert_int_equal(q.payload, 1232);
	m.p[m.n - 16 - 8] = 0;		/* a payload below 512 counts as 512 (RFC 6891 6.2.3) */
	assert_int_equal(judge(&m, &q), ASK);
	assert_int_equal(q.payload, 512);
	m = edns(1, 0, "", 0);
	expect_wrong(&m, DNS_BADVERS);
	m = edns(0, 0, "\0\1\0\5abcd", 8);	/* an option longer than its record */
	expect_wrong(&m, DNS_FORMERR);
	m = edns(0, 0, "\0\1\0", 3);
	expect_wrong(&m, DNS_FORMERR);
	m = edns(0, 0, "", 0);
	add(&m, "\0\0\51\4\320\0\0\0\0\0\0", 11);
	m.p[11] = 2;
	expect_wrong(&m, DNS_FORMERR);	/* two OPT records */
}

/* RFC 7873 4, 5.2.2: a cookie of eight octets, or of sixteen to forty; ours have twenty-four. */
static void
test_cookie(void **state)
{
	uint8_t option[4 + 64] = { 0, 10 };
	struct dns_query q;
	struct msg m;
	size_t n;

	(void)state;
	for (n = 0; n < 64; n++)
		option[4 + n] = (uint8_t)(n + 1);
	for (n = 0; n < 64; n++) {
		option[3] = (uint8_t)n;
		m = edns(0, 0, (const char *)option, 4 + n);
		if (n != 8 && (n < 16 || n > 40)) {
			expect_wrong(&m, DNS_FORMERR);
			(void)judge(&m, &q);
			assert_true(q.edns);		/* the answer says that we do know EDNS (RFC 6891 7) */
			continue;
		}
		assert_int_equal(judge(&m, &q), ASK);
		assert_int_equal(q.cookie_len, n == 24 ? 24 : 8);
		assert_memory_equal(q.cookie, option + 4, q.cookie_len);
	}
	m = edns(0, 0, "\0\12\0\10first...\0\12\0\10second..\0\14\0\3\0\0\0\375\351\0\1?", 36);
	assert_int_equal(judge(&m, &q), ASK);
	assert_int_equal(q.cookie_len, 8);
	assert_memory_equal(q.cookie, "first...", 8);
	assert_true(q.padded);
	m = edns(1, 0, "\0\12\0\1x", 5);
	expect_wrong(&m, DNS_BADVERS);			/* whatever the options of another version mean */
}

static void
test_header(void **state)
{
	struct msg m = plain();
	struct dns_query q;
	unsigned op;
	size_t n;

	(void)state;
	m.p[2] |= 0x80;
	assert_int_equal(judge(&m, &q), SILENT);	/* QR=1: no answer */
	for (op = 1; op < 16; op++) {
		m = plain();
		m.p[2] = (uint8_t)(op << 3);
		expect_wrong(&m, DNS_NOTIMP);
	}
	m = plain();
	m.p[5] = 0;
	expect_wrong(&m, DNS_FORMERR);
	m.p[5] = 2;
	expect_wrong(&m, DNS_FORMERR);
	for (n = 0; n < 12; n++) {
		m = plain();
		m.n = n;
		assert_int_equal(judge(&m, &q), SILENT);
	}
	for (; n < plain().n; n++) {
		m = plain();
		m.n = n;
		expect_wrong(&m, DNS_FORMERR);
	}
}

static void
test_question(void **state)
{
	static const uint8_t chaos[] = { 0, 16, 0, 3 };
	const unsigned meta[] = { 249, 250, 251, 252, 253, 254 };
	struct dns_query q;
	struct msg m = plain();
	size_t i;

	(void)state;
	memcpy(m.p + m.n - 4, chaos, 4);
	expect_wrong(&m, DNS_REFUSED);		/* class CH */
	for (i = 0; i < sizeof(meta) / sizeof(meta[0]); i++) {
		m = plain();
		m.p[m.n - 3] = (uint8_t)meta[i];
		expect_wrong(&m, DNS_REFUSED);
	}
	m = plain();
	m.p[m.n - 3] = DNS_OPT;
	expect_wrong(&m, DNS_FORMERR);
	m = plain();
	m.p[m.n - 3] = 255;
	assert_int_equal(judge(&m, &q), ASK);
	assert_int_equal(q.type, DNS_ANY);
	m = plain();
	m.p[12] = 0xc0;				/* a compression pointer in the question */
	m.p[13] = 12;
	expect_wrong(&m, DNS_FORMERR);
	m = plain();
	m.p[12] = 0x83;
	expect_wrong(&m, DNS_FORMERR);
}

/* Other records, trailing octets, counts that lie. */
static void
test_extra(void **state)
{
	static const uint8_t soa[] = { 0xc0, 12, 0, 6, 0, 1, 0, 0, 0, 0, 0, 2, 1, 2 };
	static const uint8_t loop[] = { 0xc0, 22, 0, 6, 0, 1, 0, 0, 0, 0, 0, 0 };
	struct dns_query q;
	struct msg m = plain();

	(void)state;
	add(&m, "x", 1);
	expect_wrong(&m, DNS_FORMERR);
	m = plain();
	m.p[11] = 1;
	expect_wrong(&m, DNS_FORMERR);
	m = plain();
	add(&m, soa, sizeof(soa));
	m.p[9] = 1;
	assert_int_equal(judge(&m, &q), ASK);
	m.p[9] = 0;
	m.p[11] = 1;
	assert_int_equal(judge(&m, &q), ASK);
	assert_false(q.edns);
	m = plain();
	add(&m, loop, sizeof(loop));		/* a pointer at itself is not followed */
	m.p[11] = 1;
	assert_int_equal(judge(&m, &q), ASK);
	m.p[10] = 0xff;
	expect_wrong(&m, DNS_FORMERR);
}

/* What is written is read again; what is kept equals what was read. */
static void
test_round_trip(void **state)
{
	uint8_t name[DNS_NAME_ROOM], head[DNS_QUERY_HEAD];
	size_t n = cell_name("a.very.long.name.example", name);
	struct dns_query q, kept;
	struct msg m;

	(void)state;
	m.n = dns_query_write(m.p, sizeof(m.p), name, n, DNS_AAAA, true);
	assert_int_equal(judge(&m, &q), ASK);
	assert_int_equal(q.type, DNS_AAAA);
	assert_true(q.rd && q.edns && q.dnssec_ok);
	assert_memory_equal(q.key.name, name, n);
	assert_int_equal(dns_query_write(m.p, 20, name, n, DNS_A, false), 0);
	dns_query_keep(&kept, head, &q);
	assert_ptr_equal(kept.in, head);
	assert_ptr_equal(kept.key.name, kept.name);
	assert_memory_equal(head, q.in, DNS_HEADER + (size_t)q.qlen);
	m = edns(0, 0, "\0\12\0\30ABCDEFGHabcdefghijklmnop\0\14\0\0", 32);
	assert_int_equal(judge(&m, &q), ASK);
	dns_query_keep(&kept, head, &q);
	assert_int_equal(kept.cookie_len, DNS_COOKIE_FULL);
	assert_memory_equal(kept.cookie, "ABCDEFGHabcdefghijklmnop", DNS_COOKIE_FULL);
	assert_true(kept.padded);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain), cmocka_unit_test(test_edns), cmocka_unit_test(test_cookie),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_question), cmocka_unit_test(test_extra), cmocka_unit_test(test_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
