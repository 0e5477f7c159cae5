/* A loop with an upstream of our own on loopback, over UDP and TCP, that does
 * what a test tells it. Waiting is for events, with a deadline far away. */
#ifndef TEST_UNIT_DNS_WORLD_H
#define TEST_UNIT_DNS_WORLD_H

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "brought.h"
#include "dns/query.h"
#include "io/listen.h"
#include "io/loop.h"
#include "io/poll.h"
#include "io/stream.h"
#include "io/timer.h"

enum { WORLD_DEADLINE_MS = 30000, WORLD_SEEN = 512, WORLD_CONNS = 8 };

struct world;

/* What an upstream answers to a query of n octets: written to out, the length;
 * 0 = nothing. tcp tells how it came. */
typedef size_t fake_cb(struct world *w, const uint8_t *query, size_t n, bool tcp, uint8_t *out);

struct fake_conn {
	struct world *w;
	struct io_stream *stream;
	uint8_t in[4096];
	size_t have;
};

struct world {
	struct io_loop *loop;
	struct io_timer *tick;
	bool (*until)(void *arg);
	void *until_arg;
	uint64_t deadline_ms;
	bool timed_out;

	int udp;
	struct io_poll *poll;
	int tcp;
	struct io_listen *listen;
	struct fake_conn conns[WORLD_CONNS];
	size_t nconns;
	struct addr_port at;		/* of the upstream */
	fake_cb *answer;
	unsigned udp_queries, tcp_queries;
	uint16_t ids[WORLD_SEEN], ports[WORLD_SEEN];
	uint8_t last[1024];		/* the latest query */
	size_t last_len;
	struct sockaddr_in from;
};

static inline void
world_on_tick(void *arg)
{
	struct world *w = arg;

	w->timed_out = io_loop_now_ms(w->loop) > w->deadline_ms;
	if (w->timed_out || w->until(w->until_arg))
		io_loop_stop(w->loop);
}

/* Run until the condition holds. */
static inline void
world_run(struct world *w, bool (*until)(void *arg), void *arg)
{
	w->until = until;
	w->until_arg = arg;
	w->deadline_ms = io_loop_now_ms(w->loop) + WORLD_DEADLINE_MS;
	io_timer_every(w->tick, 2);
	io_loop_run(w->loop);
	io_timer_stop(w->tick);
	assert_false(w->timed_out);
}

static inline bool
world_is_past(void *arg)
{
	struct { struct world *w; uint64_t at; } *p = arg;

	return io_loop_now_ms(p->w->loop) >= p->at;
}

/* Let some time go by, where nothing is expected to happen. */
static inline void
world_pause(struct world *w, uint64_t ms)
{
	struct { struct world *w; uint64_t at; } p = { w, io_loop_now_ms(w->loop) + ms };

	world_run(w, world_is_past, &p);
}

static inline void
world_note(struct world *w, const uint8_t *q, size_t n)
{
	assert_true(n <= sizeof(w->last));
	memcpy(w->last, q, n);
	w->last_len = n;
}

static inline void
world_on_udp(void *arg, int events)
{
	struct world *w = arg;
	uint8_t q[1024], out[4096];
	socklen_t len = sizeof(w->from);
	ssize_t n;
	size_t k;

	(void)events;
	while ((n = recvfrom(w->udp, q, sizeof(q), MSG_DONTWAIT, (struct sockaddr *)&w->from, &len)) > 0) {
		w->ids[w->udp_queries % WORLD_SEEN] = (uint16_t)dns_get16(q);
		w->ports[w->udp_queries % WORLD_SEEN] = ntohs(w->from.sin_port);
		w->udp_queries++;
		world_note(w, q, (size_t)n);
		k = w->answer(w, q, (size_t)n, false, out);
		if (k > 0)
			assert_int_equal(sendto(w->udp, out, k, 0, (struct sockaddr *)&w->from, len), k);
	}
}

static inline size_t
world_on_data(void *arg, const uint8_t *p, size_t n)
{
	struct fake_conn *c = arg;
	uint8_t out[2 + 65535];
	size_t k, len;

	assert_true(c->have + n <= sizeof(c->in));
	memcpy(c->in + c->have, p, n);
	c->have += n;
	while (c->have >= 2 && c->have >= 2 + (len = dns_get16(c->in))) {
		c->w->tcp_queries++;
		world_note(c->w, c->in + 2, len);
		k = c->w->answer(c->w, c->in + 2, len, true, out + 2);
		dns_put16(out, (unsigned)k);
		if (k > 0)
			assert_true(io_stream_write(c->stream, out, 2 + k) >= 0);
		memmove(c->in, c->in + 2 + len, c->have - 2 - len);
		c->have -= 2 + len;
	}
	return n;
}

