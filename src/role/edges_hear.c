/* What the edges say, and what they owe; see edges_set.h. */
#include "role/edges_set.h"

#include <sys/socket.h>

#include "base/err.h"
#include "base/log.h"
#include "base/rd.h"
#include "base/wr.h"
#include "io/channel.h"

struct edge *
edges_first_running(struct edges *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (worker_is_running(s->v[i].worker))
			return &s->v[i];
	return NULL;
}

bool
edges_is_flushing(const struct edges *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].flushing)
			return true;
	return false;
}

/* --- what they owe ------------------------------------------------------------------- */

/* The first that serves them; another one when that is gone. */
static void
call_notifier(struct edges *s)
{
	uint8_t nothing[1];
	struct wr w;
	size_t i;

	if (s->notifier != NULL)
		return;
	for (i = 0; i < s->n && s->notifier == NULL; i++)
		if (worker_is_running(s->v[i].worker) && s->v[i].acked == s->tables.serial)
			s->notifier = &s->v[i];
	wr_init(&w, nothing, sizeof(nothing));
	if (s->notifier != NULL)
		worker_send(s->notifier->worker, MESSAGE_NOTIFY, &w, -1);
}

void
edges_look(struct edges *s)
{
	size_t i, live = 0;

	if (s->tables.fd < 0)
		return;
	if (s->applied) {
		call_notifier(s);
		return;
	}
	for (i = 0; i < s->n; i++) {
		if (!worker_is_alive(s->v[i].worker))
			continue;
		if (s->v[i].acked != s->tables.serial)
			return;
		live++;
	}
	if (live == 0 && !s->tables.proven)
		return;
	s->applied = true;
	s->ops.on_applied(s->arg, s->tables.serial, NULL);
	call_notifier(s);
}

static void
flush_one_done(struct edge *d, uint32_t count)
{
	struct edges *s = d->set;

	d->flushing = false;
	s->flush.count += count;
	if (!edges_is_flushing(s))
		s->ops.on_flushed(s->arg, s->flush.id, s->flush.count);
}

void
edge_forgive(struct edge *d)
{
	d->acked = 0;
	if (d->set->notifier == d)
		d->set->notifier = NULL;
	if (d->flushing)
		flush_one_done(d, 0);
	edges_look(d->set);
}

void
edge_tick(struct edge *d)
{
	struct edges *s = d->set;

	if (d->handed > EDGES_API_PER_S)
		log_fmt(LOG_CORE, LOG_WARNING, "edge %zu handed over %u connections in a second: %u were closed",
		    d->index, d->handed, d->handed - EDGES_API_PER_S);
	d->handed = 0;
	worker_tick(d->worker);
	if ((s->tables.fd < 0 || d->acked == s->tables.serial) && !d->flushing)
		d->owes_s = 0;
	else if (worker_is_alive(d->worker) && ++d->owes_s > EDGES_PATIENCE_S)
		worker_kill(d->worker, d->flushing ? "does not empty its cache" : "does not take new tables");
}

/* --- from the edges -------------------------------------------------------------------- */

/* Whatever else it may be, serving it would be the sender's choice, not ours. */
static bool
is_local_stream(int fd)
{
	int domain = 0, type = 0;
	socklen_t n = sizeof(domain), k = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &n) == 0 && domain == AF_UNIX &&
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &k) == 0 && type == SOCK_STREAM;
}

static bool
on_api(struct edge *d, struct io_channel_msg *msg, struct rd *r)
{
	struct message_api m;
	int fd = msg->fds[0];

	if (!message_api_read(r, &m) || !is_local_stream(fd))
		return false;
	if (++d->handed > EDGES_API_PER_S)
		return true;	/* closed by the channel */
	msg->fds[0] = -1;
	d->set->ops.on_api(d->set->arg, fd, &m);
	return true;
}

static bool
on_ack(struct edge *d, struct rd *r)
{
	struct edges *s = d->set;
	struct message_ack m;
	struct err e;

	if (!message_ack_read(r, &m))
		return false;
	if (m.serial != s->tables.serial)
		return true;	/* an older one: the newest is on its way */
	if (m.ok) {
		d->acked = m.serial;
		edges_look(s);
		return true;
	}
	d->owes_s = 0;	/* it has answered */
	if (s->applied)
		return true;
	s->applied = true;
	err_clear(&e);
	(void)err_set(&e, ERR_INTERNAL, "edge %zu: %s", d->index, m.text);
	s->ops.on_applied(s->arg, m.serial, &e);
	return true;
}

static bool
on_answer(struct edge *d, struct rd *r)
{
	struct message_answer m;

	if (!message_answer_read(r, &m))
		return false;
	d->set->ops.on_answer(d->set->arg, d->index, m.id, m.json, m.n);
	return true;
}

static bool
on_flushed(struct edge *d, struct rd *r)
{
	struct message_flushed m;

	if (!message_flushed_read(r, &m))
		return false;
	if (d->flushing && m.id == d->set->flush.id)
		flush_one_done(d, m.count);
	return true;
}

static bool
on_upstreams(struct edge *d, struct rd *r)
{
	struct message_upstreams m;

	if (!message_upstreams_read(r, &m))
		return false;
	d->upstreams = m;
	return true;
}

static bool
on_ready(struct edge *d, size_t n)
{
	if (n != 0 || !worker_ready(d->worker))
		return false;
	edges_appoint(d->set);
	return true;
}

/* Only one is asked, so only one is heard. */
static bool
on_time(struct edge *d, struct rd *r)
{
	struct message_time m;

	if (!message_time_read(r, &m))
		return false;
	if (d->set->timer == d)
		d->set->ops.on_time(d->set->arg, &m.report);
	return true;
}

static bool
on_secondary(struct edge *d, struct rd *r)
{
	struct message_secondary m;

	if (!message_secondary_read(r, &m))
		return false;
	d->set->ops.on_secondary(d->set->arg, &m);
	return true;
}

static bool
on_redeem(struct edge *d, struct rd *r)
{
	struct message_redeem m;

	if (!message_redeem_read(r, &m))
		return false;
	d->set->ops.on_redeem(d->set->arg, d->index, &m);
	return true;
}

static bool
on_used(struct edge *d, struct rd *r)
{
	struct message_used m;

	if (!message_used_read(r, &m))
		return false;
	d->set->ops.on_used(d->set->arg, &m);
	return true;
}

bool
edge_hear(struct edge *d, struct io_channel_msg *msg)
{
	struct rd r;

	rd_init(&r, msg->p, msg->n);
	if (msg->nfds != (msg->type == MESSAGE_API ? 1 : 0))
		return false;
	switch (msg->type) {
	case MESSAGE_READY:
		return on_ready(d, msg->n);
	case MESSAGE_ACK:
		return on_ack(d, &r);
	case MESSAGE_API:
		return on_api(d, msg, &r);
	case MESSAGE_ANSWER:
		return on_answer(d, &r);
	case MESSAGE_FLUSHED:
		return on_flushed(d, &r);
	case MESSAGE_UPSTREAMS:
		return on_upstreams(d, &r);
	case MESSAGE_TIME:
		return on_time(d, &r);
	case MESSAGE_SECONDARY:
		return on_secondary(d, &r);
	case MESSAGE_REDEEM:
		return on_redeem(d, &r);
	case MESSAGE_USED:
		return on_used(d, &r);
	default:
		return false;
	}
}
