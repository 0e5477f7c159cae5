/* Proxy routes (data.md 4.11): what a target, a host and a path may be, the
 * names that a route has, and what routes exclude. conf_build() has applied all
 * of it to every route of a snapshot; a reader of struct conf_route may rely on it. */
#ifndef CONF_ROUTE_H
#define CONF_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"
#include "base/str.h"

struct conf;
struct conf_route;
struct err;

enum { CONF_ROUTE_NAMES = 2, CONF_ROUTE_NAME_SIZE = 254 };

/* A target taken apart. */
struct conf_target {
	bool tls;
	struct str host;	/* as written, without brackets; points into the text */
	struct addr addr;	/* len 0: host is a name */
	uint16_t port;		/* 80 or 443 where none is written */
};

/* "http://192.168.1.5:8123": false for everything but scheme, host and port. Says nothing about where host lies. */
bool conf_target_read(struct str s, struct conf_target *out);

/* May a route lead to this address: private, and neither loopback nor link-local? Names are held to it when they are
 * resolved. */
bool conf_target_addr_ok(const struct addr *a);

/* The full names of the route's host: a label stands below each of the cell's two domains. The count; a name that
 * would be too long is left out. */
size_t conf_route_names(const struct conf *c, const struct conf_route *r,
    char out[CONF_ROUTE_NAMES][CONF_ROUTE_NAME_SIZE]);

/* Is path at or below prefix, by whole segments? */
bool conf_route_path_covers(struct str prefix, struct str path);

/* For rules.c (400) and conflict.c (409; -ENOMEM). */
void conf_route_rules(const struct conf *c, struct err *e);
int conf_route_conflicts(const struct conf *c, struct err *e);

/* Row checks. */
bool conf_check_route_name(const json_t *v, char *rule, size_t size);
bool conf_check_route_host(const json_t *v, char *rule, size_t size);
bool conf_check_route_path(const json_t *v, char *rule, size_t size);
bool conf_check_target(const json_t *v, char *rule, size_t size);

#endif /* CONF_ROUTE_H */
