/* One question to one answer: who asks, what we have, what must be asked. The
 * whole policy of a reply in one place, without a socket. */
#ifndef DNS_ANSWER_H
#define DNS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "dns/cache.h"
#include "dns/name.h"
#include "dns/server.h"

struct dns_got;		/* dns/forward.h */
struct dns_query;
struct dns_snapshot;
struct dns_stats;

struct dns_asker {
	unsigned zone;		/* one bit of enum conf_zone */
	uint32_t number;	/* of the peer that it is (guard.h), 0 = none */
	uint32_t ifindex;
	struct addr local;	/* the address asked */
	struct addr_port peer;
	bool tcp;		/* a carrier that takes answers of any length, and whose addresses are no lie */
	bool secure, http;	/* TLS around it; HTTP in between */
	bool unlogged;		/* a person asks by way of the API */
};

struct dns_answering {
	const struct dns_snapshot *snap;
	struct dns_cache *cache;
	struct dns_stats *stats;
	uint64_t now_ms;
	const struct dns_peers *peers;	/* NULL: there are none */
};

struct dns_outcome {
	bool wait;		/* no answer yet: ask want, and come back with what it brought */
	bool refresh;		/* answered, and want is worth asking again before it expires */
	struct dns_question want;	/* its name is q's, or lives in target */
	uint8_t target[DNS_NAME_MAX];
	int view;		/* -1 = none */
	enum dns_source source;
	struct addr from;	/* the upstream whose answer it is; len 0 = nobody's */
	int ede;
	const char *ede_text;
	const char *rule;	/* what blocked it: "deny" or the id of a list; "" = nothing */
};

enum {
	/* Room that out must have: any message, and slack for copies in words. */
	DNS_ANSWER_ROOM = 65535 + 16,
	DNS_ANSWER_UDP_ROOM = 4096
};

/* Answer q into out (DNS_ANSWER_ROOM octets over TCP, else DNS_ANSWER_UDP_ROOM);
 * got NULL at first, then what the forwarder brought. The length; 0 with o->wait. */
size_t dns_answer(const struct dns_answering *a, const struct dns_query *q,
    const struct dns_asker *who, const struct dns_got *got, uint8_t *out, struct dns_outcome *o);

/* Answer that q is wrong in itself: q->rcode. */
size_t dns_answer_wrong(const struct dns_answering *a, const struct dns_query *q,
    const struct dns_asker *who, uint8_t *out);

/* SERVFAIL with an extended error. */
size_t dns_answer_fail(const struct dns_answering *a, const struct dns_query *q,
    const struct dns_asker *who, uint8_t *out, struct dns_outcome *o);

/* The client asks too much (DNS-20): empty with TC, or BADCOOKIE where the question has room for
 * the cookie that would show whose it is (RFC 7873 5.2.4). */
size_t dns_answer_limited(const struct dns_answering *a, const struct dns_query *q,
    const struct dns_asker *who, uint8_t *out);

#endif /* DNS_ANSWER_H */
