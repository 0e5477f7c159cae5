/* One server that we ask: its carriers and how it has been doing (DNS-9). */
#ifndef DNS_UPSTREAM_H
#define DNS_UPSTREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/route.h"

struct dns_carriage;	/* dns/port.h */
struct dns_flight;
struct dns_pipe;
struct dns_ports;
struct io_loop;

enum { DNS_UPSTREAM_FAILURES = 3, DNS_UPSTREAM_REST_MS = 10000, DNS_UPSTREAM_DOT_AGAIN_MS = 300000,
	DNS_UPSTREAM_SILENT_MS = 2000	/* a connection that brings nothing for as long as a query waits is given up */
};

struct dns_upstream {
	struct dns_upstream *next;	/* in forward.c's list */
	struct dns_hop hop;
	unsigned refs;			/* routes that name it, queries on their way to it */
	struct io_loop *loop;
	struct dns_ports *ports;
	struct dns_pipe *pipe;		/* plain TCP */
	struct dns_pipe *dot;		/* hop.mode DOT only */
	bool dot_fails;			/* the last attempts did, and nothing was heard since */
	uint64_t dot_again_ms;		/* then: when to try again, plain DNS until it has worked */
	bool missed;			/* a query waited in vain: the sweep looks at the connections */
	unsigned failures;		/* in a row */
	uint64_t rest_until_ms;
	uint32_t rtt_ms;		/* smoothed, 0 = unknown */
	uint64_t heard_ms;		/* when it last answered or failed, 0 = never */
};

/* refs 0. NULL when out of memory. */
struct dns_upstream *dns_upstream_new(const struct dns_carriage *c, const struct dns_hop *hop);
void dns_upstream_free(struct dns_upstream *u);	/* no flight may be left; NULL is allowed */

/* May it be asked at all? */
bool dns_upstream_usable(const struct dns_upstream *u);

/* Over TCP when tcp, or as it is configured. 0 or -errno. */
int dns_upstream_send(struct dns_upstream *u, struct dns_flight *f, bool tcp);

/* Is it asked by plain DNS in place of TLS? */
bool dns_upstream_is_fallback(const struct dns_upstream *u);

/* It answered, after so long; or it did not, with -ETIMEDOUT or another errno.
 * Three failures in a row and it rests; the failure after a rest makes it rest
 * again. Over TLS, when opportunistic, plain DNS comes first. */
void dns_upstream_answered(struct dns_upstream *u, uint64_t rtt_ms);
void dns_upstream_failed(struct dns_upstream *u, int error);

bool dns_upstream_rests(const struct dns_upstream *u);

/* For people: after its failures it counts as down until it answers, also when the rest is over. */
bool dns_upstream_is_up(const struct dns_upstream *u);

/* Close what is idle. True while anything is open. */
bool dns_upstream_sweep(struct dns_upstream *u);

#endif /* DNS_UPSTREAM_H */
