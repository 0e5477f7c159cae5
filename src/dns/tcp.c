/* DNS over TCP and TLS; see tcp.h. A connection is closed by the sweep or by its own
 * stream's events, never while a message of it is being handled. */
#include "dns/tcp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sparse.h"
#include "conf/conf.h"
#include "dns/stats.h"
#include "dns/wire.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"

enum {
	PREFIX = 2,
	SWEEP_MS = 250,
	OUT_MAX = 2 * (PREFIX + DNS_MESSAGE_MAX)
};

struct conn {
	struct dns_tcp_conn c;		/* first */
	struct dns_tcp *t;
	struct conn *next, **at;
	struct io_stream *stream;
	unsigned outstanding;
	uint64_t used_ms;		/* last whole query or answer */
	uint64_t blocked_ms;		/* since when it does not read our answers; 0: it does */
	bool slow, eof, doomed;
	size_t have;
	uint8_t in[PREFIX + DNS_TCP_QUERY_MAX];
};

struct dns_tcp {
	struct io_loop *loop;
	const struct dns_tcp_ops *ops;
	void *arg;
	struct dns_stats *stats;
	struct io_timer *sweep;
	struct conn *conns;
	unsigned count, max;
	struct conn *corked;		/* its answers gather in out */
	size_t used;
	uint8_t out[OUT_MAX];
};

static size_t on_data(void *arg, const uint8_t *p, size_t n);
static void on_event(void *arg, enum io_stream_event ev);
static void on_sweep(void *arg);

static const struct io_stream_ops stream_ops = { on_data, on_event };

struct dns_tcp *
dns_tcp_new(struct io_loop *l, const struct dns_tcp_ops *ops, void *arg, struct dns_stats *stats, unsigned share)
{
	struct dns_tcp *t = sparse_head(sizeof(*t), offsetof(struct dns_tcp, out));

	if (t == NULL)
		return NULL;
	t->loop = l;
	t->ops = ops;
	t->arg = arg;
	t->stats = stats;
	stats->tcp_connections = 0;	/* the page may have had another writer, who died */
	t->max = DNS_TCP_CONNECTIONS / (share == 0 ? 1 : share);
	t->sweep = io_timer_new(l, on_sweep, t);
	if (t->sweep != NULL)
		return t;
	free(t);
	return NULL;
}

static void
conn_close(struct conn *c)
{
	struct dns_tcp *t = c->t;

	t->ops->on_close(t->arg, &c->c);
	io_stream_free(c->stream);
	*c->at = c->next;
	if (c->next != NULL)
		c->next->at = c->at;
	t->count--;
	t->stats->tcp_connections = t->count;
	if (t->count == 0)
		io_timer_stop(t->sweep);
	free(c);
}

void
dns_tcp_close_door(struct dns_tcp *t, const void *door)
{
	struct conn *c, *next;

	for (c = t->conns; c != NULL; c = next) {
		next = c->next;
		if (door == NULL || c->c.door == door)
			conn_close(c);
	}
}

void
dns_tcp_free(struct dns_tcp *t)
{
	if (t == NULL)
		return;
	dns_tcp_close_door(t, NULL);
	io_timer_free(t->sweep);
	free(t);
}

/* --- coming in ------------------------------------------------------------------ */

static bool
has_too_many(const struct dns_tcp *t, const struct dns_asker *who)
{
	struct addr key = addr_limit_key(&who->peer.addr), other;
	const struct conn *c;
	unsigned n = 0;

	if (who->zone == CONF_ZONE_LOCAL)
		return false;
	for (c = t->conns; c != NULL; c = c->next) {
		other = addr_limit_key(&c->c.who.peer.addr);
		n += addr_eq(&other, &key);
	}
	return n >= DNS_TCP_PER_ADDRESS;
}

/* Rather one that waits for nothing. */
static struct conn *
longest_idle(const struct dns_tcp *t)
{
	struct conn *c, *found = NULL;

	for (c = t->conns; c != NULL; c = c->next) {
		bool better = found == NULL || (c->outstanding == 0 && found->outstanding > 0);

		if (better || (c->used_ms < found->used_ms && (c->outstanding == 0) == (found->outstanding == 0)))
			found = c;
	}
	return found;
}

void
dns_tcp_accept(struct dns_tcp *t, const struct dns_tcp_new_conn *n)
{
	struct conn *c = has_too_many(t, n->who) ? NULL : calloc(1, sizeof(*c));

	if (c != NULL)
		c->stream = io_stream_new(t->loop, n->fd, n->tls, &stream_ops, c);
	if (c == NULL || c->stream == NULL) {
		(void)close(n->fd);	/* nothing was sent on it */
		free(c);
		return;
	}
	if (t->count >= t->max)
		conn_close(longest_idle(t));
	c->c.who = *n->who;
	c->c.door = n->door;
	c->t = t;
	c->used_ms = io_loop_now_ms(t->loop);
	c->next = t->conns;
	c->at = &t->conns;
	if (c->next != NULL)
		c->next->at = &c->next;
	t->conns = c;
	if (t->count++ == 0)
		io_timer_every(t->sweep, SWEEP_MS);
	t->stats->tcp_connections = t->count;
}

/* --- questions -------------------------------------------------------------------- */

static bool
takes_more(const struct conn *c)
{
	return !c->doomed && !c->slow && c->blocked_ms == 0 && c->outstanding < DNS_TCP_OUTSTANDING;
}

