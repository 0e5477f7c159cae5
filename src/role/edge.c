/* pic edge: one per CPU. Gets its sockets and tables from core over the
 * channel on descriptor 3, and gives up everything else before it reads its
 * first foreign byte. */
#include "role/role.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "base/rd.h"
#include "base/wr.h"
#include "dns/guard.h"
#include "dns/lists.h"
#include "dns/server.h"
#include "dns/transfer.h"
#include "ingress/who.h"
#include "io/channel.h"
#include "io/loop.h"
#include "io/timer.h"
#include "proxy/ticket.h"
#include "role/doors.h"
#include "role/edge_ask.h"
#include "role/edge_doors.h"
#include "role/edge_time.h"
#include "role/edge_trust.h"
#include "role/front.h"
#include "role/gateway.h"
#include "role/message.h"
#include "role/page.h"
#include "role/probe.h"
#include "role/snapshot.h"
#include "role/stats.h"
#include "role/wall.h"
#include "sys/clk.h"
#include "sys/memfd.h"
#include "sys/priv.h"

enum {
	CHANNEL_FD = 3, TELL_MS = 1000, DRAIN_MS = 50, OTHER_FILES = 1280
};

struct edge {
	struct io_loop *loop;
	struct io_channel *channel;
	struct io_timer *tell, *drain;
	struct edge_stats *stats;
	struct edge_stats lone;		/* used until core lent its page */
	struct dns_log *log;		/* in that page; NULL = none */
	struct dns_server *dns;
	struct dns_peers peers;
	struct edge_trust *trust;
	struct front *front;
	struct gateway *gateway;
	struct probes *probes;
	struct wall *wall;
	struct edge_time *time;
	struct snapshot *snap;
	const void *lists;		/* names of block lists, mapped; NULL = none */
	size_t lists_len;
	bool draining;
	struct edge_doors *doors;
};

/* --- to core -------------------------------------------------------------------- */

static void
edge_send(struct edge *d, enum message_type type, const struct wr *w)
{
	/* core reads or is gone; in the second case on_channel() ends us */
	(void)io_channel_send(d->channel, (uint16_t)type, w->start, wr_len(w), NULL, 0);
}

static void
send_ack(struct edge *d, uint64_t serial, const struct err *e)
{
	struct message_ack m = { .serial = serial, .ok = e == NULL };
	uint8_t buf[512];
	struct wr w;

	if (e != NULL)
		(void)snprintf(m.text, sizeof(m.text), "%.*s", (int)sizeof(m.text) - 1, e->detail);	/* cut is fine */
	wr_init(&w, buf, sizeof(buf));
	message_ack_write(&w, &m);
	edge_send(d, MESSAGE_ACK, &w);
}

static int
send_api(void *arg, int fd, const struct message_api *m)
{
	struct edge *d = arg;
	uint8_t buf[128];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_api_write(&w, m);
	return io_channel_send(d->channel, MESSAGE_API, buf, wr_len(&w), &fd, 1);
}

static bool
send_redeem(void *arg, const struct message_redeem *m)
{
	struct edge *d = arg;
	uint8_t buf[sizeof(*m) + 16];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_redeem_write(&w, m);
	return io_channel_send(d->channel, MESSAGE_REDEEM, buf, wr_len(&w), NULL, 0) == 0;
}

static void
send_used(void *arg, const uint8_t digest[32])
{
	struct message_used m;
	uint8_t buf[sizeof(m)];
	struct wr w;

	memcpy(m.digest, digest, sizeof(m.digest));
	wr_init(&w, buf, sizeof(buf));
	message_used_write(&w, &m);
	edge_send(arg, MESSAGE_USED, &w);
}

static const struct wall_ops wall_ops = { send_redeem, send_used };

static void
on_tell(void *arg)
{
	struct edge *d = arg;
	struct dns_upstream_state states[MESSAGE_UPSTREAMS_MAX];
	struct message_upstreams m = { 0 };
	uint8_t buf[4096];
	struct wr w;

	if (d->dns == NULL)
		return;
	m.n = (uint8_t)dns_server_upstreams(d->dns, states, MESSAGE_UPSTREAMS_MAX);
	for (size_t i = 0; i < m.n; i++)
		m.v[i] = (struct message_upstream){ states[i].at, states[i].transport,
		    states[i].up != 0, states[i].fallback != 0, states[i].rtt_ms, states[i].heard_ms };
	wr_init(&w, buf, sizeof(buf));
	message_upstreams_write(&w, &m);
	if (wr_ok(&w))
		edge_send(d, MESSAGE_UPSTREAMS, &w);
}

