/* The server over real sockets: DNS-2, DNS-9, DNS-11, DNS-15, DNS-16, DNS-20,
 * DNS-21, DNL-1, DNL-7, DNL-9, SET-1, and questions by people. */
#include "dns/server.h"

#include <fcntl.h>

#include "base/err.h"
#include "dns/cookie.h"
#include "dns/stats.h"
#include "io/udp.h"
#include "world.h"

enum { CLIENTS = 600, DATA_MAX = 1 << 16 };

struct client {
	int fd;
	bool tcp, closed;
	uint8_t in[8192];		/* UDP: the latest datagram; TCP: the stream */
	size_t n;
	unsigned count;			/* datagrams, or messages complete in the stream */
};

struct bed {
	struct world w;			/* the upstream, and the loop */
	struct cell k;
	struct dns_server *s;
	struct dns_stats stats;
	struct dns_door *udp, *tcp;
	struct addr_port at;		/* where the server is */
	unsigned zone;			/* every asker's */
	void *part;
	struct client *c;		/* CLIENTS */
	size_t nclients, wanted_from;
	unsigned wanted;
};

static unsigned
zone_of(void *arg, uint32_t ifindex, const struct addr *local, const struct addr *peer,
    uint32_t *number)
{
	(void)ifindex;
	assert_int_equal(local->len, 4);
	assert_true(addr_is_loopback(peer));
	*number = 0;
	return ((struct bed *)arg)->zone;
}

static void
load(struct bed *b)
{
	struct err e;
	void *part;
	size_t n;

	b->k.c.generation++;
	assert_int_equal(dns_snapshot_build(&part, &n, &b->k.c, &b->k.host, NULL, &e), 0);
	assert_int_equal(dns_server_swap(b->s, part, n, NULL, &e), 0);
	free(b->part);
	b->part = part;
}

static void
open_doors(struct bed *b)
{
	struct addr_port at = { .addr = { 4, { 127, 0, 0, 1 } } };
	struct sockaddr_in name;
	socklen_t len = sizeof(name);
	int udp, tcp;

	do {
		at.port = 0;
		udp = io_udp_open(&at, 0);
		assert_true(udp >= 0);
		assert_int_equal(getsockname(udp, (struct sockaddr *)&name, &len), 0);
		at.port = ntohs(name.sin_port);
		tcp = io_listen_tcp(&at);
		if (tcp < 0)
			(void)close(udp);
	} while (tcp < 0);
	b->at = at;
	b->udp = dns_server_udp(b->s, udp);
	b->tcp = dns_server_tcp(b->s, tcp);
	assert_true(b->udp != NULL && b->tcp != NULL);
}

static struct bed *
bed_open(fake_cb *answer)
{
	struct bed *b = calloc(1, sizeof(*b));
	struct dns_server_conf c = { .share = 1, .zone_of = zone_of };

	assert_non_null(b);
	b->c = calloc(CLIENTS, sizeof(*b->c));
	assert_non_null(b->c);
	world_open(&b->w, answer);
	c.loop = b->w.loop;
	c.stats = &b->stats;
	c.arg = b;
	assert_int_equal(dns_server_new(&b->s, &c), 0);
	open_doors(b);
	b->zone = CONF_ZONE_LAN;
	cell_init(&b->k);
	b->k.host.port = 1;		/* the upstream is not us */
	b->k.upstreams[0].at = b->w.at;
	b->k.c.dns.nupstreams = 1;
	return b;
}

static void
bed_close(struct bed *b)
{
	size_t i;

	for (i = 0; i < b->nclients; i++)
		if (b->c[i].fd >= 0)
			(void)close(b->c[i].fd);
	dns_server_free(b->s);
	free(b->part);
	free(b->c);
	world_close(&b->w);
	free(b);
}

/* --- clients ------------------------------------------------------------------------ */

static size_t
client(struct bed *b, bool tcp)
{
	struct client *c = &b->c[b->nclients];
	struct sockaddr_storage ss;
	size_t n = addr_to_sockaddr(&b->at, &ss);

	assert_true(b->nclients < CLIENTS);
	c->tcp = tcp;
	c->fd = socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
	assert_true(c->fd >= 0);
	assert_int_equal(connect(c->fd, (struct sockaddr *)&ss, (socklen_t)n), 0);
	return b->nclients++;
}

