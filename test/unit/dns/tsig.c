/* Transaction signatures (DNS-18, RFC 8945). The two requests are what dig and
 * kdig sent: others' bytes, so that both sides of a mistake cannot agree. */
#include "dns/tsig.c"

#include "cell.h"

enum { NOW = 0x6b0ad856, ROOM = 1024 };

/* example.test SOA, by dig -y hmac-sha256:Pic-NS2:<octets 0 to 31>. */
static const char dig256[] =
    "658001200001000000000001076578616d706c6504746573740000060001077069632d6e73320000fa00ff00000000003d0b"
    "686d61632d7368613235360000006b0ad856012c00208589c53d1c250b44759efb9d3e1f93095b2d64cda53a71f804cd7648"
    "a51e9844658000000000";
/* The same by kdig -y hmac-sha512:pic-ns3.example:<octets 0 to 63>. */
static const char kdig512[] =
    "8fe001200001000000000001076578616d706c6504746573740000060001077069632d6e7333076578616d706c650000fa00"
    "ff00000000005d0b686d61632d7368613531320000006b0ad856012c0040021a25d40c14d82ecc6c95bb1442a3ca35714bd5"
    "db4f9fbbd036781d6ee69b7a52c2f5d5ed540ee042232a577ac6bbc070a70127f8b1003cfcd053e8cfafe49e8fe000000000";

struct msg {
	uint8_t p[ROOM];
	size_t n;
};

static struct msg
from_hex(const char *hex)
{
	struct msg m = { .n = 0 };

	assert_int_equal(sodium_hex2bin(m.p, sizeof(m.p), hex, strlen(hex), NULL, &m.n, NULL), 0);
	return m;
}

static struct dns_tsig_key
make_key(const char *name, enum dns_tsig_algorithm a, size_t n)
{
	struct dns_tsig_key k = { .algorithm = (uint8_t)a, .secretlen = (uint8_t)n };
	uint8_t wire[DNS_NAME_ROOM];
	size_t i;

	k.namelen = (uint8_t)cell_name(name, wire);
	memcpy(k.name, wire, k.namelen);
	for (i = 0; i < n; i++)
		k.secret[i] = (uint8_t)i;
	return k;
}

static unsigned
check_at(const struct msg *m, const struct dns_tsig_key *k, int64_t now)
{
	struct dns_tsig_session s = { .key = k };
	struct dns_tsig t;

	assert_int_equal(dns_tsig_find(&t, m->p, m->n), DNS_TSIG_FOUND);
	return dns_tsig_check(&s, &t, m->p, now);
}

/* --- what others sign ----------------------------------------------------------- */

static void
test_others(void **state)
{
	const struct dns_tsig_key a = make_key("pic-ns2", DNS_TSIG_SHA256, 32);
	const struct dns_tsig_key b = make_key("pic-ns3.example", DNS_TSIG_SHA512, 64);
	struct msg m = from_hex(dig256), k = from_hex(kdig512);

	(void)state;
	assert_int_equal(check_at(&m, &a, NOW), 0);
	assert_int_equal(check_at(&k, &b, NOW), 0);
	m.p[0] ^= 1;	/* a forwarder may give it another id: the signed one stands in the record */
	assert_int_equal(check_at(&m, &a, NOW), 0);
}

static void
test_refused(void **state)
{
	const struct dns_tsig_key a = make_key("pic-ns2", DNS_TSIG_SHA256, 32);
	struct dns_tsig_key other = a;
	struct msg m = from_hex(dig256);
	size_t i;

	(void)state;
	assert_int_equal(check_at(&m, NULL, NOW), DNS_BADKEY);
	other.algorithm = DNS_TSIG_SHA512;
	assert_int_equal(check_at(&m, &other, NOW), DNS_BADKEY);
	other = make_key("pic-ns22", DNS_TSIG_SHA256, 32);
	assert_int_equal(check_at(&m, &other, NOW), DNS_BADKEY);
	other = a;
	other.secret[31] ^= 1;
	assert_int_equal(check_at(&m, &other, NOW), DNS_BADSIG);
	for (i = 2; i < 29; i++) {	/* header and question, but for ARCOUNT and what would move the record */
		if (i == 4 || i == 5 || (i >= 6 && i <= 11) || i == 12 || i == 20 || i == 25)
			continue;
		m.p[i] ^= 0x20;
		assert_int_equal(check_at(&m, &a, NOW), DNS_BADSIG);
		m.p[i] ^= 0x20;
	}
}