static void
on_told(void *arg, const struct dns_news *news)
{
	struct edge *d = arg;
	struct message_secondary m = { .kind = (uint8_t)news->kind };
	char zone[DNS_NAME_TEXT_MAX];
	uint8_t buf[1024];
	struct wr w;

	if (news->zone != NULL) {
		m.serial = news->zone->serial;
		(void)snprintf(m.zone, sizeof(m.zone), "%s",
		    dns_name_text(news->zone->name, news->zone->namelen, zone));	/* the configuration has the bound */
	}
	(void)snprintf(m.id, sizeof(m.id), "%s", news->id);	/* a uuid fits */
	(void)snprintf(m.fault, sizeof(m.fault), "%s", news->fault);	/* cut is fine */
	wr_init(&w, buf, sizeof(buf));
	message_secondary_write(&w, &m);
	edge_send(d, MESSAGE_SECONDARY, &w);
}

/* --- doors ------------------------------------------------------------------------ */

static bool
on_door(struct edge *d, struct io_channel_msg *msg, struct rd *r)
{
	struct message_door m;

	if (msg->nfds != 1 || !message_door_read(r, &m) || !edge_doors_open(d->doors, &m, msg->fds[0]))
		return false;
	msg->fds[0] = -1;
	return true;
}

static bool
on_door_close(struct edge *d, struct rd *r)
{
	struct message_door m;

	if (!message_door_read(r, &m))
		return false;
	edge_doors_close(d->doors, m.id);
	return true;
}

static bool
on_door_return(struct edge *d, struct rd *r)
{
	struct message_door m;

	if (!message_door_read(r, &m))
		return false;
	edge_doors_return(d->doors, &m);
	return true;
}

/* --- snapshots -------------------------------------------------------------------- */

static unsigned
identify(void *arg, uint32_t ifindex, const struct addr *local, const struct addr *peer, uint32_t *number)
{
	const struct edge *d = arg;

	(void)local;
	*number = 0;
	return d->snap == NULL ? 0 : ingress_identify(&d->snap->ingress, &d->snap->who, ifindex, peer, number);
}

/* For those to whom all of a zone are equal. */
static unsigned
zone_of(void *arg, uint32_t ifindex, const struct addr *local, const struct addr *peer)
{
	uint32_t number;

	return identify(arg, ifindex, local, peer, &number);
}

static uint32_t
peer_find(void *arg, const struct addr *a)
{
	const struct edge *d = arg;

	return d->snap == NULL ? 0 : ingress_who_find(&d->snap->who, a);
}

static const char *
peer_name(void *arg, uint32_t number)
{
	const struct edge *d = arg;

	return d->snap == NULL ? "" : ingress_who_name(&d->snap->who, number);
}

static bool
peer_may(void *arg, uint32_t number, const struct conf_access *words)
{
	const struct edge *d = arg;
	const struct conf_access *has = d->snap == NULL ? NULL : ingress_who_access(&d->snap->who, number);

	return has != NULL && conf_access_meet(has, words);
}

/* Zones, sites and DNS tables switch in one turn of the loop: no question
 * sees half of a generation (DNL-1). */
static int
snapshot_use(struct edge *d, const struct snapshot_fds *fds, struct err *e)
{
	struct snapshot *s, *old = d->snap;
	int error = snapshot_open(&s, fds, old, e);

	if (error < 0)
		return error;
	error = edge_trust_follow(d->trust, s->trust, e);
	if (error == 0)
		error = dns_server_swap(d->dns, s->dns, s->dns_len, &s->pieces, e);
	if (error < 0) {
		snapshot_free(s);
		return error;
	}
	d->snap = s;
	dns_server_secure(d->dns, s->tls_dns, &s->cookies);
	gateway_trust(d->gateway, edge_trust_targets(d->trust));
	front_swap(d->front, s);
	edge_time_swap(d->time, &s->ntp);
	snapshot_free(old);
	return 0;
}