static void
write_all(struct bed *b, size_t i, const void *p, size_t n)
{
	assert_int_equal(send(b->c[i].fd, p, n, MSG_NOSIGNAL), n);
}

static void
ask_id(struct bed *b, size_t i, const char *name, uint16_t type, uint16_t id)
{
	uint8_t msg[2 + 512], wire[DNS_NAME_ROOM];
	size_t n = dns_query_write(msg + 2, 512, wire, cell_name(name, wire), type, false);

	dns_put16(msg + 2, id);
	dns_put16(msg, (unsigned)n);
	if (b->c[i].tcp)
		write_all(b, i, msg, n + 2);
	else
		write_all(b, i, msg + 2, n);
}

static void
ask(struct bed *b, size_t i, const char *name, uint16_t type)
{
	ask_id(b, i, name, type, 0x4711);
}

static unsigned
messages(const struct client *c)
{
	size_t at = 0;
	unsigned n = 0;

	while (at + 2 <= c->n && at + 2 + dns_get16(c->in + at) <= c->n) {
		at += 2 + dns_get16(c->in + at);
		n++;
	}
	return n;
}

static void
receive(struct client *c)
{
	ssize_t k;

	if (c->fd < 0)
		return;
	while ((k = recv(c->fd, c->in + (c->tcp ? c->n : 0), sizeof(c->in) - (c->tcp ? c->n : 0), MSG_DONTWAIT)) > 0) {
		c->n = (size_t)k + (c->tcp ? c->n : 0);
		c->count = c->tcp ? messages(c) : c->count + 1;
	}
	c->closed = c->closed || (c->tcp && (k == 0 || (k < 0 && errno == ECONNRESET)));
}

static bool
has_come(void *arg)
{
	struct bed *b = arg;

	receive(&b->c[b->wanted_from]);
	return b->c[b->wanted_from].count >= b->wanted;
}

static bool
has_closed(void *arg)
{
	struct bed *b = arg;

	receive(&b->c[b->wanted_from]);
	return b->c[b->wanted_from].closed;
}

/* The text of the message number n that client i gets. */
static const char *
get(struct bed *b, size_t i, unsigned n)
{
	struct client *c = &b->c[i];
	size_t at = 0;

	b->wanted_from = i;
	b->wanted = n;
	world_run(&b->w, has_come, b);
	if (!c->tcp)
		return cell_text(c->in, c->n);
	while (n-- > 1)
		at += 2 + dns_get16(c->in + at);
	return cell_text(c->in + at + 2, dns_get16(c->in + at));
}

static void
wait_closed(struct bed *b, size_t i)
{
	b->wanted_from = i;
	world_run(&b->w, has_closed, b);
}

#define OWN "NOERROR aa myhome.home.arpa. 60 A 127.0.0.9 |"
#define OTHER "NOERROR www.example.org. 60 A 1.2.3.4 |"

/* The asked address is ours on "eth0". */
static void
own_address(struct bed *b)
{
	cell_if(&b->k, "eth0", CELL_LO, "127.0.0.1/8");
	b->k.ifs[b->k.host.nifs - 1].loopback = false;
}

/* --- tests ---------------------------------------------------------------------------- */

/* Before the first snapshot and after the last: silence, closed connections. */
static void
test_silence(void **state)
{
	struct bed *b = bed_open(fake_good);
	size_t u = client(b, false), t = client(b, true);
	struct err e;

	(void)state;
	ask(b, u, "myhome.home.arpa", DNS_A);
	wait_closed(b, t);
	world_pause(&b->w, 50);
	receive(&b->c[u]);
	assert_int_equal(b->c[u].count, 0);
	load(b);
	ask(b, u, "ns.myhome.home.arpa", DNS_NS);
	assert_non_null(strstr(get(b, u, 1), "NOERROR aa"));
	t = client(b, true);
	ask(b, t, "myhome.home.arpa", DNS_NS);
	assert_non_null(strstr(get(b, t, 1), "NOERROR aa"));
	assert_int_equal(dns_server_swap(b->s, NULL, 0, NULL, &e), 0);
	wait_closed(b, t);
	ask(b, u, "myhome.home.arpa", DNS_NS);
	world_pause(&b->w, 50);
	receive(&b->c[u]);
	assert_int_equal(b->c[u].count, 1);
	bed_close(b);
}

