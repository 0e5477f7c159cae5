/* Names that not every peer of the VPN may ask for (DNS-5): those of proxy routes, each with the access words of which an
 * asker needs one. In views of the VPN a finished answer names its guard by number; 0 is none. */
#ifndef DNS_GUARD_H
#define DNS_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/access.h"

struct addr;
struct conf;
struct conf_route;
struct dns_zones;

enum { DNS_GUARDS_MAX = 2 * CONF_ROUTES_MAX, DNS_GUARD_TEXT = 64 };

struct dns_guard {
	struct conf_access words;	/* none: nobody may */
	char text[DNS_GUARD_TEXT];	/* why not, for people */
};

struct dns_guards {
	const struct dns_guard *v;
	size_t n;
};

/* What DNS has to know of peers; a number is of the tables in force, 0 is nobody (ingress/who.h). */
struct dns_peers {
	uint32_t (*find)(void *arg, const struct addr *a);
	const char *(*name)(void *arg, uint32_t number);	/* at most 64 characters; "" for nobody */
	bool (*may)(void *arg, uint32_t number, const struct conf_access *words);	/* has it one of them? */
	void *arg;
};

/* The n-th route of the configuration answers at that name, which has records. 0, or -ENOMEM. */
int dns_guard_put(struct dns_zones *z, const uint8_t *name, size_t len, const struct conf_route *r, size_t n);

/* Why that peer gets no such answer; NULL: it does. peers NULL: there are none. */
const char *dns_guard_refuses(const struct dns_guards *g, unsigned guard, const struct dns_peers *peers, uint32_t number);

bool dns_guards_check(const struct dns_guards *g);

#endif /* DNS_GUARD_H */