/* Octets that are missing until the next step: the length, the message. */
static size_t
missing(const struct conn *c)
{
	if (c->have < PREFIX)
		return PREFIX - c->have;
	return PREFIX + (size_t)dns_get16(c->in) - c->have;
}

static void
take_query(struct conn *c)
{
	c->have = 0;
	c->used_ms = io_loop_now_ms(c->t->loop);
	c->outstanding++;
	c->t->ops->on_query(c->t->arg, &c->c, c->in + PREFIX, dns_get16(c->in));
}

/* The octets taken; stops in front of a message that may not be read yet. */
static size_t
take_data(struct conn *c, const uint8_t *p, size_t n)
{
	size_t at = 0, k;

	while (at < n && takes_more(c)) {
		k = missing(c) < n - at ? missing(c) : n - at;
		memcpy(c->in + c->have, p + at, k);
		c->have += k;
		at += k;
		if (c->have == PREFIX && dns_get16(c->in) > DNS_TCP_QUERY_MAX)
			c->doomed = true;
		else if (c->have >= PREFIX && missing(c) == 0)
			take_query(c);
	}
	return at;
}

/* --- answers ---------------------------------------------------------------------- */

static void
send_out(struct conn *c, const uint8_t *p, size_t n)
{
	int error = n == 0 ? 0 : io_stream_write(c->stream, p, n);

	if (error < 0)
		c->doomed = true;
	else if (error > 0 && c->blocked_ms == 0)
		c->blocked_ms = io_loop_now_ms(c->t->loop);
}

static void
flush(struct dns_tcp *t, struct conn *c)
{
	send_out(c, t->out, t->used);
	t->used = 0;
}

static size_t
on_data(void *arg, const uint8_t *p, size_t n)
{
	struct conn *c = arg;
	struct dns_tcp *t = c->t;
	size_t took;

	t->corked = c;
	took = take_data(c, p, n);
	t->corked = NULL;
	flush(t, c);
	if (c->doomed) {
		conn_close(c);
		return n;
	}
	return took;
}

/* A client that has said all it wants still gets its answers. */
static void
end_if_done(struct conn *c)
{
	if (c->eof && c->outstanding == 0)
		io_stream_finish(c->stream);
}

static void
put_message(struct dns_tcp *t, struct conn *c, const uint8_t *p, size_t n)
{
	if (t->used + PREFIX + n > sizeof(t->out))
		flush(t, c);
	dns_put16(t->out + t->used, (unsigned)n);
	memcpy(t->out + t->used + PREFIX, p, n);
	t->used += PREFIX + n;
}

void
dns_tcp_reply(struct dns_tcp_conn *conn, const uint8_t *p, size_t n)
{
	struct conn *c = (struct conn *)conn;
	struct dns_tcp *t = c->t;

	c->outstanding--;
	c->used_ms = io_loop_now_ms(t->loop);
	if (n > 0 && n <= DNS_MESSAGE_MAX)
		put_message(t, c, p, n);
	if (t->corked == c)
		return;
	flush(t, c);
	if (takes_more(c))
		io_stream_resume(c->stream);
	end_if_done(c);
}

bool
dns_tcp_send(struct dns_tcp_conn *conn, const uint8_t *p, size_t n)
{
	struct conn *c = (struct conn *)conn;

	c->used_ms = io_loop_now_ms(c->t->loop);
	put_message(c->t, c, p, n);
	flush(c->t, c);
	return c->blocked_ms == 0 && !c->doomed;
}

void
dns_tcp_abort(struct dns_tcp_conn *conn)
{
	((struct conn *)conn)->doomed = true;
}

void
dns_tcp_slow(struct dns_tcp_conn *conn)
{
	((struct conn *)conn)->slow = true;
}

static void
on_event(void *arg, enum io_stream_event ev)
{
	struct conn *c = arg;

	switch (ev) {
	case IO_STREAM_DRAINED:
		c->blocked_ms = 0;
		c->t->ops->on_drained(c->t->arg, &c->c);
		if (takes_more(c))
			io_stream_resume(c->stream);
		return;
	case IO_STREAM_EOF:
		c->eof = true;
		end_if_done(c);
		return;
	case IO_STREAM_ERROR:
		conn_close(c);
		return;
	case IO_STREAM_OPEN:
		return;
	}
}

/* --- time --------------------------------------------------------------------------- */

static bool
is_over(const struct conn *c, uint64_t now_ms)
{
	if (c->doomed || (c->eof && c->outstanding == 0 && io_stream_queued(c->stream) == 0))
		return true;
	if (c->blocked_ms != 0)
		return now_ms - c->blocked_ms >= DNS_TCP_IDLE_MS;
	return c->outstanding == 0 && now_ms - c->used_ms >= DNS_TCP_IDLE_MS;
}

static void
on_sweep(void *arg)
{
	struct dns_tcp *t = arg;
	uint64_t now_ms = io_loop_now_ms(t->loop);
	struct conn *c, *next;

	for (c = t->conns; c != NULL; c = next) {
		next = c->next;
		if (is_over(c, now_ms)) {
			conn_close(c);
			continue;
		}
		if (c->slow) {
			c->slow = false;
			if (takes_more(c))
				io_stream_resume(c->stream);
		}
	}
}
