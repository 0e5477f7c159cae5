/* The DNS part of a snapshot; see snapshot.h. Head, rebinding rules, routes, guards, filter, table, transfers. */
#include "dns/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "dns/blob.h"
#include "dns/compile.h"
#include "dns/extra.h"
#include "dns/name.h"
#include "dns/plan.h"
#include "dns/rebind.h"
#include "dns/wire.h"
#include "dns/zones.h"
#include "sys/sealed.h"

static const char magic[8] = { 'P', 'I', 'C', 'D', 'N', 'S', 'P', '4' };

/* Where the table of an extra zone is. */
struct place {
	uint32_t at;		/* in the part, or */
	uint32_t piece;		/* in this piece beside it, counted from 1 */
};

struct head {
	char magic[8];
	uint32_t size, table;		/* octets of all; where the table begins */
	uint32_t nroutes, nguards, client_qps;
	uint32_t nextras, transfers;		/* where these begin */
	struct place extras[DNS_SNAPSHOT_EXTRAS];
	struct dns_cache_conf cache;
	uint32_t log_entries;
	uint16_t edns_size;
	uint8_t serve_zones, query_log;
};

_Static_assert(sizeof(struct head) % DNS_SNAPSHOT_ALIGN == 0, "what follows is aligned");

enum { ROUTES = sizeof(struct head) + sizeof(struct dns_rebind) };	/* where they begin */

_Static_assert(ROUTES % DNS_SNAPSHOT_ALIGN == 0, "what follows is aligned");

static size_t
aligned(size_t n)
{
	return (n + DNS_SNAPSHOT_ALIGN - 1) & ~(size_t)(DNS_SNAPSHOT_ALIGN - 1);
}

enum { FILTER_MAX = 16 << 20 };

static size_t
guards_offset(size_t nroutes)
{
	return aligned(ROUTES + nroutes * sizeof(struct dns_route));
}

/* Where the filter begins; the table follows it. */
static size_t
filter_offset(size_t nroutes, size_t nguards)
{
	return guards_offset(nroutes) + nguards * sizeof(struct dns_guard);
}

/* Who looks for a fault at level DEBUG sees every question, unless none is to be kept (DNS-19). */
static uint8_t
query_log_of(const struct conf *c)
{
	const bool debug = c->logging.root != NULL && strcmp(c->logging.root, "DEBUG") == 0;

	return (uint8_t)(debug && c->dns.query_log == CONF_LOG_ERRORS ? CONF_LOG_ALL : c->dns.query_log);
}

static void
fill_head(struct head *h, const struct conf *c)
{
	const struct conf_dns *d = &c->dns;

	memcpy(h->magic, magic, sizeof(magic));
	h->client_qps = d->client_qps;
	h->cache = (struct dns_cache_conf){
		.max_entries = d->cache.max_entries, .max_bytes = d->cache.max_bytes,
		.min_ttl_s = d->cache.min_ttl_s, .max_ttl_s = d->cache.max_ttl_s,
		.negative_max_ttl_s = d->cache.negative_max_ttl_s,
		.stale_max_s = d->cache.serve_stale ? d->cache.stale_max_s : 0, .stale_ttl_s = d->cache.stale_ttl_s
	};
	h->edns_size = d->edns_size;
	h->serve_zones = (uint8_t)(d->serve_zones | CONF_ZONE_LOCAL);
	h->query_log = query_log_of(c);
	h->log_entries = d->query_log_entries;
}

struct octets {
	uint8_t *p;
	size_t n;
};

/* Does the table of an extra zone go beside the part? */
static bool
goes_beside(struct place *p, const struct dns_extra *x, struct sealed_list *pieces)
{
	size_t i = x->sealed == NULL || pieces == NULL ? SEALED_LIST_MAX : sealed_list_add(pieces, x->sealed);

	p->piece = i == SEALED_LIST_MAX ? 0 : (uint32_t)i + 1;
	return p->piece != 0;
}

/* Where everything goes; the octets of all. */
static size_t
fill_places(struct head *h, const struct dns_zones *z, const struct dns_blob *b, size_t filter_len, struct sealed_list *pieces)
{
	size_t i, n = filter_offset(h->nroutes, h->nguards) + filter_len;

	h->table = (uint32_t)n;
	h->nextras = (uint32_t)z->nextras;
	n += b->len;
	for (i = 0; i < z->nextras; i++) {
		if (goes_beside(&h->extras[i], z->extras[i], pieces))
			continue;
		h->extras[i].at = (uint32_t)aligned(n);
		n = aligned(n) + z->extras[i]->n;
	}
	return aligned(n);
}

struct parts {
	const struct dns_zones *z;
	const struct dns_blob *b;
	const struct octets *transfers;
};

