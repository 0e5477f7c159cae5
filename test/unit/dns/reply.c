/* Options of answers: cookies, padding, keep-alive, errors (RFC 7873, 7830, 8467, 7828, 8914); DNL-7. */
#include "dns/reply.h"

#include "cell.h"
#include "dns/query.h"
#include "dns/wire.h"

enum { MAX = 65535 };

static uint8_t out[MAX + DNS_REPLY_SLACK];

struct asked {
	uint8_t msg[1024];
	size_t n;
	struct dns_query q;
};

static void
ask(struct asked *a, const void *options, size_t n)
{
	uint8_t name[DNS_NAME_ROOM];

	a->n = dns_query_write(a->msg, sizeof(a->msg), name, cell_name("www.example.org", name), DNS_A, false);
	dns_put16(a->msg + a->n - 2, (unsigned)n);
	memcpy(a->msg + a->n, options, n);
	a->n += n;
	assert_int_equal(dns_query_read(&a->q, a->msg, a->n), DNS_QUERY_ASK);
}

static struct dns_reply
to(size_t limit)
{
	return (struct dns_reply){ .out = out, .limit = limit, .edns_size = 1232, .ede = DNS_EDE_NONE };
}

/* The octets of an option in the answer of n octets without records; NULL: it is not there. *len of its data. */
static const uint8_t *
option(const struct asked *a, size_t n, unsigned code, size_t *len)
{
	const uint8_t *p = out + DNS_HEADER + a->q.qlen + DNS_OPT_LEN, *end = out + n;

	assert_int_equal(dns_get16(p - 2), end - p);
	for (; p < end; p += 4 + *len) {
		*len = dns_get16(p + 2);
		assert_true(p + 4 + *len <= end);
		if (dns_get16(p) == code)
			return p + 4;
	}
	return NULL;
}

static void
test_cookie(void **state)
{
	struct dns_reply t = to(1232);
	struct asked a;
	const uint8_t *p;
	size_t n, len;

	(void)state;
	ask(&a, "\0\12\0\10client..", 12);
	assert_int_equal(a.q.cookie_len, DNS_COOKIE_CLIENT);
	n = dns_reply_rcode(&t, &a.q, DNS_NXDOMAIN);
	assert_null(option(&a, n, DNS_OPTION_COOKIE, &len));	/* nobody made one */
	memcpy(a.q.cookie + 8, "server's part...", 16);
	a.q.cookie_len = DNS_COOKIE_FULL;
	n = dns_reply_rcode(&t, &a.q, DNS_NXDOMAIN);
	p = option(&a, n, DNS_OPTION_COOKIE, &len);
	assert_non_null(p);
	assert_int_equal(len, DNS_COOKIE_FULL);
	assert_memory_equal(p, "client..server's part...", DNS_COOKIE_FULL);
	t.ede = DNS_EDE_PROHIBITED;
	t.ede_text = "a reason in words that are too many for the rest";
	t.limit = n + 8;		/* a cookie goes before words */
	n = dns_reply_rcode(&t, &a.q, DNS_NXDOMAIN);
	assert_non_null(option(&a, n, DNS_OPTION_COOKIE, &len));
	assert_null(option(&a, n, DNS_OPTION_EDE, &len));
}

/* Over the rate: BADCOOKIE to who has sent a cookie that is not ours, TC to everybody else; neither is longer than
 * the question. */
static void
test_limited(void **state)
{
	struct dns_reply t = to(1232);
	struct asked a;
	size_t n, len;

	(void)state;
	t.small = true;
	ask(&a, "\0\12\0\30client..some other part.", 28);
	n = dns_reply_limited(&t, &a.q);
	assert_int_equal(n, a.n);
	assert_int_equal(out[3] & DNS_RCODE, DNS_BADCOOKIE & DNS_RCODE);
	assert_int_equal(out[DNS_HEADER + a.q.qlen + 5], DNS_BADCOOKIE >> 4);
	assert_int_equal(out[2] & DNS_TC, 0);
	assert_non_null(option(&a, n, DNS_OPTION_COOKIE, &len));
	ask(&a, "\0\12\0\10client..", 12);
	a.q.cookie_len = DNS_COOKIE_FULL;
	n = dns_reply_limited(&t, &a.q);
	assert_true(n <= a.n);
	assert_int_equal(out[2] & DNS_TC, DNS_TC);
	assert_int_equal(out[3] & DNS_RCODE, 0);
	ask(&a, "", 0);
	assert_int_equal(dns_reply_limited(&t, &a.q), a.n);
	assert_int_equal(out[2] & DNS_TC, DNS_TC);
}

