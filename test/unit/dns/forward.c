/* Asking upstreams: DNS-8, DNS-9, DNS-20, DNL-5, DNL-6. */
#include "dns/forward.h"

#include "dns/cache.h"
#include "dns/flight.h"
#include "dns/rebind.h"
#include "dns/route.h"
#include "dns/server.h"
#include "dns/stats.h"
#include "world.h"

enum { ASKS = 2100 };

struct asked {
	struct dns_waiter waiter;	/* first */
	unsigned times;
	int rcode, ede;			/* rcode -1: no answer came */
	char text[512];
};

struct bed {
	struct world w;
	struct dns_cache *cache;
	struct dns_forward *f;
	struct dns_stats stats;
	struct dns_route routes[3];
	struct asked asked[ASKS];
	unsigned want;			/* answers to wait for */
};

static unsigned answered;	/* by all that wait: the callback has no other way to say */

static void
on_done(struct dns_waiter *waiter, const struct dns_got *got)
{
	struct asked *a = (struct asked *)waiter;

	a->times++;
	a->rcode = got->entry == NULL ? -1 : got->entry->rcode;
	a->ede = got->ede;
	answered++;
}

static void
hop(struct dns_route *r, const struct addr_port *at, enum dns_hop_mode mode)
{
	struct dns_hop *h = &r->hops[r->nhops++];

	h->at = *at;
	h->mode = (uint8_t)mode;
}

static void
swap(struct bed *b, size_t n, bool *changed)
{
	static const struct dns_rebind off;
	const struct dns_snapshot s = { .routes = { b->routes, n }, .cache = brought_limits, .rebind = &off };

	assert_int_equal(dns_forward_swap(b->f, &s, changed), 0);
}

static struct bed *
bed_open(fake_cb *answer)
{
	struct bed *b = calloc(1, sizeof(*b));
	bool changed;

	assert_non_null(b);
	world_open(&b->w, answer);
	b->cache = dns_cache_new();
	assert_int_equal(dns_cache_limit(b->cache, &brought_limits, 1), 0);
	b->f = dns_forward_new(&(struct dns_forward_conf){ b->w.loop, b->cache, &b->stats, 1, NULL });
	assert_non_null(b->f);
	hop(&b->routes[0], &b->w.at, DNS_HOP_UDP);
	swap(b, 1, &changed);
	assert_true(changed);
	answered = 0;
	return b;
}

static void
bed_close(struct bed *b)
{
	dns_forward_free(b->f);
	dns_cache_free(b->cache);
	world_close(&b->w);
	free(b);
}

static int
ask_route(struct bed *b, size_t i, const char *name, uint16_t type, uint16_t route)
{
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_question q = { .name = wire, .type = type, .route = route };

	q.len = (uint8_t)cell_name(name, wire);
	q.hash = dns_cache_hash(b->cache, &q);
	b->asked[i].waiter.done = on_done;
	b->asked[i].rcode = -2;
	return dns_forward_ask(b->f, &q, &b->asked[i].waiter);
}

static void
ask(struct bed *b, size_t i, const char *name)
{
	assert_int_equal(ask_route(b, i, name, DNS_A, 0), 0);
	assert_int_equal(b->asked[i].times, 0);		/* never before it returns */
}

static bool
all_answered(void *arg)
{
	return answered >= ((struct bed *)arg)->want;
}

static void
wait_for(struct bed *b, unsigned n)
{
	b->want = n;
	world_run(&b->w, all_answered, b);
}

/* --- one upstream ------------------------------------------------------------------ */

static void
test_answer(void **state)
{
	struct bed *b = bed_open(fake_good);
	struct dns_upstream_state up;
	struct dns_query q;

	(void)state;
	ask(b, 0, "www.example.org");
	wait_for(b, 1);
	assert_int_equal(b->asked[0].rcode, 0);
	assert_int_equal(b->asked[0].times, 1);
	assert_int_equal(dns_cache_entries(b->cache), 1);
	assert_int_equal(b->stats.cache_entries, 1);
	assert_int_equal(dns_query_read(&q, b->w.last, b->w.last_len), DNS_QUERY_ASK);
	assert_true(q.rd && q.edns && !q.dnssec_ok && !q.cd);
	assert_int_equal(q.payload, 1232);
	assert_int_equal(dns_forward_upstreams(b->f, &up, 1), 1);
	assert_true(up.up == 1 && up.rtt_ms >= 1 && up.at.port == b->w.at.port);
	bed_close(b);
}