static void
test_own_and_other(void **state)
{
	struct bed *b = bed_open(fake_good);
	size_t u = client(b, false), t = client(b, true);

	(void)state;
	own_address(b);
	load(b);
	ask(b, u, "myhome.home.arpa", DNS_A);
	assert_string_equal(get(b, u, 1), "NOERROR aa myhome.home.arpa. 60 A 127.0.0.1 |");
	ask(b, u, "www.example.org", DNS_A);
	assert_string_equal(get(b, u, 2), OTHER);
	ask(b, t, "www.example.org", DNS_A);
	assert_string_equal(get(b, t, 1), OTHER);
	assert_int_equal(b->w.udp_queries, 1);		/* the second was kept */
	assert_int_equal(b->stats.udp_queries, 2);
	assert_int_equal(b->stats.tcp_queries, 1);
	assert_int_equal(dns_stats_queries(&b->stats), 3);
	assert_int_equal(b->stats.rcodes[0], 3);
	assert_int_equal(b->stats.authoritative, 1);
	assert_int_equal(b->stats.cache_hits, 1);
	assert_int_equal(b->stats.cache_misses, 1);
	assert_int_equal(b->stats.cache_entries, 1);
	assert_int_equal(b->stats.forwarded, 1);
	assert_int_equal(dns_server_flush(b->s, NULL, 0), 1);
	ask(b, t, "www.example.org", DNS_A);
	assert_string_equal(get(b, t, 2), OTHER);
	assert_int_equal(b->w.udp_queries, 2);
	bed_close(b);
}

/* Silence for answers and nobody, FORMERR for rubbish with a header, nothing for less. */
static void
test_rubbish(void **state)
{
	struct bed *b = bed_open(fake_good);
	size_t u = client(b, false);
	uint8_t msg[64] = { 0x47, 0x11, 0x80 };

	(void)state;
	load(b);
	write_all(b, u, msg, 40);
	write_all(b, u, msg, 11);
	b->zone = 0;
	ask(b, u, "myhome.home.arpa", DNS_NS);
	world_pause(&b->w, 50);
	b->zone = CONF_ZONE_LAN;
	receive(&b->c[u]);
	assert_int_equal(b->c[u].count, 0);
	assert_int_equal(b->stats.dropped, 3);
	msg[2] = 0;
	msg[5] = 1;
	msg[12] = 0xc0;
	write_all(b, u, msg, 40);
	assert_string_equal(get(b, u, 1), "FORMERR  |");
	assert_int_equal(b->c[u].n, DNS_HEADER);
	b->zone = CONF_ZONE_PUBLIC;
	ask(b, u, "myhome.home.arpa", DNS_NS);
	assert_string_equal(get(b, u, 2), "REFUSED  |");
	bed_close(b);
}

static size_t
fake_second(struct world *w, const uint8_t *query, size_t n, bool tcp, uint8_t *out)
{
	return w->udp_queries < 2 ? 0 : fake_good(w, query, n, tcp, out);
}

static bool
was_asked(void *arg)
{
	return ((struct bed *)arg)->w.udp_queries > 0;
}

/* R2: a socket that goes back to another edge is not read any more, and nobody waits in vain. */
static void
test_leave(void **state)
{
	struct bed *b = bed_open(fake_second);
	size_t u = client(b, false), later = client(b, false);

	(void)state;
	load(b);
	ask(b, u, "www.example.org", DNS_A);
	world_run(&b->w, was_asked, b);
	dns_door_leave(b->udp);
	ask(b, later, "ns.myhome.home.arpa", DNS_NS);
	assert_string_equal(get(b, u, 1), OTHER);
	receive(&b->c[later]);
	assert_int_equal(b->c[later].count, 0);
	bed_close(b);
}

