/* The edges as core sees them; see edges.h. */
#include "role/edges.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/rd.h"
#include "base/wr.h"
#include "io/channel.h"
#include "io/child.h"
#include "io/loop.h"
#include "io/timer.h"
#include "sys/clk.h"
#include "sys/memfd.h"

enum {
	BACKOFF_MIN_MS = 100, BACKOFF_MAX_MS = 10000, FAILED_MS = 60000,
	DEATHS_MAX = 5, DEATHS_WINDOW_MS = 60000, STOP_MS = 5000, SMALL = 512
};

struct edge {
	struct edges *set;
	size_t index;
	enum edge_state state;
	int64_t since;
	unsigned restarts;
	struct io_child *child;		/* NULL = not running */
	struct io_channel *channel;
	struct io_timer *again;
	uint64_t backoff_ms;
	uint64_t deaths[DEATHS_MAX];	/* loop times, a ring */
	size_t ndeaths;
	uint64_t acked;			/* serial */
	int stats_fd;
	struct edge_stats *stats;
	struct message_upstreams upstreams;
};

struct edges {
	struct io_loop *loop;
	struct io_child_set *children;
	struct edges_ops ops;
	void *arg;
	const struct doors *doors;
	unsigned log_level;
	int snapshot_fd;		/* -1 = none yet */
	uint64_t serial, generation;
	bool applied;			/* on_applied() was called for serial */
	struct message_flushed flush;	/* being summed up */
	unsigned flush_left;
	bool stopping;
	struct io_timer *stop_timer;
	void (*stopped)(void *arg);
	void *stopped_arg;
	size_t n;
	struct edge v[DOORS_EDGES_MAX];
};

static void on_again(void *arg);
static void on_channel(void *arg, struct io_channel_msg *msg, int error);
static void on_gone(void *arg, int status);
static void on_stop_late(void *arg);

static void
set_state(struct edge *d, enum edge_state state)
{
	d->state = state;
	d->since = clk_system.wall_s(&clk_system);
	d->set->ops.on_change(d->set->arg);
}

/* Messages to an edge are few and its queue is long; one that does not
 * take them hangs, and is replaced. */
static void
send_msg(struct edge *d, enum message_type type, const struct wr *w, int fd)
{
	if (d->channel == NULL)
		return;
	if (io_channel_send(d->channel, (uint16_t)type, w->start, wr_len(w),
	    &fd, fd >= 0 ? 1 : 0) == 0)
		return;
	log_fmt(LOG_CORE, LOG_ERROR, "edge %zu does not read its messages", d->index);
	io_child_kill(d->child, SIGKILL);
}

static void
send_hello(struct edge *d)
{
	const struct message_hello m = { (uint8_t)d->set->n, (uint8_t)d->set->log_level };
	uint8_t buf[SMALL];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_hello_write(&w, &m);
	send_msg(d, MESSAGE_HELLO, &w, d->stats_fd);
}

static void
send_door(struct edge *d, const struct door *o)
{
	const struct message_door m = { o->id, (uint8_t)o->kind };
	uint8_t buf[SMALL];
	struct wr w;

	wr_init(&w, buf, sizeof(buf));
	message_door_write(&w, &m);
	send_msg(d, MESSAGE_DOOR, &w, door_fd(o, d->index));
}

static void
send_snapshot(struct edge *d)
{
	const struct message_snapshot m = { d->set->serial, d->set->generation };
	uint8_t buf[SMALL];
	struct wr w;

	if (d->set->snapshot_fd < 0)
		return;
	wr_init(&w, buf, sizeof(buf));
	message_snapshot_write(&w, &m);
	send_msg(d, MESSAGE_SNAPSHOT, &w, d->set->snapshot_fd);
}

static void
feed(struct edge *d)
{
	const struct door *doors;
	size_t i, n;

	send_hello(d);
	doors = doors_list(d->set->doors, &n);
	for (i = 0; i < n; i++)
		if (doors[i].error == 0)
			send_door(d, &doors[i]);
	send_snapshot(d);
}

static int
start_child(struct edge *d, int fds[2])
{
	static const struct io_child_ops ops = { .on_exit = on_gone };
	char title[32], index[8];
	const char *argv[] = { title, "edge", index, NULL };
	struct io_child_conf c = { .argv = argv, .fds = &fds[1], .nfds = 1 };

	(void)snprintf(title, sizeof(title), "pic: edge %zu", d->index);	/* both fit */
	(void)snprintf(index, sizeof(index), "%zu", d->index);
	d->child = io_child_start(d->set->children, &c, &ops, d);
	return d->child == NULL ? -EAGAIN : 0;
}

