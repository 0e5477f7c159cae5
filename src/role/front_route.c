/* A request for a route: who it is that asks, and whether he may; see front_set.h. */
#include "role/front_set.h"

#include "conf/conf.h"
#include "ingress/who.h"
#include "proxy/page.h"
#include "proxy/table.h"
#include "role/gateway.h"
#include "role/snapshot.h"
#include "role/wall.h"

static int
refusal_of(enum proxy_verdict verdict)
{
	switch (verdict) {
	case PROXY_FORBIDDEN:
	case PROXY_NO_RIGHT:
	case PROXY_NOT_ADMIN:
		return 403;
	case PROXY_AMBIGUOUS:
		return 400;
	default:
		return 404;
	}
}

/* The visitor of a route, as far as he is known. */
struct known {
	struct ingress_peer device;	/* name NULL: none */
	bool own;			/* it is himself, not a network behind it */
	const struct proxy_ticket *ticket;
	struct gateway_hint hint;
};

static void
know(struct known *k, const struct front_conn *c, const struct proxy_route *route, const struct proxy_ticket *ticket)
{
	const struct snapshot *s = c->front->snap;

	k->own = ingress_who_get(&s->who, c->who.number, &k->device) &&
	    ingress_who_is_own(&s->who, c->who.number, &c->who.peer.addr);
	k->ticket = ticket;
	k->hint = (struct gateway_hint){ .route = route, .zone = c->who.zone, .https_port = s->site.https_port,
	    .known = ticket != NULL || (k->own && k->device.owner[0] != '\0') };
	if (k->device.name != NULL)
		(void)str_copy(str_of(k->device.name), k->hint.device, sizeof(k->hint.device));	/* fits */
}

static void
pass(struct front_conn *c, struct http_req *rq, const struct proxy_route *route, const struct known *k)
{
	const struct gateway_visitor who = { &c->who.peer.addr, c->who.zone, c->who.zone == CONF_ZONE_PUBLIC, k->ticket,
	    k->own ? &k->device : NULL, &k->hint };

	if (http_req_head(rq)->connect && !route->websocket)
		front_refuse_websocket(rq);
	else
		gateway_request(c->front->gateway, rq, c->front->snap->routes, route, &who);
}

static void
refuse(struct front_conn *c, struct http_req *rq, enum proxy_verdict verdict, const struct known *k)
{
	struct proxy_page page = { .status = refusal_of(verdict), .stranger = c->who.zone == CONF_ZONE_PUBLIC };

	if (verdict == PROXY_NOT_ADMIN)
		page.detail = PROXY_PAGE_NOT_ADMIN;
	if (verdict == PROXY_NO_RIGHT && k->device.name != NULL) {
		page.peer = k->device.name;
		page.route = k->hint.route->name;
	}
	gateway_refuse_page(rq, &page, &k->hint);
}

bool
front_answer_route(struct front_conn *c, struct http_req *rq, struct str host)
{
	struct front *f = c->front;
	struct wall_place place = { { .host = host }, f->snap->site.https_port, c->who.zone == CONF_ZONE_PUBLIC };
	struct proxy_visit v = { .zone = c->who.zone, .host = host, .path = http_req_head(rq)->path };
	const struct proxy_route *route;
	enum proxy_verdict verdict;
	struct known k;

	if (c->who.zone == CONF_ZONE_VPN)
		place.who.vpn = c->who.peer.addr;
	if (c->tls && f->wall != NULL)
		v.ticket = wall_look(f->wall, http_req_head(rq), &place.who);
	v.access = ingress_who_access(&f->snap->who, c->who.number);
	verdict = proxy_table_judge(f->snap->routes, &v, &route);
	if (verdict == PROXY_NO_ROUTE || f->gateway == NULL)
		return false;
	know(&k, c, route, v.ticket);
	if (!c->tls)
		front_redirect_https(rq, host, f->snap->site.https_port);
	else if (verdict == PROXY_ROUTED)
		pass(c, rq, route, &k);
	else if (verdict == PROXY_LOGIN)
		wall_ask(rq, route, &place);
	else if (verdict == PROXY_ENTER)
		wall_enter(f->wall, rq, &place);
	else
		refuse(c, rq, verdict, &k);
	return true;
}
