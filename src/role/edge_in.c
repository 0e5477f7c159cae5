/* What core says to an edge; see edge_set.h. */
#include "role/edge_set.h"

#include <string.h>

#include <sodium.h>

#include "base/err.h"
#include "base/log.h"
#include "base/rd.h"
#include "base/wr.h"
#include "dns/lists.h"
#include "io/channel.h"
#include "io/loop.h"
#include "io/timer.h"
#include "proxy/ticket.h"
#include "role/edge_ask.h"
#include "role/edge_doors.h"
#include "role/edge_time.h"
#include "role/edge_trust.h"
#include "role/front.h"
#include "role/gateway.h"
#include "role/page.h"
#include "role/probe.h"
#include "role/snapshot.h"
#include "role/wall.h"
#include "sys/memfd.h"

/* --- doors ----------------------------------------------------------------------- */

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

/* --- snapshots ------------------------------------------------------------------- */

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
		edge_send_ack(d, m.serial, &e);
	} else {
		edge_send_ack(d, m.serial, NULL);
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

/* --- questions ------------------------------------------------------------------- */

static bool
on_ask(struct edge *d, struct rd *r)
{
	struct message_ask m;

	if (!message_ask_read(r, &m))
		return false;
	edge_ask_start(d->dns, &m, edge_send_answer, d);
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

/* --- life ------------------------------------------------------------------------ */

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
	if (edge_serve(d, m.edges) < 0)
		return false;
	wr_init(&w, buf, sizeof(buf));
	edge_send(d, MESSAGE_READY, &w);
	return true;
}

static bool
on_stop(struct edge *d)
{
	if (d->draining)
		return true;
	d->draining = true;
	edge_doors_close_all(d->doors);
	front_drain(d->front);
	io_timer_every(d->drain, EDGE_DRAIN_MS);
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

void
edge_obey(void *arg, struct io_channel_msg *msg, int error)
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
