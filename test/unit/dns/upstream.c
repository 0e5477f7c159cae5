/* src/dns/upstream.c: when one of them is asked, and what is said about it (DNS-9). */
#include "dns/upstream.c"

#include "dns/flight.h"
#include "dns/random.h"
#include "dns/stats.h"
#include "io/tls_anchors.h"
#include "sys/clk.h"
#include "world.h"

static void
fail_times(struct dns_upstream *u, unsigned times)
{
	while (times-- > 0)
		dns_upstream_failed(u, -EIO);
}

static void
test_rest(void **state)
{
	struct dns_upstream u = { .loop = io_loop_new(), .hop = { .mode = DNS_HOP_UDP } };

	(void)state;
	assert_true(dns_upstream_is_up(&u));
	assert_int_equal(u.heard_ms, 0);
	fail_times(&u, DNS_UPSTREAM_FAILURES - 1);
	assert_true(dns_upstream_is_up(&u) && !dns_upstream_rests(&u));
	fail_times(&u, 1);
	assert_true(dns_upstream_rests(&u) && !dns_upstream_is_up(&u));
	assert_int_equal(u.heard_ms, io_loop_now_ms(u.loop));
	/* the rest is over: it may be asked, but nobody knows that it answers */
	u.rest_until_ms = io_loop_now_ms(u.loop);
	assert_false(dns_upstream_rests(&u));
	assert_false(dns_upstream_is_up(&u));
	fail_times(&u, 1);
	assert_true(dns_upstream_rests(&u));
	dns_upstream_answered(&u, 0);
	assert_true(dns_upstream_is_up(&u) && !dns_upstream_rests(&u));
	assert_int_equal(u.rtt_ms, 1);
	io_loop_free(u.loop);
}

/* --- TLS that comes back ---------------------------------------------------------------- */

struct asked {
	struct dns_flight flight;	/* first */
	bool over;
	int error;
};

static void
on_answer(struct dns_flight *f, uint8_t *msg, size_t n, int error)
{
	struct asked *a = (struct asked *)f;

	(void)msg;
	(void)n;
	a->over = true;
	a->error = error;
}

static bool
is_over(void *arg)
{
	return ((const struct asked *)arg)->over;
}

static bool
has_called(void *arg)
{
	return ((const struct world *)arg)->nconns > 0;
}

static void
ask(struct dns_upstream *u, struct asked *a)
{
	uint8_t name[DNS_NAME_ROOM];

	memset(a, 0, sizeof(*a));
	a->flight.done = on_answer;
	a->flight.len = dns_query_write(a->flight.query, sizeof(a->flight.query), name, cell_name("www.example.org", name),
	    DNS_A, false);
	a->flight.qlen = a->flight.len - DNS_HEADER - DNS_OPT_LEN;
	assert_int_equal(dns_upstream_send(u, &a->flight, false), 0);
	(void)dns_upstream_sweep(u);
}

/* Opportunistic: plain DNS after three failures; every 300 s TLS is tried beside a question, which does not wait
 * for it; plain DNS until it has worked. The fake is one port for both, and speaks no TLS. */
static void
test_tls_again(void **state)
{
	struct dns_random random = { 0 };
	struct dns_stats stats = { 0 };
	struct asked a;
	struct world w;
	struct dns_carriage c = { .random = &random, .inbox = dns_inbox_new(), .stats = &stats,
		.tls = io_tls_client_new(io_tls_anchors_new(true), &clk_system) };
	struct dns_upstream u = { .hop = { .mode = DNS_HOP_DOT, .opportunistic = 1, .tls_name = "dns.example.test" } };
	struct dns_pipe_conf dot = { &c, { .port = 0 }, u.hop.tls_name, on_dot, &u };

	(void)state;
	world_open(&w, fake_good);
	c.loop = u.loop = w.loop;
	dot.to = u.hop.at = w.at;
	u.ports = dns_ports_new(&c, &w.at);
	u.pipe = dns_pipe_new(&(struct dns_pipe_conf){ .carriage = &c, .to = w.at });
	u.dot = dns_pipe_new(&dot);
	fail_times(&u, DNS_UPSTREAM_FAILURES - 1);
	assert_false(dns_upstream_is_fallback(&u));
	fail_times(&u, 1);
	assert_true(dns_upstream_is_fallback(&u) && dns_upstream_is_up(&u));
	assert_int_equal(u.dot_again_ms, io_loop_now_ms(u.loop) + 300000);
	ask(&u, &a);
	world_run(&w, is_over, &a);
	assert_true(a.error == 0 && w.udp_queries == 1 && w.nconns == 0);
	u.dot_again_ms = io_loop_now_ms(u.loop);	/* that long has gone by */
	ask(&u, &a);
	world_run(&w, is_over, &a);
	world_run(&w, has_called, &w);
	assert_true(a.error == 0 && w.udp_queries == 2 && w.nconns == 1);
	assert_true(dns_upstream_is_fallback(&u));
	on_dot(&u, -ECONNRESET);			/* in vain: another 300 s */
	assert_int_equal(u.dot_again_ms, io_loop_now_ms(u.loop) + 300000);
	on_dot(&u, 0);
	assert_false(dns_upstream_is_fallback(&u));
	ask(&u, &a);
	world_pause(&w, 50);
	assert_true(!a.over && w.udp_queries == 2);	/* it is with TLS, which this fake never answers */
	dns_flight_leave(&a.flight);
	dns_ports_free(u.ports);
	dns_pipe_free(u.pipe);
	dns_pipe_free(u.dot);
	dns_inbox_free(c.inbox);
	io_tls_client_unref(c.tls);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rest), cmocka_unit_test(test_tls_again),
	};

	return cmocka_run_group_tests_name("dns/upstream", tests, NULL, NULL);
}
