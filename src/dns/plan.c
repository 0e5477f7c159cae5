/* The plan of zones; see plan.h. */
#include "dns/plan.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "conf/record.h"
#include "conf/route.h"
#include "dns/ddr.h"
#include "dns/extra.h"
#include "dns/guard.h"
#include "dns/local.h"
#include "dns/name.h"
#include "dns/public.h"
#include "dns/record.h"
#include "dns/serial.h"
#include "dns/view.h"
#include "dns/wire.h"
#include "dns/zones.h"

enum {
	SOA_REFRESH = 3600, SOA_RETRY = 600, SOA_EXPIRE = 604800,
	SOA_MAX = 2 * DNS_NAME_MAX + 20
};

struct plan {
	const struct conf *c;
	const struct dns_host *host;
	struct dns_zones *z;
	uint8_t own[DNS_NAME_MAX], internal[DNS_NAME_MAX];	/* apex names */
	size_t ownlen, internallen;
	uint32_t serial;
	size_t skipped;
	struct err *e;
};

static uint64_t
newest(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Of the empty local zones, and of all of them where nobody remembers serials. */
static uint32_t
serial_of(const struct conf *c)
{
	uint64_t rev = newest(newest(c->identity.rev, c->network.rev), newest(c->wireguard.rev, c->dns.rev));
	size_t i;

	rev = newest(rev, c->proxy.rev);
	for (i = 0; i < c->dns.nrecords; i++)
		rev = newest(rev, c->dns.records[i].rev);
	for (i = 0; i < c->proxy.nroutes; i++)
		rev = newest(rev, c->proxy.routes[i].rev);
	return rev == 0 ? 1 : (uint32_t)rev;
}

static int
add_zone(struct plan *p, const uint8_t *name, size_t n, enum dns_zone_kind kind)
{
	const struct dns_zone like = {
		.kind = kind, .serial = p->serial, .route = -1,
		.refused = kind == DNS_KIND_INTERNAL ? dns_zones_views(p->z, CONF_ZONE_LAN) : 0
	};
	int error = dns_zones_add(p->z, name, n, &like);

	return error == -EEXIST ? 0 : error;
}

static int
add_reverse(struct plan *p, const struct addr_prefix *net)
{
	char zones[CONF_REVERSE_ZONES_MAX][CONF_REVERSE_ZONE_SIZE];
	size_t i, len, n = conf_record_reverse(net, zones, CONF_REVERSE_ZONES_MAX);
	uint8_t name[DNS_NAME_MAX];
	int error = 0;

	for (i = 0; i < n && error == 0; i++)
		error = dns_name_read(str_of(zones[i]), NULL, 0, name, &len) ?
		    add_zone(p, name, len, DNS_KIND_REVERSE) : -EINVAL;
	return error;
}

static int
add_cuts(struct plan *p)
{
	uint8_t name[DNS_NAME_MAX];
	size_t i, n;
	int error = 0;

	for (i = 0; i < p->c->dns.nforwards && i < CONF_FORWARDS_MAX && error == 0; i++) {
		struct dns_zone like = { .kind = DNS_KIND_EXTRA, .route = (int)i + 1 };

		if (!dns_name_read(str_of(p->c->dns.forwards[i].zone), NULL, 0, name, &n))
			continue;
		error = dns_zones_add(p->z, name, n, &like);
		if (error == -EEXIST)
			error = 0;	/* an own zone is not forwarded */
	}
	return error;
}

/* Not at or below an own zone, which conf/ refuses anyway. */
static int
add_extras(struct plan *p)
{
	size_t i;
	int error = 0;

	for (i = 0; i < p->c->dns.nzones && p->z->nextras < DNS_SNAPSHOT_EXTRAS && error == 0; i++) {
		const struct conf_extra_zone *c = &p->c->dns.zones[i];
		const struct dns_extra *x = dns_extras_find(p->host->extras, str_of(c->name), c->sha256);
		struct dns_zone like = { .kind = DNS_KIND_EXTRA, .route = -1 };

		if (x == NULL || x->table == NULL)
			continue;
		like.serial = x->serial;
		like.extra = (uint16_t)(p->z->nextras + 1);
		like.refused = ~dns_zones_views(p->z, c->views | CONF_ZONE_LOCAL);
		error = dns_zones_add(p->z, x->name, x->len, &like);
		if (error == 0)
			p->z->extras[p->z->nextras++] = x;
		else if (error == -EEXIST)
			error = 0;
	}
	return error;
}

static int
add_zones(struct plan *p)
{
	const struct conf_wireguard *wg = &p->c->wireguard;
	int error;

	if ((error = add_zone(p, p->own, p->ownlen, DNS_KIND_OWN)) < 0 ||
	    (error = add_zone(p, p->internal, p->internallen, DNS_KIND_INTERNAL)) < 0 ||
	    (error = add_reverse(p, &wg->address)) < 0 ||
	    (error = add_reverse(p, &wg->address6)) < 0 ||
	    (error = add_extras(p)) < 0 ||
	    (error = add_cuts(p)) < 0)
		return error;
	return dns_local_plan(p->z);
}

/* A name of ours at or below a forwarded one is the forward's to answer. */
static int
put(struct plan *p, const uint8_t *owner, size_t n, struct dns_record r)
{
	int error;

	r.ttl = DNS_SOA_TTL;
	error = dns_zones_put(p->z, owner, n, &r);
	return error == -EXDEV ? 0 : error;
}

static void
write_below(struct wr *w, const char *label, const uint8_t *name, size_t n)
{
	if (label != NULL) {
		wr_u8(w, (uint8_t)strlen(label));
		wr_text(w, label);
	}
	wr_bytes(w, name, n);
}

/* SOA and NS at the apex; the world is told other servers (public.c). The server
 * of a reverse zone is the own domain's. */
static int
put_apex(struct plan *p, const struct dns_zone *zone)
{
	static const uint8_t nobody[] = { 6, 'n', 'o', 'b', 'o', 'd', 'y', 7, 'i', 'n', 'v', 'a', 'l', 'i', 'd', 0 };
	bool local = zone->kind == DNS_KIND_LOCAL;
	const uint8_t *at = zone->kind == DNS_KIND_REVERSE ? p->own : zone->name;
	size_t len = zone->kind == DNS_KIND_REVERSE ? p->ownlen : zone->len, ns;
	uint8_t rdata[SOA_MAX];
	struct wr w;
	int error;

	wr_init(&w, rdata, sizeof(rdata));
	write_below(&w, local ? NULL : "ns", at, len);
	ns = wr_len(&w);
	if (local)
		wr_bytes(&w, nobody, sizeof(nobody));
	else
		write_below(&w, "hostmaster", at, len);
	wr_be32(&w, zone->serial);
	wr_be32(&w, SOA_REFRESH);
	wr_be32(&w, SOA_RETRY);
	wr_be32(&w, SOA_EXPIRE);
	wr_be32(&w, DNS_SOA_TTL);
	if (!wr_ok(&w))
		return -EINVAL;
	error = put(p, zone->name, zone->len, (struct dns_record){
	    .type = DNS_SOA, .views = UINT64_MAX, .rdata = rdata, .rdlen = (uint16_t)wr_len(&w) });
	if (error < 0)
		return error;
	return put(p, zone->name, zone->len, (struct dns_record){
	    .type = DNS_NS, .views = ~DNS_VIEW_PUBLIC, .rdata = rdata, .rdlen = (uint16_t)ns });
}

/* A name that points at the cell: in each view by the addresses of that view. */
static int
put_generated(struct plan *p, const char *label, const uint8_t *apex, size_t apexlen)
{
	uint8_t name[DNS_NAME_MAX];
	size_t n, v;
	int error = 0;

	if (!dns_name_read(str_of(label), apex, apexlen, name, &n))
		return 0;	/* too long below this domain: there is no such name */
	for (v = 0; v < p->z->nviews && error == 0; v++) {
		const struct dns_view *view = &p->z->views[v];
		struct dns_record r = { .type = DNS_A, .views = DNS_VIEW_BIT(v), .rdata = view->a.b, .rdlen = 4 };

		if (view->a.len == 4)
			error = put(p, name, n, r);
		r.type = DNS_AAAA;
		r.rdata = view->aaaa.b;
		r.rdlen = 16;
		if (view->aaaa.len == 16 && error == 0)
			error = put(p, name, n, r);
	}
	return error;
}

static int
put_names(struct plan *p, const uint8_t *apex, size_t apexlen)
{
	static const char *const always[] = { "@", "api", "www", "ns", "ntp", "vpn", "ca" };
	size_t i;
	int error = 0;

	for (i = 0; i < sizeof(always) / sizeof(always[0]) && error == 0; i++)
		error = put_generated(p, always[i], apex, apexlen);
	for (i = 0; i < p->host->nnames && error == 0; i++)
		error = put_generated(p, p->host->names[i], apex, apexlen);
	return error == -EEXIST ? 0 : error;
}

/* Routes may share a host and differ by path. */
static int
put_route(struct plan *p, size_t i)
{
	char names[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE];
	const struct conf_route *r = &p->c->proxy.routes[i];
	size_t k, len, n = conf_route_names(p->c, r, names);
	uint8_t name[DNS_NAME_MAX];
	int error = 0;

	for (k = 0; k < n && error == 0; k++) {
		error = put_generated(p, names[k], NULL, 0);
		error = error == -EEXIST ? 0 : error;
		if (error == 0 && dns_name_read(str_of(names[k]), NULL, 0, name, &len))
			error = dns_guard_put(p->z, name, len, r, i);
	}
	return error;
}

static int
put_routes(struct plan *p)
{
	size_t i;
	int error = 0;

	for (i = 0; i < p->c->proxy.nroutes && error == 0; i++)
		if (p->c->proxy.routes[i].enabled)
			error = put_route(p, i);
	return error;
}

static int
put_reverse(struct plan *p, const struct addr *a)
{
	uint8_t name[DNS_NAME_MAX];
	char text[ADDR_TEXT_MAX * 2];
	size_t n;

	if (a->len == 0 || !addr_reverse(a, text, sizeof(text)) || !dns_name_read(str_of(text), NULL, 0, name, &n))
		return 0;
	return put(p, name, n, (struct dns_record){
	    .type = DNS_PTR, .views = UINT64_MAX, .rdata = p->own, .rdlen = (uint16_t)p->ownlen });
}

static int
put_all_generated(struct plan *p)
{
	const struct dns_zone *zone;
	int error = 0;

	for (zone = p->z->zones; zone != NULL && error == 0; zone = zone->next)
		if (zone->route < 0 && zone->extra == 0)
			error = put_apex(p, zone);
	if (error < 0 || (error = put_names(p, p->own, p->ownlen)) < 0 ||
	    (error = put_names(p, p->internal, p->internallen)) < 0 ||
	    (error = put_routes(p)) < 0 ||
	    (error = put_reverse(p, &p->c->wireguard.address.addr)) < 0 ||
	    (error = put_reverse(p, &p->c->wireguard.address6.addr)) < 0)
		return error;
	return dns_local_records(p->z);
}

static int
put_designated(struct plan *p)
{
	return dns_ddr_put(p->z, &(struct dns_ddr){ p->own, p->ownlen, p->host->dot, p->host->doh });
}

/* The host itself has no view of its own in a record: it sees what the home
 * sees, else what the VPN sees, and so on; never two contradicting views. */
static unsigned
host_sees(unsigned views)
{
	static const unsigned order[] = { CONF_ZONE_LAN, CONF_ZONE_VPN, CONF_ZONE_CONTAINER, CONF_ZONE_CELL };
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if ((views & order[i]) != 0)
			return order[i];
	return 0;
}

static bool
custom_name(const struct conf_record *r, uint8_t name[DNS_NAME_MAX], size_t *n)
{
	uint8_t zone[DNS_NAME_MAX];
	size_t zonelen;

	return dns_name_read(str_of(r->zone), NULL, 0, zone, &zonelen) &&
	    dns_name_read(str_of(r->name), zone, zonelen, name, n);
}

/* For every owner the union of the views of its records; values are the bits. */
static struct map *
gather_views(const struct conf *c)
{
	struct map *m = map_new(DNS_OWNERS_MAX);
	uint8_t name[DNS_NAME_MAX];
	size_t i, n;

	for (i = 0; m != NULL && i < c->dns.nrecords; i++) {
		const struct conf_record *r = &c->dns.records[i];
		uintptr_t had;

		if (!custom_name(r, name, &n))
			continue;
		had = (uintptr_t)map_get(m, name, n);
		if (map_put(m, name, n, (void *)(had | r->views | (uintptr_t)1 << 16), NULL) < 0) {
			map_free(m);
			m = NULL;
		}
	}
	return m;
}

/* Generated addresses win over a custom record in their place; the
 * configuration's own check refuses such a record anyway. */
static bool
is_taken(const struct plan *p, const uint8_t *name, size_t n, uint16_t type)
{
	const struct dns_owner *o = dns_zones_owner(p->z, name, n);
	const struct dns_record *r;

	for (r = o == NULL ? NULL : o->first; r != NULL; r = r->next)
		if (r->id == NULL && (r->type == type || type == DNS_CNAME))
			return true;
	return false;
}

static void
skip(struct plan *p, const struct conf_record *r, const char *why)
{
	if (p->skipped++ > 0)
		return;
	(void)err_set(p->e, ERR_CONFLICT, "record %s %s in %s is left out: %s",
	    r->name, r->type, r->zone, why);	/* words only: the plan goes on */
}

static int
put_custom(struct plan *p, const struct conf_record *r, const struct map *views)
{
	struct dns_record rec = { .id = r->id };
	uint8_t name[DNS_NAME_MAX];
	size_t n;
	int error;

	if (!custom_name(r, name, &n)) {
		skip(p, r, "the name is too long");
		return 0;
	}
	error = dns_record_read(r, p->z->arena, &rec);
	if (error == -EINVAL) {
		skip(p, r, "the value does not parse");
		return 0;
	}
	if (error < 0)
		return error;
	rec.zones = r->views;
	rec.views = dns_zones_views(p->z, r->views);
	if ((r->views & host_sees((unsigned)(uintptr_t)map_get(views, name, n))) != 0)
		rec.views |= dns_zones_views(p->z, CONF_ZONE_LOCAL);
	error = is_taken(p, name, n, rec.type) ? -EEXIST : dns_zones_put(p->z, name, n, &rec);
	if (error == -ENOENT || error == -EXDEV)
		skip(p, r, "it is in no zone of this cell");
	else if (error == -EEXIST)
		skip(p, r, "the name is taken");
	else if (error == -EMSGSIZE)
		skip(p, r, "it is too long");
	return error == -ENOMEM || error == -ENOSPC ? error : 0;
}

static int
put_all_custom(struct plan *p)
{
	struct map *views = gather_views(p->c);
	size_t i;
	int error = views == NULL ? -ENOMEM : 0;

	for (i = 0; i < p->c->dns.nrecords && error == 0; i++)
		error = put_custom(p, &p->c->dns.records[i], views);
	map_free(views);
	return error;
}

static int
plan(struct plan *p)
{
	const struct conf_identity *id = &p->c->identity;
	int error;

	if (!dns_name_read(str_of(id->domain_name), NULL, 0, p->own, &p->ownlen) ||
	    !dns_name_read(str_of(id->domain), NULL, 0, p->internal, &p->internallen))
		return -EINVAL;
	p->serial = serial_of(p->c);
	if ((error = dns_view_plan(p->z, p->c, p->host)) < 0 ||
	    (error = add_zones(p)) < 0 ||
	    (error = put_all_generated(p)) < 0 ||
	    (error = put_designated(p)) < 0 ||
	    (error = put_all_custom(p)) < 0 ||
	    (error = dns_public_plan(p->z, p->c, p->own, p->ownlen)) < 0)
		return error;
	error = dns_zones_close(p->z);
	if (error == 0 && p->host->serials != NULL)
		dns_serials_apply(p->z, p->host->serials, p->c->generation, p->host->next_serials);
	return error;
}

struct dns_zones *
dns_plan(const struct conf *c, const struct dns_host *host, size_t *skipped, struct err *e)
{
	struct plan p = { .c = c, .host = host, .e = e };
	int error;

	err_clear(e);
	p.z = dns_zones_new();
	error = p.z == NULL ? -ENOMEM : plan(&p);
	if (skipped != NULL)
		*skipped = p.skipped;
	if (error == 0)
		return p.z;
	dns_zones_free(p.z);
	if (error == -ENOMEM)
		(void)err_sys(e, error, "DNS zones");	/* NULL says it */
	else
		(void)err_set(e, ERR_INTERNAL, "the DNS zones cannot be planned (%d)", error);	/* likewise */
	return NULL;
}
