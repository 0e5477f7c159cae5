/* What a name leads to inside our zones, for compile.c: itself, a wildcard, a
 * cut, or nothing (RFC 1034 4.3.2, 4592 3.3); and aliases followed. */
#ifndef DNS_CHAIN_H
#define DNS_CHAIN_H

#include <stddef.h>
#include <stdint.h>

struct dns_draft;
struct dns_owner;
struct dns_zone;
struct dns_zones;

struct dns_place_in {
	const struct dns_owner *owner;	/* the name's, or the wildcard's above it; NULL: it does not exist */
	const struct dns_owner *stop;	/* a cut at or above it, or a DNAME above it: then owner means nothing */
};

/* Where name, in or below that zone, leads in one view. */
void dns_chain_place(const struct dns_zones *z, const struct dns_zone *zone,
    const uint8_t *name, size_t len, uint64_t view, struct dns_place_in *out);

/* An alias chain being followed in one view. */
struct dns_chain {
	const struct dns_owner *end;	/* END: what it leads to */
	const uint8_t *name;		/* target of the last alias */
	size_t len;
	size_t pos;			/* OUTSIDE: where it stands in the body, in full */
	const struct dns_zone *zone;	/* of name */
	enum {
		DNS_CHAIN_END,
		DNS_CHAIN_OUTSIDE,	/* not for this table to say: not of its zones, below a cut or a DNAME; or not
					 * there, but another table may have a zone in between */
		DNS_CHAIN_HIDDEN,	/* another zone, not for this view */
		DNS_CHAIN_LOOP		/* a ring, written once; or longer than DNS_CHAIN_MAX */
	} status;
};

/* Write the aliases from o, which is asked for by the question's name, on. */
void dns_chain_put(struct dns_draft *d, struct dns_chain *c, const struct dns_owner *o, uint64_t view);

#endif /* DNS_CHAIN_H */
