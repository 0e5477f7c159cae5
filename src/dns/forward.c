/* Asking others; see forward.h. */
#include "dns/forward.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dns/cache.h"
#include "dns/flight.h"
#include "dns/ingest.h"
#include "dns/name.h"
#include "dns/pool.h"
#include "dns/query.h"
#include "dns/random.h"
#include "dns/rebind.h"
#include "dns/snapshot.h"
#include "dns/stats.h"
#include "dns/upstream.h"
#include "dns/ways.h"
#include "dns/wire.h"
#include "io/loop.h"
#include "io/timer.h"

enum { HEADS = 1024 };

/* One question outstanding. */
struct exchange {
	struct dns_flight flight;	/* first: on_answer() recovers the rest */
	struct dns_forward *f;
	struct exchange *chain;		/* of equal hash */
	struct exchange *next, **at;	/* of those outstanding */
	struct dns_waiter *waiters;
	struct dns_question q;
	uint8_t name[DNS_NAME_MAX];	/* not zeroed from here on: exchange_new() and those who ask set each */
	struct dns_way *way;		/* a reference */
	struct dns_upstream *up;	/* being asked; a reference */
	size_t hop;			/* its place in the way */
	unsigned tries;
	bool tcp;			/* after truncation */
	bool plain;			/* without EDNS, after FORMERR */
	int ede;			/* of the latest failure */
	struct addr from;		/* whose answer that was; len 0 = nobody's */
	uint64_t began_ms, sent_ms, deadline_ms;
	uint64_t stale_ms;		/* when waiters get expired data, if there is some */
};

struct dns_forward {
	struct dns_forward_conf c;
	struct io_timer *tick;
	bool ticking;
	struct dns_ways ways;
	struct dns_cache_conf limits;
	struct dns_rebind rebind;
	struct dns_pool pool;		/* struct exchange */
	struct exchange *outstanding;
	size_t noutstanding;
	struct exchange *heads[HEADS];
};

static void on_answer(struct dns_flight *flight, uint8_t *msg, size_t n, int error);
static void on_tick(void *arg);
static void release_upstream(struct exchange *x);

/* --- life -------------------------------------------------------------------- */

struct dns_forward *
dns_forward_new(const struct dns_forward_conf *c)
{
	struct dns_forward *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->c = *c;
	dns_pool_init(&f->pool, sizeof(struct exchange), DNS_FORWARD_MAX / (c->share == 0 ? 1 : c->share));
	f->tick = io_timer_new(c->loop, on_tick, f);
	if (dns_ways_open(&f->ways, c->loop, c->stats, c->tls) == 0 && f->tick != NULL)
		return f;
	dns_forward_free(f);
	return NULL;
}

void
dns_forward_free(struct dns_forward *f)
{
	struct exchange *x;

	if (f == NULL)
		return;
	io_timer_free(f->tick);
	for (x = f->outstanding; x != NULL; x = x->next) {
		release_upstream(x);
		dns_way_unref(x->way);
	}
	dns_ways_close(&f->ways);
	dns_pool_close(&f->pool);
	free(f);
}

static void
start_ticking(struct dns_forward *f)
{
	if (!f->ticking)
		io_timer_every(f->tick, DNS_FORWARD_TICK_MS);
	f->ticking = true;
}

int
dns_forward_swap(struct dns_forward *f, const struct dns_snapshot *s, bool *changed)
{
	int error = dns_ways_swap(&f->ways, &s->routes, changed);

	if (error < 0)
		return error;
	if (*changed)
		start_ticking(f);	/* sweeps the upstreams of before */
	f->limits = s->cache;
	if (memcmp(&f->rebind, s->rebind, sizeof(f->rebind)) != 0)
		*changed = true;
	f->rebind = *s->rebind;
	return 0;
}

/* --- exchanges ------------------------------------------------------------------ */

