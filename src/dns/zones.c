/* The model of zones and records; see zones.h. */
#include "dns/zones.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "conf/conf.h"
#include "dns/name.h"
#include "dns/wire.h"

enum { RDATA_MAX = 32768 };

struct dns_zones *
dns_zones_new(void)
{
	struct dns_zones *z = calloc(1, sizeof(*z));

	if (z == NULL)
		return NULL;
	z->arena = arena_new(0);
	z->by_name = map_new(DNS_OWNERS_MAX);
	z->zone_by_name = map_new(DNS_ZONES_MAX);
	z->zones_end = &z->zones;
	z->owners_end = &z->owners;
	if (z->arena == NULL || z->by_name == NULL || z->zone_by_name == NULL) {
		dns_zones_free(z);
		return NULL;
	}
	return z;
}

void
dns_zones_free(struct dns_zones *z)
{
	if (z == NULL)
		return;
	map_free(z->by_name);
	map_free(z->zone_by_name);
	arena_free(z->arena);
	free(z);
}

static const void *
keep(struct dns_zones *z, const void *p, size_t n)
{
	void *copy = arena_alloc(z->arena, n);

	if (copy != NULL && n > 0)
		memcpy(copy, p, n);
	return copy;
}

struct dns_owner *
dns_zones_owner(const struct dns_zones *z, const uint8_t *name, size_t len)
{
	return map_get(z->by_name, name, len);
}

struct dns_zone *
dns_zones_enclosing(const struct dns_zones *z, const uint8_t *name, size_t len)
{
	struct dns_zone *found = NULL;
	size_t at = 0;

	while (at < len && found == NULL) {
		found = map_get(z->zone_by_name, name + at, len - at);
		at += (size_t)name[at] + 1;
	}
	return found;
}

static int
add_owner(struct dns_zones *z, const uint8_t *name, size_t len,
    struct dns_zone *zone, struct dns_owner **out)
{
	struct dns_owner *o = dns_zones_owner(z, name, len);
	unsigned labels;

	*out = o;
	if (o != NULL)
		return 0;
	*out = o = arena_alloc(z->arena, sizeof(*o));
	if (o == NULL || dns_name_scan(name, len, &labels) != len)
		return o == NULL ? -ENOMEM : -EINVAL;
	o->name = keep(z, name, len);
	if (o->name == NULL)
		return -ENOMEM;
	o->len = (uint8_t)len;
	o->labels = (uint8_t)labels;
	o->zone = zone;
	o->end = &o->first;
	*z->owners_end = o;
	z->owners_end = &o->next;
	z->nowners++;
	return map_put(z->by_name, name, len, o, NULL);
}

int
dns_zones_add(struct dns_zones *z, const uint8_t *name, size_t len,
    const struct dns_zone *like)
{
	struct dns_zone *zone;
	int error;

	if (map_get(z->zone_by_name, name, len) != NULL)
		return -EEXIST;
	zone = arena_alloc(z->arena, sizeof(*zone));
	if (zone == NULL)
		return -ENOMEM;
	*zone = *like;
	zone->next = NULL;
	zone->nrecords = 0;
	error = add_owner(z, name, len, zone, &zone->apex);
	if (error < 0)
		return error;
	zone->apex->zone = zone;
	zone->name = zone->apex->name;
	zone->len = zone->apex->len;
	zone->labels = zone->apex->labels;
	error = map_put(z->zone_by_name, name, len, zone, NULL);
	if (error < 0)
		return error;
	z->latest = NULL;	/* it may be below this one */
	*z->zones_end = zone;
	z->zones_end = &zone->next;
	z->nzones++;
	return 0;
}

static bool
same_data(const struct dns_record *a, const struct dns_record *b)
{
	return a->type == b->type && a->ttl == b->ttl && a->rdlen == b->rdlen &&
	    memcmp(a->rdata, b->rdata, a->rdlen) == 0;
}

/* What may stand beside an alias (RFC 4034 3, 4; 2181 10.1). */
static bool
is_beside(uint16_t type)
{
	return type == DNS_RRSIG || type == DNS_NSEC || type == DNS_SIG || type == DNS_KEY || type == DNS_NXT;
}

/* CNAME stands alone in every view (RFC 1034 3.6.2). */
static bool
clashes(const struct dns_owner *o, const struct dns_record *r)
{
	const struct dns_record *i;

	for (i = o->first; i != NULL; i = i->next)
		if ((i->views & r->views) != 0 && !same_data(i, r) &&
		    (i->type == DNS_CNAME || r->type == DNS_CNAME) && !is_beside(i->type) && !is_beside(r->type))
			return true;
	return false;
}

/* The same data again adds its views only: an RRset is a set. */
static bool
merge(struct dns_owner *o, const struct dns_record *r)
{
	struct dns_record *i;

	for (i = o->first; i != NULL; i = i->next)
		if (same_data(i, r)) {
			i->views |= r->views;
			i->zones |= r->zones;
			return true;
		}
	return false;
}