static bool
on_snapshot(struct edge *d, const struct io_channel_msg *msg, struct rd *r)
{
	struct message_snapshot m;
	struct err e;

	if (!message_snapshot_read(r, &m) || msg->nfds != 1u + m.npieces)
		return false;
	err_clear(&e);
	if (snapshot_use(d, &(struct snapshot_fds){ msg->fds[0], m.npieces, msg->fds + 1, m.pieces }, &e) < 0) {
		log_fmt(LOG_CORE, LOG_ERROR, "snapshot %llu refused: %s", (unsigned long long)m.serial, e.detail);
		send_ack(d, m.serial, &e);
	} else {
		send_ack(d, m.serial, NULL);
	}
	return true;
}

/* They count from now on; without them the old ones do. */
static bool
on_lists(struct edge *d, const struct io_channel_msg *msg)
{
	const void *p;
	size_t n;
	int error;

	if (msg->nfds != 1 || msg->n != 0)
		return false;
	error = memfd_map(msg->fds[0], DNS_LISTS_BYTES_MAX, &p, &n);
	if (error < 0) {
		log_line(LOG_DNS, LOG_ERROR, "the names of block lists cannot be mapped", "err", strerror(-error), NULL);
		return true;
	}
	if (!dns_server_lists(d->dns, p, n)) {
		memfd_unmap(p, n);
		return false;
	}
	if (d->lists != NULL)
		memfd_unmap(d->lists, d->lists_len);
	d->lists = p;
	d->lists_len = n;
	return true;
}

/* Who is logged in at routes. */
static bool
on_tickets(struct edge *d, const struct io_channel_msg *msg)
{
	struct proxy_tickets *t;
	const void *p;
	struct rd r;
	size_t n;

	if (msg->nfds != 1 || msg->n != 0 ||
	    memfd_map(msg->fds[0], (size_t)PROXY_TICKETS_MAX * PROXY_TICKET_BYTES_MAX + 2, &p, &n) < 0)
		return false;
	rd_init(&r, p, n);
	t = proxy_tickets_read(&r);
	memfd_unmap(p, n);
	if (t == NULL)
		return false;
	front_tickets(d->front, t);
	return true;
}

static bool
on_redeemed(struct edge *d, struct rd *r)
{
	struct message_redeemed m;
	bool ok = message_redeemed_read(r, &m);

	if (ok)
		wall_redeemed(d->wall, &m);
	sodium_memzero(&m, sizeof(m));
	return ok;
}

/* --- questions from core ------------------------------------------------------------ */

static void
on_asked(void *arg, uint32_t id, const char *json)
{
	struct message_answer m = { .id = id, .n = json == NULL ? 0 : (uint16_t)strlen(json),
	    .json = (const uint8_t *)json };
	uint8_t buf[IO_CHANNEL_MAX];
	struct edge *d = arg;
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_answer_write(&w, &m);
	edge_send(d, MESSAGE_ANSWER, &w);
}

static bool
on_ask(struct edge *d, struct rd *r)
{
	struct message_ask m;

	if (!message_ask_read(r, &m))
		return false;
	edge_ask_start(d->dns, &m, on_asked, d);
	return true;
}

static bool
on_flush(struct edge *d, struct rd *r)
{
	struct message_flush m;
	struct message_flushed out;
	uint8_t buf[64];
	struct wr w;

	if (!message_flush_read(r, &m))
		return false;
	out.id = m.id;
	out.count = dns_server_flush(d->dns, m.namelen == 0 ? NULL : m.name, m.namelen);
	wr_init(&w, buf, sizeof(buf));
	message_flushed_write(&w, &out);
	edge_send(d, MESSAGE_FLUSHED, &w);
	return true;
}

static bool
on_probe(struct edge *d, struct rd *r)
{
	struct message_probe m;

	if (!message_probe_read(r, &m))
		return false;
	probe_start(d->probes, &m);
	return true;
}

/* --- life --------------------------------------------------------------------------- */

static void
send_time(void *arg, const struct ntp_report *r)
{
	const struct message_time m = { *r };
	uint8_t buf[4096];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_time_write(&w, &m);
	edge_send(arg, MESSAGE_TIME, &w);
}

