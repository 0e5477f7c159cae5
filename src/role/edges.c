/* The edges as core sees them; see edges.h. */
#include "role/edges.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/wr.h"
#include "io/channel.h"
#include "io/timer.h"
#include "role/edges_set.h"
#include "role/page.h"

enum { TICK_MS = 1000, SMALL = 512 };

static void on_born(void *arg);
static bool on_message(void *arg, struct io_channel_msg *msg);
static bool on_dead(void *arg);
static void on_change(void *arg);
static void on_one_stopped(void *arg);
static void on_look(void *arg);
static void on_tick(void *arg);
static void on_stop_late(void *arg);
static void on_stopped(void *arg);

static const struct worker_ops worker_ops = { on_born, on_message, on_dead, on_change, on_one_stopped };

/* --- to the edges -------------------------------------------------------------------- */

static void
send_to_all(struct edges *s, enum message_type type, const struct wr *w, int fd)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		worker_send(s->v[i].worker, type, w, fd);
}

static void
send_hello(struct edge *d)
{
	const struct message_hello m = { (uint8_t)d->set->n, d->set->log };
	uint8_t buf[SMALL];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_hello_write(&w, &m);
	worker_send(d->worker, MESSAGE_HELLO, &w, worker_stats_fd(d->worker));
}

static void
send_clock(struct edge *d)
{
	uint8_t buf[SMALL];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_clock_write(&w, &d->set->clock);
	worker_send(d->worker, MESSAGE_CLOCK, &w, -1);
}

_Static_assert(1 + SEALED_LIST_MAX <= IO_CHANNEL_FDS, "a snapshot and its pieces go in one message");

static void
send_snapshot(struct edge *d)
{
	const struct edges_tables *t = &d->set->tables;
	struct message_snapshot m = { t->serial, t->generation, (uint8_t)t->pieces.n, { 0 } };
	int fds[1 + SEALED_LIST_MAX] = { t->fd };
	uint8_t buf[SMALL];
	struct wr w;
	size_t i;

	d->owes_s = 0;
	if (t->fd < 0)
		return;
	for (i = 0; i < t->pieces.n; i++) {
		m.pieces[i] = t->pieces.v[i]->id;
		fds[1 + i] = t->pieces.v[i]->fd;
	}
	wr_init(&w, buf, sizeof(buf));
	message_snapshot_write(&w, &m);
	worker_send_fds(d->worker, MESSAGE_SNAPSHOT, &w, fds, 1 + t->pieces.n);
}

/* Before the snapshot that uses them. */
static void
send_lists(struct edge *d)
{
	uint8_t nothing[1];
	struct wr none;

	wr_init(&none, nothing, 0);
	if (d->set->lists_fd >= 0)
		worker_send(d->worker, MESSAGE_LISTS, &none, d->set->lists_fd);
}

static void
send_tickets(struct edge *d)
{
	uint8_t nothing[1];
	struct wr none;

	wr_init(&none, nothing, 0);
	if (d->set->tickets_fd >= 0)
		worker_send(d->worker, MESSAGE_TICKETS, &none, d->set->tickets_fd);
}

static void
on_born(void *arg)
{
	struct edge *d = arg;

	d->acked = 0;
	send_hello(d);
	send_clock(d);
	edge_send_doors(d);
	send_lists(d);
	send_tickets(d);
	send_snapshot(d);
}

static void
drop_tables(struct edges *s)
{
	if (s->tables.fd >= 0)
		(void)close(s->tables.fd);	/* the edges hold their own */
	sealed_list_clear(&s->tables.pieces);
}

static void
number(struct edges *s, const struct sealed_list *pieces)
{
	size_t i;

	for (i = 0; i < pieces->n; i++)
		if (pieces->v[i]->id == 0)
			pieces->v[i]->id = ++s->pieces;
}

void
edges_snapshot(struct edges *s, const struct edges_tables *t)
{
	size_t i;

	drop_tables(s);
	s->tables = *t;
	number(s, &t->pieces);
	s->applied = false;
	s->notifier = NULL;
	for (i = 0; i < s->n; i++) {
		send_snapshot(&s->v[i]);
		worker_wake(s->v[i].worker);
	}
	io_later_call(&s->look, s->loop);
}

void
edges_lists(struct edges *s, int fd)
{
	size_t i;

	if (s->lists_fd >= 0)
		(void)close(s->lists_fd);	/* the edges hold their own */
	s->lists_fd = fd;
	for (i = 0; i < s->n; i++)
		send_lists(&s->v[i]);
}

void
edges_tickets(struct edges *s, int fd)
{
	size_t i;

	if (s->tickets_fd >= 0)
		(void)close(s->tickets_fd);	/* the edges hold their own */
	s->tickets_fd = fd;
	for (i = 0; i < s->n; i++)
		send_tickets(&s->v[i]);
}