/* Where a record of that name goes. */
static int
owner_for(struct dns_zones *z, const uint8_t *name, size_t len, struct dns_owner **out)
{
	struct dns_zone *zone;
	int error;

	*out = z->latest;
	if (*out != NULL && (*out)->len == len && memcmp((*out)->name, name, len) == 0)
		return 0;
	zone = dns_zones_enclosing(z, name, len);
	if (zone == NULL || zone->route >= 0 || zone->extra != 0)
		return zone == NULL ? -ENOENT : -EXDEV;
	error = add_owner(z, name, len, zone, out);
	z->latest = error < 0 ? NULL : *out;
	return error;
}

int
dns_zones_put(struct dns_zones *z, const uint8_t *owner, size_t len, const struct dns_record *r)
{
	struct dns_record *copy;
	struct dns_owner *o;
	int error;

	if (r->rdlen > RDATA_MAX)
		return -EMSGSIZE;
	error = owner_for(z, owner, len, &o);
	if (error < 0)
		return error;
	if (clashes(o, r))
		return -EEXIST;
	if (merge(o, r))
		return 0;
	if (o->nrecords == DNS_OWNER_RECORDS_MAX)
		return -ENOSPC;
	copy = arena_alloc(z->arena, sizeof(*copy));
	if (copy == NULL)
		return -ENOMEM;
	*copy = *r;
	copy->next = NULL;
	copy->rdata = keep(z, r->rdata, r->rdlen);
	copy->id = r->id == NULL ? NULL : arena_strdup(z->arena, r->id);
	if (copy->rdata == NULL || (r->id != NULL && copy->id == NULL))
		return -ENOMEM;
	*o->end = copy;
	o->end = &copy->next;
	o->nrecords++;
	o->zone->nrecords++;
	return 0;
}

const struct dns_record *
dns_owner_first(const struct dns_owner *o, uint16_t type, uint64_t views)
{
	const struct dns_record *r;

	for (r = o->first; r != NULL; r = r->next)
		if (r->type == type && (r->views & views) != 0)
			return r;
	return NULL;
}

/* Make the names from below o up to its zone's apex exist where o is seen. A
 * cut is seen by what encloses it. */
static int
close_upwards(struct dns_zones *z, const struct dns_owner *o)
{
	struct dns_zone *zone = o->zone;
	struct dns_owner *up;
	size_t at = 0;
	int error;

	if (o->len > 1)
		at = (size_t)o->name[0] + 1;
	if (o == zone->apex)
		zone = dns_zones_enclosing(z, o->name + at, o->len - at);
	if (zone == NULL || zone->route >= 0 || zone->extra != 0)
		return 0;
	for (; o->len - at >= zone->len; at += (size_t)o->name[at] + 1) {
		error = add_owner(z, o->name + at, o->len - at, zone, &up);
		if (error < 0)
			return error;
		up->seen |= o->seen & ~zone->refused;
	}
	return 0;
}

/* Is there a cut or a DNAME between o and its zone's apex? */
static bool
is_hidden(const struct dns_zones *z, const struct dns_owner *o)
{
	const struct dns_zone *zone = o->zone;
	const struct dns_owner *up;
	size_t at = 0;

	while (o->len - at > zone->len) {
		at += (size_t)o->name[at] + 1;
		up = dns_zones_owner(z, o->name + at, o->len - at);
		if (up != NULL && (up->cut || dns_owner_first(up, DNS_DNAME, UINT64_MAX) != NULL))
			return true;
	}
	return false;
}

static void
mark_cuts(struct dns_zones *z)
{
	struct dns_owner *o;
	bool some = false;

	for (o = z->owners; o != NULL; o = o->next) {
		o->cut = o != o->zone->apex && dns_owner_first(o, DNS_NS, UINT64_MAX) != NULL;
		some = some || o->cut || dns_owner_first(o, DNS_DNAME, UINT64_MAX) != NULL;
	}
	for (o = z->owners; o != NULL && some; o = o->next)
		o->hidden = is_hidden(z, o);
}

int
dns_zones_close(struct dns_zones *z)
{
	uint64_t all = DNS_VIEW_BIT(z->nviews) - 1;
	const struct dns_record *r;
	struct dns_owner *o;
	size_t i, n = z->nowners;
	int error;

	for (o = z->owners; o != NULL; o = o->next) {
		for (r = o->first; r != NULL; r = r->next)
			o->seen |= r->views & all & ~o->zone->refused;
		if (o == o->zone->apex)
			o->seen = all;
	}
	/* Names added on the way stand behind the first n and need no look. */
	for (i = 0, o = z->owners; i < n && o != NULL; i++, o = o->next) {
		error = close_upwards(z, o);
		if (error < 0)
			return error;
	}
	mark_cuts(z);
	return 0;
}

uint64_t
dns_zones_views(const struct dns_zones *z, unsigned zones)
{
	uint64_t set = (zones & CONF_ZONE_PUBLIC) != 0 ? DNS_VIEW_PUBLIC : 0;
	size_t i;

	for (i = 0; i < z->nviews; i++)
		if ((z->views[i].zone & zones) != 0)
			set |= DNS_VIEW_BIT(i);
	return set;
}

unsigned
dns_zones_askers(const struct dns_zones *z, uint64_t views)
{
	unsigned set = 0;
	size_t i;

	for (i = 0; i < z->nviews; i++)
		if ((views & DNS_VIEW_BIT(i)) != 0)
			set |= z->views[i].zone;
	return set;
}
