/* On to the target; see gateway.h. One struct for each request on its way. */
#include "role/gateway_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/sparse.h"
#include "http/link.h"
#include "ingress/who.h"
#include "io/loop.h"
#include "io/tls_client.h"
#include "proxy/page.h"
#include "proxy/table.h"
#include "proxy/ticket.h"
#include "role/lookup.h"
#include "sys/clk.h"

enum { LOG_MS = 1000 };

struct gateway {
	struct io_loop *loop;
	struct lookups *lookups;
	struct http_pool *pool;
	struct io_tls_client *tls, *unchecked;
	struct gateway_exchange *first;
	uint64_t logged_ms;
	unsigned unlogged;		/* failures since then */
};

static void on_found(void *arg, const struct addr *a, const char *why);
static void on_gone(void *arg);
static void on_relayed(void *arg, int status, const char *why);

/* While the address is looked for. */
static const struct http_handler waiting = { .on_abort = on_gone };

/* --- life ------------------------------------------------------------------------------ */

struct gateway *
gateway_new(const struct gateway_conf *c)
{
	struct gateway *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->loop = c->loop;
	g->unchecked = io_tls_client_new_unchecked(&clk_system);
	g->lookups = lookups_new(c->loop, c->dns);
	g->pool = http_pool_new(c->loop, GATEWAY_CONNECTIONS / (c->edges == 0 ? 1 : c->edges));
	if (g->unchecked != NULL && g->lookups != NULL && g->pool != NULL)
		return g;
	gateway_free(g);
	return NULL;
}

void
gateway_free(struct gateway *g)
{
	if (g == NULL)
		return;
	http_pool_free(g->pool);
	lookups_free(g->lookups);
	io_tls_client_unref(g->unchecked);
	io_tls_client_unref(g->tls);
	free(g);
}

void
gateway_trust(struct gateway *g, struct io_tls_client *tls)
{
	struct io_tls_client *old = g->tls;

	g->tls = tls == NULL ? NULL : io_tls_client_ref(tls);
	io_tls_client_unref(old);
}

struct lookups *
gateway_lookups(struct gateway *g)
{
	return g->lookups;
}

struct io_tls_client *
gateway_tls(struct gateway *g, bool verify)
{
	return verify ? g->tls : g->unchecked;
}

/* --- one exchange ------------------------------------------------------------------------------ */

/* A server that is down is asked by many: a line a second will do. */
static void
log_failure(struct gateway_exchange *x, int status, const char *why)
{
	struct gateway *g = x->gateway;
	const uint64_t now = io_loop_now_ms(g->loop);

	if (now - g->logged_ms < LOG_MS) {
		g->unlogged++;
		return;
	}
	log_fmt(LOG_PROXY, LOG_WARNING, "%s:%u failed, %d: %s (%u more since the last line)", x->route->target,
	    x->route->port, status, why, g->unlogged);
	g->logged_ms = now;
	g->unlogged = 0;
}

static void
give_back(struct gateway_exchange *x)
{
	if (x->pooled != NULL)
		http_pool_give(x->gateway->pool, x->pooled);
	x->pooled = NULL;
}

/* The request is answered, or gone. */
static void
exchange_free(struct gateway_exchange *x)
{
	lookup_cancel(x->lookup);
	give_back(x);
	io_tls_client_unref(x->server.tls);
	if (x->prev != NULL)
		x->prev->next = x->next;
	else
		x->gateway->first = x->next;
	if (x->next != NULL)
		x->next->prev = x->prev;
	proxy_table_unref(x->table);
	free(x);
}

static struct gateway_exchange *
exchange_new(struct gateway *g, struct http_req *rq, struct proxy_table *t, const struct proxy_route *route)
{
	struct gateway_exchange *x = sparse_head(sizeof(*x), offsetof(struct gateway_exchange, user));

	if (x == NULL)
		return NULL;
	x->user[0] = x->name[0] = x->email[0] = x->groups[0] = '\0';
	x->gateway = g;
	x->rq = rq;
	x->table = proxy_table_ref(t);
	x->route = route;
	x->next = g->first;
	if (x->next != NULL)
		x->next->prev = x;
	g->first = x;
	return x;
}

static void
on_refuse(void *arg, struct http_req *rq, int status, const char *detail)
{
	const struct gateway_exchange *x = arg;
	const struct proxy_page page = { .status = status, .stranger = x->stranger, .detail = detail };

	gateway_refuse_page(rq, &page, &x->hint);
}

/* --- rights -------------------------------------------------------------------------------------- */

/* Would the target be told the very same of him? A stream goes by what stood in its head. */
static bool
is_himself(const struct gateway_exchange *x, const struct proxy_ticket *ticket, const struct gateway_rights *rights)
{
	const uint32_t number = ingress_who_find(rights->who, &x->from);
	struct ingress_peer p;
	const bool own = x->zone == CONF_ZONE_VPN && ingress_who_is_own(rights->who, number, &x->from) &&
	    ingress_who_get(rights->who, number, &p);
	const struct gateway_identity i = gateway_identity(ticket, own ? &p : NULL);

	return x->signed_in == (ticket != NULL) && strcmp(i.user, x->user) == 0 && strcmp(i.name, x->name) == 0 &&
	    strcmp(i.email, x->email) == 0 && strcmp(i.groups, x->groups) == 0;
}