void
edges_redeemed(struct edges *s, size_t edge, const struct message_redeemed *m)
{
	uint8_t buf[sizeof(*m) + 16];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_redeemed_write(&w, m);
	worker_send(s->v[edge].worker, MESSAGE_REDEEMED, &w, -1);
	explicit_bzero(buf, sizeof(buf));
}

void
edges_log(struct edges *s, const struct message_log *m)
{
	uint8_t buf[SMALL];
	struct wr w;

	s->log = *m;
	wr_init(&w, buf, sizeof(buf));
	message_log_write(&w, m);
	send_to_all(s, MESSAGE_LOG, &w, -1);
}

void
edges_clock(struct edges *s, const struct message_clock *m)
{
	size_t i;

	s->clock = *m;
	for (i = 0; i < s->n; i++)
		send_clock(&s->v[i]);
}

static void
send_poll(struct edge *d, uint32_t round)
{
	const struct message_poll m = { true, round };
	uint8_t buf[SMALL];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_poll_write(&w, &m);
	worker_send(d->worker, MESSAGE_POLL, &w, -1);
}

void
edges_appoint(struct edges *s)
{
	if (s->timer != NULL)
		return;
	s->timer = edges_first_running(s);
	if (s->timer != NULL)
		send_poll(s->timer, 0);
}

bool
edges_round(struct edges *s, uint32_t round)
{
	if (s->timer == NULL)
		return false;
	send_poll(s->timer, round);
	return true;
}

bool
edges_ask(struct edges *s, const struct message_ask *m, size_t *edge)
{
	struct edge *d = edges_first_running(s);
	uint8_t buf[SMALL];
	struct wr w;

	if (d == NULL)
		return false;
	wr_init(&w, buf, sizeof(buf));
	message_ask_write(&w, m);
	worker_send(d->worker, MESSAGE_ASK, &w, -1);
	*edge = d->index;
	return true;
}

bool
edges_probe(struct edges *s, const struct message_probe *m, size_t *edge)
{
	struct edge *d = edges_first_running(s);
	uint8_t buf[sizeof(*m) + 16];
	struct wr w;

	if (d == NULL)
		return false;
	wr_init(&w, buf, sizeof(buf));
	message_probe_write(&w, m);
	worker_send(d->worker, MESSAGE_PROBE, &w, -1);
	*edge = d->index;
	return true;
}

bool
edges_flush(struct edges *s, const struct message_flush *m)
{
	uint8_t buf[SMALL];
	struct wr w;
	size_t i;

	if (edges_first_running(s) == NULL || edges_is_flushing(s))
		return false;
	wr_init(&w, buf, sizeof(buf));
	message_flush_write(&w, m);
	s->flush = (struct message_flushed){ .id = m->id };
	for (i = 0; i < s->n; i++) {
		s->v[i].flushing = worker_is_running(s->v[i].worker);
		s->v[i].owes_s = 0;
	}
	for (i = 0; i < s->n; i++)
		if (s->v[i].flushing)
			worker_send(s->v[i].worker, MESSAGE_FLUSH, &w, -1);
	return true;
}

/* --- what becomes of them -------------------------------------------------------------- */

static void
on_look(void *arg)
{
	edges_look(arg);
}

static void
on_tick(void *arg)
{
	struct edges *s = arg;
	size_t i;

	for (i = 0; i < s->n; i++)
		edge_tick(&s->v[i]);
}

static void
on_change(void *arg)
{
	struct edge *d = arg;

	d->down = d->down && !worker_is_running(d->worker);
	edges_keep(d->set);
	d->set->ops.on_change(d->set->arg);
}

static bool
on_dead(void *arg)
{
	struct edge *d = arg;
	struct edges *s = d->set;

	d->down = true;
	d->upstreams.n = 0;
	if (s->timer == d)
		s->timer = NULL;
	edges_appoint(s);
	edge_forgive(d);
	s->ops.on_gone(s->arg, d->index);
	return edges_first_running(s) != NULL;
}

static bool
on_message(void *arg, struct io_channel_msg *msg)
{
	return edge_hear(arg, msg);
}

/* --- life -------------------------------------------------------------------------------- */

static bool
edge_init(struct edges *s, struct io_child_set *children, size_t i, size_t n)
{
	struct edge *d = &s->v[i];
	const struct worker_conf c = { s->loop, children, i, n, &worker_ops, d };

	d->set = s;
	d->index = i;
	d->worker = worker_new(&c);
	return d->worker != NULL;
}