static int
edge_start(struct edge *d)
{
	int fds[2], error = io_channel_pair(fds);

	if (error < 0)
		return error;
	error = start_child(d, fds);
	(void)close(fds[1]);	/* the child has its own copy */
	if (error == 0) {
		d->channel = io_channel_new(d->set->loop, fds[0], on_channel, d);
		if (d->channel != NULL) {
			set_state(d, EDGE_STARTING);
			feed(d);
			return 0;
		}
		io_child_kill(d->child, SIGKILL);	/* on_gone tries again */
	}
	(void)close(fds[0]);
	return error;
}

static void
on_again(void *arg)
{
	struct edge *d = arg;

	if (d->set->stopping || d->child != NULL)
		return;
	if (edge_start(d) < 0)
		io_timer_once(d->again, d->backoff_ms);
}

/* All that live serve the newest snapshot: say so once. */
static void
check_applied(struct edges *s)
{
	size_t i, live = 0;

	if (s->applied || s->snapshot_fd < 0)
		return;
	for (i = 0; i < s->n; i++) {
		if (s->v[i].child == NULL)
			continue;
		if (s->v[i].acked != s->serial)
			return;
		live++;
	}
	if (live == 0)
		return;
	s->applied = true;
	s->ops.on_applied(s->arg, s->serial, NULL);
}

/* Five deaths in a minute: the part is failed and tried again each minute (PRC-6). */
static bool
count_death(struct edge *d)
{
	uint64_t now = io_loop_now_ms(d->set->loop);
	uint64_t oldest = d->deaths[d->ndeaths % DEATHS_MAX];

	d->deaths[d->ndeaths++ % DEATHS_MAX] = now;
	return d->ndeaths > DEATHS_MAX && now - oldest < DEATHS_WINDOW_MS;
}

static void
flush_one_done(struct edges *s, uint32_t count)
{
	s->flush.count += count;
	if (--s->flush_left == 0)
		s->ops.on_flushed(s->arg, s->flush.id, s->flush.count);
}

static void
finish_stop(struct edges *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].child != NULL)
			return;
	io_timer_free(s->stop_timer);
	s->stop_timer = NULL;
	if (s->stopped != NULL)
		s->stopped(s->stopped_arg);
}

static void
plan_restart(struct edge *d)
{
	bool failed = count_death(d);
	uint64_t wait = failed ? FAILED_MS : d->backoff_ms;

	d->restarts++;
	d->backoff_ms = d->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : d->backoff_ms * 2;
	set_state(d, failed ? EDGE_FAILED : EDGE_WAITING);
	io_timer_once(d->again, wait);
}

static void
on_gone(void *arg, int status)
{
	struct edge *d = arg;
	struct edges *s = d->set;

	d->child = NULL;
	io_channel_free(d->channel);
	d->channel = NULL;
	d->acked = 0;
	if (s->stopping) {
		finish_stop(s);
		return;
	}
	log_fmt(LOG_CORE, LOG_ERROR, "edge %zu died (status 0x%x), starting it again",
	    d->index, (unsigned)status);
	if (s->flush_left > 0)
		flush_one_done(s, 0);
	plan_restart(d);
	check_applied(s);
}

static void
on_api(struct edge *d, struct io_channel_msg *msg, struct rd *r)
{
	struct message_api m;
	int fd;

	if (msg->nfds != 1 || !message_api_read(r, &m)) {
		(void)rd_fail(r);
		return;
	}
	fd = msg->fds[0];
	msg->fds[0] = -1;
	d->set->ops.on_api(d->set->arg, fd, &m);
}

static void
on_ack(struct edge *d, struct rd *r)
{
	struct edges *s = d->set;
	struct message_ack m;
	struct err e;

	if (!message_ack_read(r, &m) || m.serial != s->serial)
		return;		/* an older one: the newest is on its way */
	if (m.ok) {
		d->acked = m.serial;
		d->backoff_ms = BACKOFF_MIN_MS;
		check_applied(s);
		return;
	}
	if (s->applied)
		return;
	s->applied = true;
	err_clear(&e);
	(void)err_set(&e, ERR_INTERNAL, "edge %zu: %s", d->index, m.text);
	s->ops.on_applied(s->arg, m.serial, &e);
}

