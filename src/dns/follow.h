/* What cannot be one finished answer: an alias that leads into another of our
 * tables or out of them, and names that a DNAME makes (RFC 1034 4.3.2, 6672).
 * The steps of such an answer, found in the tables one by one. */
#ifndef DNS_FOLLOW_H
#define DNS_FOLLOW_H

#include <stddef.h>
#include <stdint.h>

#include "dns/ingest.h"
#include "dns/name.h"

struct dns_answer;	/* dns/table.h */
struct dns_query;	/* dns/query.h */
struct dns_snapshot;	/* dns/snapshot.h */

struct dns_step {
	const struct dns_answer *a;	/* a finished answer for name */
	const uint8_t *name;
	uint8_t len;
};

struct dns_follow {
	struct dns_step steps[DNS_CHAIN_MAX + 1];
	size_t n;			/* at least 1; a step whose kind is DNAME also makes an alias to the next name */
	enum {
		DNS_FOLLOW_END,		/* the last step is the end */
		DNS_FOLLOW_OUTSIDE,	/* the end is not ours: target, by way of route */
		DNS_FOLLOW_HIDDEN,	/* it is ours, but not for this view */
		DNS_FOLLOW_TOO_LONG,	/* a name that a DNAME makes is none: YXDOMAIN */
		DNS_FOLLOW_TOO_MANY	/* a loop, or more than DNS_CHAIN_MAX steps */
	} end;
	uint16_t route;
	const uint8_t *target;		/* that the last alias leads to, NULL: it was no alias */
	uint8_t targetlen;
	uint8_t names[DNS_CHAIN_MAX + 1][DNS_NAME_ROOM];
};

/* Follow first, the answer that q's name has in the view. f is not to be moved. */
void dns_follow(struct dns_follow *f, const struct dns_snapshot *s, unsigned view,
    const struct dns_query *q, const struct dns_answer *first);

#endif /* DNS_FOLLOW_H */