static struct edge_time *
time_new(struct edge *d)
{
	const struct edge_time_conf c = { d->loop, d->dns, &d->stats->ntp, zone_of, send_time, d };

	return edge_time_new(&c);
}

static bool
routes_start(struct edge *d, unsigned share)
{
	const struct gateway_conf c = { .loop = d->loop, .dns = d->dns, .edges = share };

	d->gateway = gateway_new(&c);
	if (d->gateway != NULL)
		d->probes = probes_new(d->loop, d->gateway, on_asked, d);
	d->wall = wall_new(d->loop, &wall_ops, d);
	front_serve_routes(d->front, d->gateway, d->wall);
	if (d->gateway != NULL)
		gateway_trust(d->gateway, edge_trust_targets(d->trust));
	return d->probes != NULL && d->wall != NULL;
}

static int
servers_start(struct edge *d, unsigned share)
{
	const struct dns_server_conf c = { .loop = d->loop, .stats = &d->stats->dns, .log = d->log,
	    .log_room = edge_page_room(share), .share = share,
	    .zone_of = identify, .peers = &d->peers, .told = on_told, .arg = d,
	    .tls = edge_trust_upstreams(d->trust) };
	int error;

	d->peers = (struct dns_peers){ peer_find, peer_name, peer_may, d };
	error = dns_server_new(&d->dns, &c);

	if (error < 0)
		return error;
	d->front = front_new(d->loop, d->stats, share, send_api, d);
	if (d->front == NULL || !routes_start(d, share))
		return -ENOMEM;
	front_serve_dns(d->front, d->dns);
	d->time = time_new(d);
	if (d->time != NULL)
		d->doors = edge_doors_new(d->loop, d->dns, d->front, edge_time_server(d->time));
	return d->doors == NULL ? -ENOMEM : 0;
}

static void
follow_log(const struct message_log *m)
{
	log_set_root((enum log_level)m->level);
	log_set_json(m->json);
}

static bool
on_hello(struct edge *d, const struct io_channel_msg *msg, struct rd *r)
{
	struct message_hello m;
	struct edge_page *page;
	struct wr w;
	uint8_t buf[8];

	if (msg->nfds != 1 || d->dns != NULL || !message_hello_read(r, &m))
		return false;
	follow_log(&m.log);
	page = memfd_share_map(msg->fds[0], edge_page_size(m.edges));
	if (page != NULL) {
		d->stats = &page->stats;
		d->log = &page->log;
	}
	if (page == NULL)
		log_line(LOG_CORE, LOG_WARNING, "the counters of this edge are not counted", NULL);
	if (servers_start(d, m.edges) < 0)
		return false;
	wr_init(&w, buf, sizeof(buf));
	edge_send(d, MESSAGE_READY, &w);
	return true;
}

static void
on_drain(void *arg)
{
	struct edge *d = arg;

	if (front_idle(d->front))
		io_loop_stop(d->loop);
}

static bool
on_stop(struct edge *d)
{
	if (d->draining)
		return true;
	d->draining = true;
	edge_doors_close_all(d->doors);
	front_drain(d->front);
	io_timer_every(d->drain, DRAIN_MS);
	return true;
}

static bool
on_log(struct rd *r)
{
	struct message_log m;

	if (!message_log_read(r, &m))
		return false;
	follow_log(&m);
	return true;
}

static bool
on_clock(struct edge *d, struct rd *r)
{
	struct message_clock m;

	if (!message_clock_read(r, &m))
		return false;
	edge_time_clock(d->time, &m);
	return true;
}

static bool
on_poll(struct edge *d, struct rd *r)
{
	struct message_poll m;

	if (!message_poll_read(r, &m))
		return false;
	edge_time_poll(d->time, &m);
	return true;
}

