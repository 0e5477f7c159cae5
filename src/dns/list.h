/* What the cell answers, as lists for people: GET /api/dns/records?generated=1,
 * /dns/zones, /dns/overview. Pure; made from the same plan as the answers. */
#ifndef DNS_LIST_H
#define DNS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conf;
struct dns_host;	/* dns/plan.h */
struct dns_list;

enum dns_zone_kind {	/* api.md: own, internal, reverse, local, extra */
	DNS_KIND_OWN, DNS_KIND_INTERNAL, DNS_KIND_REVERSE, DNS_KIND_LOCAL, DNS_KIND_EXTRA
};
const char *dns_zone_kind_name(enum dns_zone_kind k);

/* Names without final dot. Generated records: one row per zone, name, type and
 * value; the views that get this value are its set. */
struct dns_list_record {
	const char *id;		/* NULL for a generated one */
	const char *zone, *name /* relative, "@" = apex */, *type, *value;
	uint32_t ttl;
	unsigned views;		/* set of enum conf_zone */
	bool generated;
	uint64_t rev;		/* of a custom record; else the zone's serial */
};

struct dns_list_zone {
	const char *name;
	enum dns_zone_kind kind;
	uint32_t serial;
	size_t records;
	unsigned views;		/* set of enum conf_zone that get answers, not REFUSED */
	bool served;		/* false: its text cannot be used, it is left out */
};

/* Lists of everything in force; strings live in it. NULL when out of memory. */
struct dns_list *dns_list_new(const struct conf *c, const struct dns_host *host);
void dns_list_free(struct dns_list *l);		/* NULL is allowed */

/* Generated records of own, internal and reverse zones (no SOA) sorted by zone
 * and name, then the custom ones in configuration order. */
const struct dns_list_record *dns_list_records(const struct dns_list *l, size_t *n);

/* Own zones first, then internal, reverse, extra, local; those left out at the end. */
const struct dns_list_zone *dns_list_zones(const struct dns_list *l, size_t *n);

struct dns_overview {
	const char *mode, *label;	/* "lan"; the same in words */
	const char *effective_domain, *domain;
	const char *const *subdomains;	/* of services and proxy routes */
	size_t nsubdomains;
	const char *const *actions;	/* what this mode can do: "register", "update" */
	size_t nactions;
	/* Rows of dns_list_records(): custom ones with view public in own
	 * zones, and everything in the internal domain. */
	const struct dns_list_record *const *public_records, *const *internal_records;
	size_t npublic, ninternal;
};
void dns_list_overview(const struct dns_list *l, struct dns_overview *out);

#endif /* DNS_LIST_H */