/* Whole blocks of 468 octets, only where nobody reads along and only who asked for it. */
static void
test_padding(void **state)
{
	char words[1200];
	struct dns_reply t = to(MAX);
	struct asked a;
	const uint8_t *p;
	size_t n, i, len;

	(void)state;
	memset(words, 'x', sizeof(words));
	ask(&a, "\0\14\0\0", 4);
	t.ede = DNS_EDE_OTHER;
	t.ede_text = words;
	t.secure = true;
	for (i = 1; i < sizeof(words); i++) {
		words[i - 1] = 'x';
		words[i] = '\0';
		n = dns_reply_rcode(&t, &a.q, DNS_SERVFAIL);
		assert_int_equal(n % 468, 0);
		assert_true(n < DNS_HEADER + a.q.qlen + DNS_OPT_LEN + 6 + i + 4 + 468);
		p = option(&a, n, DNS_OPTION_PADDING, &len);
		assert_non_null(p);
		while (len > 0)
			assert_int_equal(p[--len], 0);
	}
	t.ede = DNS_EDE_NONE;
	t.limit = 300;			/* as far as there is room */
	assert_int_equal(dns_reply_rcode(&t, &a.q, DNS_SERVFAIL), 300);
	t.limit = MAX;
	t.secure = false;
	n = dns_reply_rcode(&t, &a.q, DNS_SERVFAIL);
	assert_null(option(&a, n, DNS_OPTION_PADDING, &len));
	t.secure = true;
	ask(&a, "", 0);
	n = dns_reply_rcode(&t, &a.q, DNS_SERVFAIL);
	assert_null(option(&a, n, DNS_OPTION_PADDING, &len));
}

/* DNL-7 over many questions: what must be small is, whatever was asked and is to be said. */
static void
test_never_longer(void **state)
{
	static const char *const words[] = { NULL, "", "no", "a longer reason than any question has room for, surely" };
	uint8_t options[200];
	struct asked a;
	size_t i, n;

	(void)state;
	srand(7);
	for (i = 0; i < 20000; i++) {
		struct dns_reply t = to(512 + (size_t)(rand() % 800));

		for (n = 0; n + 60 < sizeof(options) && rand() % 4 != 0;) {
			static const uint8_t kinds[] = { 8, 10, 11, 12, 200 };
			uint8_t kind = kinds[rand() % 5];
			size_t len = kind == 10 ? (rand() % 2 == 0 ? 8 : 24) : (size_t)(rand() % 50);

			dns_put16(options + n, kind);
			dns_put16(options + n + 2, (unsigned)len);
			memset(options + n + 4, 'o', len);
			n += 4 + len;
		}
		ask(&a, options, n);
		if (a.q.cookie_len > 0)
			a.q.cookie_len = DNS_COOKIE_FULL;
		t.small = true;
		t.secure = rand() % 2;
		t.keepalive = rand() % 2;
		t.ede = rand() % 2 == 0 ? DNS_EDE_NONE : DNS_EDE_PROHIBITED;
		t.ede_text = words[rand() % 4];
		assert_true(dns_reply_limited(&t, &a.q) <= a.n);
		assert_true(dns_reply_rcode(&t, &a.q, DNS_REFUSED) <= a.n);
		assert_true(dns_reply_rcode(&t, &a.q, DNS_BADVERS) <= a.n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cookie), cmocka_unit_test(test_limited), cmocka_unit_test(test_padding),
		cmocka_unit_test(test_never_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
