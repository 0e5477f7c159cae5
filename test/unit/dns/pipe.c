/* src/dns/pipe.c: padding (RFC 8467). The rest is seen from outside: test/unit/dns/forward.c, test/system/dns_upstreams. */
#include "dns/pipe.c"

#include "cell.h"
#include "dns/query.h"

static void
test_padding(void **state)
{
	uint8_t msg[SENT_MAX], name[DNS_NAME_ROOM];
	char text[256] = "";
	struct dns_query q;
	size_t n, len;

	(void)state;
	for (len = 1; len < 250; len += 2) {
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%sa", len == 1 ? "" : ".");
		n = dns_query_write(msg, sizeof(msg), name, cell_name(text, name), DNS_A, true);
		n = pad(msg, n);
		assert_int_equal(n % DNS_PIPE_PAD, 0);
		assert_true(n <= sizeof(msg));
		assert_int_equal(dns_query_read(&q, msg, n), DNS_QUERY_ASK);	/* still a sound question */
		assert_true(q.edns && q.dnssec_ok);
	}
	n = dns_query_write(msg, sizeof(msg), name, cell_name("a.example", name), DNS_A, false) - DNS_OPT_LEN;
	msg[11] = 0;
	assert_int_equal(pad(msg, n), n);	/* where EDNS is not understood */
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_padding) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
