/* Who gets what: the zone of an asker to its view, or to a refusal with its
 * reason in words (DNS-2, data.md serve_zones). The same for the wire and for
 * "what would this asker get". Pure. */
#ifndef DNS_DECIDE_H
#define DNS_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

struct addr;
struct dns_snapshot;

struct dns_verdict {
	int view;		/* index into the table's views; -1: REFUSED */
	bool resolves;		/* other names are asked upstream */
	bool small;		/* a stranger: no answer longer than its question */
	const char *reason;	/* of a refusal */
};

void dns_decide(struct dns_verdict *v, const struct dns_snapshot *s, unsigned zone,
    const struct addr *local, uint32_t ifindex);

#endif /* DNS_DECIDE_H */
