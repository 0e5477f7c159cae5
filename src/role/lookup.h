/* The address of a target that is known by its name: asked of this edge's own
 * name service, as this host would. Only an address that a route may lead to
 * is one (conf/route.h): whoever owns the name cannot turn the edge elsewhere. */
#ifndef ROLE_LOOKUP_H
#define ROLE_LOOKUP_H

#include <stdbool.h>

#include "base/addr.h"

struct dns_server;
struct io_loop;
struct lookup;
struct lookups;

/* An answer is good for LOOKUP_KEEP_MS: a burst of requests is one question. */
enum { LOOKUP_KEPT = 64, LOOKUP_KEEP_MS = 5000, LOOKUP_ADDRS = 8 };

/* NULL when out of memory. dns outlives it; NULL: nothing is found. */
struct lookups *lookups_new(struct io_loop *l, struct dns_server *dns);
void lookups_free(struct lookups *all);		/* none is under way; NULL is allowed */

/* Found a moment ago. */
bool lookup_kept(struct lookups *all, const char *name, struct addr *out);

/* a: the address; NULL: there is none, because of why. */
typedef void lookup_done(void *arg, const struct addr *a, const char *why);

/* done exactly once, from the loop. NULL when out of memory. */
struct lookup *lookup_start(struct lookups *all, const char *name, lookup_done *done, void *arg);
void lookup_cancel(struct lookup *k);		/* done does not come; NULL is allowed */

#endif /* ROLE_LOOKUP_H */
