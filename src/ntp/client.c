/* The NTP client; see client.h. */
#include "ntp/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "io/poll.h"
#include "io/timer.h"
#include "ntp/plan.h"
#include "ntp/report.h"
#include "ntp/socket.h"
#include "ntp/source.h"
#include "sys/clk.h"

enum {
	TICK_MS = 1000,
	SETTLE_S = 10,		/* four quick questions and the time for their answers */
	ROUND_S = 8,
	STEADY = 8,		/* so many quiet measurements, and the sources are asked half as often */
	RETRY_S = 16		/* a name that has no address */
};

static const int64_t S = 1000000000;
static const int64_t LEAP = 100000000;
static const int64_t QUIET = 1000000;	/* below this a change is never a reason to ask more often */

struct asked {
	struct ntp_client *client;
	char host[NTP_HOST_MAX];
	bool is_address, resolving;
	struct addr_port at;		/* addr.len 0: not resolved */
	struct addr left;		/* had it before: another one is tried first */
	bool denied;			/* and that one only, since it sent us away */
	struct ntp_source source;
	int64_t due;			/* mono */
	int fd;				/* of the open question, -1 = none */
	struct io_poll *poll;
};

struct ntp_client {
	struct ntp_client_conf conf;
	struct io_timer *tick;
	size_t n;
	struct asked v[NTP_SOURCES_MAX];
	int64_t began, lead, moved;	/* mono; wall less mono; see ntp_client_moved() */
	unsigned poll;			/* of all sources */
	int steady;
	int64_t last;			/* offset of the last choice */
	uint32_t round, told;		/* number of the last round asked for, and told */
	int64_t round_by;		/* mono, when it is over in any case */
	bool settled;			/* everybody had time to answer */
	bool fresh;			/* something to report */
};

static int64_t
mono_of(const struct ntp_client *c)
{
	return c->conf.clk->mono_ns(c->conf.clk);
}

static int64_t
wall_of(const struct ntp_client *c)
{
	return c->conf.clk->wall_ns(c->conf.clk);
}

/* --- sockets ----------------------------------------------------------------------------- */

static void
hang_up(struct asked *a)
{
	io_poll_free(a->poll);
	a->poll = NULL;
	ntp_socket_close(a->fd);
	a->fd = -1;
}

/* The next tick makes a report of it. */
static void
on_readable(void *arg, int events)
{
	struct asked *a = arg;
	struct ntp_client *c = a->client;
	uint8_t buf[NTP_PACKET_MAX + 1];
	int64_t wall;
	ssize_t n;

	(void)events;	/* an error is read like a datagram */
	n = ntp_socket_receive(a->fd, buf, sizeof(buf), &wall);
	if (n == -EAGAIN)
		return;
	if (n < 0) {
		hang_up(a);	/* nobody is there: the question stays unanswered */
		return;
	}
	if (ntp_source_hear(&a->source, buf, (size_t)n, wall, mono_of(c)) == NTP_REPLY_FOREIGN)
		return;
	hang_up(a);
	c->fresh = true;
	io_timer_once(c->tick, 1);
}

static void
ask(struct asked *a)
{
	struct ntp_client *c = a->client;
	uint8_t q[NTP_PACKET];
	uint64_t cookie = c->conf.random(c->conf.arg);

	hang_up(a);
	a->fd = ntp_socket_open(&a->at);
	/* the stamp is taken last, and counts for a question that cannot be sent, too: it is one without an answer */
	ntp_source_ask(&a->source, cookie == 0 ? 1 : cookie, wall_of(c), mono_of(c), q);
	if (a->fd < 0)
		return;
	if (ntp_socket_send(a->fd, q, sizeof(q)) == 0)
		a->poll = io_poll_new(c->conf.loop, a->fd, IO_READABLE, on_readable, a);
	if (a->poll == NULL)
		hang_up(a);
}

/* --- names -------------------------------------------------------------------------------- */

static bool
is_taken(const struct ntp_client *c, const struct addr *at)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (addr_eq(&c->v[i].at.addr, at))
			return true;
	return false;
}

/* Two names may have addresses in common: nobody is asked twice, or one voice would count as two. */
static void
on_resolved(void *arg, const char *host, const struct addr *v, size_t n)
{
	struct asked *a = arg;
	size_t i;

	if (strcmp(host, a->host) != 0)
		return;		/* the sources have changed meanwhile */
	a->resolving = false;
	for (i = 0; i < n && (is_taken(a->client, &v[i]) || addr_eq(&v[i], &a->left)); i++)
		;
	if (i < n)
		a->at.addr = v[i];
	else if (n > 0 && a->left.len != 0 && !a->denied && !is_taken(a->client, &a->left))
		a->at.addr = a->left;
	else
		return;		/* asked again later */
	ntp_source_init(&a->source);
	a->due = 0;
}

