/* Questions that may have to wait; see resolver.h. */
#include "dns/resolver.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/sparse.h"
#include "conf/conf.h"
#include "dns/forward.h"
#include "dns/log.h"
#include "dns/name.h"
#include "dns/pool.h"
#include "dns/query.h"
#include "dns/random.h"
#include "dns/stats.h"
#include "dns/wire.h"
#include "io/loop.h"
#include "sys/clk.h"

enum { CLIENTS = 1024 };

struct dns_pending {
	struct dns_waiter waiter;		/* first: on_brought() recovers the rest */
	struct dns_resolver *r;
	struct dns_pending *next, **at;		/* of the owner's list */
	struct dns_pending *peer_next, **peer_at;	/* of clients of equal hash */
	uint16_t client;			/* that hash */
	uint64_t began_ms;
	struct dns_later later;
	struct dns_asker who;
	struct dns_query q;
	uint8_t head[DNS_QUERY_HEAD];
};

struct dns_resolver {
	struct io_loop *loop;
	struct dns_stats *stats;
	unsigned share;
	const struct dns_peers *peers;
	bool serving;
	struct dns_snapshot snap;
	struct dns_lists lists;		/* n 0 = none */
	struct dns_log *log;		/* NULL = none */
	size_t log_room;
	struct dns_cache *cache;
	struct dns_forward *forward;
	struct dns_pool pool;		/* struct dns_pending */
	struct dns_pending *clients[CLIENTS];
	uint16_t counts[CLIENTS];	/* of each of these lists */
	uint64_t key[2];
	uint8_t out[DNS_ANSWER_ROOM];
};

static void on_brought(struct dns_waiter *w, const struct dns_got *got);

struct dns_resolver *
dns_resolver_new(const struct dns_server_conf *c)
{
	struct dns_forward_conf f = { c->loop, NULL, c->stats, c->share, c->tls };
	struct dns_resolver *r = sparse_head(sizeof(*r), offsetof(struct dns_resolver, out));

	if (r == NULL)
		return NULL;
	r->loop = c->loop;
	r->stats = c->stats;
	r->share = c->share;
	r->peers = c->peers;
	dns_pool_init(&r->pool, sizeof(struct dns_pending), DNS_PENDING_MAX / (c->share == 0 ? 1 : c->share));
	r->cache = dns_cache_new();
	f.cache = r->cache;
	r->forward = dns_forward_new(&f);
	dns_random_seed(r->key, sizeof(r->key));
	if (r->cache != NULL && r->forward != NULL)
		return r;
	dns_resolver_free(r);
	return NULL;
}

void
dns_resolver_free(struct dns_resolver *r)
{
	if (r == NULL)
		return;
	dns_forward_free(r->forward);
	dns_cache_free(r->cache);
	dns_pool_close(&r->pool);
	free(r);
}

const struct dns_snapshot *
dns_resolver_snapshot(const struct dns_resolver *r)
{
	return r->serving ? &r->snap : NULL;
}

struct dns_answering
dns_resolver_now(const struct dns_resolver *r)
{
	return (struct dns_answering){ &r->snap, r->cache, r->stats, io_loop_now_ms(r->loop), r->peers };
}

static void
count_cache(const struct dns_resolver *r)
{
	r->stats->cache_entries = dns_cache_entries(r->cache);
	r->stats->cache_bytes = dns_cache_bytes(r->cache);
}

static void
limit_log(struct dns_resolver *r)
{
	size_t n = r->snap.query_log == CONF_LOG_OFF ? 0 : r->snap.query_log_entries;

	if (r->log != NULL && r->serving)
		dns_log_limit(r->log, n / (r->share == 0 ? 1 : r->share), r->log_room);
}

void
dns_resolver_log(struct dns_resolver *r, struct dns_log *l, size_t room)
{
	r->log = l;
	r->log_room = room;
	limit_log(r);
}

/* Answers that came by other routes are dropped, since nobody would get them
 * now; a change of zones leaves the cache alone. */
int
dns_resolver_swap(struct dns_resolver *r, const void *part, size_t n, const struct sealed_list *pieces, struct err *e)
{
	struct dns_snapshot snap;
	bool changed;
	int error;

	if (n == 0) {
		r->serving = false;
		return 0;
	}
	error = dns_snapshot_open(&snap, part, n, pieces, e);
	if (error < 0)
		return error;
	if (dns_cache_limit(r->cache, &snap.cache, r->share) < 0 ||
	    dns_forward_swap(r->forward, &snap, &changed) < 0) {
		(void)err_sys(e, -ENOMEM, "DNS swap");	/* words only */
		return -ENOMEM;
	}
	if (changed)
		(void)dns_cache_flush(r->cache, NULL, 0);	/* nobody asked for the number */
	r->snap = snap;
	dns_filter_bind(&r->snap.filter, r->lists.n == 0 ? NULL : &r->lists);
	r->serving = true;
	limit_log(r);
	count_cache(r);
	return 0;
}

