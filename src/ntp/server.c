/* The NTP server of an edge; see server.h. */
#include "ntp/server.h"

#include <stdlib.h>

#include "base/wr.h"
#include "conf/conf.h"
#include "io/timer.h"
#include "io/udp.h"
#include "ntp/decide.h"
#include "ntp/limit.h"
#include "ntp/plan.h"
#include "ntp/reference.h"
#include "ntp/stats.h"
#include "ntp/wire.h"
#include "sys/clk.h"

enum { COUNT_MS = 10000, TRANSMIT_AT = 40 };

static const int64_t MS = 1000000;

struct ntp_door {
	struct io_udp *udp;
	struct ntp_door *next, **prev;
};

struct ntp_server {
	struct ntp_server_conf conf;
	struct ntp_plan plan;
	struct ntp_limit *limit;
	struct io_timer *count;
	struct ntp_door *doors;

	struct ntp_reference reference;
	int64_t lead;			/* wall clock less monotonic clock, when the reference came */
	struct ntp_packet form;		/* what every answer of this batch says of the clock */
};

/* --- what is said of the clock -------------------------------------------------------- */

/* A clock that was set by hand, or a host that slept: nothing is known until the next comparison. */
static bool
has_leapt(const struct ntp_server *s, int64_t now)
{
	int64_t by = now - s->conf.clk->mono_ns(s->conf.clk) - s->lead;

	return by > NTP_LEAP_MS * MS || by < -NTP_LEAP_MS * MS;
}

static void
make_form(struct ntp_server *s)
{
	int64_t now = s->conf.clk->wall_ns(s->conf.clk);
	struct ntp_reference *f = &s->reference;

	if (ntp_reference_synced(f) && has_leapt(s, now))
		ntp_reference_none(f);
	s->form = (struct ntp_packet){ .leap = f->leap, .mode = NTP_MODE_SERVER, .stratum = f->stratum,
	    .precision = NTP_PRECISION, .refid = f->refid, .root_delay = ntp_short(f->root_delay),
	    .root_dispersion = ntp_short(ntp_reference_dispersion(f, now)),
	    .reference = f->at == 0 ? 0 : ntp_stamp(f->at + f->correction) };
}

/* --- answers ---------------------------------------------------------------------------- */

/* kiss: RATE, the one code that we send; it carries no time. */
static void
fill(const struct ntp_server *s, struct io_udp_msg *m, const struct ntp_packet *q, bool kiss)
{
	struct ntp_packet p = s->form;
	struct wr w;

	p.version = q->version;
	p.poll = q->poll;
	p.origin = q->transmit;
	if (kiss) {
		p.leap = NTP_LEAP_UNKNOWN;
		p.stratum = 0;
		p.refid = NTP_REFID('R', 'A', 'T', 'E');
	}
	p.receive = ntp_stamp(m->stamp_ns + s->reference.correction);
	wr_init(&w, m->out, NTP_PACKET);
	ntp_packet_write(&w, &p);
	m->out_len = (uint16_t)wr_len(&w);
}

/* One reading serves the batch: it leaves in one system call. */
static void
stamp(const struct ntp_server *s, struct io_udp_msg *msgs, size_t n)
{
	uint64_t t = ntp_stamp(s->conf.clk->wall_ns(s->conf.clk) + s->reference.correction);
	struct wr w;
	size_t i;

	for (i = 0; i < n; i++) {
		if (msgs[i].out_len == 0)
			continue;
		wr_init(&w, msgs[i].out + TRANSMIT_AT, sizeof(t));
		wr_be64(&w, t);
	}
}

/* The host itself is not limited: it is no stranger, and checks of its own ask often. */
static enum ntp_limit_verdict
may_ask(struct ntp_server *s, unsigned zone, const struct addr *peer, uint64_t now_ms)
{
	return zone == CONF_ZONE_LOCAL ? NTP_LIMIT_GO : ntp_limit_take(s->limit, peer, now_ms);
}

static void
answer(struct ntp_server *s, struct io_udp_msg *m, uint64_t now_ms)
{
	unsigned zone = s->conf.zone_of(s->conf.arg, m->ifindex, &m->local, &m->peer.addr);
	enum ntp_limit_verdict rate;
	struct ntp_packet q;

	if (m->truncated || ntp_decide(&s->plan, zone, m->in, m->in_len, &q) != NTP_SERVE) {
		s->conf.stats->dropped++;
		return;
	}
	rate = may_ask(s, zone, &m->peer.addr, now_ms);
	if (rate == NTP_LIMIT_GO)
		s->conf.stats->answered++;
	else
		s->conf.stats->limited++;
	if (rate != NTP_LIMIT_DROP)
		fill(s, m, &q, rate == NTP_LIMIT_KISS);
}

static void
on_batch(void *arg, struct io_udp_msg *msgs, size_t n)
{
	struct ntp_server *s = arg;
	uint64_t now_ms = s->conf.clk->mono_ms(s->conf.clk);
	size_t i;

	s->conf.stats->requests += n;
	make_form(s);
	for (i = 0; i < n; i++)
		answer(s, &msgs[i], now_ms);
	stamp(s, msgs, n);
}

static void
on_count(void *arg)
{
	struct ntp_server *s = arg;

	s->conf.stats->clients = ntp_limit_clients(s->limit, s->conf.clk->mono_ms(s->conf.clk));
}

/* --- life ---------------------------------------------------------------------------------- */

struct ntp_server *
ntp_server_new(const struct ntp_server_conf *c)
{
	struct ntp_server *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->conf = *c;
	ntp_reference_none(&s->reference);
	s->limit = ntp_limit_new(c->seed);
	s->count = io_timer_new(c->loop, on_count, s);
	if (s->limit == NULL || s->count == NULL) {
		ntp_server_free(s);
		return NULL;
	}
	io_timer_every(s->count, COUNT_MS);
	return s;
}

void
ntp_server_free(struct ntp_server *s)
{
	if (s == NULL)
		return;
	while (s->doors != NULL)
		ntp_door_close(s->doors);
	io_timer_free(s->count);
	ntp_limit_free(s->limit);
	free(s);
}

void
ntp_server_swap(struct ntp_server *s, const struct ntp_plan *p)
{
	s->plan = *p;
}

void
ntp_server_refer(struct ntp_server *s, const struct ntp_reference *f)
{
	s->reference = *f;
	s->lead = s->conf.clk->wall_ns(s->conf.clk) - s->conf.clk->mono_ns(s->conf.clk);
}

struct ntp_door *
ntp_server_udp(struct ntp_server *s, int fd)
{
	struct ntp_door *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->udp = io_udp_new(s->conf.loop, fd, on_batch, s);
	if (d->udp == NULL) {
		free(d);
		return NULL;
	}
	io_udp_stamp(d->udp);
	d->next = s->doors;
	d->prev = &s->doors;
	if (d->next != NULL)
		d->next->prev = &d->next;
	s->doors = d;
	return d;
}

void
ntp_door_close(struct ntp_door *d)
{
	if (d == NULL)
		return;
	*d->prev = d->next;
	if (d->next != NULL)
		d->next->prev = d->prev;
	io_udp_free(d->udp);
	free(d);
}