static inline void
world_on_event(void *arg, enum io_stream_event ev)
{
	struct fake_conn *c = arg;

	if (ev == IO_STREAM_EOF || ev == IO_STREAM_ERROR) {
		io_stream_free(c->stream);
		c->stream = NULL;
	}
}

static const struct io_stream_ops world_ops = { world_on_data, world_on_event };

static inline void
world_on_accept(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	struct world *w = arg;
	struct fake_conn *c;

	(void)peer;
	(void)local;
	assert_true(w->nconns < WORLD_CONNS);
	c = &w->conns[w->nconns++];
	c->w = w;
	c->stream = io_stream_new(w->loop, fd, NULL, &world_ops, c);
	assert_non_null(c->stream);
}

/* A port that is free for UDP and TCP alike. */
static inline void
world_bind(struct world *w)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(at);
	struct addr_port tcp = { .addr = { 4, { 127, 0, 0, 1 } } };

	do {
		at.sin_port = 0;
		w->udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
		assert_int_equal(bind(w->udp, (struct sockaddr *)&at, sizeof(at)), 0);
		assert_int_equal(getsockname(w->udp, (struct sockaddr *)&at, &len), 0);
		tcp.port = ntohs(at.sin_port);
		w->tcp = io_listen_tcp(&tcp);
		if (w->tcp < 0)
			(void)close(w->udp);
	} while (w->tcp < 0);
	w->at = tcp;
}

static inline void
world_open(struct world *w, fake_cb *answer)
{
	memset(w, 0, sizeof(*w));
	w->answer = answer;
	w->loop = io_loop_new();
	assert_non_null(w->loop);
	w->tick = io_timer_new(w->loop, world_on_tick, w);
	world_bind(w);
	w->poll = io_poll_new(w->loop, w->udp, IO_READABLE, world_on_udp, w);
	w->listen = io_listen_new(w->loop, w->tcp, world_on_accept, w);
	assert_true(w->tick != NULL && w->poll != NULL && w->listen != NULL);
}

static inline void
world_close(struct world *w)
{
	size_t i;

	for (i = 0; i < w->nconns; i++)
		io_stream_free(w->conns[i].stream);
	io_timer_free(w->tick);
	io_poll_free(w->poll);
	io_listen_free(w->listen);
	(void)close(w->udp);
	(void)close(w->tcp);
	io_loop_free(w->loop);
}

/* --- answers -------------------------------------------------------------------- */

/* An answer with the query's own id and question; records are of the name at 12. */
static inline size_t
fake_answer(const uint8_t *query, uint8_t *out, unsigned flags, uint16_t type, const void *rdata, uint16_t rdlen)
{
	unsigned labels;
	size_t n = dns_name_scan(query + DNS_HEADER, 255, &labels) + 4;

	assert_true(n > 4);
	memcpy(out, query, DNS_HEADER + n);
	out[2] = (uint8_t)(DNS_QR | flags >> 8);
	out[3] = (uint8_t)(DNS_RA | flags);
	memset(out + 4, 0, 8);
	out[5] = 1;
	if (rdata == NULL)
		return DNS_HEADER + n;
	out[7] = 1;
	dns_put16(out + DNS_HEADER + n, 0xc00c);
	dns_put16(out + DNS_HEADER + n + 2, type);
	dns_put16(out + DNS_HEADER + n + 4, DNS_IN);
	dns_put32(out + DNS_HEADER + n + 6, 60);
	dns_put16(out + DNS_HEADER + n + 10, rdlen);
	memcpy(out + DNS_HEADER + n + 12, rdata, rdlen);
	return DNS_HEADER + n + 12 + rdlen;
}

/* The usual upstream: everything is at 1.2.3.4. */
static inline size_t
fake_good(struct world *w, const uint8_t *query, size_t n, bool tcp, uint8_t *out)
{
	static const uint8_t a[4] = { 1, 2, 3, 4 };

	(void)w;
	(void)n;
	(void)tcp;
	return fake_answer(query, out, 0, DNS_A, a, sizeof(a));
}

#endif /* TEST_UNIT_DNS_WORLD_H */
