/* Zones, names and records with the views that see them: what plan.c makes of
 * a configuration and compile.c turns into a table. Plain data in one arena;
 * also the model that tests hold the table against. */
#ifndef DNS_ZONES_H
#define DNS_ZONES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/guard.h"
#include "dns/list.h"
#include "dns/table.h"

struct arena;
struct dns_extra;	/* dns/extra.h */
struct map;

enum {
	DNS_ZONES_MAX = 512,
	DNS_SNAPSHOT_EXTRAS = 64,	/* zones with a table of their own */
	DNS_OWNERS_MAX = 1 << 21,
	DNS_OWNER_RECORDS_MAX = 2048,
	DNS_SOA_TTL = 60	/* refresh of everything the cell generates (DNS-13) */
};

/* A set of views, by index into dns_zones.views. The last bit is the view of the
 * world: no asker has it and no answer is made of it, it goes out by transfer. */
#define DNS_VIEW_BIT(i) ((uint64_t)1 << (i))
#define DNS_VIEW_PUBLIC DNS_VIEW_BIT(DNS_VIEWS_MAX - 1)

struct dns_record {
	struct dns_record *next;	/* of the same owner, in order of arrival */
	uint16_t type, rdlen;
	uint32_t ttl;
	uint32_t line;			/* of the zone's text; 0: it has none */
	uint64_t views;
	unsigned zones;			/* set of enum conf_zone that views was made of; 0: not of a set */
	const uint8_t *rdata;		/* names in it uncompressed */
	const char *id;			/* of the configured record; NULL: generated */
};

struct dns_owner {
	struct dns_owner *next;		/* in order of arrival */
	const uint8_t *name;		/* wire form, lower case */
	uint8_t len, labels;
	bool cut;			/* delegated: others answer from here down */
	bool hidden;			/* below a cut or a DNAME: at most glue */
	uint16_t nrecords;
	uint16_t guard;			/* in views of the VPN (guard.h); 0: none */
	struct dns_zone *zone;
	struct dns_record *first, **end;
	uint64_t seen;			/* views in which it exists, names below included */
};

struct dns_zone {
	struct dns_zone *next;
	const uint8_t *name;
	uint8_t len, labels;
	enum dns_zone_kind kind;
	uint32_t serial;
	uint64_t refused;		/* views that get REFUSED for all of it */
	int route;			/* a cut where this route begins, else -1 */
	uint16_t extra;			/* its records are in table extra - 1 of the extra zones; 0: here */
	struct dns_owner *apex;
	size_t nrecords;
	uint64_t digest[2];		/* serial.c */
};

struct dns_zones {
	struct arena *arena;		/* owned, like everything below */
	struct dns_view views[DNS_VIEWS_MAX];
	size_t nviews;
	struct dns_place *places;
	size_t nplaces;
	struct dns_zone *zones, **zones_end;
	size_t nzones;
	const struct dns_extra *extras[DNS_SNAPSHOT_EXTRAS];	/* of zones whose records are not here; borrowed */
	size_t nextras;
	struct dns_owner *owners, **owners_end;
	struct dns_owner *latest;	/* that got a record: mostly it is the next one's, too */
	size_t nowners;
	struct dns_guard *guards;
	size_t nguards;
	struct map *by_name;		/* struct dns_owner */
	struct map *zone_by_name;	/* struct dns_zone */
};

struct dns_zones *dns_zones_new(void);		/* NULL when out of memory */
void dns_zones_free(struct dns_zones *z);	/* NULL is allowed */

/* A zone that the views in refused may not ask; its apex exists from then on.
 * With route >= 0 it is a cut: from this name down that route answers. -EEXIST
 * when there is one of this name, -ENOSPC at DNS_ZONES_MAX, -ENOMEM. */
int dns_zones_add(struct dns_zones *z, const uint8_t *name, size_t len,
    const struct dns_zone *like);

/* The deepest zone or cut at or above name; NULL if none. */
struct dns_zone *dns_zones_enclosing(const struct dns_zones *z, const uint8_t *name, size_t len);

struct dns_owner *dns_zones_owner(const struct dns_zones *z, const uint8_t *name, size_t len);

/* Put a record like r at the owner, after all zones were added; everything r
 * points to is copied. It belongs to the deepest zone above it: -ENOENT if there is none, -EXDEV if
 * that is a cut or an extra zone, -EEXIST for a second CNAME or other data beside one in a
 * common view, -EMSGSIZE for data beyond what a message holds, -ENOSPC (also for more than
 * DNS_OWNER_RECORDS_MAX at one name), -ENOMEM. */
int dns_zones_put(struct dns_zones *z, const uint8_t *owner, size_t len, const struct dns_record *r);

/* The first record of a type that some view in views sees; NULL: none. */
const struct dns_record *dns_owner_first(const struct dns_owner *o, uint16_t type, uint64_t views);

/* After the last put: names between zones and owners exist, too (empty
 * non-terminals), and every owner knows the views that see it, whether it is
 * a cut, and whether it is hidden. */
int dns_zones_close(struct dns_zones *z);

/* Views of these zones of askers (set of enum conf_zone); public: DNS_VIEW_PUBLIC. */
uint64_t dns_zones_views(const struct dns_zones *z, unsigned zones);

/* And back, but for public: zones of askers of which some view is in the set. */
unsigned dns_zones_askers(const struct dns_zones *z, uint64_t views);

#endif /* DNS_ZONES_H */