static struct exchange *
find(struct dns_forward *f, const struct dns_question *q)
{
	struct exchange *x = f->heads[q->hash % HEADS];

	while (x != NULL && !(x->q.hash == q->hash && x->q.type == q->type && x->q.route == q->route &&
	    x->q.flags == q->flags && x->q.len == q->len && x->way == f->ways.v[q->route] &&
	    memcmp(x->name, q->name, q->len) == 0))
		x = x->chain;
	return x;
}

static struct exchange *
exchange_new(struct dns_forward *f, const struct dns_question *q)
{
	struct exchange *x = dns_pool_take(&f->pool);

	if (x == NULL)
		return NULL;
	memset(x, 0, offsetof(struct exchange, name));
	memcpy(x->name, q->name, q->len);
	x->f = f;
	x->q = *q;
	x->q.name = x->name;
	x->flight.done = on_answer;
	x->way = dns_way_ref(f->ways.v[q->route]);
	x->up = NULL;
	x->hop = x->tries = 0;
	x->tcp = x->plain = false;
	x->flight.sends = 0;
	x->ede = DNS_EDE_UNREACHABLE;
	x->from = (struct addr){ 0 };
	x->began_ms = io_loop_now_ms(f->c.loop);
	x->stale_ms = x->began_ms + (dns_way_rests(x->way) ? 0 : DNS_FORWARD_STALE_MS);
	f->noutstanding++;
	x->chain = f->heads[q->hash % HEADS];
	f->heads[q->hash % HEADS] = x;
	x->next = f->outstanding;
	x->at = &f->outstanding;
	if (x->next != NULL)
		x->next->at = &x->next;
	f->outstanding = x;
	return x;
}

static void
release_upstream(struct exchange *x)
{
	dns_flight_leave(&x->flight);
	if (x->up != NULL)
		x->up->refs--;
	x->up = NULL;
}

static void
exchange_free(struct exchange *x)
{
	struct exchange **at = &x->f->heads[x->q.hash % HEADS];

	release_upstream(x);
	while (*at != x)
		at = &(*at)->chain;
	*at = x->chain;
	*x->at = x->next;
	if (x->next != NULL)
		x->next->at = x->at;
	dns_way_unref(x->way);
	x->f->noutstanding--;
	dns_pool_give(&x->f->pool, x);
}

static bool
is_in_force(const struct exchange *x)
{
	return x->way == x->f->ways.v[x->q.route];
}

static void
tell(struct dns_waiter **waiters, const struct dns_got *got)
{
	struct dns_waiter *mine = *waiters, *w;

	*waiters = NULL;
	if (mine != NULL)
		mine->at = &mine;
	while ((w = mine) != NULL) {
		dns_forward_cancel(w);
		w->done(w, got);
	}
}

/* Expired data to those who wait, if there is some. What they ask from there
 * may move the cache, so each piece is looked up anew. */
static void
tell_stale(struct exchange *x)
{
	struct dns_forward *f = x->f;
	struct dns_got got = { .ede = DNS_EDE_STALE };
	struct dns_waiter *w;

	while (is_in_force(x) && (w = x->waiters) != NULL &&
	    (got.entry = dns_cache_stale(f->c.cache, &x->q, io_loop_now_ms(f->c.loop))) != NULL) {
		f->c.stats->cache_stale++;
		dns_forward_cancel(w);
		w->done(w, &got);
	}
}

/* Everyone gets the answer, then the cache, unless it came by a route that is
 * no longer in force. The exchange is gone before the first is told, so that
 * the same question may be asked anew from there. */
static void
finish(struct exchange *x, struct dns_entry *e)
{
	struct dns_forward *f = x->f;
	struct dns_got got = { e, DNS_EDE_NONE, x->from };
	struct dns_waiter *waiters;

	if (e == NULL)
		got.ede = x->ede;
	else
		got.from = x->up->hop.at.addr;
	if (e == NULL)
		tell_stale(x);
	else if (!is_in_force(x))
		e->ttl = 0;
	waiters = x->waiters;
	if (waiters != NULL)
		waiters->at = &waiters;
	exchange_free(x);
	if (e != NULL)
		e->born_ms = io_loop_now_ms(f->c.loop);
	tell(&waiters, &got);
	if (e == NULL)
		return;
	dns_cache_put(f->c.cache, e, e->born_ms);
	f->c.stats->cache_entries = dns_cache_entries(f->c.cache);
	f->c.stats->cache_bytes = dns_cache_bytes(f->c.cache);
}