bool
dns_resolver_lists(struct dns_resolver *r, const void *p, size_t n)
{
	struct dns_lists l = { 0 };

	if (n > 0 && !dns_lists_open(&l, p, n))
		return false;
	r->lists = l;
	dns_filter_bind(&r->snap.filter, l.n == 0 ? NULL : &r->lists);
	return true;
}

/* --- those who wait ----------------------------------------------------------- */

static uint16_t
client_of(const struct dns_resolver *r, const struct addr *key)
{
	return (uint16_t)(dns_name_sip(r->key, key->b, sizeof(key->b)) % CLIENTS);
}

/* Has this client as many questions outstanding as it may? Only a full list
 * needs a closer look at whose they are. */
static bool
has_too_many(const struct dns_resolver *r, uint16_t client, const struct addr *key)
{
	const struct dns_pending *p;
	unsigned n = 0;

	if (r->counts[client] < DNS_PENDING_PER_CLIENT)
		return false;
	for (p = r->clients[client]; p != NULL; p = p->peer_next) {
		struct addr other = addr_limit_key(&p->who.peer.addr);

		n += addr_eq(&other, key);
	}
	return n >= DNS_PENDING_PER_CLIENT;
}

static struct dns_pending *
pending_new(struct dns_resolver *r, const struct dns_asking *a)
{
	const struct dns_later *later = &a->later;
	struct addr key = addr_limit_key(&a->who->peer.addr);
	uint16_t client = client_of(r, &key);
	struct dns_pending *p, **head = &r->clients[client];

	if (a->who->zone != CONF_ZONE_LOCAL && has_too_many(r, client, &key))
		return NULL;
	p = dns_pool_take(&r->pool);
	if (p == NULL)
		return NULL;
	p->r = r;
	p->waiter.at = NULL;
	p->waiter.done = on_brought;
	p->later = *later;
	p->who = *a->who;
	dns_query_keep(&p->q, p->head, a->q);
	p->next = later->list->first;
	p->at = &later->list->first;
	if (p->next != NULL)
		p->next->at = &p->next;
	*p->at = p;
	p->peer_next = *head;
	p->peer_at = head;
	if (p->peer_next != NULL)
		p->peer_next->peer_at = &p->peer_next;
	*head = p;
	p->client = client;
	p->began_ms = io_loop_now_ms(r->loop);
	r->counts[client]++;
	return p;
}

static void
pending_free(struct dns_pending *p)
{
	dns_forward_cancel(&p->waiter);
	*p->at = p->next;
	if (p->next != NULL)
		p->next->at = p->at;
	*p->peer_at = p->peer_next;
	if (p->peer_next != NULL)
		p->peer_next->peer_at = p->peer_at;
	p->r->counts[p->client]--;
	dns_pool_give(&p->r->pool, p);
}

void
dns_resolver_forget(struct dns_pendings *list)
{
	while (list->first != NULL)
		pending_free(list->first);
}

/* --- the log (DNS-19) --------------------------------------------------------- */

static void
put_name(struct dns_log_entry *e, const struct dns_resolver *r, uint32_t number)
{
	const char *name = number == 0 || r->peers == NULL ? "" : r->peers->name(r->peers->arg, number);
	const size_t n = strlen(name);

	memset(e->peer_name, 0, sizeof(e->peer_name));
	memcpy(e->peer_name, name, n < sizeof(e->peer_name) ? n : sizeof(e->peer_name) - 1);
}

static void
log_answer(struct dns_resolver *r, const struct dns_query *q, const struct dns_asker *who, unsigned rcode,
    const struct dns_outcome *o, uint64_t ms)
{
	struct dns_log_entry e;
	size_t n = strlen(o->rule);

	e.at_ms = clk_system.wall_ms(&clk_system);
	e.ms = (uint32_t)ms;
	e.type = q->qlen == 0 ? 0 : q->type;
	e.zone = (uint8_t)who->zone;
	e.rcode = (uint8_t)rcode;
	e.source = (uint8_t)o->source;
	e.peer = who->peer.addr;
	put_name(&e, r, who->number);
	e.upstream = o->source == DNS_SOURCE_UPSTREAM || o->source == DNS_SOURCE_FORWARD ? o->from : (struct addr){ 0 };
	memset(e.rule, 0, sizeof(e.rule));
	memcpy(e.rule, o->rule, n < sizeof(e.rule) ? n : sizeof(e.rule) - 1);
	e.namelen = q->qlen == 0 ? 0 : q->key.len;
	memcpy(e.name, q->name, e.namelen);
	dns_log_put(r->log, &e);
}