static void
look_up(struct asked *a, int64_t mono)
{
	struct ntp_client *c = a->client;

	if (a->resolving)
		return;
	a->due = mono + RETRY_S * S;
	a->resolving = c->conf.resolve(c->conf.arg, a->host, on_resolved, a);
}

/* --- what came of it ------------------------------------------------------------------------ */

/* Has everybody had time to answer? One who answers first must not decide alone. */
static bool
is_settled(const struct ntp_client *c, int64_t mono)
{
	size_t i;

	if (mono - c->began >= SETTLE_S * S)
		return true;
	for (i = 0; i < c->n; i++)
		if (c->v[i].source.state == NTP_SOURCE_NEW)
			return false;
	return true;
}

static void
describe(const struct asked *a, struct ntp_report_source *out)
{
	const struct ntp_source *s = &a->source;

	*out = (struct ntp_report_source){ .at = a->at.addr, .state = (uint8_t)s->state, .reach = s->reach,
	    .stratum = s->said.stratum, .heard = s->heard_wall };
	memcpy(out->host, a->host, sizeof(out->host));
}

static int64_t
choose(const struct ntp_client *c, int64_t mono, struct ntp_report *r)
{
	struct ntp_candidate v[NTP_SOURCES_MAX] = { { 0 } };
	enum ntp_mark marks[NTP_SOURCES_MAX];
	size_t of[NTP_SOURCES_MAX], i, n = 0;
	int64_t newest = 0;

	for (i = 0; i < c->n; i++) {
		if (!ntp_source_candidate(&c->v[i].source, mono, &v[n]))
			continue;
		r->sources[i].offset = v[n].offset;
		r->sources[i].delay = v[n].delay;
		newest = v[n].mono > newest ? v[n].mono : newest;
		of[n++] = i;
	}
	r->chosen = ntp_select(v, n, marks, &r->choice);
	for (i = 0; i < n; i++)
		r->sources[of[i]].mark = (uint8_t)marks[i];
	if (r->chosen)
		r->choice.peer = of[r->choice.peer];
	return newest;
}

/* Quiet sources are asked less often, restless ones more (RFC 5905 section 13, simplified). */
static void
adapt(struct ntp_client *c, const struct ntp_choice *x)
{
	int64_t moved = x->offset > c->last ? x->offset - c->last : c->last - x->offset;

	c->last = x->offset;
	c->steady = moved > QUIET && moved > 4 * x->jitter ? c->steady - 2 : c->steady + 1;
	if (c->steady >= STEADY && c->poll < NTP_POLL_MAX) {
		c->poll++;
		c->steady = 0;
	} else if (c->steady <= -STEADY / 2) {
		c->poll = c->poll > NTP_POLL_MIN ? c->poll - 1 : c->poll;
		c->steady = 0;
	}
}

static void
tell(struct ntp_client *c, int64_t mono)
{
	struct ntp_report r = { .round = c->told, .settled = c->settled, .n = (uint8_t)c->n };
	size_t i;

	for (i = 0; i < c->n; i++)
		describe(&c->v[i], &r.sources[i]);
	r.mono = choose(c, mono, &r);
	if (r.chosen && r.settled)
		adapt(c, &r.choice);
	c->fresh = false;
	c->conf.report(c->conf.arg, &r);
}

/* --- rounds ------------------------------------------------------------------------------------ */

static void
end_round(struct ntp_client *c, int64_t mono)
{
	size_t i;

	if (c->told == c->round)
		return;
	for (i = 0; mono < c->round_by && i < c->n; i++)
		if (c->v[i].source.state != NTP_SOURCE_DENIED && (c->v[i].source.reach & 1) == 0)
			return;
	c->told = c->round;
	c->fresh = true;
}

void
ntp_client_round(struct ntp_client *c, uint32_t number)
{
	size_t i;

	c->round = number;
	c->round_by = mono_of(c) + ROUND_S * S;
	for (i = 0; i < c->n; i++) {
		c->v[i].source.reach &= 0xfe;
		ntp_source_hurry(&c->v[i].source);
		c->v[i].due = 0;
	}
	io_timer_once(c->tick, 1);
}

/* --- the clock ------------------------------------------------------------------------------------ */

