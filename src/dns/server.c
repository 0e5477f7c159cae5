/* The DNS server; see server.h. */
#include "dns/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/conf.h"
#include "dns/ask.h"
#include "dns/limit.h"
#include "dns/query.h"
#include "dns/resolver.h"
#include "dns/stats.h"
#include "dns/tcp.h"
#include "dns/wire.h"
#include "io/listen.h"
#include "io/loop.h"
#include "io/udp.h"
#include "sys/ifindex.h"

struct dns_door {
	struct dns_door *next, **at;
	struct dns_server *s;
	struct io_udp *udp;		/* one of the two */
	struct io_listen *listen;
	struct dns_pendings pendings;	/* of udp */
};

struct dns_server {
	struct dns_server_conf c;
	struct dns_resolver *resolver;
	struct dns_limit *limit;
	struct dns_tcp *tcp;
	struct dns_asks *asks;
	struct dns_door *doors;
	struct dns_query queries[IO_UDP_BATCH];
	uint8_t out[DNS_ANSWER_ROOM];	/* of a TCP query */
};

static void on_query(void *arg, struct dns_tcp_conn *conn, const uint8_t *p, size_t n);
static void on_close(void *arg, struct dns_tcp_conn *conn);

static const struct dns_tcp_ops tcp_ops = { on_query, on_close };

int
dns_server_new(struct dns_server **out, const struct dns_server_conf *c)
{
	struct dns_server *s = calloc(1, sizeof(*s));

	*out = NULL;
	if (s == NULL)
		return -ENOMEM;
	s->c = *c;
	s->resolver = dns_resolver_new(c->loop, c->stats, c->share);
	s->limit = dns_limit_new();
	s->tcp = dns_tcp_new(c->loop, &tcp_ops, s, c->stats);
	if (s->resolver != NULL)
		s->asks = dns_asks_new(c->loop, s->resolver);
	if (s->limit == NULL || s->tcp == NULL || s->asks == NULL) {
		dns_server_free(s);
		return -ENOMEM;
	}
	*out = s;
	return 0;
}

void
dns_server_free(struct dns_server *s)
{
	if (s == NULL)
		return;
	while (s->doors != NULL)
		dns_door_close(s->doors);
	dns_asks_free(s->asks);
	dns_tcp_free(s->tcp);
	dns_limit_free(s->limit);
	dns_resolver_free(s->resolver);
	free(s);
}

/* Nobody who waits gets an answer from a cell that has stopped answering. */
int
dns_server_swap(struct dns_server *s, const void *part, size_t n, struct err *e)
{
	int error = dns_resolver_swap(s->resolver, part, n, e);
	const struct dns_snapshot *snap = dns_resolver_snapshot(s->resolver);
	struct dns_door *d;

	if (error < 0)
		return error;
	if (snap != NULL) {
		dns_limit_set(s->limit, snap->client_qps);
		return 0;
	}
	for (d = s->doors; d != NULL; d = d->next)
		dns_resolver_forget(&d->pendings);
	dns_tcp_close_door(s->tcp, NULL);
	return 0;
}

/* --- one answer ------------------------------------------------------------------ */

static void
count_answer(struct dns_stats *st, const uint8_t *msg)
{
	unsigned rcode = msg[3] & DNS_RCODE;

	st->rcodes[rcode]++;
	if ((msg[2] & DNS_TC) != 0)
		st->truncated++;
}

/* Over the rate: the length of a short answer, or 0 to drop. */
static size_t
answer_limited(struct dns_server *s, const struct dns_answering *now, const struct dns_query *q,
    const struct dns_asker *who, uint8_t *out)
{
	s->c.stats->limited++;
	return dns_answer_limited(now, q, who, out);
}

/* --- UDP --------------------------------------------------------------------------- */

static void
on_udp_later(void *arg, const struct dns_asker *who, const uint8_t *msg, size_t n,
    const struct dns_outcome *o)
{
	struct dns_door *d = arg;

	(void)o;
	count_answer(d->s->c.stats, msg);
	io_udp_send_soon(d->udp, &who->peer, &who->local, msg, n);
}