/* Most answers cost this one look at their rcode. Questions by people are not logged. */
static inline void
note_rcode(struct dns_resolver *r, const struct dns_query *q, const struct dns_asker *who, unsigned rcode,
    const struct dns_outcome *o, uint64_t ms)
{
	bool error = rcode == DNS_SERVFAIL || rcode == DNS_REFUSED || o->source == DNS_SOURCE_BLOCKED;

	if ((error || r->snap.query_log == CONF_LOG_ALL) && r->log != NULL && r->log->capacity > 0 && !who->unlogged)
		log_answer(r, q, who, rcode, o, ms);
}

static inline void
note(struct dns_resolver *r, const struct dns_query *q, const struct dns_asker *who, const uint8_t *msg,
    const struct dns_outcome *o, uint64_t ms)
{
	note_rcode(r, q, who, msg[3] & DNS_RCODE, o, ms);
}

void
dns_resolver_note(struct dns_resolver *r, const struct dns_query *q, const struct dns_asker *who, unsigned rcode)
{
	struct dns_outcome o;

	o.source = rcode == DNS_NOERROR ? DNS_SOURCE_AUTHORITATIVE : DNS_SOURCE_REFUSED;
	o.from.len = 0;
	o.rule = "";
	note_rcode(r, q, who, rcode, &o, 0);
}

/* --- asking ---------------------------------------------------------------------- */

static size_t
give_up(const struct dns_answering *now, const struct dns_asking *a, int error, uint8_t *out, struct dns_outcome *o)
{
	o->wait = false;
	if (error == -ENOBUFS) {
		o->ede = DNS_EDE_OTHER;
		o->ede_text = "too many questions outstanding";
	} else if (error == -EHOSTUNREACH) {
		o->ede = DNS_EDE_UNREACHABLE;
		o->ede_text = "no upstream can be used";
	} else {
		o->ede = DNS_EDE_NETWORK;
	}
	return dns_answer_fail(now, a->q, a->who, out, o);
}

/* Nobody can be asked: expired data, or nothing. */
static size_t
make_do(const struct dns_answering *now, const struct dns_asking *a, int error, uint8_t *out, struct dns_outcome *o)
{
	const struct dns_got got = { .entry = dns_cache_stale(now->cache, &o->want, now->now_ms), .ede = DNS_EDE_STALE };

	if (got.entry == NULL)
		return give_up(now, a, error, out, o);
	now->stats->cache_stale++;
	return dns_answer(now, a->q, a->who, &got, out, o);
}

size_t
dns_resolver_ask(struct dns_resolver *r, const struct dns_answering *now,
    const struct dns_asking *a, uint8_t *out, struct dns_outcome *o)
{
	size_t n = dns_answer(now, a->q, a->who, NULL, out, o);
	struct dns_pending *p;
	int error = -ENOBUFS;

	if (o->refresh) {
		r->stats->refreshed++;
		dns_forward_refresh(r->forward, &o->want);
	}
	if (!o->wait) {
		note(r, a->q, a->who, out, o, 0);
		return n;
	}
	p = pending_new(r, a);
	if (p != NULL)
		error = dns_forward_ask(r->forward, &o->want, &p->waiter);
	if (error == 0)
		return 0;
	if (p != NULL)
		pending_free(p);
	n = error == -ENOBUFS ? give_up(now, a, error, out, o) : make_do(now, a, error, out, o);
	note(r, a->q, a->who, out, o, 0);
	return n;
}

uint32_t
dns_resolver_number(const struct dns_resolver *r, unsigned zone, const struct addr *a)
{
	return zone == CONF_ZONE_VPN && r->peers != NULL ? r->peers->find(r->peers->arg, a) : 0;
}

/* The question is judged anew: zones may have changed in between, and numbers of peers have. */
static void
on_brought(struct dns_waiter *w, const struct dns_got *got)
{
	struct dns_pending *p = (struct dns_pending *)w;
	struct dns_resolver *r = p->r;
	struct dns_answering now = dns_resolver_now(r);
	struct dns_later later = p->later;
	struct dns_asker who = p->who;
	struct dns_outcome o;
	size_t n = 0;

	who.number = dns_resolver_number(r, who.zone, &who.peer.addr);
	if (r->serving)
		n = dns_answer(&now, &p->q, &who, got, r->out, &o);
	if (n > 0)
		note(r, &p->q, &who, r->out, &o, now.now_ms - p->began_ms);
	pending_free(p);
	if (n > 0)
		later.done(later.arg, &who, r->out, n, &o);
}

unsigned
dns_resolver_flush(struct dns_resolver *r, const uint8_t *name, size_t namelen)
{
	unsigned n = dns_cache_flush(r->cache, name, namelen);

	count_cache(r);
	return n;
}

size_t
dns_resolver_upstreams(const struct dns_resolver *r, struct dns_upstream_state *out, size_t max)
{
	return dns_forward_upstreams(r->forward, out, max);
}
