/* What the log tells of each question (DNS-19): whose answer it was, and what had no question that could be read. */
#include "dns/resolver.h"

#include "base/err.h"
#include "dns/intake.h"
#include "dns/log.h"
#include "dns/query.h"
#include "dns/server.h"
#include "dns/stats.h"
#include "world.h"

enum { ROOM = 16 };

struct bed {
	struct world w;			/* the upstream, and the loop */
	struct cell k;
	struct dns_intake in;
	struct dns_stats stats;
	struct dns_log *log;
	struct dns_pendings pendings;
	void *part;
	bool done;
	uint8_t out[DNS_ANSWER_ROOM];
};

static void
load(struct bed *b)
{
	struct err e;
	void *part;
	size_t n;

	b->k.c.generation++;
	assert_int_equal(dns_snapshot_build(&part, &n, &b->k.c, &b->k.host, NULL, &e), 0);
	assert_int_equal(dns_resolver_swap(b->in.resolver, part, n, NULL, &e), 0);
	free(b->part);
	b->part = part;
}

static struct bed *
bed_open(fake_cb *answer)
{
	struct bed *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	world_open(&b->w, answer);
	b->in.c = (struct dns_server_conf){ .loop = b->w.loop, .stats = &b->stats, .share = 1 };
	b->in.resolver = dns_resolver_new(&b->in.c);
	b->log = calloc(1, dns_log_size(ROOM));
	assert_true(b->in.resolver != NULL && b->log != NULL);
	dns_resolver_log(b->in.resolver, b->log, ROOM);
	cell_init(&b->k);
	b->k.host.port = 1;		/* the upstream is not us */
	b->k.upstreams[0].at = b->w.at;
	b->k.c.dns.nupstreams = 1;
	b->k.c.dns.query_log = CONF_LOG_ALL;
	b->k.c.dns.query_log_entries = ROOM;
	load(b);
	return b;
}

static void
bed_close(struct bed *b)
{
	dns_resolver_forget(&b->pendings);
	dns_resolver_free(b->in.resolver);
	free(b->log);
	free(b->part);
	world_close(&b->w);
	free(b);
}

static void
on_later(void *arg, const struct dns_asker *who, const uint8_t *msg, size_t n, const struct dns_outcome *o)
{
	struct bed *b = arg;

	(void)who;
	(void)msg;
	(void)o;
	b->done = n > 0;
}

static bool
is_done(void *arg)
{
	return ((struct bed *)arg)->done;
}

/* Ask with these octets. */
static void
ask_octets(struct bed *b, const uint8_t *msg, size_t n)
{
	const struct dns_asker who = { .zone = CONF_ZONE_LAN, .ifindex = CELL_ETH, .local = cell_addr("192.168.1.2"),
	    .peer = { .addr = cell_addr("192.168.1.7") }, .tcp = true };
	struct dns_answering now = dns_resolver_now(b->in.resolver);
	struct dns_query q;
	enum dns_query_kind kind = dns_query_read(&q, msg, n);

	b->done = false;
	if (dns_intake_answer(&b->in, &now, &(struct dns_asking){ &q, &who, { &b->pendings, on_later, b } }, kind, b->out) == 0)
		world_run(&b->w, is_done, b);
}

static void
ask(struct bed *b, const char *name)
{
	uint8_t msg[512], wire[DNS_NAME_ROOM];

	ask_octets(b, msg, dns_query_write(msg, sizeof(msg), wire, cell_name(name, wire), DNS_A, false));
}

/* The newest entry: "name type rcode source upstream". */
static void
assert_noted(struct bed *b, const char *want)
{
	char name[DNS_NAME_TEXT_MAX] = "?", upstream[ADDR_TEXT_MAX], text[512];
	struct dns_log_entry e;

	assert_true(dns_log_get(b->log, ROOM, dns_log_newest(b->log), &e));
	if (e.namelen > 0)
		(void)dns_name_text(e.name, e.namelen, name);
	(void)snprintf(text, sizeof(text), "%s %u %u %s %s", name, e.type, e.rcode, dns_source_name((enum dns_source)e.source),
	    e.upstream.len == 0 ? "-" : addr_text(&e.upstream, upstream));
	assert_string_equal(text, want);
	assert_int_equal(e.zone, CONF_ZONE_LAN);
	assert_int_equal(e.peer.b[3], 7);
}

static size_t
fake_failing(struct world *w, const uint8_t *query, size_t n, bool tcp, uint8_t *out)
{
	(void)w;
	(void)n;
	(void)tcp;
	return fake_answer(query, out, DNS_SERVFAIL, 0, NULL, 0);
}

static void
test_whose_answer(void **state)
{
	struct bed *b = bed_open(fake_good);

	(void)state;
	ask(b, "www.example.org");
	assert_noted(b, "www.example.org 1 0 upstream 127.0.0.1");
	ask(b, "www.example.org");
	assert_noted(b, "www.example.org 1 0 cache -");
	ask(b, "myhome.home.arpa");
	assert_noted(b, "myhome.home.arpa 1 0 authoritative -");
	cell_deny(&b->k, "example.org");
	load(b);
	ask(b, "www.example.org");
	assert_noted(b, "www.example.org 1 0 blocked -");
	bed_close(b);
}

static void
test_who_failed(void **state)
{
	struct bed *b = bed_open(fake_failing);

	(void)state;
	ask(b, "broken.example");
	assert_noted(b, "broken.example 1 2 upstream 127.0.0.1");	/* it said so itself */
	cell_forward(&b->k, "corp.example", "127.77.0.1");		/* nobody is there */
	load(b);
	ask(b, "host.corp.example");
	assert_noted(b, "host.corp.example 1 2 forward -");
	b->k.c.dns.nupstreams = 0;
	load(b);
	ask(b, "more.example");
	assert_noted(b, "more.example 1 2 upstream -");
	bed_close(b);
}

/* Messages that are no question: all of them at "all", what was refused at "errors", too. */
static void
test_malformed(void **state)
{
	static const struct { const char *octets; size_t n; const char *want; bool error; } rows[] = {
		{ "\0\1\1\0\0\1\0\0\0\0\0\0\1a", 14, "? 0 1 refused -", false },		/* cut off */
		{ "\0\1\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1\377", 20, "a 1 1 refused -", false },	/* something behind it */
		{ "\0\1\1\0\0\2\0\0\0\0\0\0\1a\0\0\1\0\1", 19, "? 0 1 refused -", false },	/* two questions */
		{ "\0\1\50\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", 19, "? 0 4 refused -", false },	/* UPDATE */
		{ "\0\1\1\0\0\1\0\0\0\0\0\1\1a\0\0\1\0\1\0\0\51\4\320\0\1\0\0\0\0", 30, "a 1 16 refused -", false },
		{ "\0\1\1\0\0\1\0\0\0\0\0\0\1a\0\0\20\0\3", 19, "a 16 5 refused -", true },	/* class CH */
	};
	struct bed *b = bed_open(fake_good);
	uint64_t before;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ask_octets(b, (const uint8_t *)rows[i].octets, rows[i].n);
		assert_noted(b, rows[i].want);
	}
	b->k.c.dns.query_log = CONF_LOG_ERRORS;
	load(b);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		before = dns_log_newest(b->log);
		ask_octets(b, (const uint8_t *)rows[i].octets, rows[i].n);
		assert_int_equal(dns_log_newest(b->log) - before, rows[i].error);
	}
	bed_close(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whose_answer), cmocka_unit_test(test_who_failed), cmocka_unit_test(test_malformed),
	};

	return cmocka_run_group_tests_name("dns/resolver", tests, NULL, NULL);
}
