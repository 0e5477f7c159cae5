/* The doors of the cell; see doors.h. */
#include "role/doors.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "io/listen.h"
#include "io/timer.h"
#include "io/udp.h"
#include "role/doors_plan.h"
#include "sys/clk.h"
#include "sys/ifindex.h"
#include "sys/proc.h"

struct doors {
	struct io_timer *retry;
	uint64_t pause_ms;	/* before the next try, while a door is shut */
	size_t nedges;
	struct doors_ops ops;
	void *arg;
	uint16_t last_id;
	bool shut;		/* for good */
	size_t n;
	struct door v[DOORS_MAX];
};

static void on_retry(void *arg);

struct addr_port
doors_resolver(const struct doors *s)
{
	static const struct addr loopback = { 4, { 127, 0, 0, 1 } };
	static const uint8_t zero[16] = { 0 };
	struct addr_port at = { 0 };
	size_t i, n;
	const struct door *d = doors_list(s, &n);

	for (i = 0; i < n; i++) {
		if (d[i].kind != DOOR_DNS_UDP || d[i].error != 0)
			continue;
		at = d[i].at;
		if (memcmp(at.addr.b, zero, sizeof(zero)) == 0)
			at.addr = loopback;
		if (at.addr.len == 4)
			break;
	}
	return at;
}

int
door_fd(const struct door *d, size_t edge)
{
	return door_kind_is_udp(d->kind) ? d->fds[edge] : d->fds[0];
}

struct doors *
doors_new(struct io_loop *l, size_t nedges, const struct doors_ops *ops, void *arg)
{
	struct doors *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->nedges = nedges > DOORS_EDGES_MAX ? DOORS_EDGES_MAX : nedges;
	s->ops = *ops;
	s->arg = arg;
	s->retry = io_timer_new(l, on_retry, s);
	if (s->retry == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

/* --- closing -------------------------------------------------------------------------- */

/* The edges hold copies until they read that they should not; a stream socket that only
 * we close would listen until then, and keep its port from the next door. */
static void
close_fds(struct door *d)
{
	size_t i;

	for (i = 0; i < DOORS_EDGES_MAX; i++) {
		if (d->fds[i] < 0)
			continue;
		if (!door_kind_is_udp(d->kind))
			(void)shutdown(d->fds[i], SHUT_RDWR);	/* fails only where it did not listen */
		(void)close(d->fds[i]);	/* nothing was written to it */
		d->fds[i] = -1;
	}
}

static void
door_close(struct doors *s, struct door *d)
{
	if (d->error == 0)
		s->ops.on_close(s->arg, d);
	close_fds(d);
}

void
doors_shut(struct doors *s)
{
	s->shut = true;
	io_timer_stop(s->retry);
	while (s->n > 0)
		door_close(s, &s->v[--s->n]);
}

void
doors_free(struct doors *s)
{
	if (s == NULL)
		return;
	while (s->n > 0)
		close_fds(&s->v[--s->n]);
	io_timer_free(s->retry);
	free(s);
}

/* --- opening -------------------------------------------------------------------------- */

static int
open_udp(struct doors *s, struct door *d)
{
	size_t i;

	for (i = 0; i < s->nedges; i++) {
		d->fds[i] = io_udp_open(&d->at, 1);
		if (d->fds[i] < 0)
			return d->fds[i];
	}
	/* a client's questions go to one edge, which counts them; where the kernel cannot, each edge counts its share */
	if (d->kind == DOOR_NTP)
		(void)io_udp_by_source(d->fds[0], d->at.addr.len == 16, (unsigned)s->nedges);
	return 0;
}

static int
open_stream(struct door *d)
{
	d->fds[0] = io_listen_tcp(&d->at);
	if (d->fds[0] < 0)
		return d->fds[0];
	return ifindex_enable(d->fds[0]);
}

/* Asked once for each refusal: later, core may not have the right to see it any more. */
static void
find_holder(struct door *d, int error)
{
	d->holder = 0;
	d->holder_name[0] = '\0';
	if (error == -EADDRINUSE)
		d->holder = proc_port_holder(door_kind_is_udp(d->kind) ? IPPROTO_UDP : IPPROTO_TCP,
		    d->at.port, d->holder_name, sizeof(d->holder_name));
}

/* Once for each cause, not at every try. */
static void
refused(struct doors *s, struct door *d, int error)
{
	char at[ADDR_TEXT_MAX];

	if (d->error == error)
		return;
	d->error = error;
	d->since = clk_system.wall_s(&clk_system);
	s->pause_ms = DOORS_RETRY_MIN_MS;
	io_timer_once(s->retry, s->pause_ms);
	find_holder(d, error);
	log_fmt(LOG_NETWORK, LOG_ERROR, "%s: cannot listen on %s: %s%s%s%s",
	    door_kind_name(d->kind), addr_port_text(&d->at, at), strerror(-error),
	    d->holder > 0 ? ", held by " : "", d->holder_name,
	    d->holder > 0 ? "; stop that program or change the port" : "");
	s->ops.on_change(s->arg);
}

static void
door_open(struct doors *s, struct door *d)
{
	int error = door_kind_is_udp(d->kind) ? open_udp(s, d) : open_stream(d);
	bool again = d->error < 0;
	char at[ADDR_TEXT_MAX];

	if (error < 0) {
		close_fds(d);
		refused(s, d, error);
		return;
	}
	d->error = 0;
	d->since = clk_system.wall_s(&clk_system);
	d->holder = 0;
	d->holder_name[0] = '\0';
	s->ops.on_open(s->arg, d);
	if (!again)
		return;
	log_fmt(LOG_NETWORK, LOG_INFO, "%s: listening on %s now", door_kind_name(d->kind), addr_port_text(&d->at, at));
	s->ops.on_change(s->arg);
}

static void
on_retry(void *arg)
{
	struct doors *s = arg;
	bool shut = false;
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (s->v[i].error < 0)
			door_open(s, &s->v[i]);
		shut |= s->v[i].error < 0;
	}
	if (!shut)
		return;
	s->pause_ms = s->pause_ms * 2 < DOORS_RETRY_MS ? s->pause_ms * 2 : DOORS_RETRY_MS;
	io_timer_once(s->retry, s->pause_ms);
}

/* --- the difference --------------------------------------------------------------------- */

static bool
is_planned(const struct door *d, const struct door_plan *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].kind == d->kind && v[i].at.port == d->at.port && v[i].at.scope == d->at.scope &&
		    addr_eq(&v[i].at.addr, &d->at.addr))
			return true;
	return false;
}

