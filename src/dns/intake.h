/* Questions as they come in, by whatever carrier: who asks, whether he asks too
 * much, and the answer or the promise of one. What the doors (server.c) and the
 * guests (guest.c) have in common. */
#ifndef DNS_INTAKE_H
#define DNS_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/cookie.h"
#include "dns/limit.h"
#include "dns/query.h"
#include "dns/resolver.h"
#include "dns/server.h"

struct dns_intake {
	struct dns_server_conf c;
	struct dns_resolver *resolver;
	struct dns_limit *limit;
	bool has_keys;
	struct dns_cookie_keys keys;	/* wiped by server.c */
};

/* A message over a stream: who->zone anew, since it may have changed, and what the n octets at p are. Counted;
 * DNS_QUERY_SILENT: no answer, also where nobody of that zone is served. */
enum dns_query_kind dns_intake_read(struct dns_intake *in, struct dns_query *q,
    struct dns_asker *who, const uint8_t *p, size_t n);

/* Does its cookie prove whose question it is? A good cookie for the answer is in q from then on. */
bool dns_intake_proves(struct dns_intake *in, struct dns_query *q, const struct dns_asker *who);

/* One thing more that this client asks for. The host's own questions are not counted (LIM-3). */
enum dns_limit_verdict dns_intake_limit(struct dns_intake *in, const struct dns_asker *who,
    enum dns_limit_way way, uint64_t now_ms);

/* The answer to a question that was not SILENT: its length in out (DNS_ANSWER_ROOM octets over streams), counted;
 * 0: a->later tells. */
size_t dns_intake_answer(struct dns_intake *in, const struct dns_answering *now,
    const struct dns_asking *a, enum dns_query_kind kind, uint8_t *out);

void dns_intake_count(struct dns_intake *in, const uint8_t *msg);	/* an answer that goes out */

#endif /* DNS_INTAKE_H */