/* Ids, ports and letter case differ from query to query (DNL-5). */
static void
test_unpredictable(void **state)
{
	struct bed *b = bed_open(fake_good);
	char name[64];
	unsigned i, j, same_id = 0, new_ports = 0, capitals = 0;

	(void)state;
	for (i = 0; i < 200; i++) {
		(void)snprintf(name, sizeof(name), "q%u.example", i);
		ask(b, i, name);
		wait_for(b, i + 1);
		for (j = DNS_HEADER; j < DNS_HEADER + 12; j++)
			capitals += b->w.last[j] >= 'A' && b->w.last[j] <= 'Z';
	}
	for (i = 0; i < 200; i++) {
		bool known = false;

		for (j = 0; j < i; j++) {
			same_id += b->w.ids[i] == b->w.ids[j];
			known = known || b->w.ports[i] == b->w.ports[j];
		}
		new_ports += !known;
	}
	/* 19,900 pairs of 16 bits: 0.3 equal ones are expected. */
	assert_true(same_id < 8);
	assert_true(new_ports >= 12);
	/* About 1,600 letters, each a capital with chance 1/2. */
	assert_true(capitals > 500 && capitals < 1200);
	bed_close(b);
}

/* In quiet times every query has a port of its own. */
static void
test_fresh_ports(void **state)
{
	struct bed *b = bed_open(fake_good);
	char name[64];
	unsigned i, j, same = 0;

	(void)state;
	for (i = 0; i < 8; i++) {
		(void)snprintf(name, sizeof(name), "q%u.example", i);
		ask(b, i, name);
		wait_for(b, i + 1);
		world_pause(&b->w, 250);
	}
	for (i = 0; i < 8; i++)
		for (j = 0; j < i; j++)
			same += b->w.ports[i] == b->w.ports[j];
	assert_true(same <= 2);		/* the kernel may choose one twice, by a chance of 1 in 1000 */
	bed_close(b);
}

static size_t
fake_forger(struct world *w, const uint8_t *query, size_t n, bool tcp, uint8_t *out)
{
	static const uint8_t evil[4] = { 6, 6, 6, 6 };
	uint8_t forged[512];
	size_t i, k = fake_answer(query, forged, 0, DNS_A, evil, 4);
	int other = socket(AF_INET, SOCK_DGRAM, 0);
	const struct sockaddr *to = (const struct sockaddr *)&w->from;

	forged[0] ^= 1;						/* wrong id */
	(void)sendto(w->udp, forged, k, 0, to, sizeof(w->from));
	forged[0] ^= 1;
	for (i = DNS_HEADER + 1; i < DNS_HEADER + 4; i++) {	/* wrong case */
		forged[i] ^= 0x20;
		(void)sendto(w->udp, forged, k, 0, to, sizeof(w->from));
		forged[i] ^= 0x20;
	}
	forged[DNS_HEADER + 1] = 'z';				/* another name */
	(void)sendto(w->udp, forged, k, 0, to, sizeof(w->from));
	memcpy(forged, query, n);
	(void)sendto(w->udp, forged, n, 0, to, sizeof(w->from));	/* not an answer */
	(void)sendto(w->udp, forged, 5, 0, to, sizeof(w->from));
	k = fake_answer(query, forged, 0, DNS_A, evil, 4);
	(void)sendto(other, forged, k, 0, to, sizeof(w->from));	/* another port */
	(void)close(other);
	return fake_good(w, query, n, tcp, out);
}

static void
test_forgeries(void **state)
{
	struct bed *b = bed_open(fake_forger);
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_question q = { .name = wire, .type = DNS_A };
	const struct dns_entry *e;

	(void)state;
	q.len = (uint8_t)cell_name("www.example.org", wire);
	q.hash = dns_cache_hash(b->cache, &q);
	ask(b, 0, "www.example.org");
	wait_for(b, 1);
	assert_int_equal(b->asked[0].rcode, 0);
	assert_int_equal(b->stats.forged, 7);
	e = dns_cache_get(b->cache, &q, io_loop_now_ms(b->w.loop));
	assert_non_null(e);
	assert_memory_equal(dns_entry_read(e) + e->bodylen - 4, "\1\2\3\4", 4);
	assert_int_equal(b->w.udp_queries, 1);
	bed_close(b);
}