struct edges *
edges_new(struct io_loop *l, struct io_child_set *children, size_t n,
    const struct edges_ops *ops, void *arg)
{
	struct edges *s = calloc(1, sizeof(*s));
	bool ok;

	if (s == NULL)
		return NULL;
	s->loop = l;
	s->ops = *ops;
	s->arg = arg;
	s->tables.fd = -1;
	s->lists_fd = s->tickets_fd = -1;
	s->log.level = LOG_INFO;
	ntp_reference_none(&s->clock.reference);
	io_later_init(&s->stopped, on_stopped, s);
	io_later_init(&s->look, on_look, s);
	s->tick = io_timer_new(l, on_tick, s);
	s->stop_timer = io_timer_new(l, on_stop_late, s);
	ok = s->tick != NULL && s->stop_timer != NULL;
	n = n > DOORS_EDGES_MAX ? DOORS_EDGES_MAX : n;
	while (ok && s->n < n) {
		ok = edge_init(s, children, s->n, n);
		s->n += ok;
	}
	if (ok)
		return s;
	edges_free(s);
	return NULL;
}

void
edges_free(struct edges *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++)
		worker_free(s->v[i].worker);
	io_later_cancel(&s->stopped);
	io_later_cancel(&s->look);
	io_timer_free(s->tick);
	io_timer_free(s->stop_timer);
	drop_tables(s);
	if (s->lists_fd >= 0)
		(void)close(s->lists_fd);	/* likewise */
	if (s->tickets_fd >= 0)
		(void)close(s->tickets_fd);	/* likewise */
	free(s);
}

int
edges_start(struct edges *s, struct err *e)
{
	size_t i;
	int error;

	for (i = 0; i < s->n; i++) {
		error = worker_start(s->v[i].worker);
		if (error < 0)
			return err_sys(e, error, "start an edge");
	}
	io_timer_every(s->tick, TICK_MS);
	return 0;
}

/* --- stop ---------------------------------------------------------------------------------- */

static void
check_stopped(struct edges *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (worker_is_alive(s->v[i].worker))
			return;
	io_timer_stop(s->stop_timer);
	io_later_call(&s->stopped, s->loop);
}

static void
on_one_stopped(void *arg)
{
	struct edge *d = arg;

	check_stopped(d->set);
}

static void
on_stop_late(void *arg)
{
	struct edges *s = arg;
	size_t i;

	for (i = 0; i < s->n; i++)
		worker_kill(s->v[i].worker, "does not end");
}

static void
on_stopped(void *arg)
{
	struct edges *s = arg;

	s->stop_done(s->stop_arg);
}

void
edges_stop(struct edges *s, void (*done)(void *arg), void *arg)
{
	size_t i;

	s->stop_done = done;
	s->stop_arg = arg;
	io_timer_stop(s->tick);
	io_timer_once(s->stop_timer, EDGES_STOP_MS);
	for (i = 0; i < s->n; i++)
		worker_stop(s->v[i].worker);
	check_stopped(s);
}

/* --- facts ------------------------------------------------------------------------------------ */

size_t
edges_count(const struct edges *s)
{
	return s->n;
}

void
edges_info(const struct edges *s, size_t i, struct edge_info *out)
{
	worker_info(s->v[i].worker, out);
}

void
edges_stats(const struct edges *s, struct edge_stats *out)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < s->n; i++)
		edge_stats_add(out, worker_stats(s->v[i].worker));
}

uint64_t
edges_question_newest(const struct edges *s, size_t edge)
{
	return edge < s->n ? dns_log_newest(worker_log(s->v[edge].worker)) : 0;
}

bool
edges_question(const struct edges *s, size_t edge, uint64_t seq, struct dns_log_entry *out)
{
	return edge < s->n && seq > s->v[edge].forgotten &&
	    dns_log_get(worker_log(s->v[edge].worker), edge_page_room(s->n), seq, out);
}

void
edges_questions_forget(struct edges *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		s->v[i].forgotten = edges_question_newest(s, i);
		worker_log_clear(s->v[i].worker);
	}
}

static void
merge_upstream(struct message_upstreams *out, const struct message_upstream *u)
{
	size_t i;

	for (i = 0; i < out->n; i++) {
		if (out->v[i].at.port != u->at.port || !addr_eq(&out->v[i].at.addr, &u->at.addr))
			continue;
		if (u->heard_ms > out->v[i].heard_ms)
			out->v[i] = *u;
		return;
	}
	if (out->n < MESSAGE_UPSTREAMS_MAX)
		out->v[out->n++] = *u;
}

void
edges_upstreams(const struct edges *s, struct message_upstreams *out)
{
	size_t i, j;

	out->n = 0;
	for (i = 0; i < s->n; i++)
		for (j = 0; j < s->v[i].upstreams.n; j++)
			merge_upstream(out, &s->v[i].upstreams.v[j]);
}