static void
on_answer(struct edge *d, struct rd *r)
{
	struct message_answer m;

	if (message_answer_read(r, &m))
		d->set->ops.on_answer(d->set->arg, m.id, m.json, m.n);
}

static void
on_flushed(struct edge *d, struct rd *r)
{
	struct message_flushed m;

	if (message_flushed_read(r, &m) && d->set->flush_left > 0 && m.id == d->set->flush.id)
		flush_one_done(d->set, m.count);
}

static void
on_upstreams(struct edge *d, struct rd *r)
{
	struct message_upstreams m;

	if (message_upstreams_read(r, &m))
		d->upstreams = m;
}

static void
dispatch(struct edge *d, struct io_channel_msg *msg, struct rd *r)
{
	switch (msg->type) {
	case MESSAGE_READY:
		set_state(d, EDGE_RUNNING);
		break;
	case MESSAGE_ACK:
		on_ack(d, r);
		break;
	case MESSAGE_API:
		on_api(d, msg, r);
		break;
	case MESSAGE_ANSWER:
		on_answer(d, r);
		break;
	case MESSAGE_FLUSHED:
		on_flushed(d, r);
		break;
	case MESSAGE_UPSTREAMS:
		on_upstreams(d, r);
		break;
	default:
		(void)rd_fail(r);
	}
}

/* An edge that says something we cannot read has been taken over or is
 * broken; either way it goes. */
static void
on_channel(void *arg, struct io_channel_msg *msg, int error)
{
	struct edge *d = arg;
	struct rd r;

	if (msg != NULL) {
		rd_init(&r, msg->p, msg->n);
		dispatch(d, msg, &r);
		if (rd_ok(&r))
			return;
		error = -EPROTO;
	}
	if (error == -EPROTO)
		log_fmt(LOG_CORE, LOG_ERROR, "edge %zu sent a message that is not one", d->index);
	if (d->child != NULL && !d->set->stopping)
		io_child_kill(d->child, SIGKILL);
}

static int
edge_init(struct edges *s, size_t i)
{
	struct edge *d = &s->v[i];

	d->set = s;
	d->index = i;
	d->backoff_ms = BACKOFF_MIN_MS;
	d->stats_fd = memfd_share("pic-edge-stats", sizeof(struct edge_stats));
	if (d->stats_fd < 0)
		return d->stats_fd;
	d->stats = memfd_share_map(d->stats_fd, sizeof(struct edge_stats));
	d->again = io_timer_new(s->loop, on_again, d);
	return d->stats == NULL || d->again == NULL ? -ENOMEM : 0;
}

struct edges *
edges_new(struct io_loop *l, struct io_child_set *children, size_t n,
    const struct edges_ops *ops, void *arg)
{
	struct edges *s = calloc(1, sizeof(*s));
	size_t i;

	if (s == NULL)
		return NULL;
	s->loop = l;
	s->children = children;
	s->ops = *ops;
	s->arg = arg;
	s->snapshot_fd = -1;
	s->log_level = LOG_INFO;
	s->n = n > DOORS_EDGES_MAX ? DOORS_EDGES_MAX : n;
	for (i = 0; i < DOORS_EDGES_MAX; i++)
		s->v[i].stats_fd = -1;
	for (i = 0; i < s->n; i++)
		if (edge_init(s, i) < 0) {
			edges_free(s);
			return NULL;
		}
	return s;
}

void
edges_free(struct edges *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++) {
		struct edge *d = &s->v[i];

		if (d->child != NULL)
			io_child_abandon(d->child);
		io_channel_free(d->channel);
		io_timer_free(d->again);
		if (d->stats != NULL)
			memfd_unmap(d->stats, sizeof(struct edge_stats));
		if (d->stats_fd >= 0)
			(void)close(d->stats_fd);	/* a memfd: nothing to flush */
	}
	io_timer_free(s->stop_timer);
	if (s->snapshot_fd >= 0)
		(void)close(s->snapshot_fd);
	free(s);
}

int
edges_start(struct edges *s, struct err *e)
{
	size_t i;
	int error;

	for (i = 0; i < s->n; i++) {
		error = edge_start(&s->v[i]);
		if (error < 0)
			return err_sys(e, error, "start an edge");
	}
	return 0;
}