/* --- one try ---------------------------------------------------------------------- */

/* A random bit for the case of each letter; 64 random bits at a time. */
static void
randomise_case(struct dns_forward *f, uint8_t *name, size_t n)
{
	uint64_t bits = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (i % 64 == 0)
			bits = dns_random_64(&f->ways.random);
		if (name[i] >= 'a' && name[i] <= 'z' && (bits >> i % 64 & 1) != 0)
			name[i] = (uint8_t)(name[i] ^ 0x20);
	}
}

static void
write_query(struct exchange *x)
{
	struct dns_flight *fl = &x->flight;

	fl->len = dns_query_write(fl->query, sizeof(fl->query), x->name, x->q.len, x->q.type,
	    (x->q.flags & DNS_QUESTION_DO) != 0);
	fl->qlen = x->q.len + 4u;
	if (x->plain) {
		fl->len -= DNS_OPT_LEN;
		fl->query[11] = 0;
	}
	if ((x->q.flags & DNS_QUESTION_CD) != 0)
		fl->query[3] |= DNS_CD;
	randomise_case(x->f, fl->query + DNS_HEADER, x->q.len);
}

/* From hop on, the first that does not rest; when all rest, the next in order:
 * one that is asked may turn out well again. NULL: none can be asked at all. */
static struct dns_upstream *
choose(struct exchange *x)
{
	const struct dns_way *w = x->way;
	size_t i, pass;

	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < w->n; i++) {
			struct dns_upstream *u = w->hops[(x->hop + i) % w->n];

			if (!dns_upstream_usable(u) || (pass == 0 && dns_upstream_rests(u)))
				continue;
			x->hop = (x->hop + i) % w->n;
			return u;
		}
	return NULL;
}

static int
send_query(struct exchange *x)
{
	uint64_t now_ms = io_loop_now_ms(x->f->c.loop);
	uint64_t last_ms = x->began_ms + DNS_FORWARD_ALL_MS;

	if (x->flight.sends >= DNS_FLIGHT_SENDS)
		return -ELOOP;
	write_query(x);
	x->flight.resent = false;
	x->sent_ms = now_ms;
	x->deadline_ms = now_ms + DNS_FORWARD_TRY_MS;
	if (x->deadline_ms > last_ms)
		x->deadline_ms = last_ms;
	x->f->c.stats->forwarded++;
	start_ticking(x->f);
	return dns_upstream_send(x->up, &x->flight, x->tcp);
}

/* Time-outs and network errors are the upstream's, what it says is not. */
static void
note_failure(struct exchange *x, int error)
{
	x->f->c.stats->upstream_errors++;
	x->from = error == 0 ? x->up->hop.at.addr : (struct addr){ 0 };
	if (error != 0)
		dns_upstream_failed(x->up, error);
	if (error != 0 && error != -ETIMEDOUT)
		x->ede = DNS_EDE_NETWORK;
	else
		x->ede = error == 0 ? DNS_EDE_NONE : DNS_EDE_UNREACHABLE;
}

/* The next try. False: all are used up. */
static bool
try_next(struct exchange *x)
{
	uint64_t now_ms = io_loop_now_ms(x->f->c.loop);
	int error;

	while (x->tries < DNS_FORWARD_TRIES && now_ms < x->began_ms + DNS_FORWARD_ALL_MS) {
		struct dns_upstream *u = choose(x);

		if (u == NULL)
			return false;
		x->tries++;
		x->tcp = x->plain = false;
		x->up = u;
		u->refs++;
		error = send_query(x);
		if (error == 0)
			return true;
		note_failure(x, error);
		release_upstream(x);
		x->hop++;
	}
	return false;
}

static void
fail_try(struct exchange *x, int error)
{
	note_failure(x, error);
	release_upstream(x);
	x->hop++;
	if (!try_next(x))
		finish(x, NULL);
}

