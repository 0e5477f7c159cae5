/* What the files of an edge's HTTP face share; for no others: front.c (connections), front_request.c (from whom, what for),
 * front_own.c (what the cell answers itself) and front_route.c (what is for a route). */
#ifndef ROLE_FRONT_SET_H
#define ROLE_FRONT_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/str.h"
#include "http/server.h"
#include "role/calls.h"
#include "role/front.h"

struct doh;
struct proxy_ask;

struct front_visitor {
	struct addr_port peer;
	unsigned zone;
	uint32_t number;		/* of the peer in zone vpn (ingress/who.h), else 0 */
};

struct front_conn {
	struct front *front;
	struct front_conn *prev, *next;
	struct http_conn *http;
	struct addr local;
	uint32_t ifindex;
	struct front_visitor from;		/* as the ingress knows it under the tables in force */
	struct front_visitor who;		/* of the newest request: the same, or who stands behind a trusted proxy */
	bool tls;
	struct calls_own calls;		/* to core */
	struct doh *doh;		/* once it has asked, else NULL */
};

struct front {
	struct io_loop *loop;
	struct edge_stats *stats;
	struct calls *calls;
	struct dns_server *dns;
	struct gateway *gateway;
	struct wall *wall;
	const struct snapshot *snap;	/* NULL: serve nobody */
	struct front_conn *conns;
	size_t nconns, conns_max;
	struct http_budget budget;
	bool draining;
};

/* --- front_request.c: http_conn_ops.request, arg is the connection ---------------------------- */

void front_request(void *arg, struct http_req *rq);

/* --- front_own.c -------------------------------------------------------------------------------- */

void front_answer_own(struct front_conn *c, struct http_req *rq, const struct proxy_ask *ask);

/* To the same place by HTTPS on that port. */
void front_redirect_https(struct http_req *rq, struct str host, uint16_t port);

/* To whom asks for WebSocket in HTTP/2 any 2xx would mean that he has it. */
void front_refuse_websocket(struct http_req *rq);

/* --- front_route.c ------------------------------------------------------------------------------ */

/* The host is that of a route: answered, or sent to HTTPS. False: it is not. */
bool front_answer_route(struct front_conn *c, struct http_req *rq, struct str host);

#endif /* ROLE_FRONT_SET_H */
