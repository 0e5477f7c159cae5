/* Asking others (DNS-8, DNS-9): equal questions joined, upstreams tried in
 * order with deadlines, answers checked and kept. A question that loops back
 * to us joins itself and so ends with its deadline; it is never multiplied. */
#ifndef DNS_FORWARD_H
#define DNS_FORWARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

struct dns_cache;
struct dns_entry;
struct dns_forward;
struct dns_question;
struct dns_snapshot;
struct dns_stats;
struct dns_upstream_state;
struct io_loop;
struct io_tls_client;

enum {
	DNS_FORWARD_MAX = 2000,		/* questions outstanding (DNS-20), before sharing */
	DNS_FORWARD_TRIES = 3,
	DNS_FORWARD_TRY_MS = 2000,
	DNS_FORWARD_ALL_MS = 5000,
	DNS_FORWARD_STALE_MS = 1800,	/* then expired data will do (RFC 8767 5) */
	DNS_FORWARD_TICK_MS = 100
};

/* What came of a question. */
struct dns_got {
	const struct dns_entry *entry;	/* the answer; NULL: there is none */
	int ede;			/* with an entry DNS_EDE_STALE, when it has expired, else DNS_EDE_NONE; without
					 * one why (DNS_EDE_NONE: an upstream itself said SERVFAIL or so) */
	struct addr from;		/* the upstream that said so; len 0: none did */
};

/* Someone who waits for an answer; embedded in its owner. */
struct dns_waiter {
	struct dns_waiter *next, **at;	/* at NULL: does not wait */
	/* Once, never before dns_forward_ask() returned, never after cancel. got is valid during the call. */
	void (*done)(struct dns_waiter *w, const struct dns_got *got);
};

struct dns_forward_conf {
	struct io_loop *loop;
	struct dns_cache *cache;	/* gets every answer */
	struct dns_stats *stats;
	unsigned share;			/* DNS_FORWARD_MAX is divided by it */
	struct io_tls_client *tls;	/* borrowed; NULL: upstreams over TLS fail */
};

struct dns_forward *dns_forward_new(const struct dns_forward_conf *c);	/* NULL on failure */

/* Forgets every question without a call. NULL is allowed. */
void dns_forward_free(struct dns_forward *f);

/* Other routes and rules from now on; questions under way end on the old routes.
 * The rules of s are copied. *changed: answers of before need not be those of
 * now. 0 or -ENOMEM with everything as it was. */
int dns_forward_swap(struct dns_forward *f, const struct dns_snapshot *s, bool *changed);

/* Ask on the question's route. 0: w->done will run. -EHOSTUNREACH: the route
 * has no usable upstream. -ENETUNREACH: none could be sent to. -ENOBUFS: too
 * many questions outstanding. */
int dns_forward_ask(struct dns_forward *f, const struct dns_question *q, struct dns_waiter *w);

void dns_forward_cancel(struct dns_waiter *w);

/* Ask for the cache alone, while there is room for it. */
void dns_forward_refresh(struct dns_forward *f, const struct dns_question *q);

size_t dns_forward_upstreams(const struct dns_forward *f, struct dns_upstream_state *out, size_t max);

#endif /* DNS_FORWARD_H */
