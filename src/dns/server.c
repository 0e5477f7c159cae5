/* The DNS server; see server.h. */
#include "dns/server.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sparse.h"
#include "conf/conf.h"
#include "dns/ask.h"
#include "dns/guest.h"
#include "dns/intake.h"
#include "dns/notify.h"
#include "dns/reply.h"
#include "dns/stats.h"
#include "dns/tcp.h"
#include "dns/wire.h"
#include "dns/xfr.h"
#include "io/listen.h"
#include "io/loop.h"
#include "io/tls.h"
#include "io/udp.h"
#include "sys/clk.h"
#include "sys/ifindex.h"

struct dns_door {
	struct dns_door *next, **at;
	struct dns_server *s;
	struct io_udp *udp;		/* one of the two */
	struct io_listen *listen;
	bool secure;			/* TLS */
	struct dns_pendings pendings;	/* of udp */
};

struct dns_server {
	struct dns_intake in;
	struct dns_tcp *tcp;
	struct dns_asks *asks;
	struct dns_guests *guests;
	struct dns_xfr *xfr;
	struct dns_notify *notify;
	struct io_tls_config *tls;	/* NULL: there is no certificate */
	struct dns_door *doors;
	struct dns_query queries[IO_UDP_BATCH];
	uint8_t out[DNS_ANSWER_ROOM];	/* of a TCP query */
};

static void on_query(void *arg, struct dns_tcp_conn *conn, const uint8_t *p, size_t n);
static void on_drained(void *arg, struct dns_tcp_conn *conn);
static void on_close(void *arg, struct dns_tcp_conn *conn);

static const struct dns_tcp_ops tcp_ops = { on_query, on_drained, on_close };

static void
on_told(void *arg, const struct dns_news *news)
{
	struct dns_server *s = arg;

	if (s->in.c.told != NULL)
		s->in.c.told(s->in.c.arg, news);
}

static bool
outward_new(struct dns_server *s)
{
	const struct dns_server_conf *c = &s->in.c;

	s->xfr = dns_xfr_new(&(struct dns_xfr_conf){ c->loop, &clk_system, on_told, s });
	s->notify = dns_notify_new(&(struct dns_notify_conf){ c->loop, &clk_system, on_told, s });
	return s->xfr != NULL && s->notify != NULL;
}