/* The answer to one datagram whose question is in q; 0: none, or later. */
static size_t
answer_udp(struct dns_door *d, const struct dns_answering *now, const struct io_udp_msg *m,
    const struct dns_query *q, enum dns_query_kind kind)
{
	struct dns_server *s = d->s;
	struct dns_outcome o;
	struct dns_asker who;
	const struct dns_asking asking = { q, &who, { &d->pendings, on_udp_later, d } };

	who.zone = s->c.zone_of(s->c.arg, m->ifindex, &m->local, &m->peer.addr);
	if (who.zone == 0) {
		s->c.stats->dropped++;
		return 0;
	}
	who.ifindex = m->ifindex;
	who.local = m->local;
	who.peer = m->peer;
	who.tcp = false;
	s->c.stats->queries++;
	if (who.zone != CONF_ZONE_LOCAL)
		switch (dns_limit_take(s->limit, &m->peer.addr, now->now_ms)) {
		case DNS_LIMIT_GO:
			break;
		case DNS_LIMIT_SHORT:
			return answer_limited(s, now, q, &who, m->out);
		case DNS_LIMIT_DROP:
			s->c.stats->limited++;
			return 0;
		}
	if (kind == DNS_QUERY_WRONG)
		return dns_answer_wrong(now, q, &who, m->out);
	return dns_resolver_ask(s->resolver, now, &asking, m->out, &o);
}

/* Three passes, so that the memory which each question needs is on its way
 * while the others are looked at. */
static void
on_udp(void *arg, struct io_udp_msg *msgs, size_t n)
{
	struct dns_door *d = arg;
	struct dns_server *s = d->s;
	const struct dns_snapshot *snap = dns_resolver_snapshot(s->resolver);
	struct dns_answering now = dns_resolver_now(s->resolver);
	uint8_t kinds[IO_UDP_BATCH];
	size_t i;

	if (snap == NULL)
		return;
	for (i = 0; i < n; i++) {
		kinds[i] = (uint8_t)dns_query_read(&s->queries[i], msgs[i].in, msgs[i].in_len);
		if (kinds[i] == DNS_QUERY_ASK)
			dns_table_prefetch_slot(&snap->table, s->queries[i].key.hash);
	}
	for (i = 0; i < n; i++)
		if (kinds[i] == DNS_QUERY_ASK)
			dns_table_prefetch_node(&snap->table, s->queries[i].key.hash);
	for (i = 0; i < n; i++) {
		if (kinds[i] == DNS_QUERY_SILENT) {
			s->c.stats->dropped++;
			continue;
		}
		msgs[i].out_len = (uint16_t)answer_udp(d, &now, &msgs[i], &s->queries[i], kinds[i]);
		if (msgs[i].out_len > 0)
			count_answer(s->c.stats, msgs[i].out);
	}
}

/* --- TCP --------------------------------------------------------------------------- */

static void
on_accept(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	struct dns_door *d = arg;
	struct dns_server *s = d->s;
	struct dns_asker who = { .peer = *peer, .local = local->addr, .tcp = true };

	who.ifindex = ifindex_of_conn(fd);
	who.zone = s->c.zone_of(s->c.arg, who.ifindex, &who.local, &peer->addr);
	if (dns_resolver_snapshot(s->resolver) == NULL || who.zone == 0) {
		(void)close(fd);	/* closed is the answer */
		return;
	}
	dns_tcp_accept(s->tcp, fd, &who, d);
}

static void
on_tcp_later(void *arg, const struct dns_asker *who, const uint8_t *msg, size_t n,
    const struct dns_outcome *o)
{
	struct dns_tcp_conn *conn = arg;
	struct dns_door *d = conn->door;

	(void)who;
	(void)o;
	count_answer(d->s->c.stats, msg);
	dns_tcp_reply(conn, msg, n);
}