/* Truncation: once more over TCP; a DO query is another question. */
static size_t
fake_large(struct world *w, const uint8_t *query, size_t n, bool tcp, uint8_t *out)
{
	if (!tcp)
		return fake_answer(query, out, DNS_TC << 8, 0, NULL, 0);
	return fake_good(w, query, n, tcp, out);
}

static void
test_truncated(void **state)
{
	struct bed *b = bed_open(fake_large);
	unsigned i;

	(void)state;
	ask(b, 0, "www.example.org");
	wait_for(b, 1);
	assert_int_equal(b->asked[0].rcode, 0);
	assert_int_equal(b->w.tcp_queries, 1);
	for (i = 1; i < 20; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "n%u.example.org", i);
		ask(b, i, name);
	}
	wait_for(b, 20);
	assert_int_equal(b->w.tcp_queries, 20);
	assert_int_equal(b->w.nconns, 1);		/* one connection for all */
	bed_close(b);
}

static size_t
fake_old(struct world *w, const uint8_t *query, size_t n, bool tcp, uint8_t *out)
{
	if (query[11] != 0)
		return fake_answer(query, out, DNS_FORMERR, 0, NULL, 0);
	return fake_good(w, query, n, tcp, out);
}

/* An upstream that does not know EDNS is asked without. */
static void
test_without_edns(void **state)
{
	struct bed *b = bed_open(fake_old);

	(void)state;
	ask(b, 0, "www.example.org");
	wait_for(b, 1);
	assert_int_equal(b->asked[0].rcode, 0);
	assert_int_equal(b->w.udp_queries, 2);
	bed_close(b);
}

/* --- several ------------------------------------------------------------------------ */

static size_t
fake_silent(struct world *w, const uint8_t *query, size_t n, bool tcp, uint8_t *out)
{
	(void)w;
	(void)query;
	(void)n;
	(void)tcp;
	(void)out;
	return 0;
}

/* Equal questions are one query; each asker gets its answer once. */
static void
test_joined(void **state)
{
	struct bed *b = bed_open(fake_good);
	unsigned i;

	(void)state;
	for (i = 0; i < 50; i++)
		ask(b, i, "www.example.org");
	dns_forward_cancel(&b->asked[7].waiter);
	dns_forward_cancel(&b->asked[0].waiter);
	wait_for(b, 48);
	world_pause(&b->w, 50);
	for (i = 0; i < 50; i++)
		assert_int_equal(b->asked[i].times, i != 7 && i != 0);
	assert_int_equal(b->w.udp_queries, 1);
	bed_close(b);
}

/* No answer: three tries, five seconds, then EDE 22; the upstream rests. */
static void
test_timeout(void **state)
{
	struct bed *b = bed_open(fake_silent);
	uint64_t began = io_loop_now_ms(b->w.loop), took;
	struct dns_upstream_state up;

	(void)state;
	ask(b, 0, "www.example.org");
	wait_for(b, 1);
	took = io_loop_now_ms(b->w.loop) - began;
	assert_int_equal(b->asked[0].rcode, -1);
	assert_int_equal(b->asked[0].ede, DNS_EDE_UNREACHABLE);
	assert_int_equal(b->w.udp_queries, 3);
	assert_true(took >= 4900);
	assert_int_equal(dns_forward_upstreams(b->f, &up, 1), 1);
	assert_int_equal(up.up, 0);
	assert_int_equal(b->stats.upstream_errors, 3);
	b->w.answer = fake_good;		/* all rest: one of them is asked all the same */
	ask(b, 1, "two.example.org");
	wait_for(b, 2);
	assert_int_equal(b->asked[1].rcode, 0);
	assert_int_equal(dns_forward_upstreams(b->f, &up, 1), 1);
	assert_int_equal(up.up, 1);
	bed_close(b);
}

/* A port where nobody listens. */
static struct addr_port
nobody(void)
{
	struct world w;

	world_open(&w, fake_silent);
	world_close(&w);
	return w.at;
}

/* A dead upstream costs no time where the kernel says so, and rests after three. */
static void
test_next_upstream(void **state)
{
	struct bed *b = bed_open(fake_good);
	struct addr_port dead = nobody();
	struct dns_upstream_state up[2];
	bool changed;
	unsigned i;

	(void)state;
	b->routes[0].nhops = 0;
	hop(&b->routes[0], &dead, DNS_HOP_UDP);
	hop(&b->routes[0], &b->w.at, DNS_HOP_UDP);
	swap(b, 1, &changed);
	for (i = 0; i < 8; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "n%u.example.org", i);
		ask(b, i, name);
		wait_for(b, i + 1);
		assert_int_equal(b->asked[i].rcode, 0);
	}
	assert_int_equal(dns_forward_upstreams(b->f, up, 2), 2);
	assert_int_equal(up[0].up, 0);
	assert_int_equal(up[1].up, 1);
	assert_int_equal(b->stats.upstream_errors, 3);		/* not asked any more */
	assert_int_equal(b->w.udp_queries, 8);
	bed_close(b);
}