/* Under these, might its visitor begin it? */
static bool
is_allowed(const struct gateway_exchange *x, const struct gateway_rights *rights)
{
	const struct http_head *h = http_req_head(x->rq);
	struct proxy_visit v = { .zone = x->zone, .host = h->host_name, .path = h->path };
	struct proxy_bearer b = { .host = v.host };
	const struct proxy_route *route;

	if (x->zone == CONF_ZONE_VPN)
		b.vpn = x->from;
	v.ticket = x->signed_in ? proxy_ticket_find(rights->tickets, x->ticket, &b) : NULL;
	if (x->zone == CONF_ZONE_VPN)
		v.access = ingress_who_access(rights->who, ingress_who_find(rights->who, &x->from));
	return is_himself(x, v.ticket, rights) && proxy_table_judge(rights->routes, &v, &route) == PROXY_ROUTED;
}

void
gateway_use(struct gateway *g, const struct gateway_rights *rights)
{
	struct http_link_times times = http_link_times_default;
	struct gateway_exchange *x, *next;

	times.idle = proxy_table_idle_s(rights->routes) * 1000;
	http_pool_times(g->pool, &times);
	for (x = g->first; x != NULL; x = next) {
		next = x->next;
		x->barred = !is_allowed(x, rights);
		if (x->relay == NULL || !x->barred)
			continue;
		http_relay_cancel(x->relay);
		exchange_free(x);
	}
}

/* --- steps -------------------------------------------------------------------------------------- */

/* May it go out on a connection that the other side may have closed just now? */
static bool
is_repeatable(const struct http_head *h)
{
	return h->framing == HTTP_NO_BODY && http_method_is_idempotent(h->method);
}

/* The kept connection was dead: a new one. */
static struct http_link *
on_again(void *arg)
{
	struct gateway_exchange *x = arg;

	give_back(x);
	x->pooled = http_pool_take(x->gateway->pool, &x->server, 0);
	return x->pooled == NULL ? NULL : http_pooled_link(x->pooled);
}

static void
relay(struct gateway_exchange *x)
{
	const bool repeatable = is_repeatable(http_req_head(x->rq));

	x->pooled = http_pool_take(x->gateway->pool, &x->server, repeatable ? UINT32_MAX : GATEWAY_FRESH_MS);
	if (x->pooled == NULL) {
		on_refuse(x, x->rq, 503, NULL);
		exchange_free(x);
		return;
	}
	x->conf.again = on_again;
	x->relay = http_relay_start(x->rq, http_pooled_link(x->pooled), &x->conf, on_relayed, x);
	if (x->relay == NULL)
		exchange_free(x);
}

static void
set_server(struct gateway_exchange *x, const struct addr *a)
{
	const struct proxy_route *r = x->route;

	x->server.at = (struct addr_port){ .addr = *a, .port = r->port };
	x->server.tls = r->tls ? gateway_tls(x->gateway, r->tls_verify) : NULL;
	if (x->server.tls != NULL)
		(void)io_tls_client_ref(x->server.tls);	/* others may be trusted before the answer is there; returns it */
	x->server.name = r->target;
}

static void
fail(struct gateway_exchange *x, const char *why)
{
	log_failure(x, 502, why);
	on_refuse(x, x->rq, 502, why);
	exchange_free(x);
}

static void
go_on(struct gateway_exchange *x, const struct addr *a)
{
	set_server(x, a);
	if (x->route->tls && x->server.tls == NULL)
		fail(x, "no authority is trusted here");
	else
		relay(x);
}

void
gateway_request(struct gateway *g, struct http_req *rq, struct proxy_table *t, const struct proxy_route *route,
    const struct gateway_visitor *v)
{
	struct gateway_exchange *x = exchange_new(g, rq, t, route);
	struct addr a = route->addr;

	if (x == NULL) {
		gateway_refuse(rq, 503, v->stranger, NULL);
		return;
	}
	x->zone = v->zone;
	x->from = *v->peer;
	x->stranger = v->stranger;
	x->hint = *v->hint;
	x->conf.refuse = on_refuse;
	gateway_tell(x, v);
	if (http_header_has(http_req_head(rq), "Via", x->via)) {
		gateway_refuse(rq, 508, v->stranger, NULL);
		exchange_free(x);
	} else if (a.len != 0 || lookup_kept(g->lookups, route->target, &a)) {
		go_on(x, &a);
	} else {
		http_req_wait(rq, &waiting, x);
		x->lookup = lookup_start(g->lookups, route->target, on_found, x);
		if (x->lookup == NULL)
			fail(x, "out of memory");
	}
}

static void
on_gone(void *arg)
{
	exchange_free(arg);
}

static void
on_found(void *arg, const struct addr *a, const char *why)
{
	struct gateway_exchange *x = arg;

	x->lookup = NULL;
	if (x->barred) {
		on_refuse(x, x->rq, 503, "what this address is open to has just changed: ask again");
		exchange_free(x);
	} else if (a != NULL) {
		go_on(x, a);
	} else {
		fail(x, why);
	}
}

static void
on_relayed(void *arg, int status, const char *why)
{
	struct gateway_exchange *x = arg;

	x->relay = NULL;
	if (why != NULL)
		log_failure(x, status, why);
	exchange_free(x);
}