/* The same upstream once more, in another way. */
static void
send_again(struct exchange *x)
{
	int error = send_query(x);

	if (error < 0)
		fail_try(x, error);
}

static void
on_answer(struct dns_flight *flight, uint8_t *msg, size_t n, int error)
{
	struct exchange *x = (struct exchange *)flight;
	const struct dns_ingest_rules rules = { &x->f->limits, &x->f->rebind };
	struct dns_entry *e;
	int rcode = 0;

	if (error < 0) {
		/* It was not sent, and now it can be, without TLS. */
		if (error == -ENOTCONN && dns_upstream_is_fallback(x->up))
			send_again(x);
		else
			fail_try(x, error);
		return;
	}
	dns_upstream_answered(x->up, io_loop_now_ms(x->f->c.loop) - x->sent_ms);
	switch (dns_ingest(&e, &rcode, &x->q, msg, n, &rules)) {
	case DNS_INGEST_ENTRY:
		finish(x, e);
		return;
	case DNS_INGEST_TRUNCATED:
		if (!x->tcp) {
			x->tcp = true;
			send_again(x);
			return;
		}
		fail_try(x, -EBADMSG);
		return;
	case DNS_INGEST_REFUSED:
		if (rcode == DNS_FORMERR && !x->plain) {
			x->plain = true;
			send_again(x);
			return;
		}
		fail_try(x, 0);
		return;
	case DNS_INGEST_BAD:
		fail_try(x, -EBADMSG);
		return;
	}
}

/* --- time ------------------------------------------------------------------------ */

/* A failing try may finish other exchanges' waiters, who may ask again; those
 * new ones stand in front of the list and are not yet due. */
static void
expire(struct dns_forward *f)
{
	uint64_t now_ms = io_loop_now_ms(f->c.loop);
	struct exchange *x, *next;

	for (x = f->outstanding; x != NULL; x = next) {
		next = x->next;
		if (now_ms >= x->stale_ms)
			tell_stale(x);
		if (now_ms >= x->deadline_ms)
			fail_try(x, -ETIMEDOUT);
	}
}

static void
on_tick(void *arg)
{
	struct dns_forward *f = arg;

	expire(f);
	if (dns_ways_sweep(&f->ways) || f->outstanding != NULL)
		return;
	io_timer_stop(f->tick);
	f->ticking = false;
}

/* --- asking ------------------------------------------------------------------------ */

static void
join(struct exchange *x, struct dns_waiter *w)
{
	w->next = x->waiters;
	w->at = &x->waiters;
	if (w->next != NULL)
		w->next->at = &w->next;
	x->waiters = w;
}

int
dns_forward_ask(struct dns_forward *f, const struct dns_question *q, struct dns_waiter *w)
{
	struct exchange *x;

	if (q->route >= f->ways.n || !dns_way_usable(f->ways.v[q->route]))
		return -EHOSTUNREACH;
	x = find(f, q);
	if (x == NULL) {
		x = exchange_new(f, q);
		if (x == NULL)
			return -ENOBUFS;
		if (!try_next(x)) {
			exchange_free(x);
			return -ENETUNREACH;
		}
	}
	join(x, w);
	return 0;
}

void
dns_forward_cancel(struct dns_waiter *w)
{
	if (w->at == NULL)
		return;
	*w->at = w->next;
	if (w->next != NULL)
		w->next->at = w->at;
	w->at = NULL;
	w->next = NULL;
}

void
dns_forward_refresh(struct dns_forward *f, const struct dns_question *q)
{
	struct exchange *x;

	if (q->route >= f->ways.n || !dns_way_usable(f->ways.v[q->route]) || f->noutstanding >= f->pool.max / 2 ||
	    find(f, q) != NULL)
		return;
	x = exchange_new(f, q);
	if (x != NULL && !try_next(x))
		exchange_free(x);
}

size_t
dns_forward_upstreams(const struct dns_forward *f, struct dns_upstream_state *out, size_t max)
{
	return dns_ways_states(&f->ways, out, max);
}