/* The zone is asked for again: it may have changed since the connection came. */
static void
on_query(void *arg, struct dns_tcp_conn *conn, const uint8_t *p, size_t n)
{
	struct dns_server *s = arg;
	struct dns_answering now = dns_resolver_now(s->resolver);
	struct dns_query *q = &s->queries[0];
	const struct dns_asking asking = { q, &conn->who, { &conn->pendings, on_tcp_later, conn } };
	struct dns_outcome o = { .wait = false };
	enum dns_query_kind kind = dns_query_read(q, p, n);
	struct dns_asker *who = &conn->who;
	size_t len = 0;

	who->zone = s->c.zone_of(s->c.arg, who->ifindex, &who->local, &who->peer.addr);
	if (who->zone == 0 || kind == DNS_QUERY_SILENT) {
		s->c.stats->dropped++;
		dns_tcp_reply(conn, p, 0);
		return;
	}
	s->c.stats->queries++;
	s->c.stats->tcp_queries++;
	if (who->zone != CONF_ZONE_LOCAL &&
	    dns_limit_take(s->limit, &who->peer.addr, now.now_ms) != DNS_LIMIT_GO) {
		s->c.stats->limited++;
		dns_tcp_slow(conn);
	}
	if (kind == DNS_QUERY_WRONG)
		len = dns_answer_wrong(&now, q, who, s->out);
	else
		len = dns_resolver_ask(s->resolver, &now, &asking, s->out, &o);
	if (len == 0)
		return;
	count_answer(s->c.stats, s->out);
	dns_tcp_reply(conn, s->out, len);
}

static void
on_close(void *arg, struct dns_tcp_conn *conn)
{
	(void)arg;
	dns_resolver_forget(&conn->pendings);
}

/* --- doors --------------------------------------------------------------------------- */

static struct dns_door *
door_new(struct dns_server *s)
{
	struct dns_door *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->s = s;
	d->next = s->doors;
	d->at = &s->doors;
	if (d->next != NULL)
		d->next->at = &d->next;
	s->doors = d;
	return d;
}

struct dns_door *
dns_server_udp(struct dns_server *s, int fd)
{
	struct dns_door *d = door_new(s);

	if (d == NULL)
		return NULL;
	d->udp = io_udp_new(s->c.loop, fd, on_udp, d);
	if (d->udp != NULL)
		return d;
	dns_door_close(d);
	return NULL;
}

struct dns_door *
dns_server_tcp(struct dns_server *s, int fd)
{
	struct dns_door *d = door_new(s);

	if (d == NULL)
		return NULL;
	d->listen = io_listen_new(s->c.loop, fd, on_accept, d);
	if (d->listen != NULL)
		return d;
	dns_door_close(d);
	return NULL;
}

void
dns_door_close(struct dns_door *d)
{
	if (d == NULL)
		return;
	dns_tcp_close_door(d->s->tcp, d);
	dns_resolver_forget(&d->pendings);
	io_udp_free(d->udp);
	io_listen_free(d->listen);
	*d->at = d->next;
	if (d->next != NULL)
		d->next->at = d->at;
	free(d);
}

void
dns_door_leave(struct dns_door *d)
{
	if (d->udp != NULL)
		io_udp_mute(d->udp);
}

/* --- for people ------------------------------------------------------------------------ */

unsigned
dns_server_flush(struct dns_server *s, const uint8_t *name, size_t namelen)
{
	return dns_resolver_flush(s->resolver, name, namelen);
}

int
dns_server_ask(struct dns_server *s, const struct dns_ask *q, dns_asked_cb *done, void *arg)
{
	return dns_asks_start(s->asks, q, done, arg);
}

size_t
dns_server_upstreams(const struct dns_server *s, struct dns_upstream_state *out, size_t max)
{
	return dns_resolver_upstreams(s->resolver, out, max);
}

const char *
dns_source_name(enum dns_source source)
{
	static const char *const names[] = {
		[DNS_SOURCE_AUTHORITATIVE] = "authoritative", [DNS_SOURCE_CACHE] = "cache",
		[DNS_SOURCE_UPSTREAM] = "upstream", [DNS_SOURCE_FORWARD] = "forward",
		[DNS_SOURCE_REFUSED] = "refused"
	};

	return names[source];
}
