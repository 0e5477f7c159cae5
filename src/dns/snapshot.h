/* The DNS part of a snapshot: the finished answers (those of extra zones in
 * tables of their own, which change only with their text), the views, what the
 * forwarder needs and what the secondaries get (with their keys: the holder of the
 * bytes wipes them), in one contiguous piece without pointers. Large tables of extra
 * zones may be sealed pieces beside it, which are not made again while their text stays.
 * Core builds it, role/ puts it into the sealed document, every edge uses it in place. */
#ifndef DNS_SNAPSHOT_H
#define DNS_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "dns/filter.h"
#include "dns/guard.h"
#include "dns/route.h"
#include "dns/table.h"
#include "dns/transfer.h"
#include "dns/zones.h"

struct conf;
struct dns_host;	/* dns/plan.h */
struct dns_rebind;	/* dns/rebind.h */
struct err;
struct sealed_list;	/* sys/sealed.h */

enum {
	DNS_SNAPSHOT_ALIGN = 8,		/* of the part within its document */
	DNS_SNAPSHOT_MAX = 256 << 20,
	DNS_SNAPSHOT_LARGE = 4,
	DNS_SNAPSHOT_LARGE_MIN = 512 << 10
};

/* Limits of the cache for one cell; an edge keeps its share of them. */
struct dns_cache_conf {
	uint32_t max_entries, max_bytes;
	uint32_t min_ttl_s, max_ttl_s, negative_max_ttl_s;
	uint32_t stale_max_s, stale_ttl_s;	/* max 0: expired data is not served */
};

struct dns_snapshot {
	struct dns_table table;
	struct dns_table extras[DNS_SNAPSHOT_EXTRAS];
	size_t nextras;
	uint8_t large[DNS_SNAPSHOT_LARGE];	/* which are beyond the processor's caches */
	size_t nlarge;
	struct dns_routes routes;	/* upstreams and forwards */
	struct dns_guards guards;
	struct dns_filter filter;	/* names that are not answered; not bound */
	struct dns_transfers transfers;
	struct dns_cache_conf cache;
	const struct dns_rebind *rebind;
	uint16_t edns_size;
	uint32_t client_qps;
	uint8_t serve_zones;		/* set of enum conf_zone, local in it */
	uint8_t query_log;		/* enum conf_query_log */
	uint32_t query_log_entries;	/* of the cell; an edge keeps its share of them */
	const void *part;
	size_t part_len;
};

/* Plan and build the part for c; its tables are checked. Malloc'd *out of *n
 * bytes, released with free(). The same input gives the same bytes. 0, or a
 * negative errno with e set: out of memory, or more than DNS_SNAPSHOT_MAX.
 * Records that do not build are left out; *skipped (may be NULL) counts them. */
int dns_snapshot_build(void **out, size_t *n, const struct conf *c,
    const struct dns_host *host, size_t *skipped, struct err *e);

/* Describe the n bytes at p in *s, which points into them. What is in the tables
 * is believed: it was checked when they were built, and nobody could write to a
 * sealed document since. p must be aligned to DNS_SNAPSHOT_ALIGN and stay mapped
 * while *s is in use, and so must the pieces that host->pieces had when it was built (NULL: none).
 * 0, or -EINVAL with e set: nothing of *s may be used then. */
int dns_snapshot_open(struct dns_snapshot *s, const void *p, size_t n, const struct sealed_list *pieces, struct err *e);

/* The answer for (view, name, type) from the table that has it; NULL: the name
 * is in or below no zone of ours and no cut. */
const struct dns_answer *dns_snapshot_find(const struct dns_snapshot *s, unsigned view,
    const struct dns_key *k, uint16_t type);

/* As dns_table_prefetch_slot() and _node(), for all tables where it matters. */
static inline void
dns_snapshot_prefetch_slot(const struct dns_snapshot *s, uint64_t hash)
{
	size_t i;

	dns_table_prefetch_slot(&s->table, hash);
	for (i = 0; i < s->nlarge; i++)
		dns_table_prefetch_slot(&s->extras[s->large[i]], hash);
}

static inline void
dns_snapshot_prefetch_node(const struct dns_snapshot *s, uint64_t hash)
{
	size_t i;

	dns_table_prefetch_node(&s->table, hash);
	for (i = 0; i < s->nlarge; i++)
		dns_table_prefetch_node(&s->extras[s->large[i]], hash);
}

#endif /* DNS_SNAPSHOT_H */
