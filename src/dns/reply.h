/* Writing answers: the asker's own header and question, the records, OPT with
 * an extended error where there is one; cut to what the asker takes (DNS-14).
 * Every function writes into out and gives the length, 0: nothing fits. */
#ifndef DNS_REPLY_H
#define DNS_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/cache.h"

struct dns_answer;	/* dns/table.h */
struct dns_follow;	/* dns/follow.h */
struct dns_query;	/* dns/query.h */

/* Where an answer goes. out must have DNS_REPLY_SLACK octets more than limit. */
struct dns_reply {
	uint8_t *out;
	size_t limit;		/* of the message: dns_reply_limit() */
	uint16_t edns_size;	/* what we say we take */
	bool ra;		/* this asker may ask for other names */
	bool keepalive;		/* the carrier has an idle time to tell (RFC 7828) */
	bool secure;		/* nobody reads along: padding hides lengths (RFC 8467) */
	bool small;		/* never longer than the question was (DNL-7) */
	int ede;		/* DNS_EDE_NONE = none */
	const char *ede_text;
};

enum { DNS_REPLY_SLACK = 16 };

/* Octets that an answer to q may have over UDP, or over TCP. */
size_t dns_reply_limit(const struct dns_query *q, uint16_t edns_size, bool tcp);

/* A finished answer of our own zones, to a readable question. */
size_t dns_reply_finish(const struct dns_reply *to, const struct dns_query *q,
    const struct dns_answer *a);

/* A kept answer of an upstream, its TTLs aged. */
size_t dns_reply_entry(const struct dns_reply *to, const struct dns_query *q,
    const struct dns_entry *e, struct dns_age age);

/* An answer in steps, and after its last alias what an upstream says of the
 * target, its TTLs lowered by age; e NULL: nothing. */
size_t dns_reply_follow(const struct dns_reply *to, const struct dns_query *q,
    const struct dns_follow *f, const struct dns_entry *e, struct dns_age age);

/* No records, an rcode (may be extended); also to an unreadable question. */
size_t dns_reply_rcode(const struct dns_reply *to, const struct dns_query *q, unsigned rcode);

/* No records, TC: come back over TCP; or BADCOOKIE where the question is long enough for the answer to hold
 * a cookie: come back with this. */
size_t dns_reply_limited(const struct dns_reply *to, const struct dns_query *q);

#endif /* DNS_REPLY_H */