static void
test_nobody(void **state)
{
	struct bed *b = bed_open(fake_good);
	struct addr_port dead = nobody();
	bool changed;

	(void)state;
	b->routes[0].nhops = 0;
	hop(&b->routes[0], &dead, DNS_HOP_UDP);
	swap(b, 1, &changed);
	ask(b, 0, "www.example.org");
	wait_for(b, 1);
	assert_int_equal(b->asked[0].rcode, -1);
	assert_int_equal(b->asked[0].ede, DNS_EDE_NETWORK);
	b->routes[0].nhops = 0;
	hop(&b->routes[0], &b->w.at, DNS_HOP_NONE);
	swap(b, 1, &changed);
	assert_int_equal(ask_route(b, 1, "www.example.org", DNS_A, 0), -EHOSTUNREACH);
	assert_int_equal(ask_route(b, 1, "www.example.org", DNS_A, 7), -EHOSTUNREACH);
	bed_close(b);
}

static size_t
fake_failing(struct world *w, const uint8_t *query, size_t n, bool tcp, uint8_t *out)
{
	(void)w;
	(void)n;
	(void)tcp;
	return fake_answer(query, out, DNS_SERVFAIL, 0, NULL, 0);
}

/* SERVFAIL is passed on after the tries, and is not held against the upstream. */
static void
test_servfail(void **state)
{
	struct bed *b = bed_open(fake_failing);
	struct dns_upstream_state up;

	(void)state;
	ask(b, 0, "broken.example");
	wait_for(b, 1);
	assert_int_equal(b->asked[0].rcode, -1);
	assert_int_equal(b->asked[0].ede, DNS_EDE_NONE);
	assert_int_equal(b->w.udp_queries, 3);
	assert_int_equal(dns_forward_upstreams(b->f, &up, 1), 1);
	assert_int_equal(up.up, 1);
	assert_int_equal(dns_cache_entries(b->cache), 0);
	bed_close(b);
}

static void
test_tcp_upstream(void **state)
{
	struct bed *b = bed_open(fake_good);
	bool changed;

	(void)state;
	b->routes[0].nhops = 0;
	hop(&b->routes[0], &b->w.at, DNS_HOP_TCP);
	swap(b, 1, &changed);
	assert_true(changed);
	ask(b, 0, "a.example");
	ask(b, 1, "b.example");
	wait_for(b, 2);
	assert_true(b->asked[0].rcode == 0 && b->asked[1].rcode == 0);
	assert_int_equal(b->w.tcp_queries, 2);
	assert_int_equal(b->w.udp_queries, 0);
	io_stream_free(b->w.conns[0].stream);	/* it hangs up: the next query opens a new one */
	b->w.conns[0].stream = NULL;
	world_pause(&b->w, 50);
	ask(b, 2, "c.example");
	wait_for(b, 3);
	assert_int_equal(b->asked[2].rcode, 0);
	assert_int_equal(b->w.nconns, 2);
	bed_close(b);
}

/* --- bounds and changes ----------------------------------------------------------------- */

static void
test_bound(void **state)
{
	struct bed *b = bed_open(fake_silent);
	char name[32];
	unsigned i;

	(void)state;
	for (i = 0; i < DNS_FORWARD_MAX; i++) {
		(void)snprintf(name, sizeof(name), "n%u.example", i);
		ask(b, i, name);
	}
	assert_int_equal(ask_route(b, i, "one.more.example", DNS_A, 0), -ENOBUFS);
	assert_int_equal(ask_route(b, i, "n5.example", DNS_A, 0), 0);	/* joins */
	bed_close(b);			/* with everything under way */
}