/* A thousand swaps between questions: always an answer, never of two generations. */
static void
test_swaps(void **state)
{
	struct bed *b = bed_open(fake_good);
	size_t u = client(b, false);
	char value[2][16] = { "10.0.0.50", "10.0.0.51" };
	unsigned i;

	(void)state;
	cell_record(&b->k, "myhome.home.arpa", "x", "A", value[0], CONF_ZONE_LAN);
	for (i = 0; i < 1000; i++) {
		char want[64];

		b->k.records[0].value = value[i % 2];
		b->k.c.dns.rev = 100 + i;
		load(b);
		ask(b, u, "x.myhome.home.arpa", DNS_A);
		(void)snprintf(want, sizeof(want), "NOERROR aa x.myhome.home.arpa. 300 A %s |", value[i % 2]);
		assert_string_equal(get(b, u, i + 1), want);
	}
	bed_close(b);
}

/* A snapshot that does not check out is refused and the old one stays. */
static void
test_bad_snapshot(void **state)
{
	struct bed *b = bed_open(fake_good);
	size_t u = client(b, false);
	uint64_t rubbish[64] = { 0 };
	struct err e;

	(void)state;
	load(b);
	assert_int_equal(dns_server_swap(b->s, rubbish, sizeof(rubbish), NULL, &e), -EINVAL);
	assert_string_equal(e.detail, "the DNS part of the snapshot does not check out");
	ask(b, u, "myhome.home.arpa", DNS_NS);
	assert_non_null(strstr(get(b, u, 1), "NOERROR aa"));
	bed_close(b);
}

/* --- TCP ------------------------------------------------------------------------------- */

static size_t
fake_slow(struct world *w, const uint8_t *query, size_t n, bool tcp, uint8_t *out)
{
	/* The first name is answered when the second has been asked. */
	static uint8_t first[512];
	static struct sockaddr_in from;
	size_t k;

	if (w->udp_queries == 1) {
		memcpy(first, query, n);
		from = w->from;
		return 0;
	}
	k = fake_good(w, first, n, tcp, out);
	(void)sendto(w->udp, out, k, 0, (struct sockaddr *)&from, sizeof(from));
	return fake_good(w, query, n, tcp, out);
}

/* Pipelining; an answer that waits does not hold up the others; messages in pieces. */
static void
test_pipelining(void **state)
{
	struct bed *b = bed_open(fake_slow);
	size_t t = client(b, true);
	uint8_t msg[2 + 512], wire[DNS_NAME_ROOM];
	size_t n = dns_query_write(msg + 2, 512, wire, cell_name("myhome.home.arpa", wire), DNS_SOA, false), i;

	(void)state;
	load(b);
	ask_id(b, t, "slow.example.org", DNS_A, 1);
	for (i = 2; i < 10; i++)
		ask_id(b, t, "myhome.home.arpa", DNS_NS, (uint16_t)i);
	assert_non_null(strstr(get(b, t, 8), "NS ns.myhome.home.arpa"));
	assert_int_equal(dns_get16(b->c[t].in + 2), 2);		/* the own name's, before the slow one's */
	ask_id(b, t, "fast.example.org", DNS_A, 10);
	(void)get(b, t, 10);
	dns_put16(msg, (unsigned)n);
	for (i = 0; i < n + 2; i++) {
		write_all(b, t, msg + i, 1);
		world_pause(&b->w, 1);
	}
	assert_non_null(strstr(get(b, t, 11), "SOA"));
	bed_close(b);
}

/* Sent everything, then closed its direction: it still gets all answers, then the end. */
static void
test_half_closed(void **state)
{
	struct bed *b = bed_open(fake_good);
	size_t t = client(b, true);

	(void)state;
	load(b);
	ask(b, t, "www.example.org", DNS_A);
	ask(b, t, "myhome.home.arpa", DNS_NS);
	assert_int_equal(shutdown(b->c[t].fd, SHUT_WR), 0);
	(void)get(b, t, 2);
	wait_closed(b, t);
	bed_close(b);
}