static void
test_time(void **state)
{
	const struct dns_tsig_key a = make_key("pic-ns2", DNS_TSIG_SHA256, 32);
	struct dns_tsig_key wrong = a;
	struct msg m = from_hex(dig256);

	(void)state;
	assert_int_equal(check_at(&m, &a, NOW - 300), 0);
	assert_int_equal(check_at(&m, &a, NOW + 300), 0);
	assert_int_equal(check_at(&m, &a, NOW - 301), DNS_BADTIME);
	assert_int_equal(check_at(&m, &a, NOW + 301), DNS_BADTIME);
	assert_int_equal(check_at(&m, &a, -1), DNS_BADTIME);
	wrong.secret[0] ^= 1;	/* a stranger is not told our time */
	assert_int_equal(check_at(&m, &wrong, NOW + 301), DNS_BADSIG);
}

/* --- how they stand in a message -------------------------------------------------- */

static void
test_place(void **state)
{
	struct msg m = from_hex(dig256), two;
	struct dns_tsig t;
	size_t i, n;

	(void)state;
	for (n = 0; n < m.n; n++)
		assert_int_not_equal(dns_tsig_find(&t, m.p, n), DNS_TSIG_FOUND);
	m.p[m.n] = 0;
	assert_int_not_equal(dns_tsig_find(&t, m.p, m.n + 1), DNS_TSIG_FOUND);
	two = m;	/* a second one behind the first */
	memcpy(two.p + m.n, m.p + 30, m.n - 30);
	two.n += m.n - 30;
	two.p[11] = 2;
	assert_int_equal(dns_tsig_find(&t, two.p, two.n), DNS_TSIG_BAD);
	m.p[11] = 0;
	assert_int_equal(dns_tsig_find(&t, m.p, 30), DNS_TSIG_NONE);
	for (i = 7; i < 11; i += 2) {	/* answer, authority */
		m.p[i] = 1;
		assert_int_equal(dns_tsig_find(&t, m.p, m.n), DNS_TSIG_BAD);
		m.p[i] = 0;
	}
}

/* --- both sides ---------------------------------------------------------------------- */