static bool
exists(const struct doors *s, const struct door_plan *p)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (is_planned(&s->v[i], p, 1))
			return true;
	return false;
}

static bool
id_is_used(const struct doors *s, uint16_t id)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].id == id)
			return true;
	return false;
}

/* There are far more numbers than doors. */
static uint16_t
next_id(struct doors *s)
{
	do
		s->last_id++;
	while (s->last_id == 0 || id_is_used(s, s->last_id));
	return s->last_id;
}

static void
add(struct doors *s, const struct door_plan *p)
{
	const uint16_t id = next_id(s);
	struct door *d = &s->v[s->n++];

	*d = (struct door){ .id = id, .kind = p->kind, .at = p->at };
	memset(d->fds, -1, sizeof(d->fds));
	door_open(s, d);
}

/* All that go close first: a port may pass from one door to another. */
void
doors_apply(struct doors *s, const struct doors_want *w)
{
	struct door_plan plan[DOORS_MAX];
	size_t i, n = s->shut ? 0 : doors_plan(plan, w);

	for (i = s->n; i-- > 0;) {
		if (is_planned(&s->v[i], plan, n))
			continue;
		door_close(s, &s->v[i]);
		s->n--;
		memmove(&s->v[i], &s->v[i + 1], (s->n - i) * sizeof(s->v[0]));
	}
	on_retry(s);
	for (i = 0; i < n; i++)
		if (!exists(s, &plan[i]))
			add(s, &plan[i]);
}

const struct door *
doors_list(const struct doors *s, size_t *n)
{
	*n = s->n;
	return s->v;
}