static void
test_connection_limits(void **state)
{
	struct bed *b = bed_open(fake_good);
	size_t i, first;

	(void)state;
	load(b);
	for (i = 0; i < DNS_TCP_PER_ADDRESS; i++) {
		ask(b, client(b, true), "myhome.home.arpa", DNS_NS);
		(void)get(b, i, 1);
	}
	wait_closed(b, client(b, true));			/* one too many for one address */
	assert_int_equal(b->stats.tcp_connections, DNS_TCP_PER_ADDRESS);
	for (i = 0; i < DNS_TCP_PER_ADDRESS; i++) {
		(void)close(b->c[i].fd);
		b->c[i].fd = -1;
	}
	b->zone = CONF_ZONE_LOCAL;				/* no such limit for the host (LIM-3) */
	for (i = 0; i < DNS_TCP_CONNECTIONS; i++) {
		first = client(b, true);
		ask(b, first, "myhome.home.arpa", DNS_NS);
		if (i == 0 || i % 16 == 15)			/* one by one, a slow machine may take their ten seconds */
			(void)get(b, first, 1);
	}
	first -= DNS_TCP_CONNECTIONS - 1;
	world_pause(&b->w, 20);					/* what follows is later than all that */
	ask(b, first + 1, "myhome.home.arpa", DNS_NS);		/* idle for the shortest time now */
	(void)get(b, first + 1, 2);
	i = client(b, true);
	ask(b, i, "myhome.home.arpa", DNS_NS);
	(void)get(b, i, 1);
	receive(&b->c[first]);
	receive(&b->c[first + 1]);
	assert_true(b->c[first].closed);			/* the one idle for longest gave way, at once */
	assert_false(b->c[first + 1].closed);
	assert_int_equal(b->stats.tcp_connections, DNS_TCP_CONNECTIONS);
	bed_close(b);
}

/* Read nothing and ask until the server does not read any more either: it is not to buy memory for us. */
static void
ask_and_not_read(struct bed *b, size_t i)
{
	const struct timeval patience = { .tv_usec = 1000 };
	const int small = 4096;
	uint8_t msg[2 + 512], wire[DNS_NAME_ROOM];
	size_t n = dns_query_write(msg + 2, 512, wire, cell_name("long.myhome.home.arpa", wire), DNS_TXT, false), k;

	dns_put16(msg, (unsigned)n);
	assert_int_equal(setsockopt(b->c[i].fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)), 0);
	assert_int_equal(setsockopt(b->c[i].fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	assert_int_equal(setsockopt(b->c[i].fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)), 0);
	for (k = 0; send(b->c[i].fd, msg, n + 2, MSG_NOSIGNAL) > 0; k++) {
		assert_true(k < 100000);
		if (k % 50 == 0)
			world_pause(&b->w, 2);
	}
	assert_true(errno == EAGAIN || errno == EPIPE || errno == ECONNRESET);	/* or, on a slow machine, it is over already */
}