static const uint8_t question[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\7example\4test\0\0\xfc\0\1";

static struct msg
plain(bool answer)
{
	struct msg m = { .n = sizeof(question) - 1 };

	memcpy(m.p, question, m.n);
	if (answer)
		m.p[2] |= DNS_QR;
	return m;
}

struct pair {
	struct dns_tsig_key key;
	struct dns_tsig_session client, server;
	struct dns_tsig asked;
	struct msg request;
};

/* The client asks; what the server finds of it. */
static unsigned
ask(struct pair *p, enum dns_tsig_algorithm a, int64_t now)
{
	p->key = make_key("pic-ns2", a, 40);
	p->client = (struct dns_tsig_session){ .key = &p->key };
	p->server = (struct dns_tsig_session){ .server = true, .key = &p->key, .asked = &p->asked };
	p->request = plain(false);
	p->request.n = dns_tsig_sign(&p->client, p->request.p, p->request.n, ROOM, NOW);
	assert_true(p->request.n > 0);
	assert_int_equal(dns_tsig_find(&p->asked, p->request.p, p->request.n), DNS_TSIG_FOUND);
	return dns_tsig_check(&p->server, &p->asked, p->request.p, now);
}

static unsigned
take(struct pair *p, const struct msg *m, struct dns_tsig *t)
{
	unsigned error;

	assert_int_equal(dns_tsig_find(t, m->p, m->n), DNS_TSIG_FOUND);
	error = dns_tsig_check(&p->client, t, m->p, NOW);
	p->client.later = true;
	return error;
}

/* DNS-18: each message of a transfer is bound to the one before. */
static void
test_many(void **state)
{
	enum { MANY = 5 };
	struct msg m[MANY], gap;
	struct dns_tsig t;
	struct pair p;
	int a, i;

	(void)state;
	for (a = 0; a < DNS_TSIG_ALGORITHMS; a++) {
		assert_int_equal(ask(&p, (enum dns_tsig_algorithm)a, NOW), 0);
		for (i = 0; i < MANY; i++) {
			m[i] = plain(true);
			m[i].n = dns_tsig_sign(&p.server, m[i].p, m[i].n, ROOM, NOW);
			assert_true(m[i].n > 0);
		}
		for (i = 0; i < MANY - 2; i++)
			assert_int_equal(take(&p, &m[i], &t), 0);
		gap = m[MANY - 1];	/* one is missing */
		assert_int_equal(take(&p, &gap, &t), DNS_BADSIG);
		assert_int_equal(take(&p, &m[MANY - 2], &t), 0);
		assert_int_equal(take(&p, &m[MANY - 1], &t), 0);
	}
}

/* An answer to somebody else's request is none to mine. */
static void
test_bound(void **state)
{
	struct dns_tsig t;
	struct pair p;
	struct msg m;

	(void)state;
	assert_int_equal(ask(&p, DNS_TSIG_SHA256, NOW), 0);
	p.server.mac[3] ^= 1;
	m = plain(true);
	m.n = dns_tsig_sign(&p.server, m.p, m.n, ROOM, NOW);
	assert_int_equal(take(&p, &m, &t), DNS_BADSIG);
}

/* 5.2.3: signed, the asker's time, ours beside it. */
static void
test_badtime(void **state)
{
	static const uint8_t ours[] = { 0, 0, 0x6b, 0x0a, 0xdc, 0x3e };
	struct dns_tsig t;
	struct pair p;
	struct msg m;

	(void)state;
	assert_int_equal(ask(&p, DNS_TSIG_SHA512, NOW + 1000), DNS_BADTIME);
	m = plain(true);
	m.n = dns_tsig_sign(&p.server, m.p, m.n, ROOM, NOW + 1000);
	assert_int_equal(take(&p, &m, &t), 0);
	assert_int_equal(t.error, DNS_BADTIME);
	assert_int_equal(t.time_s, NOW);
	assert_int_equal(t.otherlen, sizeof(ours));
	assert_memory_equal(t.other, ours, sizeof(ours));
}

/* Unsigned, under the names that were asked with, and no longer than the request. */
static void
test_unsigned(void **state)
{
	struct pair p;
	struct dns_tsig t;
	struct msg m;

	(void)state;
	(void)ask(&p, DNS_TSIG_SHA256, NOW);
	p.server = (struct dns_tsig_session){ .server = true, .asked = &p.asked };
	assert_int_equal(dns_tsig_check(&p.server, &p.asked, p.request.p, NOW), DNS_BADKEY);
	m = plain(true);
	m.n = dns_tsig_sign(&p.server, m.p, m.n, ROOM, NOW);
	assert_true(m.n > 0 && m.n <= p.request.n);
	assert_int_equal(dns_tsig_find(&t, m.p, m.n), DNS_TSIG_FOUND);
	assert_int_equal(t.error, DNS_BADKEY);
	assert_int_equal(t.maclen, 0);
	assert_true(dns_tsig_names(&t, &p.key));
}

/* 5.2.2.1, 5.2.4: too short is malformed, cut by half is BADTRUNC, and signed. */
static void
test_truncated(void **state)
{
	static const struct { uint16_t maclen; unsigned error; } cases[] = {
		{ 32, 0 }, { 31, DNS_BADTRUNC }, { 16, DNS_BADTRUNC }, { 15, DNS_FORMERR }, { 0, DNS_FORMERR },
		{ 33, DNS_FORMERR }
	};
	struct dns_tsig t;
	struct pair p;
	struct msg m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)ask(&p, DNS_TSIG_SHA256, NOW);
		p.server.maclen = 0;
		p.asked.maclen = cases[i].maclen;
		assert_int_equal(dns_tsig_check(&p.server, &p.asked, p.request.p, NOW), cases[i].error);
		if (cases[i].error != DNS_BADTRUNC)
			continue;
		m = plain(true);
		m.n = dns_tsig_sign(&p.server, m.p, m.n, ROOM, NOW);
		assert_int_equal(dns_tsig_find(&t, m.p, m.n), DNS_TSIG_FOUND);
		assert_int_equal(t.error, DNS_BADTRUNC);
		assert_int_equal(t.maclen, 32);
	}
}

static void
test_room(void **state)
{
	struct pair p;
	struct msg m;
	size_t max;

	(void)state;
	(void)ask(&p, DNS_TSIG_SHA512, NOW);
	m = plain(true);
	for (max = m.n; max < m.n + 106; max++)
		assert_int_equal(dns_tsig_sign(&p.server, m.p, m.n, max, NOW), 0);
	assert_int_equal(dns_tsig_sign(&p.server, m.p, m.n, m.n + 112, NOW), m.n + 112);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_others), cmocka_unit_test(test_refused), cmocka_unit_test(test_time),
		cmocka_unit_test(test_place), cmocka_unit_test(test_many), cmocka_unit_test(test_bound),
		cmocka_unit_test(test_badtime), cmocka_unit_test(test_unsigned), cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
