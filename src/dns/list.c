/* Lists of records and zones; see list.h. */
#include "dns/list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "conf/conf.h"
#include "conf/record.h"
#include "dns/name.h"
#include "dns/extra.h"
#include "dns/plan.h"
#include "dns/record.h"
#include "dns/wire.h"
#include "dns/zones.h"

struct dns_list {
	struct arena *arena;
	struct dns_list_record *records;
	size_t nrecords;
	struct dns_list_zone *zones;
	size_t nzones;
	struct dns_overview overview;
};

static const char *const kind_names[] = {
	[DNS_KIND_OWN] = "own", [DNS_KIND_INTERNAL] = "internal", [DNS_KIND_REVERSE] = "reverse",
	[DNS_KIND_LOCAL] = "local", [DNS_KIND_EXTRA] = "extra"
};

const char *
dns_zone_kind_name(enum dns_zone_kind k)
{
	return kind_names[k];
}

static const char *
name_text(struct arena *a, const uint8_t *name, size_t n)
{
	char buf[DNS_NAME_TEXT_MAX];

	return arena_strdup(a, dns_name_text(name, n, buf));
}

/* "@", or what stands before the zone's name. */
static const char *
relative_text(struct arena *a, const struct dns_owner *o)
{
	uint8_t part[DNS_NAME_MAX];
	size_t n = (size_t)o->len - o->zone->len;

	if (n == 0)
		return "@";
	memcpy(part, o->name, n);
	part[n] = 0;
	return name_text(a, part, n + 1);
}

static const char *
value_text(struct arena *a, const struct dns_record *r)
{
	struct addr addr = { 0 };
	char buf[ADDR_TEXT_MAX];

	if (r->type == DNS_NS || r->type == DNS_PTR)
		return name_text(a, r->rdata, r->rdlen);
	if ((r->type != DNS_A && r->type != DNS_AAAA) || r->rdlen > sizeof(addr.b))
		return "";
	addr.len = (uint8_t)r->rdlen;
	memcpy(addr.b, r->rdata, r->rdlen);
	return arena_strdup(a, addr_text(&addr, buf));
}

static bool
is_listed(const struct dns_owner *o, const struct dns_record *r)
{
	return r->id == NULL && r->type != DNS_SOA && o->zone->route < 0 && o->zone->kind != DNS_KIND_LOCAL;
}

static bool
list_generated(struct dns_list *l, const struct dns_zones *z, const struct dns_owner *o, const struct dns_record *r)
{
	char type[16];

	l->records[l->nrecords] = (struct dns_list_record){
		.zone = name_text(l->arena, o->zone->name, o->zone->len),
		.name = relative_text(l->arena, o),
		.type = arena_strdup(l->arena, dns_record_type_name(r->type, type)),
		.value = value_text(l->arena, r), .ttl = r->ttl, .generated = true,
		.views = dns_zones_askers(z, r->views & ~o->zone->refused), .rev = o->zone->serial
	};
	if (l->records[l->nrecords].views == 0)
		return true;	/* nobody sees it */
	return l->records[l->nrecords++].value != NULL;
}

static int
by_zone_and_name(const void *x, const void *y)
{
	const struct dns_list_record *a = x, *b = y;
	int c = strcmp(a->zone, b->zone);

	if (c == 0)
		c = strcmp(a->name, b->name);
	if (c == 0)
		c = strcmp(a->type, b->type);
	return c != 0 ? c : strcmp(a->value, b->value);
}

static void
list_custom(struct dns_list *l, const struct conf_record *r)
{
	struct arena *a = l->arena;

	l->records[l->nrecords++] = (struct dns_list_record){
		.id = arena_strdup(a, r->id), .zone = arena_strdup(a, r->zone), .name = arena_strdup(a, r->name),
		.type = arena_strdup(a, r->type), .value = arena_strdup(a, r->value),
		.ttl = r->ttl, .views = r->views, .rev = r->rev
	};
}

static bool
list_records(struct dns_list *l, const struct conf *c, const struct dns_zones *z)
{
	const struct dns_record *r;
	const struct dns_owner *o;
	size_t i, max = c->dns.nrecords;

	for (o = z->owners; o != NULL; o = o->next)
		for (r = o->first; r != NULL; r = r->next)
			max += is_listed(o, r);
	l->records = arena_array(l->arena, max + 1, sizeof(*l->records));
	if (l->records == NULL)
		return false;
	for (o = z->owners; o != NULL; o = o->next)
		for (r = o->first; r != NULL; r = r->next)
			if (is_listed(o, r) && !list_generated(l, z, o, r))
				return false;
	qsort(l->records, l->nrecords, sizeof(*l->records), by_zone_and_name);
	for (i = 0; i < c->dns.nrecords; i++)
		list_custom(l, &c->dns.records[i]);
	return true;
}

/* Extra zones whose text cannot be used (DNL-11). */
static void
list_left_out(struct dns_list *l, const struct conf *c, const struct dns_host *host)
{
	size_t i;

	for (i = 0; i < c->dns.nzones; i++) {
		const struct conf_extra_zone *z = &c->dns.zones[i];
		const struct dns_extra *x = dns_extras_find(host->extras, str_of(z->name), z->sha256);

		if (x == NULL || x->table == NULL)
			l->zones[l->nzones++] = (struct dns_list_zone){
				.name = arena_strdup(l->arena, z->name), .kind = DNS_KIND_EXTRA, .views = z->views
			};
	}
}