static bool
is_refused(void *arg)
{
	struct bed *b = arg;

	return send(b->c[b->wanted_from].fd, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN;
}

/* Idle for ten seconds, dribbling without ever finishing a query, or not reading
 * its answers: closed. */
static void
test_idle(void **state)
{
	struct bed *b = bed_open(fake_good);
	size_t t = client(b, true), d = client(b, true), big = client(b, true), deaf = client(b, true);
	uint64_t began;
	const uint8_t huge[2] = { 0x10, 0x01 };
	char text[4001];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	cell_record(&b->k, "myhome.home.arpa", "long", "TXT", text, CONF_ZONE_LAN);
	b->k.c.dns.client_qps = 100000;
	load(b);
	ask_and_not_read(b, deaf);
	began = io_loop_now_ms(b->w.loop);
	ask(b, t, "myhome.home.arpa", DNS_NS);
	(void)get(b, t, 1);
	write_all(b, d, "\0\50\1", 3);
	write_all(b, big, huge, sizeof(huge));
	wait_closed(b, big);			/* no query is that long */
	assert_true(io_loop_now_ms(b->w.loop) - began < 9000);
	world_pause(&b->w, 5000);
	write_all(b, d, "\1\1\1", 3);
	wait_closed(b, t);
	wait_closed(b, d);
	assert_true(io_loop_now_ms(b->w.loop) - began >= 9900);
	b->wanted_from = deaf;
	world_run(&b->w, is_refused, b);
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

/* At most a hundred outstanding on a connection, two hundred per client; what is
 * beyond waits in the stream, or gets SERVFAIL. */
static void
test_outstanding(void **state)
{
	struct bed *b = bed_open(fake_mute);
	size_t t = client(b, true), u = client(b, false);
	char name[32];
	unsigned i;

	(void)state;
	load(b);
	for (i = 0; i < 150; i++) {
		(void)snprintf(name, sizeof(name), "n%u.example.org", i);
		ask(b, t, name, DNS_A);
	}
	world_pause(&b->w, 300);
	assert_int_equal(b->w.udp_queries, DNS_TCP_OUTSTANDING);
	for (i = 0; i < 101; i++) {
		(void)snprintf(name, sizeof(name), "u%u.example.org", i);
		ask(b, u, name, DNS_A);
	}
	assert_string_equal(get(b, u, 1), "SERVFAIL  |");
	world_pause(&b->w, 50);
	receive(&b->c[u]);
	assert_int_equal(b->c[u].count, 1);
	dns_door_close(b->udp);			/* with a hundred that wait */
	b->udp = NULL;
	dns_door_close(b->tcp);
	wait_closed(b, t);
	assert_int_equal(b->stats.tcp_connections, 0);
	bed_close(b);
}

/* Over the rate: half of the questions get an empty TC answer, half nothing. */
static void
test_rate(void **state)
{
	struct bed *b = bed_open(fake_good);
	size_t u = client(b, false), t = client(b, true);
	unsigned i;

	(void)state;
	b->k.c.dns.client_qps = 10;
	load(b);
	for (i = 0; i < 130; i++)
		ask(b, u, "myhome.home.arpa", DNS_NS);
	world_pause(&b->w, 100);
	receive(&b->c[u]);
	assert_int_equal(b->stats.udp_queries, 130);
	assert_true(b->stats.limited >= 95 && b->stats.limited <= 100);		/* a burst of 30, and a few refilled */
	assert_true(b->c[u].count >= 30 + 45 && b->c[u].count <= 35 + 50);
	assert_true(b->stats.truncated >= 45 && b->stats.truncated <= 50);
	ask(b, t, "myhome.home.arpa", DNS_NS);			/* by TCP it gets its answer */
	assert_non_null(strstr(get(b, t, 1), "NOERROR aa"));
	b->zone = CONF_ZONE_LOCAL;
	for (i = 0; i < 100; i++)
		ask(b, u, "myhome.home.arpa", DNS_NS);
	world_pause(&b->w, 50);
	assert_true(b->stats.limited <= 101);
	bed_close(b);
}

/* Over TCP who asks too much is answered, but read from slowly (DNS-20). */
static void
test_slow(void **state)
{
	struct bed *b = bed_open(fake_good);
	size_t t = client(b, true);
	unsigned i;

	(void)state;
	b->k.c.dns.client_qps = 10;
	load(b);
	for (i = 0; i < 80; i++)
		ask(b, t, "myhome.home.arpa", DNS_NS);
	(void)get(b, t, 31);			/* a burst of 30, and one beyond */
	assert_true(b->c[t].count < 60);
	assert_true(b->stats.limited > 0);
	assert_non_null(strstr(get(b, t, 33), "NOERROR aa"));	/* it goes on */
	bed_close(b);
}

/* The question for our own NS with a cookie of n octets in the answer before it, or the client's part alone. */
static void
ask_with_cookie(struct bed *b, size_t i, const uint8_t *cookie, size_t n)
{
	uint8_t msg[512], wire[DNS_NAME_ROOM];
	size_t len = dns_query_write(msg, sizeof(msg), wire, cell_name("myhome.home.arpa", wire), DNS_NS, false);

	dns_put16(msg + len - 2, (unsigned)n + 4);
	dns_put16(msg + len, DNS_OPTION_COOKIE);
	dns_put16(msg + len + 2, (unsigned)n);
	memcpy(msg + len + 4, cookie, n);
	write_all(b, i, msg, len + 4 + n);
}

/* RFC 7873, 9018: everybody gets a cookie with his answer; under pressure the good ones are answered still, when
 * those without get TC and those with a stale one BADCOOKIE. Two edges know each other's. */
static void
test_cookies(void **state)
{
	const struct dns_cookie_keys keys = { "one secret......", "the one before.." };
	const struct dns_cookie_keys later = { "another.........", "one secret......" };
	struct bed *b = bed_open(fake_good);
	size_t u = client(b, false), stranger = client(b, false), i;
	uint8_t cookie[DNS_COOKIE_FULL], bad[DNS_COOKIE_FULL] = "client..not one of ours";
	struct client *c = &b->c[u];

	(void)state;
	b->k.c.dns.client_qps = 10;
	load(b);
	ask_with_cookie(b, u, (const uint8_t *)"client..", 8);	/* before there are secrets */
	assert_non_null(strstr(get(b, u, 1), "NOERROR aa"));
	assert_int_equal(dns_get16(c->in + c->n - 2), 0);
	dns_server_secure(b->s, NULL, &keys);
	ask_with_cookie(b, u, (const uint8_t *)"client..", 8);
	assert_non_null(strstr(get(b, u, 2), "NOERROR aa"));
	memcpy(cookie, c->in + c->n - sizeof(cookie), sizeof(cookie));
	assert_memory_equal(cookie, "client..", 8);
	assert_int_equal(b->stats.cookies, 0);
	for (i = 0; i < 100; i++)				/* somebody takes the address's whole rate */
		ask(b, stranger, "myhome.home.arpa", DNS_NS);
	dns_server_secure(b->s, NULL, &later);			/* a new secret; the old one still serves */
	for (i = 0; i < 50; i++) {
		ask_with_cookie(b, u, cookie, sizeof(cookie));
		assert_non_null(strstr(get(b, u, 3 + (unsigned)i), "NOERROR aa"));
	}
	assert_int_equal(b->stats.cookies, 50);
	for (i = 0; i < 1000 && (c->in[3] & DNS_RCODE) == 0; i++) {	/* every second one is dropped */
		ask_with_cookie(b, u, bad, sizeof(bad));
		world_pause(&b->w, 2);
		receive(c);
	}
	assert_int_equal(c->in[3] & DNS_RCODE, DNS_BADCOOKIE & DNS_RCODE);
	assert_int_equal(c->in[c->n - 28 - 6], DNS_BADCOOKIE >> 4);
	ask_with_cookie(b, u, c->in + c->n - DNS_COOKIE_FULL, DNS_COOKIE_FULL);		/* come back with this */
	assert_non_null(strstr(get(b, u, c->count + 1), "NOERROR aa"));
	assert_int_equal(b->stats.cookies, 51);
	bed_close(b);
}

/* --- questions by people -------------------------------------------------------------------- */

struct told {
	unsigned times;
	int rcode, ede;
	char view[16], source[16], line[256], ede_text[128];
	size_t lines;
};

static void
on_asked(void *arg, const struct dns_asked *a)
{
	struct told *t = arg;

	t->times++;
	t->rcode = a->rcode;
	t->ede = a->ede;
	t->lines = a->nanswers;
	(void)snprintf(t->view, sizeof(t->view), "%s", a->view == NULL ? "none" : a->view);
	(void)snprintf(t->source, sizeof(t->source), "%s", dns_source_name(a->source));
	(void)snprintf(t->line, sizeof(t->line), "%s", a->nanswers > 0 ? a->answers[0] : "");
	(void)snprintf(t->ede_text, sizeof(t->ede_text), "%s", a->ede_text);
}

static bool
was_told(void *arg)
{
	return ((struct told *)arg)->times > 0;
}

static struct told
ask_as(struct bed *b, unsigned zone, const char *name, uint16_t type)
{
	struct told t = { 0 };
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_ask q = { .zone = zone, .local = { 4, { 127, 0, 0, 1 } }, .name = wire, .type = type };

	q.namelen = cell_name(name, wire);
	assert_int_equal(dns_server_ask(b->s, &q, on_asked, &t), 0);
	assert_int_equal(t.times, 0);
	world_run(&b->w, was_told, &t);
	assert_int_equal(t.times, 1);
	return t;
}

static void
test_ask(void **state)
{
	struct bed *b = bed_open(fake_good);
	struct told t;

	(void)state;
	assert_int_equal(ask_as(b, CONF_ZONE_LAN, "myhome.home.arpa", DNS_A).rcode, -1);
	own_address(b);
	cell_forward(&b->k, "corp.example", "127.0.0.1");
	load(b);
	t = ask_as(b, CONF_ZONE_LAN, "myhome.home.arpa", DNS_A);
	assert_int_equal(t.rcode, 0);
	assert_string_equal(t.view, "lan");
	assert_string_equal(t.source, "authoritative");
	assert_string_equal(t.line, "myhome.home.arpa.\t60\tIN\tA\t127.0.0.1");
	t = ask_as(b, CONF_ZONE_VPN, "www.example.org", DNS_A);
	assert_string_equal(t.source, "upstream");
	assert_string_equal(t.line, "www.example.org.\t60\tIN\tA\t1.2.3.4");
	t = ask_as(b, CONF_ZONE_VPN, "www.example.org", DNS_A);
	assert_string_equal(t.source, "cache");
	assert_string_equal(t.view, "vpn");
	t = ask_as(b, CONF_ZONE_PUBLIC, "myhome.home.arpa", DNS_A);
	assert_int_equal(t.rcode, DNS_REFUSED);
	assert_string_equal(t.source, "refused");
	assert_string_equal(t.view, "none");
	assert_int_equal(t.ede, 18);
	assert_string_equal(t.ede_text, "this server does not answer the public Internet");
	t = ask_as(b, CONF_ZONE_LAN, "myhome.cell", DNS_A);
	assert_int_equal(t.rcode, DNS_REFUSED);
	t = ask_as(b, CONF_ZONE_LAN, "nope.myhome.home.arpa", DNS_A);
	assert_int_equal(t.rcode, DNS_NXDOMAIN);
	assert_int_equal(t.lines, 0);
	bed_close(b);
}

static void
test_ask_limits(void **state)
{
	struct bed *b = bed_open(fake_mute);
	struct told t[DNS_ASKS_MAX + 1] = { 0 };
	char name[32];
	uint8_t wire[DNS_NAME_ROOM];
	struct dns_ask q = { .zone = CONF_ZONE_VPN, .name = wire, .type = DNS_A };
	size_t i;

	(void)state;
	load(b);
	for (i = 0; i < DNS_ASKS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "n%zu.example.org", i);
		q.namelen = cell_name(name, wire);
		assert_int_equal(dns_server_ask(b->s, &q, on_asked, &t[i]), 0);
	}
	assert_int_equal(dns_server_ask(b->s, &q, on_asked, &t[i]), -ENOBUFS);
	q.zone = 3;
	assert_int_equal(dns_server_ask(b->s, &q, on_asked, &t[i]), -EINVAL);
	q.zone = CONF_ZONE_VPN;
	q.namelen--;
	assert_int_equal(dns_server_ask(b->s, &q, on_asked, &t[i]), -EINVAL);
	bed_close(b);				/* under way: no call comes any more */
	for (i = 0; i <= DNS_ASKS_MAX; i++)
		assert_int_equal(t[i].times, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_silence), cmocka_unit_test(test_own_and_other), cmocka_unit_test(test_rubbish),
		cmocka_unit_test(test_leave),
		cmocka_unit_test(test_swaps), cmocka_unit_test(test_bad_snapshot), cmocka_unit_test(test_pipelining),
		cmocka_unit_test(test_half_closed), cmocka_unit_test(test_connection_limits), cmocka_unit_test(test_idle),
		cmocka_unit_test(test_outstanding), cmocka_unit_test(test_rate), cmocka_unit_test(test_slow),
		cmocka_unit_test(test_cookies),
		cmocka_unit_test(test_ask),
		cmocka_unit_test(test_ask_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