static int
join(void **out, size_t *n, const struct conf *c, const struct dns_host *host, const struct parts *parts)
{
	const struct octets *transfers = parts->transfers;
	const struct dns_zones *z = parts->z;
	const struct dns_blob *b = parts->b;
	struct dns_route *routes = calloc(DNS_ROUTES_MAX, sizeof(*routes));
	struct head h = { 0 };
	void *filter = NULL;
	size_t i, filter_len = 0;
	int error = -ENOMEM;
	uint8_t *p = NULL;

	if (routes != NULL && dns_filter_build(&filter, &filter_len, c) == 0) {
		fill_head(&h, c);
		h.nroutes = (uint32_t)dns_routes_plan(routes, c, host);
		h.nguards = (uint32_t)z->nguards;
		*n = fill_places(&h, z, b, filter_len, host->pieces) + transfers->n;
		h.transfers = (uint32_t)(*n - transfers->n);
		h.size = (uint32_t)*n;
		error = *n > DNS_SNAPSHOT_MAX ? -EFBIG : -ENOMEM;
		p = error == -EFBIG ? NULL : calloc(1, *n);
	}
	if (p != NULL) {
		memcpy(p, &h, sizeof(h));
		dns_rebind_plan((struct dns_rebind *)(void *)(p + sizeof(h)), &c->dns);
		memcpy(p + ROUTES, routes, h.nroutes * sizeof(*routes));
		if (z->nguards > 0)
			memcpy(p + guards_offset(h.nroutes), z->guards, z->nguards * sizeof(*z->guards));
		memcpy(p + h.table - filter_len, filter, filter_len);
		memcpy(p + h.table, b->p, b->len);
		for (i = 0; i < z->nextras; i++)
			if (h.extras[i].piece == 0)
				memcpy(p + h.extras[i].at, z->extras[i]->table, z->extras[i]->n);
		if (transfers->n > 0)
			memcpy(p + h.transfers, transfers->p, transfers->n);
	}
	free(filter);
	free(routes);
	*out = p;
	return p == NULL ? error : 0;
}

int
dns_snapshot_build(void **out, size_t *n, const struct conf *c,
    const struct dns_host *host, size_t *skipped, struct err *e)
{
	struct dns_zones *z = dns_plan(c, host, skipped, e);
	size_t max = DNS_SNAPSHOT_MAX - filter_offset(DNS_ROUTES_MAX, DNS_GUARDS_MAX) - FILTER_MAX - DNS_SNAPSHOT_ALIGN;
	struct octets transfers = { .p = NULL };
	struct dns_blob *b;
	int error;

	*out = NULL;
	*n = 0;
	if (z == NULL)
		return -ENOMEM;
	b = malloc(sizeof(*b));
	if (b == NULL) {
		dns_zones_free(z);
		return err_sys(e, -ENOMEM, "DNS table");
	}
	error = dns_transfer_build(&transfers.p, &transfers.n,
	    &(struct dns_transfer_in){ z, &c->dns, host->secrets, max / 2 }, e);
	dns_blob_init(b, max - transfers.n);
	if (error == 0)
		error = dns_compile(b, z, e);
	if (error == 0) {
		error = join(out, n, c, host, &(struct parts){ z, b, &transfers });
		if (error == -EFBIG)
			(void)err_set(e, ERR_CONFLICT, "the zones are too large together");	/* error tells */
		else if (error < 0)
			(void)err_sys(e, error, "DNS snapshot");	/* likewise */
	}
	if (transfers.p != NULL)
		dns_tsig_wipe(transfers.p, transfers.n);
	free(transfers.p);
	dns_blob_free(b);
	free(b);
	dns_zones_free(z);
	return error;
}

/* Where the first table at or behind number i begins that is in the part; else where they end. */
static size_t
next_place(const struct head *h, size_t i)
{
	while (i < h->nextras && h->extras[i].piece != 0)
		i++;
	return i < h->nextras ? h->extras[i].at : h->transfers;
}

static bool
open_extra(struct dns_table *t, const uint8_t *p, const struct head *h, size_t i, const struct sealed_list *pieces)
{
	const struct place *x = &h->extras[i];
	size_t end = next_place(h, i + 1);

	if (x->piece != 0)
		return pieces != NULL && x->piece <= pieces->n &&
		    dns_table_open(t, pieces->v[x->piece - 1]->p, pieces->v[x->piece - 1]->n);
	return x->at <= end && end <= h->transfers && dns_table_open(t, p + x->at, end - x->at);
}