int
dns_server_new(struct dns_server **out, const struct dns_server_conf *c)
{
	struct dns_server *s = sparse_head(sizeof(*s), offsetof(struct dns_server, out));

	*out = NULL;
	if (s == NULL)
		return -ENOMEM;
	s->in.c = *c;
	s->in.resolver = dns_resolver_new(c);
	s->in.limit = dns_limit_new();
	s->tcp = dns_tcp_new(c->loop, &tcp_ops, s, c->stats, c->share);
	if (s->in.resolver != NULL)
		dns_resolver_log(s->in.resolver, c->log, c->log_room);
	if (s->in.resolver != NULL)
		s->asks = dns_asks_new(c->loop, s->in.resolver);
	s->guests = dns_guests_new(&s->in);
	if (!outward_new(s) || s->in.limit == NULL || s->tcp == NULL || s->asks == NULL || s->guests == NULL) {
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
	dns_guests_free(s->guests);
	dns_tcp_free(s->tcp);
	dns_xfr_free(s->xfr);
	dns_notify_free(s->notify);
	io_tls_config_unref(s->tls);
	explicit_bzero(&s->in.keys, sizeof(s->in.keys));
	dns_limit_free(s->in.limit);
	dns_resolver_free(s->in.resolver);
	free(s);
}

/* Nobody who waits gets an answer from a cell that has stopped answering. */
int
dns_server_swap(struct dns_server *s, const void *part, size_t n, const struct sealed_list *pieces, struct err *e)
{
	int error = dns_resolver_swap(s->in.resolver, part, n, pieces, e);
	const struct dns_snapshot *snap = dns_resolver_snapshot(s->in.resolver);
	struct dns_door *d;

	if (error < 0)
		return error;
	dns_xfr_swap(s->xfr, snap == NULL ? NULL : &snap->transfers);
	dns_notify_swap(s->notify, snap == NULL ? NULL : &snap->transfers);
	if (snap != NULL) {
		dns_limit_set(s->in.limit, snap->client_qps);
		return 0;
	}
	for (d = s->doors; d != NULL; d = d->next)
		dns_resolver_forget(&d->pendings);
	dns_tcp_close_door(s->tcp, NULL);
	dns_guests_stop(s->guests);
	return 0;
}

void
dns_server_notify(struct dns_server *s)
{
	dns_notify_go(s->notify);
}

void
dns_server_secure(struct dns_server *s, const struct io_tls_config *tls, const struct dns_cookie_keys *keys)
{
	io_tls_config_unref(s->tls);
	s->tls = tls == NULL ? NULL : io_tls_config_ref(tls);
	s->in.has_keys = keys != NULL;
	if (keys != NULL)
		s->in.keys = *keys;
}

struct dns_guests *
dns_server_guests(struct dns_server *s)
{
	return s->guests;
}

/* 0: it goes out bit by bit over conn. */
static size_t
answer_signed(struct dns_server *s, const struct dns_asking *a, struct dns_tcp_conn *conn, uint8_t *out, size_t max)
{
	size_t n = dns_xfr_answer(s->xfr, a->q, a->who, conn, out, max);

	if (n > 0)
		dns_intake_count(&s->in, out);
	dns_resolver_note(s->in.resolver, a->q, a->who, n > 0 ? out[3] & DNS_RCODE : DNS_NOERROR);
	return n;
}

/* --- UDP --------------------------------------------------------------------------- */

static void
on_udp_later(void *arg, const struct dns_asker *who, const uint8_t *msg, size_t n,
    const struct dns_outcome *o)
{
	struct dns_door *d = arg;

	(void)o;
	dns_intake_count(&d->s->in, msg);
	io_udp_send_soon(d->udp, &who->peer, &who->local, msg, n);
}

/* Over the rate. */
static size_t
answer_limited(struct dns_server *s, const struct dns_answering *now, const struct dns_asking *a, uint8_t *out)
{
	size_t n = dns_answer_limited(now, a->q, a->who, out);

	dns_intake_count(&s->in, out);
	return n;
}

/* The answer to one datagram whose question is in q; 0: none, or later. */
static size_t
answer_udp(struct dns_door *d, const struct dns_answering *now, const struct io_udp_msg *m,
    struct dns_query *q, enum dns_query_kind kind)
{
	struct dns_server *s = d->s;
	struct dns_asker who;
	const struct dns_asking asking = { q, &who, { &d->pendings, on_udp_later, d } };
	enum dns_limit_way way = DNS_LIMIT_CLAIMED;

	who.zone = s->in.c.zone_of(s->in.c.arg, m->ifindex, &m->local, &m->peer.addr, &who.number);
	if (who.zone == 0) {
		s->in.c.stats->dropped++;
		return 0;
	}
	who.ifindex = m->ifindex;
	who.local = m->local;
	who.peer = m->peer;
	who.tcp = who.secure = who.http = who.unlogged = false;
	s->in.c.stats->udp_queries++;
	if (dns_intake_proves(&s->in, q, &who))
		way = DNS_LIMIT_COOKIE;
	switch (dns_intake_limit(&s->in, &who, way, now->now_ms)) {
	case DNS_LIMIT_GO:
		if (dns_xfr_wants(q, kind))
			return answer_signed(s, &asking, NULL, m->out, dns_reply_limit(q, now->snap->edns_size, false));
		return dns_intake_answer(&s->in, now, &asking, kind, m->out);
	case DNS_LIMIT_SHORT:
		return answer_limited(s, now, &asking, m->out);
	case DNS_LIMIT_DROP:
		break;
	}
	return 0;
}

/* Three passes, so that the memory which each question needs is on its way
 * while the others are looked at. */
static void
on_udp(void *arg, struct io_udp_msg *msgs, size_t n)
{
	struct dns_door *d = arg;
	struct dns_server *s = d->s;
	const struct dns_snapshot *snap = dns_resolver_snapshot(s->in.resolver);
	struct dns_answering now = dns_resolver_now(s->in.resolver);
	uint8_t kinds[IO_UDP_BATCH];
	size_t i;

	if (snap == NULL)
		return;
	for (i = 0; i < n; i++) {
		kinds[i] = (uint8_t)dns_query_read(&s->queries[i], msgs[i].in, msgs[i].in_len);
		if (kinds[i] == DNS_QUERY_ASK)
			dns_snapshot_prefetch_slot(snap, s->queries[i].key.hash);
	}
	for (i = 0; i < n; i++)
		if (kinds[i] == DNS_QUERY_ASK)
			dns_snapshot_prefetch_node(snap, s->queries[i].key.hash);
	for (i = 0; i < n; i++) {
		if (kinds[i] == DNS_QUERY_SILENT) {
			s->in.c.stats->dropped++;
			continue;
		}
		msgs[i].out_len = (uint16_t)answer_udp(d, &now, &msgs[i], &s->queries[i], kinds[i]);
	}
}

/* --- TCP and TLS --------------------------------------------------------------------- */

/* Whom the work of a handshake is for: not for those who are refused afterwards (DNS-17), and not
 * too often for anybody. */
static bool
may_shake_hands(struct dns_server *s, const struct dns_asker *who)
{
	const struct dns_snapshot *snap = dns_resolver_snapshot(s->in.resolver);

	return s->tls != NULL && (who->zone & snap->serve_zones) != 0 &&
	    dns_intake_limit(&s->in, who, DNS_LIMIT_HANDSHAKE, io_loop_now_ms(s->in.c.loop)) == DNS_LIMIT_GO;
}

static void
on_accept(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	struct dns_door *d = arg;
	struct dns_server *s = d->s;
	struct dns_asker who = { .peer = *peer, .local = local->addr, .tcp = true, .secure = d->secure };

	who.ifindex = ifindex_of_conn(fd);
	who.zone = s->in.c.zone_of(s->in.c.arg, who.ifindex, &who.local, &peer->addr, &who.number);
	if (dns_resolver_snapshot(s->in.resolver) == NULL || who.zone == 0 ||
	    (d->secure && !may_shake_hands(s, &who))) {
		(void)close(fd);	/* closed is the answer */
		return;
	}
	dns_tcp_accept(s->tcp, &(struct dns_tcp_new_conn){ fd, &who, d->secure ? s->tls : NULL, d });
}

static void
on_tcp_later(void *arg, const struct dns_asker *who, const uint8_t *msg, size_t n,
    const struct dns_outcome *o)
{
	struct dns_tcp_conn *conn = arg;
	struct dns_door *d = conn->door;

	(void)who;
	(void)o;
	dns_intake_count(&d->s->in, msg);
	dns_tcp_reply(conn, msg, n);
}

static void
on_query(void *arg, struct dns_tcp_conn *conn, const uint8_t *p, size_t n)
{
	struct dns_server *s = arg;
	struct dns_answering now = dns_resolver_now(s->in.resolver);
	struct dns_query *q = &s->queries[0];
	const struct dns_asking asking = { q, &conn->who, { &conn->pendings, on_tcp_later, conn } };
	enum dns_query_kind kind = dns_intake_read(&s->in, q, &conn->who, p, n);
	size_t len;

	if (kind == DNS_QUERY_SILENT) {
		dns_tcp_reply(conn, p, 0);
		return;
	}
	if (dns_intake_limit(&s->in, &conn->who, DNS_LIMIT_STREAM, now.now_ms) != DNS_LIMIT_GO)
		dns_tcp_slow(conn);
	if (dns_xfr_wants(q, kind))
		len = answer_signed(s, &asking, conn, s->out, DNS_MESSAGE_MAX);
	else
		len = dns_intake_answer(&s->in, &now, &asking, kind, s->out);
	if (len > 0)
		dns_tcp_reply(conn, s->out, len);
}

static void
on_drained(void *arg, struct dns_tcp_conn *conn)
{
	struct dns_server *s = arg;

	dns_xfr_drained(s->xfr, conn);
}

static void
on_close(void *arg, struct dns_tcp_conn *conn)
{
	struct dns_server *s = arg;

	dns_xfr_forget(s->xfr, conn);
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
	d->udp = io_udp_new(s->in.c.loop, fd, on_udp, d);
	if (d->udp != NULL)
		return d;
	dns_door_close(d);
	return NULL;
}

static struct dns_door *
door_listen(struct dns_server *s, int fd, bool secure)
{
	struct dns_door *d = door_new(s);

	if (d == NULL)
		return NULL;
	d->secure = secure;
	d->listen = io_listen_new(s->in.c.loop, fd, on_accept, d);
	if (d->listen != NULL)
		return d;
	dns_door_close(d);
	return NULL;
}

struct dns_door *
dns_server_tcp(struct dns_server *s, int fd)
{
	return door_listen(s, fd, false);
}

struct dns_door *
dns_server_tls(struct dns_server *s, int fd)
{
	return door_listen(s, fd, true);
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
	return dns_resolver_flush(s->in.resolver, name, namelen);
}

bool
dns_server_lists(struct dns_server *s, const void *p, size_t n)
{
	return dns_resolver_lists(s->in.resolver, p, n);
}

int
dns_server_ask(struct dns_server *s, const struct dns_ask *q, dns_asked_cb *done, void *arg)
{
	return dns_asks_start(s->asks, q, done, arg);
}

size_t
dns_server_upstreams(const struct dns_server *s, struct dns_upstream_state *out, size_t max)
{
	return dns_resolver_upstreams(s->in.resolver, out, max);
}

const char *
dns_source_name(enum dns_source source)
{
	static const char *const names[] = {
		[DNS_SOURCE_AUTHORITATIVE] = "authoritative", [DNS_SOURCE_CACHE] = "cache",
		[DNS_SOURCE_UPSTREAM] = "upstream", [DNS_SOURCE_FORWARD] = "forward",
		[DNS_SOURCE_REFUSED] = "refused", [DNS_SOURCE_BLOCKED] = "blocked"
	};

	return names[source];
}