void
edges_set_doors(struct edges *s, const struct doors *d)
{
	s->doors = d;
}

void
edges_door_open(struct edges *s, const struct door *d)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		send_door(&s->v[i], d);
}

void
edges_door_close(struct edges *s, uint16_t id)
{
	const struct message_door m = { id, 0 };
	uint8_t buf[SMALL];
	struct wr w;
	size_t i;

	wr_init(&w, buf, sizeof(buf));
	message_door_write(&w, &m);
	for (i = 0; i < s->n; i++)
		send_msg(&s->v[i], MESSAGE_DOOR_CLOSE, &w, -1);
}

void
edges_snapshot(struct edges *s, int fd, uint64_t serial, uint64_t generation)
{
	size_t i;

	if (s->snapshot_fd >= 0)
		(void)close(s->snapshot_fd);	/* the edges hold their own */
	s->snapshot_fd = fd;
	s->serial = serial;
	s->generation = generation;
	s->applied = false;
	for (i = 0; i < s->n; i++)
		send_snapshot(&s->v[i]);
}

static struct edge *
first_running(struct edges *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].state == EDGE_RUNNING && s->v[i].channel != NULL)
			return &s->v[i];
	return NULL;
}

bool
edges_ask(struct edges *s, const struct message_ask *m)
{
	struct edge *d = first_running(s);
	uint8_t buf[SMALL];
	struct wr w;

	if (d == NULL)
		return false;
	wr_init(&w, buf, sizeof(buf));
	message_ask_write(&w, m);
	send_msg(d, MESSAGE_ASK, &w, -1);
	return true;
}

bool
edges_flush(struct edges *s, const struct message_flush *m)
{
	uint8_t buf[SMALL];
	struct wr w;
	size_t i;

	if (first_running(s) == NULL || s->flush_left > 0)
		return false;
	wr_init(&w, buf, sizeof(buf));
	message_flush_write(&w, m);
	s->flush = (struct message_flushed){ .id = m->id };
	for (i = 0; i < s->n; i++)
		s->flush_left += s->v[i].channel != NULL;
	for (i = 0; i < s->n; i++)
		send_msg(&s->v[i], MESSAGE_FLUSH, &w, -1);
	return true;
}

void
edges_log_level(struct edges *s, unsigned level)
{
	uint8_t buf[SMALL];
	struct wr w;
	size_t i;

	s->log_level = level;
	wr_init(&w, buf, sizeof(buf));
	wr_u8(&w, (uint8_t)level);
	for (i = 0; i < s->n; i++)
		send_msg(&s->v[i], MESSAGE_LOG, &w, -1);
}

static void
on_stop_late(void *arg)
{
	struct edges *s = arg;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].child != NULL)
			io_child_kill(s->v[i].child, SIGKILL);
}

void
edges_stop(struct edges *s, void (*done)(void *arg), void *arg)
{
	uint8_t buf[SMALL];
	struct wr w;
	size_t i;

	s->stopping = true;
	s->stopped = done;
	s->stopped_arg = arg;
	wr_init(&w, buf, sizeof(buf));
	for (i = 0; i < s->n; i++)
		send_msg(&s->v[i], MESSAGE_STOP, &w, -1);
	s->stop_timer = io_timer_new(s->loop, on_stop_late, s);
	if (s->stop_timer != NULL)
		io_timer_once(s->stop_timer, STOP_MS);
	else
		on_stop_late(s);
	finish_stop(s);
}

size_t
edges_count(const struct edges *s)
{
	return s->n;
}

void
edges_info(const struct edges *s, size_t i, struct edge_info *out)
{
	const struct edge *d = &s->v[i];

	*out = (struct edge_info){ d->state,
	    d->child == NULL ? 0 : io_child_pid(d->child), d->restarts, d->since };
}

void
edges_stats(const struct edges *s, struct edge_stats *out)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < s->n; i++)
		edge_stats_add(out, s->v[i].stats);
}

static void
merge_upstream(struct message_upstreams *out, const struct message_upstream *u)
{
	size_t i;

	for (i = 0; i < out->n; i++) {
		if (out->v[i].at.port != u->at.port || !addr_eq(&out->v[i].at.addr, &u->at.addr))
			continue;
		out->v[i].up = out->v[i].up && u->up;
		if (u->rtt_ms > out->v[i].rtt_ms)
			out->v[i].rtt_ms = u->rtt_ms;
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