static bool
open_extras(struct dns_snapshot *s, const uint8_t *p, const struct head *h, const struct sealed_list *pieces)
{
	size_t i;

	for (i = 0; i < h->nextras; i++) {
		if (!open_extra(&s->extras[i], p, h, i, pieces) ||
		    (s->extras[i].nviews != 1 && s->extras[i].nviews != s->table.nviews))
			return false;
		if (s->extras[i].size >= DNS_SNAPSHOT_LARGE_MIN && s->nlarge < DNS_SNAPSHOT_LARGE)
			s->large[s->nlarge++] = (uint8_t)i;
		s->nextras++;
	}
	return true;
}

static bool
open_part(struct dns_snapshot *s, const uint8_t *p, size_t n, const struct sealed_list *pieces)
{
	struct head h;
	size_t end, filter;

	if ((uintptr_t)p % DNS_SNAPSHOT_ALIGN != 0 || n < sizeof(h))
		return false;
	memcpy(&h, p, sizeof(h));
	if (memcmp(h.magic, magic, sizeof(magic)) != 0 || h.size != n ||
	    h.nroutes > DNS_ROUTES_MAX || h.nguards > DNS_GUARDS_MAX ||
	    h.table < filter_offset(h.nroutes, h.nguards) || h.table > n ||
	    h.query_log > CONF_LOG_ALL || h.nextras > DNS_SNAPSHOT_EXTRAS ||
	    h.transfers < h.table || h.transfers > n ||
	    h.edns_size < DNS_UDP_PLAIN || h.edns_size > 4096 || h.client_qps == 0)
		return false;
	filter = filter_offset(h.nroutes, h.nguards);
	s->guards = (struct dns_guards){ (const void *)(p + guards_offset(h.nroutes)), h.nguards };
	s->routes = (struct dns_routes){ (const void *)(p + ROUTES), h.nroutes };
	s->rebind = (const void *)(p + sizeof(h));
	s->cache = h.cache;
	s->edns_size = h.edns_size;
	s->client_qps = h.client_qps;
	s->serve_zones = h.serve_zones;
	s->query_log = h.query_log;
	s->query_log_entries = h.log_entries;
	s->part = p;
	s->part_len = n;
	end = next_place(&h, 0);
	return dns_rebind_check(s->rebind) && dns_guards_check(&s->guards) && dns_routes_check(s->routes.v, s->routes.n) &&
	    h.table <= end && end <= n && dns_filter_open(&s->filter, p + filter, h.table - filter) &&
	    dns_table_open(&s->table, p + h.table, end - h.table) && open_extras(s, p, &h, pieces) &&
	    dns_transfer_open(&s->transfers, p + h.transfers, n - h.transfers);
}

int
dns_snapshot_open(struct dns_snapshot *s, const void *p, size_t n, const struct sealed_list *pieces, struct err *e)
{
	memset(s, 0, sizeof(*s));
	if (open_part(s, p, n, pieces))
		return 0;
	memset(s, 0, sizeof(*s));
	(void)err_set(e, ERR_INTERNAL, "the DNS part of the snapshot does not check out");	/* words only */
	return -EINVAL;
}

/* A table of an extra zone has one view, unless records were added to it. */
static const struct dns_answer *
find_extra(const struct dns_snapshot *s, const struct dns_answer *a, unsigned view,
    const struct dns_key *k, uint16_t type)
{
	const struct dns_table *t = &s->extras[a->aux];

	if (a->aux >= s->nextras)
		return NULL;
	return dns_table_find(t, t->nviews == 1 ? 0 : view, k, type);
}

/* DS of a zone of ours is its parent's to answer, when we have that (RFC 4035 3.1.4.1). */
static const struct dns_answer *
find_at_parent(const struct dns_snapshot *s, unsigned view, const struct dns_key *k)
{
	uint8_t name[DNS_NAME_ROOM];
	size_t at = (size_t)k->name[0] + 1;
	struct dns_key up = { .name = name, .len = (uint8_t)(k->len - at), .labels = (uint8_t)(k->labels - 1) };
	const struct dns_answer *a;

	up.hash = dns_name_lower(name, k->name + at, up.len);
	a = dns_table_find(&s->table, view, &up, DNS_DS);
	return a != NULL && a->kind == DNS_ANSWER_EXTRA ? find_extra(s, a, view, k, DNS_DS) : NULL;
}

const struct dns_answer *
dns_snapshot_find(const struct dns_snapshot *s, unsigned view, const struct dns_key *k, uint16_t type)
{
	const struct dns_answer *a = dns_table_find(&s->table, view, k, type), *up;

	if (a == NULL || a->kind != DNS_ANSWER_EXTRA)
		return a;
	if (type == DNS_DS && k->len == a->base && k->labels > 0 && (up = find_at_parent(s, view, k)) != NULL)
		return up;
	return find_extra(s, a, view, k, type);
}