static void
start_over(struct ntp_client *c)
{
	size_t i;

	c->began = mono_of(c);
	c->lead = wall_of(c) - c->began;
	c->settled = false;
	c->poll = NTP_POLL_MIN;
	c->steady = 0;
	for (i = 0; i < c->n; i++) {
		hang_up(&c->v[i]);
		ntp_source_init(&c->v[i].source);
		c->v[i].due = 0;
	}
	c->fresh = true;
}

/* Somebody set the clock, or the host slept: what was measured is of another clock. */
static void
watch_clock(struct ntp_client *c, int64_t mono)
{
	int64_t by = wall_of(c) - mono - c->lead;

	if (by < LEAP && by > -LEAP) {
		c->lead += by;
		return;
	}
	log_fmt(LOG_NTP, LOG_WARNING, "the clock leapt by %lld s: asking anew", (long long)(by / S));
	start_over(c);
}

void
ntp_client_moved(struct ntp_client *c, int64_t total)
{
	int64_t by = total - c->moved;
	size_t i;

	c->moved = total;
	if (by == 0)
		return;
	c->lead = wall_of(c) - mono_of(c);
	c->last -= by;
	for (i = 0; i < c->n; i++) {
		hang_up(&c->v[i]);
		ntp_source_shift(&c->v[i].source, by);
	}
}

/* --- once a second ---------------------------------------------------------------------------------- */

static void
tend(struct asked *a, int64_t mono)
{
	struct ntp_client *c = a->client;
	unsigned wait;

	if (mono < a->due)
		return;
	if (!a->is_address && (a->source.state == NTP_SOURCE_LOST || a->source.state == NTP_SOURCE_DENIED)) {
		a->left = a->at.addr;	/* another one may be better */
		a->denied = a->source.state == NTP_SOURCE_DENIED;
		a->at.addr.len = 0;
		ntp_source_init(&a->source);
	}
	if (a->at.addr.len == 0) {
		look_up(a, mono);
		return;
	}
	if (a->source.state == NTP_SOURCE_DENIED)
		return;
	ask(a);
	c->fresh = true;
	wait = ntp_source_wait(&a->source, c->poll);
	a->due = mono + wait * S;
	if (wait > NTP_QUICK_S)		/* up to an eighth later, so that not all the world asks in the same second */
		a->due += (int64_t)(c->conf.random(c->conf.arg) % (uint64_t)(wait * S / 8));
}

static void
on_tick(void *arg)
{
	struct ntp_client *c = arg;
	int64_t mono = mono_of(c);
	size_t i;

	watch_clock(c, mono);
	for (i = 0; i < c->n; i++)
		tend(&c->v[i], mono);
	end_round(c, mono);
	if (!c->settled && is_settled(c, mono))
		c->settled = c->fresh = true;
	if (c->fresh)
		tell(c, mono);
	io_timer_once(c->tick, TICK_MS);
}

/* --- life ------------------------------------------------------------------------------------------- */

struct ntp_client *
ntp_client_new(const struct ntp_client_conf *conf)
{
	struct ntp_client *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->conf = *conf;
	c->tick = io_timer_new(conf->loop, on_tick, c);
	if (c->tick == NULL) {
		free(c);
		return NULL;
	}
	start_over(c);
	return c;
}

static void
forget(struct ntp_client *c)
{
	while (c->n > 0)
		hang_up(&c->v[--c->n]);
}

void
ntp_client_free(struct ntp_client *c)
{
	if (c == NULL)
		return;
	forget(c);
	io_timer_free(c->tick);
	free(c);
}

static bool
has_changed(const struct ntp_client *c, const struct ntp_plan *p)
{
	size_t i;

	if (p->nsources != c->n)
		return true;
	for (i = 0; i < c->n; i++)
		if (strcmp(c->v[i].host, p->sources[i]) != 0)
			return true;
	return false;
}

static void
adopt(struct asked *a, struct ntp_client *c, const char *host)
{
	*a = (struct asked){ .client = c, .fd = -1, .at.port = NTP_PORT };
	memcpy(a->host, host, sizeof(a->host));
	a->is_address = addr_read(str_of(host), &a->at.addr);
	ntp_source_init(&a->source);
}

void
ntp_client_swap(struct ntp_client *c, const struct ntp_plan *p)
{
	if (!has_changed(c, p))
		return;
	forget(c);
	while (c->n < p->nsources) {
		adopt(&c->v[c->n], c, p->sources[c->n]);
		c->n++;
	}
	start_over(c);
	if (c->n > 0)
		io_timer_once(c->tick, 1);
	else
		io_timer_stop(c->tick);
}
