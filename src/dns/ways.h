/* The routes of a snapshot come to life: for each one the upstreams that its
 * questions may be sent to. An upstream that two snapshots name stays the same
 * object, with its sockets and its record; one that none names any more goes
 * when nothing is on its way to it. */
#ifndef DNS_WAYS_H
#define DNS_WAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "dns/port.h"
#include "dns/random.h"
#include "dns/route.h"

struct dns_routes;
struct dns_stats;
struct dns_upstream;
struct dns_upstream_state;	/* dns/server.h */
struct io_loop;
struct io_tls_client;

struct dns_way {
	unsigned refs;
	size_t n;
	struct dns_upstream *hops[DNS_ROUTE_HOPS];	/* a reference each */
};

struct dns_ways {
	struct dns_carriage carriage;
	struct dns_random random;	/* of all queries */
	struct dns_way *v[DNS_ROUTES_MAX];	/* a reference each */
	size_t n;
	struct dns_upstream *upstreams;
};

/* w is zeroed and stays where it is. No ways yet. 0 or -ENOMEM. */
int dns_ways_open(struct dns_ways *w, struct io_loop *l, struct dns_stats *stats, struct io_tls_client *tls);
void dns_ways_close(struct dns_ways *w);	/* no flight and no other reference may be left */

/* *changed: whether the routes differ from those in force. 0, or -ENOMEM with
 * everything as it was. */
int dns_ways_swap(struct dns_ways *w, const struct dns_routes *routes, bool *changed);

struct dns_way *dns_way_ref(struct dns_way *w);
void dns_way_unref(struct dns_way *w);
bool dns_way_usable(const struct dns_way *w);	/* is there anyone to ask? */

bool dns_way_rests(const struct dns_way *w);	/* has everyone failed a moment ago? */

/* Close what is idle. True while anything is open. */
bool dns_ways_sweep(struct dns_ways *w);

size_t dns_ways_states(const struct dns_ways *w, struct dns_upstream_state *out, size_t max);

#endif /* DNS_WAYS_H */
