/* The HTTP face of an edge: accepts on the doors for web traffic, answers the
 * embedded interface itself, hands everything under /api to core with the
 * verified address of the client, answers DNS over HTTPS by the name service
 * beside it, has those for routes answered by their targets, and redirects clear HTTP. */
#ifndef ROLE_FRONT_H
#define ROLE_FRONT_H

#include <stdbool.h>

#include "role/calls.h"	/* front_api */

struct dns_server;
struct edge_stats;
struct front;
struct front_door;
struct gateway;
struct io_loop;
struct proxy_tickets;
struct snapshot;
struct wall;

/* Of all edges together; each has its share. Per address: at each edge. */
enum {
	FRONT_CONNECTIONS = 4096, FRONT_PER_ADDRESS = 256,
	/* To the API: what core takes from edges (960, api/server.h), less what may come in one turn before it has
	 * seen those go that made room. */
	FRONT_LINKS = 960 - 4 * 64,
	/* That HTTP/2 may hold, beyond what each connection has for itself (http/server.h). */
	FRONT_HTTP2_BYTES = 128 << 20
};

/* edges: how many share the work. */
struct front *front_new(struct io_loop *l, struct edge_stats *stats, unsigned edges, front_api *api, void *arg);
void front_free(struct front *f);

/* Questions for /dns-query go to dns, which outlives f. Before that there are none. */
void front_serve_dns(struct front *f, struct dns_server *dns);

/* Requests for routes go through g, those with a login past w; both outlive f. Before that there are none. */
void front_serve_routes(struct front *f, struct gateway *g, struct wall *w);

/* Who is logged in at them from now on; t is taken. */
void front_tickets(struct front *f, struct proxy_tickets *t);

/* Serve a listening socket (borrowed). NULL on failure. */
struct front_door *front_open(struct front *f, int fd, bool tls);
void front_close(struct front_door *d);		/* its connections finish; NULL is allowed */

/* From the next connection and request on. s is borrowed until the next call; NULL: accept nobody. */
void front_swap(struct front *f, const struct snapshot *s);

/* No new connections; those open close after the request they are in. Nobody left: front_idle(). */
void front_drain(struct front *f);
bool front_idle(const struct front *f);

#endif /* ROLE_FRONT_H */