/* New routes: questions under way end on the old ones, new ones use the new. */
static void
test_swap(void **state)
{
	struct bed *b = bed_open(fake_silent);
	bool changed;

	(void)state;
	ask(b, 0, "www.example.org");
	swap(b, 1, &changed);
	assert_false(changed);
	b->routes[0].nhops = 0;
	hop(&b->routes[0], &b->w.at, DNS_HOP_TCP);
	hop(&b->routes[1], &b->w.at, DNS_HOP_UDP);
	swap(b, 2, &changed);
	assert_true(changed);
	b->w.answer = fake_good;
	ask(b, 1, "www.example.org");		/* not joined: another route */
	assert_int_equal(ask_route(b, 2, "x.corp.example", DNS_A, 1), 0);
	wait_for(b, 2);
	assert_true(b->asked[1].rcode == 0 && b->asked[2].rcode == 0);
	assert_int_equal(b->w.tcp_queries, 1);
	assert_int_equal(dns_cache_flush(b->cache, NULL, 0), 2);
	wait_for(b, 3);				/* the first by its second try, the old way */
	assert_int_equal(b->asked[0].rcode, 0);
	assert_int_equal(dns_cache_entries(b->cache), 0);
	bed_close(b);
}

/* Put an answer into the cache that has expired a second ago. */
static void
put_expired(struct bed *b, const char *name)
{
	struct dns_cache_conf k = brought_limits;
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_question q = { .name = wire, .type = DNS_A };
	struct dns_entry *e;

	k.stale_max_s = 3600;
	assert_int_equal(dns_cache_limit(b->cache, &k, 1), 0);
	q.len = (uint8_t)cell_name(name, wire);
	q.hash = dns_cache_hash(b->cache, &q);
	e = dns_entry_new(&q, 0, 0);
	e->ttl = 10;
	dns_cache_put(b->cache, e, io_loop_now_ms(b->w.loop) - 11000);
}

/* RFC 8767: while nobody answers, what has expired; the question goes on, and its answer is kept. */
static void
test_stale(void **state)
{
	struct bed *b = bed_open(fake_silent);

	(void)state;
	put_expired(b, "www.example.org");
	ask(b, 0, "www.example.org");
	wait_for(b, 1);
	assert_int_equal(b->asked[0].rcode, 0);
	assert_int_equal(b->asked[0].ede, DNS_EDE_STALE);
	assert_int_equal(b->stats.cache_stale, 1);
	b->w.answer = fake_good;
	ask(b, 1, "www.example.org");		/* joins; already late, it need not wait for the next try */
	wait_for(b, 2);
	assert_int_equal(b->asked[1].rcode, 0);
	bed_close(b);
}

/* DNS-11: asked for the cache alone, once. */
static void
test_refresh(void **state)
{
	struct bed *b = bed_open(fake_good);
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_question q = { .name = wire, .type = DNS_A };

	(void)state;
	q.len = (uint8_t)cell_name("www.example.org", wire);
	q.hash = dns_cache_hash(b->cache, &q);
	dns_forward_refresh(b->f, &q);
	dns_forward_refresh(b->f, &q);
	ask(b, 0, "www.example.org");		/* joins it */
	wait_for(b, 1);
	assert_int_equal(b->asked[0].rcode, 0);
	assert_int_equal(b->w.udp_queries, 1);
	assert_int_equal(dns_cache_entries(b->cache), 1);
	bed_close(b);
}

/* TLS that cannot be had, and strictly: nothing goes out. */
static void
test_strict(void **state)
{
	struct bed *b = bed_open(fake_good);
	bool changed;

	(void)state;
	b->routes[0].nhops = 0;
	hop(&b->routes[0], &b->w.at, DNS_HOP_DOT);
	(void)snprintf(b->routes[0].hops[0].tls_name, DNS_HOP_NAME, "dns.example.test");
	swap(b, 1, &changed);
	assert_int_equal(ask_route(b, 0, "www.example.org", DNS_A, 0), -ENETUNREACH);
	assert_int_equal(b->w.udp_queries + b->w.tcp_queries, 0);
	bed_close(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answer), cmocka_unit_test(test_unpredictable), cmocka_unit_test(test_fresh_ports),
		cmocka_unit_test(test_forgeries), cmocka_unit_test(test_truncated), cmocka_unit_test(test_without_edns),
		cmocka_unit_test(test_joined), cmocka_unit_test(test_timeout), cmocka_unit_test(test_next_upstream),
		cmocka_unit_test(test_nobody), cmocka_unit_test(test_servfail), cmocka_unit_test(test_tcp_upstream),
		cmocka_unit_test(test_bound), cmocka_unit_test(test_swap), cmocka_unit_test(test_stale),
		cmocka_unit_test(test_refresh), cmocka_unit_test(test_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