static bool
list_zones(struct dns_list *l, const struct conf *c, const struct dns_host *host, const struct dns_zones *z)
{
	uint64_t all = dns_zones_views(z, ~0U);
	const struct dns_zone *zone;

	l->zones = arena_array(l->arena, z->nzones + c->dns.nzones + 1, sizeof(*l->zones));
	if (l->zones == NULL)
		return false;
	for (zone = z->zones; zone != NULL; zone = zone->next) {
		if (zone->route >= 0)
			continue;
		l->zones[l->nzones++] = (struct dns_list_zone){
			.name = name_text(l->arena, zone->name, zone->len), .kind = zone->kind,
			.serial = zone->serial, .served = true,
			.records = zone->extra == 0 ? zone->nrecords : z->extras[zone->extra - 1]->records,
			.views = dns_zones_askers(z, all & ~zone->refused)
		};
	}
	list_left_out(l, c, host);
	return true;
}

static const char *
label_of(enum conf_domain_mode m)
{
	switch (m) {
	case CONF_MODE_LAN:	return "Home network only";
	case CONF_MODE_PIC_NGO:	return "Name under pic.ngo";
	case CONF_MODE_CLOUDFLARE: return "Own domain at Cloudflare";
	case CONF_MODE_DUCKDNS:	return "Name under duckdns.org";
	case CONF_MODE_HTTP01:	return "Own domain";
	}
	return "";
}

/* Rows that satisfy want, as pointers. */
static const struct dns_list_record *const *
select_records(struct dns_list *l, const char *zone, unsigned views, size_t *n)
{
	const struct dns_list_record **v = arena_array(l->arena, l->nrecords + 1, sizeof(*v));
	size_t i;

	*n = 0;
	for (i = 0; v != NULL && i < l->nrecords; i++)
		if (strcmp(l->records[i].zone, zone) == 0 && (l->records[i].views & views) != 0)
			v[(*n)++] = &l->records[i];
	return v;
}

/* Of services and proxy routes; those of several routes stand there once. */
static bool
list_subdomains(struct dns_list *l, const struct conf *c, const struct dns_host *host)
{
	const char **v = arena_array(l->arena, host->nnames + c->proxy.nroutes + 1, sizeof(*v));
	size_t i, k, n = 0;

	if (v == NULL)
		return false;
	for (i = 0; i < host->nnames; i++)
		v[n++] = arena_strdup(l->arena, host->names[i]);
	for (i = 0; i < c->proxy.nroutes; i++) {
		const struct conf_route *r = &c->proxy.routes[i];

		for (k = 0; k < n && strcmp(v[k], r->host) != 0; k++)
			;
		if (k == n && r->enabled)
			v[n++] = arena_strdup(l->arena, r->host);
	}
	for (i = 0; i < n; i++)
		if (v[i] == NULL)
			return false;
	l->overview.subdomains = v;
	l->overview.nsubdomains = n;
	return true;
}

static bool
list_overview(struct dns_list *l, const struct conf *c, const struct dns_host *host)
{
	static const char *const ddns[] = { "register", "update" };
	enum conf_domain_mode mode = c->identity.domain_mode;
	struct dns_overview *o = &l->overview;

	if (!list_subdomains(l, c, host))
		return false;
	o->mode = conf_mode_name(mode);
	o->label = label_of(mode);
	o->effective_domain = arena_strdup(l->arena, c->identity.domain_name);
	o->domain = arena_strdup(l->arena, c->identity.domain);
	if (c->ddns.provider == CONF_PROVIDER_PIC_NGO)
		o->actions = ddns;
	else if (c->ddns.provider != CONF_PROVIDER_NONE)
		o->actions = ddns + 1;
	if (o->actions != NULL)
		o->nactions = (size_t)(ddns + 2 - o->actions);
	o->public_records = select_records(l, c->identity.domain_name, CONF_ZONE_PUBLIC, &o->npublic);
	o->internal_records = select_records(l, c->identity.domain, ~0U, &o->ninternal);
	return o->public_records != NULL && o->internal_records != NULL;
}

struct dns_list *
dns_list_new(const struct conf *c, const struct dns_host *host)
{
	struct dns_zones *z = dns_plan(c, host, NULL, NULL);
	struct dns_list *l = calloc(1, sizeof(*l));
	bool ok = z != NULL && l != NULL;

	if (ok) {
		l->arena = arena_new(0);
		ok = l->arena != NULL && list_records(l, c, z) && list_zones(l, c, host, z) && list_overview(l, c, host);
	}
	dns_zones_free(z);
	if (ok)
		return l;
	dns_list_free(l);
	return NULL;
}

void
dns_list_free(struct dns_list *l)
{
	if (l == NULL)
		return;
	arena_free(l->arena);
	free(l);
}

const struct dns_list_record *
dns_list_records(const struct dns_list *l, size_t *n)
{
	*n = l->nrecords;
	return l->records;
}

const struct dns_list_zone *
dns_list_zones(const struct dns_list *l, size_t *n)
{
	*n = l->nzones;
	return l->zones;
}

void
dns_list_overview(const struct dns_list *l, struct dns_overview *out)
{
	*out = l->overview;
}