static bool
dispatch(struct edge *d, struct io_channel_msg *msg, struct rd *r)
{
	if (d->dns == NULL && msg->type != MESSAGE_HELLO)
		return false;
	switch (msg->type) {
	case MESSAGE_HELLO:
		return on_hello(d, msg, r);
	case MESSAGE_DOOR:
		return on_door(d, msg, r);
	case MESSAGE_DOOR_CLOSE:
		return on_door_close(d, r);
	case MESSAGE_DOOR_RETURN:
		return on_door_return(d, r);
	case MESSAGE_SNAPSHOT:
		return on_snapshot(d, msg, r);
	case MESSAGE_ASK:
		return on_ask(d, r);
	case MESSAGE_FLUSH:
		return on_flush(d, r);
	case MESSAGE_NOTIFY:
		dns_server_notify(d->dns);
		return true;
	case MESSAGE_STOP:
		return on_stop(d);
	case MESSAGE_LOG:
		return on_log(r);
	case MESSAGE_LISTS:
		return on_lists(d, msg);
	case MESSAGE_CLOCK:
		return on_clock(d, r);
	case MESSAGE_POLL:
		return on_poll(d, r);
	case MESSAGE_PROBE:
		return on_probe(d, r);
	case MESSAGE_TICKETS:
		return on_tickets(d, msg);
	case MESSAGE_REDEEMED:
		return on_redeemed(d, r);
	default:
		return false;
	}
}

static void
on_channel(void *arg, struct io_channel_msg *msg, int error)
{
	struct edge *d = arg;
	struct rd r;

	(void)error;	/* either way core is gone, and we go, too */
	if (msg != NULL) {
		rd_init(&r, msg->p, msg->n);
		if (dispatch(d, msg, &r))
			return;
		log_fmt(LOG_CORE, LOG_ERROR, "core sent a message of type %u that is not one", msg->type);
	}
	io_loop_stop(d->loop);
}

static bool
edge_open(struct edge *d)
{
	d->stats = &d->lone;
	d->loop = io_loop_new();
	if (d->loop == NULL)
		return false;
	d->tell = io_timer_new(d->loop, on_tell, d);
	d->drain = io_timer_new(d->loop, on_drain, d);
	d->channel = io_channel_new(d->loop, CHANNEL_FD, on_channel, d);
	return d->tell != NULL && d->drain != NULL && d->channel != NULL;
}

static void
edge_close(struct edge *d)
{
	edge_doors_free(d->doors);
	front_free(d->front);
	probes_free(d->probes);
	gateway_free(d->gateway);
	wall_free(d->wall);
	edge_time_free(d->time);
	dns_server_free(d->dns);
	io_timer_free(d->tell);
	io_timer_free(d->drain);
	io_channel_free(d->channel);
	edge_trust_free(d->trust);
	snapshot_free(d->snap);
	if (d->lists != NULL)
		memfd_unmap(d->lists, d->lists_len);
	io_loop_free(d->loop);
}

/* What this edge's share of the connections needs, those of clients and those to targets, and all else: with core and
 * four edges less than 16,384 (LIM). */
static unsigned
nofile(const char *edges)
{
	uint64_t n;

	if (!str_u64(str_of(edges), DOORS_EDGES_MAX, &n) || n == 0)
		n = 1;
	return (FRONT_CONNECTIONS + GATEWAY_CONNECTIONS) / (unsigned)n + OTHER_FILES;
}

int
role_edge_main(int argc, char **argv)
{
	struct edge *d = calloc(1, sizeof(*d));
	char name[16];
	struct err e;

	err_clear(&e);
	(void)snprintf(name, sizeof(name), "edge-%s", argc > 1 ? argv[1] : "?");	/* cut is fine */
	log_open(name, LOG_INFO);
	(void)signal(SIGPIPE, SIG_IGN);	/* who reads our log may go */
	if (d == NULL || sodium_init() < 0 || !edge_open(d)) {
		log_line(LOG_CORE, LOG_CRITICAL, "an edge is started by core only", NULL);
		return 1;
	}
	json_object_seed(randombytes_random() | 1);	/* its own way reads a file, which is not there later */
	d->trust = edge_trust_open();	/* later there is no file */
	if (d->trust == NULL)
		return 1;
	priv_raise_nofile(nofile(argc > 2 ? argv[2] : ""));
	if (priv_become(PRIV_EDGE, &e) < 0) {
		log_line(LOG_CORE, LOG_CRITICAL, "cannot give up privileges", "err", e.detail, NULL);
		return 1;
	}
	io_timer_every(d->tell, TELL_MS);
	io_loop_run(d->loop);
	edge_close(d);
	free(d);
	return 0;
}
