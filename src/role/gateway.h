/* Requests that go on to a web server in the network (WEB-3, WEB-9): where
 * routes, the name service, kept connections and the relay of http/ meet. It knows a
 * request by http/request.h and http/reply.h only, not the connection that it came on.
 *
 * Life of a proxied request
 *
 *   front_answer_route() asks proxy_table_judge() with the zone of the connection, what the peer may use whose it is, and
 *   the ticket that wall_look() finds. No route of that host: the request is the cell's own. Another zone, no right, no such
 *   path, an ambiguous one: gateway_refuse_page(). A login that is missing: wall_ask().
 *   gateway_request() makes an exchange, writes what the target is told (tell()), and looks for the target's address:
 *   written in the route, found a moment ago by lookup_kept(), or asked of the name service by lookup_start().
 *   relay() takes a connection with http_pool_take() and starts http_relay_start(), which writes the head anew and passes
 *   both bodies on as they come. A kept connection that proves dead: on_again() gets another one.
 *   on_relayed() gives the connection back with http_pool_give() and forgets the exchange. A visitor who leaves ends
 *   it the same way.
 *   The exchange holds a reference to the routes it began with: a change of the configuration meanwhile is the next one's. */
#ifndef ROLE_GATEWAY_H
#define ROLE_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"

struct dns_server;
struct gateway;
struct http_req;
struct ingress_peer;	/* ingress/who.h */
struct ingress_who;
struct io_loop;
struct io_tls_client;
struct lookups;
struct proxy_page;
struct proxy_route;
struct proxy_table;
struct proxy_ticket;
struct proxy_tickets;

enum {
	GATEWAY_DEVICE_SIZE = 65,	/* name of a peer and its NUL */
	GATEWAY_CONNECTIONS = 4096,	/* to all servers, of all edges together; each has its share */
	/* How old a kept connection may be for a request that must not be sent twice: the other side closes it at
	 * some time, and that this crosses with the request is the less likely the younger it is. */
	GATEWAY_FRESH_MS = 2000
};

struct gateway_conf {
	struct io_loop *loop;
	struct dns_server *dns;		/* outlives it; NULL: targets by name are not found */
	unsigned edges;			/* how many share the work */
};

/* NULL when out of memory. */
struct gateway *gateway_new(const struct gateway_conf *c);
void gateway_free(struct gateway *g);	/* the requests are over; NULL is allowed */

struct gateway_rights {
	const struct proxy_table *routes;
	const struct proxy_tickets *tickets;	/* NULL: nobody is signed in */
	const struct ingress_who *who;
};

/* These are in force from now on: times hold, and what runs on a route that its visitor may not use any more, or whose
 * target was told another name, address of mail or list of groups of him, is cut, or refused while its target's address is
 * looked for. */
void gateway_use(struct gateway *g, const struct gateway_rights *rights);

/* Where a page of ours leads who can sign in to be told more (EXP-4). */
struct gateway_hint {
	const struct proxy_route *route;
	bool known;			/* he has signed in, or it is the device of somebody who can; else there is no hint */
	unsigned zone;
	uint16_t https_port;
	char device[GATEWAY_DEVICE_SIZE];	/* the peer's name; "" = none */
};

struct gateway_visitor {
	const struct addr *peer;	/* verified */
	unsigned zone;
	bool stranger;			/* comes from the Internet */
	const struct proxy_ticket *ticket;	/* he has signed in with; NULL = he has not */
	const struct ingress_peer *device;	/* his own, in the VPN; NULL = none: another zone, or a network behind a peer */
	const struct gateway_hint *hint;
};

/* Answer rq by the target of route, which is one of t. Takes rq, of which nothing was asked yet. */
void gateway_request(struct gateway *g, struct http_req *rq, struct proxy_table *t, const struct proxy_route *route,
    const struct gateway_visitor *v);

/* Answer rq with a page of ours, or a problem where no page is wanted. detail: why, NULL = not told. Takes rq. */
void gateway_refuse(struct http_req *rq, int status, bool stranger, const char *detail);

/* The same with more to say; host and explain are filled in. */
void gateway_refuse_page(struct http_req *rq, const struct proxy_page *why, const struct gateway_hint *hint);

/* From now on tls checks the certificates of targets; NULL: such targets fail. A kept connection is not used any more. */
void gateway_trust(struct gateway *g, struct io_tls_client *tls);

/* For probe.c. */
struct lookups *gateway_lookups(struct gateway *g);
/* The TLS client for a target, NULL: none. */
struct io_tls_client *gateway_tls(struct gateway *g, bool verify);

#endif /* ROLE_GATEWAY_H */
