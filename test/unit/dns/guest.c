/* Guests (DoH): answered at once or later, told when the service stops, forgotten when they leave; DNS-17, DNS-20. */
#include "dns/guest.h"

#include "base/err.h"
#include "dns/server.h"
#include "dns/stats.h"
#include "world.h"

struct bed {
	struct world w;
	struct cell k;
	struct dns_server *s;
	struct dns_stats stats;
	void *part;
	unsigned zone, told;
	size_t n;
	uint8_t msg[512];
};

static unsigned
zone_of(void *arg, uint32_t ifindex, const struct addr *local, const struct addr *peer,
    uint32_t *number)
{
	(void)ifindex;
	(void)local;
	(void)peer;
	*number = 0;
	return ((struct bed *)arg)->zone;
}

static void
on_done(void *arg, const uint8_t *msg, size_t n)
{
	struct bed *b = arg;

	b->told++;
	b->n = n;
	assert_true(n <= sizeof(b->msg));
	if (n > 0)
		memcpy(b->msg, msg, n);
}

static struct bed *
bed_open(fake_cb *answer)
{
	struct bed *b = calloc(1, sizeof(*b));
	struct dns_server_conf c = { .share = 1, .zone_of = zone_of };

	assert_non_null(b);
	world_open(&b->w, answer);
	c.loop = b->w.loop;
	c.stats = &b->stats;
	c.arg = b;
	assert_int_equal(dns_server_new(&b->s, &c), 0);
	b->zone = CONF_ZONE_LAN;
	cell_init(&b->k);
	b->k.host.port = 1;		/* the upstream is not us */
	b->k.upstreams[0].at = b->w.at;
	b->k.c.dns.nupstreams = 1;
	return b;
}

static void
load(struct bed *b)
{
	struct err e;
	size_t n;

	assert_int_equal(dns_snapshot_build(&b->part, &n, &b->k.c, &b->k.host, NULL, &e), 0);
	assert_int_equal(dns_server_swap(b->s, b->part, n, NULL, &e), 0);
}

static void
bed_close(struct bed *b)
{
	dns_server_free(b->s);
	free(b->part);
	world_close(&b->w);
	free(b);
}

static struct dns_guest *
guest(struct bed *b)
{
	const struct dns_guest_conf c = { .ifindex = CELL_ETH, .local = cell_addr("192.168.1.2"),
	    .peer = { .addr = cell_addr("192.168.1.9"), .port = 999 }, .done = on_done, .arg = b };
	struct dns_guest *g = dns_guest_new(b->s, &c);

	assert_non_null(g);
	return g;
}

static enum dns_guest_verdict
ask(struct bed *b, struct dns_guest *g, const char *name)
{
	uint8_t q[512], wire[DNS_NAME_ROOM];
	size_t n = dns_query_write(q, sizeof(q), wire, cell_name(name, wire), DNS_A, false);
	const uint8_t *msg;
	enum dns_guest_verdict v = dns_guest_ask(g, q, n, &msg, &b->n);

	if (v == DNS_GUEST_ANSWER)
		memcpy(b->msg, msg, b->n);
	return v;
}

static bool
was_told(void *arg)
{
	return ((struct bed *)arg)->told > 0;
}

static void
test_answers(void **state)
{
	struct bed *b = bed_open(fake_good);
	struct dns_guest *g = guest(b);
	const uint8_t *msg;
	size_t n;

	(void)state;
	assert_int_equal(ask(b, g, "myhome.home.arpa"), DNS_GUEST_OFF);
	load(b);
	assert_int_equal(ask(b, g, "myhome.home.arpa"), DNS_GUEST_ANSWER);
	assert_string_equal(cell_text(b->msg, b->n), "NOERROR aa myhome.home.arpa. 60 A 192.168.1.2 |");
	assert_int_equal(ask(b, g, "www.example.org"), DNS_GUEST_LATER);
	assert_int_equal(b->told, 0);
	world_run(&b->w, was_told, b);
	assert_string_equal(cell_text(b->msg, b->n), "NOERROR www.example.org. 60 A 1.2.3.4 |");
	assert_int_equal(dns_guest_ask(g, (const uint8_t *)"short", 5, &msg, &n), DNS_GUEST_BAD);
	assert_int_equal(b->stats.https_queries, 2);
	b->zone = CONF_ZONE_PUBLIC;
	assert_int_equal(ask(b, g, "myhome.home.arpa"), DNS_GUEST_FORBIDDEN);
	dns_guest_free(g);
	bed_close(b);
}

static size_t
fake_mute(struct world *w, const uint8_t *query, size_t n, bool tcp, uint8_t *out)
{
	(void)w;
	(void)query;
	(void)n;
	(void)tcp;
	(void)out;
	return 0;
}

/* Who waits is told when nothing comes any more; who has left is not. */
static void
test_stop_and_leave(void **state)
{
	struct bed *b = bed_open(fake_mute);
	struct dns_guest *stays = guest(b), *leaves = guest(b), *forgets = guest(b);
	struct err e;

	(void)state;
	load(b);
	assert_int_equal(ask(b, stays, "a.example.org"), DNS_GUEST_LATER);
	assert_int_equal(ask(b, leaves, "a.example.org"), DNS_GUEST_LATER);
	assert_int_equal(ask(b, forgets, "b.example.org"), DNS_GUEST_LATER);
	dns_guest_free(leaves);
	dns_guest_forget(forgets);
	assert_int_equal(dns_server_swap(b->s, NULL, 0, NULL, &e), 0);
	assert_int_equal(b->told, 1);
	assert_int_equal(b->n, 0);
	dns_guest_free(stays);
	dns_guest_free(forgets);
	bed_close(b);
}

static void
test_rate(void **state)
{
	struct bed *b = bed_open(fake_good);
	struct dns_guest *g = guest(b);
	unsigned i, over = 0;

	(void)state;
	b->k.c.dns.client_qps = 10;
	load(b);
	for (i = 0; i < 100; i++)
		over += ask(b, g, "myhome.home.arpa") == DNS_GUEST_LIMITED;
	assert_true(over >= 60);		/* a burst of 30, and a few refilled */
	b->zone = CONF_ZONE_LOCAL;
	assert_int_equal(ask(b, g, "myhome.home.arpa"), DNS_GUEST_ANSWER);
	dns_guest_free(g);
	bed_close(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers), cmocka_unit_test(test_stop_and_leave), cmocka_unit_test(test_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
