/* Questions that may have to wait: answers by answer.c, and what needs an
 * upstream held until the forwarder has brought it. Serves the wire and
 * dns_server_ask() alike. */
#ifndef DNS_RESOLVER_H
#define DNS_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/answer.h"
#include "dns/snapshot.h"

struct dns_log;
struct dns_pending;
struct dns_query;
struct dns_resolver;
struct dns_stats;
struct io_loop;

enum {
	DNS_PENDING_MAX = 4096,		/* askers that wait */
	DNS_PENDING_PER_CLIENT = 200	/* DNS-20 */
};

/* Those who wait for the same owner (a door, a connection), to be forgotten
 * together. Zeroed is empty. */
struct dns_pendings {
	struct dns_pending *first;
};

struct dns_later {
	struct dns_pendings *list;
	/* The answer of n octets for who; never before dns_resolver_ask()
	 * returned, never after dns_resolver_forget(). */
	void (*done)(void *arg, const struct dns_asker *who, const uint8_t *msg, size_t n,
	    const struct dns_outcome *o);
	void *arg;
};

struct dns_server_conf;
struct sealed_list;	/* sys/sealed.h */

/* Loop, counters, share and tls of c. NULL on failure. */
struct dns_resolver *dns_resolver_new(const struct dns_server_conf *c);
void dns_resolver_free(struct dns_resolver *r);	/* forgets all; NULL is allowed */

/* As dns_server_swap(). */
int dns_resolver_swap(struct dns_resolver *r, const void *part, size_t n, const struct sealed_list *pieces, struct err *e);

/* The snapshot in force; NULL: do not answer. */
const struct dns_snapshot *dns_resolver_snapshot(const struct dns_resolver *r);

/* For the batch at hand: everything that answers depend on but the question. */
struct dns_answering dns_resolver_now(const struct dns_resolver *r);

/* A question, who asks it, and where an answer goes that comes later. */
struct dns_asking {
	const struct dns_query *q;
	const struct dns_asker *who;
	struct dns_later later;
};

/* The answer into out (room as dns_answer() says) and its length; 0: later. */
size_t dns_resolver_ask(struct dns_resolver *r, const struct dns_answering *now,
    const struct dns_asking *a, uint8_t *out, struct dns_outcome *o);

/* A question that was answered elsewhere, for the log; rcode extended. */
void dns_resolver_note(struct dns_resolver *r, const struct dns_query *q, const struct dns_asker *who, unsigned rcode);

/* Where questions are logged from now on (log.h), with that room; NULL: nowhere. What is kept, and how much of it, is
 * the snapshot's to say. */
void dns_resolver_log(struct dns_resolver *r, struct dns_log *l, size_t room);

/* As dns_server_lists(). */
bool dns_resolver_lists(struct dns_resolver *r, const void *p, size_t n);

/* Of the peer whose address it is in that zone, under the tables in force; 0: none. */
uint32_t dns_resolver_number(const struct dns_resolver *r, unsigned zone, const struct addr *a);

void dns_resolver_forget(struct dns_pendings *list);

unsigned dns_resolver_flush(struct dns_resolver *r, const uint8_t *name, size_t namelen);
size_t dns_resolver_upstreams(const struct dns_resolver *r, struct dns_upstream_state *out, size_t max);

#endif /* DNS_RESOLVER_H */
