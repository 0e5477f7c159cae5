/* The DNS part of a snapshot; see snapshot.h. Head, routes, table. */
#include "dns/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "dns/blob.h"
#include "dns/compile.h"
#include "dns/plan.h"
#include "dns/wire.h"
#include "dns/zones.h"

static const char magic[8] = { 'P', 'I', 'C', 'D', 'N', 'S', 'P', '1' };

struct head {
	char magic[8];
	uint32_t size, table;		/* octets of all; where the table begins */
	uint32_t nroutes, client_qps;
	struct dns_cache_conf cache;
	uint16_t edns_size;
	uint8_t serve_zones, zero[9];
};

_Static_assert(sizeof(struct head) % DNS_SNAPSHOT_ALIGN == 0, "what follows is aligned");

static size_t
table_offset(size_t nroutes)
{
	size_t n = sizeof(struct head) + nroutes * sizeof(struct dns_route);

	return (n + DNS_SNAPSHOT_ALIGN - 1) & ~(size_t)(DNS_SNAPSHOT_ALIGN - 1);
}

static void
fill_head(struct head *h, const struct conf_dns *d)
{
	memcpy(h->magic, magic, sizeof(magic));
	h->client_qps = d->client_qps;
	h->cache = (struct dns_cache_conf){
		.max_entries = d->cache.max_entries, .max_bytes = d->cache.max_bytes,
		.min_ttl_s = d->cache.min_ttl_s, .max_ttl_s = d->cache.max_ttl_s,
		.negative_max_ttl_s = d->cache.negative_max_ttl_s
	};
	h->edns_size = d->edns_size;
	h->serve_zones = (uint8_t)(d->serve_zones | CONF_ZONE_LOCAL);
}

static int
join(void **out, size_t *n, const struct conf *c, const struct dns_host *host, const struct dns_blob *b)
{
	static const size_t routes_max = DNS_ROUTES_MAX * sizeof(struct dns_route);
	struct dns_route *routes = calloc(1, routes_max);
	struct head h = { 0 };
	uint8_t *p = NULL;

	if (routes != NULL) {
		fill_head(&h, &c->dns);
		h.nroutes = (uint32_t)dns_routes_plan(routes, c, host);
		h.table = (uint32_t)table_offset(h.nroutes);
		h.size = h.table + (uint32_t)b->len;
		p = calloc(1, h.size);
	}
	if (p != NULL) {
		memcpy(p, &h, sizeof(h));
		memcpy(p + sizeof(h), routes, h.nroutes * sizeof(*routes));
		memcpy(p + h.table, b->p, b->len);
	}
	free(routes);
	*out = p;
	*n = h.size;
	return p == NULL ? -ENOMEM : 0;
}

int
dns_snapshot_build(void **out, size_t *n, const struct conf *c,
    const struct dns_host *host, size_t *skipped, struct err *e)
{
	struct dns_zones *z = dns_plan(c, host, skipped, e);
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
	dns_blob_init(b, DNS_SNAPSHOT_MAX - table_offset(DNS_ROUTES_MAX));
	error = dns_compile(b, z, e);
	if (error == 0 && join(out, n, c, host, b) < 0)
		error = err_sys(e, -ENOMEM, "DNS snapshot");
	dns_blob_free(b);
	free(b);
	dns_zones_free(z);
	return error;
}

static bool
open_part(struct dns_snapshot *s, const uint8_t *p, size_t n)
{
	struct head h;

	if ((uintptr_t)p % DNS_SNAPSHOT_ALIGN != 0 || n < sizeof(h))
		return false;
	memcpy(&h, p, sizeof(h));
	if (memcmp(h.magic, magic, sizeof(magic)) != 0 || h.size != n ||
	    h.nroutes > DNS_ROUTES_MAX || h.table != table_offset(h.nroutes) || h.table > n ||
	    h.edns_size < DNS_UDP_PLAIN || h.edns_size > 4096 || h.client_qps == 0)
		return false;
	s->routes = (struct dns_routes){ (const void *)(p + sizeof(h)), h.nroutes };
	s->cache = h.cache;
	s->edns_size = h.edns_size;
	s->client_qps = h.client_qps;
	s->serve_zones = h.serve_zones;
	s->part = p;
	s->part_len = n;
	return dns_routes_check(s->routes.v, s->routes.n) &&
	    dns_table_open(&s->table, p + h.table, n - h.table);
}

int
dns_snapshot_open(struct dns_snapshot *s, const void *p, size_t n, struct err *e)
{
	memset(s, 0, sizeof(*s));
	if (open_part(s, p, n))
		return 0;
	memset(s, 0, sizeof(*s));
	(void)err_set(e, ERR_INTERNAL, "the DNS part of the snapshot does not check out");	/* words only */
	return -EINVAL;
}
