/* The log of questions: DNS-19; bounded, and nothing an edge writes is believed unchecked (PRC-5). */
#include "dns/log.h"

#include "cell.h"
#include "dns/server.h"

static struct dns_log_entry
entry(const char *name)
{
	struct dns_log_entry e = { .zone = CONF_ZONE_LAN, .rcode = 2, .source = DNS_SOURCE_UPSTREAM, .type = 1, .at_ms = 5 };
	uint8_t wire[DNS_NAME_ROOM];

	e.namelen = (uint8_t)cell_name(name, wire);
	memcpy(e.name, wire, e.namelen);
	return e;
}

static void
test_ring(void **state)
{
	enum { ROOM = 8 };
	struct dns_log *l = calloc(1, dns_log_size(ROOM));
	struct dns_log_entry e = entry("a.example"), got;
	uint64_t i;

	(void)state;
	dns_log_put(l, &e);		/* no capacity yet: off */
	assert_int_equal(dns_log_newest(l), 0);
	dns_log_limit(l, 5, ROOM);
	for (i = 1; i <= 12; i++) {
		e.ms = (uint32_t)i;
		dns_log_put(l, &e);
	}
	assert_int_equal(dns_log_newest(l), 12);
	assert_false(dns_log_get(l, ROOM, 13, &got));
	assert_false(dns_log_get(l, ROOM, 7, &got));	/* gone */
	for (i = 8; i <= 12; i++) {
		assert_true(dns_log_get(l, ROOM, i, &got));
		assert_int_equal(got.ms, i);
		assert_memory_equal(got.name, e.name, e.namelen);
	}
	dns_log_limit(l, 100, ROOM);	/* no more than there is room for; a change forgets */
	assert_false(dns_log_get(l, ROOM, 12, &got));
	dns_log_put(l, &e);
	assert_true(dns_log_get(l, ROOM, 13, &got));
	free(l);
}

static void
test_not_believed(void **state)
{
	struct dns_log *l = calloc(1, dns_log_size(2));
	struct dns_log_entry e = entry("a.example"), bad[8], got;
	size_t i;

	(void)state;
	for (i = 0; i < 8; i++)
		bad[i] = e;
	bad[0].namelen = 3;
	bad[1].zone = 3;
	bad[2].source = 77;
	memset(bad[3].rule, 'x', sizeof(bad[3].rule));
	memcpy(bad[4].rule, "\x1b[0m", 5);
	bad[5].peer.len = 9;
	bad[6].upstream.len = 5;
	bad[7].rcode = 17;
	dns_log_limit(l, 2, 2);
	for (i = 0; i < 8; i++) {
		dns_log_put(l, &bad[i]);
		if (dns_log_get(l, 2, dns_log_newest(l), &got))
			fail_msg("%zu", i);
	}
	dns_log_put(l, &e);
	assert_true(dns_log_get(l, 2, dns_log_newest(l), &got));
	e.namelen = 0;			/* of a message without a question */
	dns_log_put(l, &e);
	assert_true(dns_log_get(l, 2, dns_log_newest(l), &got));
	l->capacity = 1u << 30;		/* beyond the page */
	assert_false(dns_log_get(l, 2, dns_log_newest(l), &got));
	free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
