/* On to the target; see gateway.h. One struct for each request on its way. */
#include "role/gateway.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/log.h"
#include "base/sha1.h"
#include "base/sparse.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "http/link.h"
#include "http/pool.h"
#include "http/relay.h"
#include "http/reply.h"
#include "http/request.h"
#include "ingress/who.h"
#include "io/loop.h"
#include "io/tls_client.h"
#include "proxy/page.h"
#include "proxy/table.h"
#include "proxy/ticket.h"
#include "role/lookup.h"
#include "role/wall.h"
#include "sys/clk.h"

enum { ADDED = 9, FORWARDED_MAX = 512, HOST_MAX = 280, VIA_MAX = 280, LOG_MS = 1000, KEY_SIZE = 25, ACCEPT_SIZE = 29,
	TEXT_MAX = 1024, GROUPS_MAX = 1024, EXPLAIN_MAX = 640 };

/* One request: first its target's address is looked for, then it is relayed. */
struct exchange {
	struct gateway *gateway;
	struct exchange *next, *prev;
	struct proxy_table *table;	/* a reference: route lies in it */
	const struct proxy_route *route;
	unsigned zone;			/* of the visitor */
	struct addr from;		/* in zone vpn: whose rights count */
	bool stranger;
	bool barred;			/* it may not be begun any more */
	bool signed_in;
	uint8_t ticket[32];		/* then: the digest of what with */
	struct gateway_hint hint;
	struct http_req *rq;
	struct lookup *lookup;		/* pending, or NULL */
	struct http_pool_server server;
	struct http_pooled *pooled;	/* or NULL */
	struct http_relay *relay;	/* running, or NULL */
	struct http_relay_conf conf;
	/* not zeroed from here on: kilobytes, of which little is used */
	char user[UINT8_MAX + 1], name[UINT8_MAX + 1], email[UINT8_MAX + 1], groups[GROUPS_MAX];	/* "" at first */
	struct http_header add[ADDED], set[CONF_HEADER_RULES], add_answer[CONF_HEADER_RULES + 1];
	char peer[ADDR_TEXT_MAX];
	char ws_key[KEY_SIZE], ws_accept[ACCEPT_SIZE];
	char host[HOST_MAX], forwarded[FORWARDED_MAX], via[VIA_MAX];
};

struct gateway {
	struct io_loop *loop;
	struct lookups *lookups;
	struct http_pool *pool;
	struct io_tls_client *tls, *unchecked;
	struct exchange *first;
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

/* --- answers of our own -------------------------------------------------------------------- */

static const struct http_header page_headers[] = {
	{ { "Content-Type", 12 }, { "text/html; charset=utf-8", 24 } },
	{ { "Cache-Control", 13 }, { "no-store", 8 } },
	{ { "X-Content-Type-Options", 22 }, { "nosniff", 7 } },
	{ { "Content-Security-Policy", 23 }, { "default-src 'none'; style-src 'unsafe-inline'", 45 } },
};

static void
refuse_program(struct http_req *rq, const struct proxy_page *page)
{
	char text[TEXT_MAX];
	struct wr w;

	wr_init(&w, text, sizeof(text) - 1);
	proxy_page_text(&w, page);
	text[wr_len(&w)] = '\0';
	http_reply_problem(rq, page->status, text);
}

/* On the cell's own name, where one signs in. Names of peers and hosts consist of what needs no escape in a query. */
static const char *
explain(char url[EXPLAIN_MAX], const struct gateway_hint *hint, struct str name)
{
	const bool device = hint->device[0] != '\0';
	struct wr w;

	if (!hint->known || hint->route == NULL)
		return NULL;
	wr_init(&w, url, EXPLAIN_MAX - 1);
	wr_printf(&w, "https://%s", hint->route->home);
	if (hint->https_port != 443)
		wr_printf(&w, ":%u", hint->https_port);
	wr_printf(&w, "/explain?%s=%s&host=", device ? "peer" : "from_zone",
	    device ? hint->device : conf_zone_name((enum conf_zone)hint->zone));
	wr_bytes(&w, name.p, name.n);
	if (hint->https_port != 443)
		wr_printf(&w, "&port=%u", hint->https_port);
	url[wr_len(&w)] = '\0';
	return wr_ok(&w) ? url : NULL;
}

void
gateway_refuse_page(struct http_req *rq, const struct proxy_page *why, const struct gateway_hint *hint)
{
	const struct http_head *h = http_req_head(rq);
	char buf[PROXY_PAGE_MAX], url[EXPLAIN_MAX];
	struct proxy_page page = *why;
	struct wr w;

	page.host = h->host;
	page.explain = explain(url, hint, h->host_name);
	if (!http_header_has(h, "Accept", "text/html")) {
		refuse_program(rq, &page);
		return;
	}
	wr_init(&w, buf, sizeof(buf));
	proxy_page_write(&w, &page);
	http_reply(rq, &(struct http_answer){ .status = page.status, .body = { buf, wr_len(&w) }, .headers = page_headers,
	    .nheaders = sizeof(page_headers) / sizeof(page_headers[0]) });
}

void
gateway_refuse(struct http_req *rq, int status, bool stranger, const char *detail)
{
	gateway_refuse_page(rq, &(struct proxy_page){ .status = status, .stranger = stranger, .detail = detail },
	    &(struct gateway_hint){ .known = false });
}

/* A server that is down is asked by many: a line a second will do. */
static void
log_failure(struct exchange *x, int status, const char *why)
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

/* --- one exchange ------------------------------------------------------------------------------ */

static void
give_back(struct exchange *x)
{
	if (x->pooled != NULL)
		http_pool_give(x->gateway->pool, x->pooled);
	x->pooled = NULL;
}

/* The request is answered, or gone. */
static void
exchange_free(struct exchange *x)
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

static struct exchange *
exchange_new(struct gateway *g, struct http_req *rq, struct proxy_table *t, const struct proxy_route *route)
{
	struct exchange *x = sparse_head(sizeof(*x), offsetof(struct exchange, user));

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
	const struct exchange *x = arg;
	const struct proxy_page page = { .status = status, .stranger = x->stranger, .detail = detail };

	gateway_refuse_page(rq, &page, &x->hint);
}

/* Who has signed in, else whose device it is (WEB-5): what the target is told, and may still be told. */
struct identity { const char *user, *name, *email, *groups; };

static struct identity
identity(const struct proxy_ticket *t, const struct ingress_peer *device)
{
	struct identity i = { "", "", "", "" };

	if (t != NULL)
		i = (struct identity){ t->user, t->name, t->email, t->admin ? "admin" : "peer" };
	else if (device != NULL && device->owner[0] != '\0')
		i = (struct identity){ device->owner, device->title, device->email, device->groups };
	if (i.name[0] == '\0')
		i.name = i.user;
	return i;
}

/* Would the target be told the very same of him? A stream goes by what stood in its head. */
static bool
is_himself(const struct exchange *x, const struct proxy_ticket *ticket, const struct gateway_rights *rights)
{
	const uint32_t number = ingress_who_find(rights->who, &x->from);
	struct ingress_peer p;
	const bool own = x->zone == CONF_ZONE_VPN && ingress_who_is_own(rights->who, number, &x->from) &&
	    ingress_who_get(rights->who, number, &p);
	const struct identity i = identity(ticket, own ? &p : NULL);

	return x->signed_in == (ticket != NULL) && strcmp(i.user, x->user) == 0 && strcmp(i.name, x->name) == 0 &&
	    strcmp(i.email, x->email) == 0 && strcmp(i.groups, x->groups) == 0;
}

/* Under these, might its visitor begin it? */
static bool
is_allowed(const struct exchange *x, const struct gateway_rights *rights)
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
	struct exchange *x, *next;

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

/* --- what the target is told (WEB-5) ------------------------------------------------------------ */

static void
add(struct exchange *x, const char *name, struct str value)
{
	x->conf.add = x->add;
	x->add[x->conf.nadd++] = (struct http_header){ str_of(name), value };
}

/* RFC 7239: names with a port and IPv6 addresses stand in quotes. */
static void
add_forwarded(struct exchange *x, const struct addr *peer, struct str host)
{
	const bool six = peer->len == 16;
	struct wr w;

	wr_init(&w, x->forwarded, sizeof(x->forwarded));	/* a host fits */
	wr_text(&w, six ? "for=\"[" : "for=");
	wr_text(&w, x->peer);
	wr_text(&w, six ? "]\";host=\"" : ";host=\"");
	wr_bytes(&w, host.p, host.n);
	wr_text(&w, "\";proto=https");
	add(x, "Forwarded", (struct str){ x->forwarded, wr_len(&w) });
	add(x, "X-Forwarded-For", str_of(x->peer));
	add(x, "X-Forwarded-Host", host);
	add(x, "X-Forwarded-Proto", STR("https"));
}

/* As a browser would name it: without the port that goes without saying. */
static void
set_host(struct exchange *x)
{
	const struct proxy_route *r = x->route;
	const bool literal = r->addr.len == 16;
	struct wr w;

	wr_init(&w, x->host, sizeof(x->host));	/* a target fits */
	wr_text(&w, literal ? "[" : "");
	wr_text(&w, r->target);
	wr_text(&w, literal ? "]" : "");
	if (r->port != (r->tls ? 443 : 80)) {
		wr_text(&w, ":");
		wr_decimal(&w, r->port);
	}
	x->conf.host = (struct str){ x->host, wr_len(&w) };
}

/* Names of the configuration and texts of a ticket fit. */
static void
identify(struct exchange *x, const struct gateway_visitor *v)
{
	const struct identity i = identity(v->ticket, v->device);

	x->signed_in = v->ticket != NULL;
	if (x->signed_in)
		memcpy(x->ticket, v->ticket->digest, sizeof(x->ticket));
	if (i.user[0] == '\0')
		return;			/* nor has he a name */
	(void)str_copy(str_of(i.user), x->user, sizeof(x->user));
	(void)str_copy(str_of(i.name), x->name, sizeof(x->name));
	(void)str_copy(str_of(i.email), x->email, sizeof(x->email));
	(void)str_copy(str_of(i.groups), x->groups, sizeof(x->groups));
	add(x, "Remote-User", str_of(x->user));
	add(x, "Remote-Groups", str_of(x->groups));
	add(x, "Remote-Name", str_of(x->name));
	if (x->email[0] != '\0')
		add(x, "Remote-Email", str_of(x->email));
}

static size_t
take_rules(struct http_header *out, const struct proxy_header *rules, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = (struct http_header){ str_of(rules[i].name), str_of(rules[i].value) };
	return n;
}

static void
set_rules(struct exchange *x)
{
	const struct proxy_route *r = x->route;

	x->conf.set = x->set;
	x->conf.nset = take_rules(x->set, r->request, r->nrequest);
	x->conf.add_answer = x->add_answer;
	x->conf.nadd_answer = take_rules(x->add_answer, r->response, r->nresponse);
	/* a target does not know who believes the certificate (WEB-7) */
	x->add_answer[x->conf.nadd_answer++] = (struct http_header){ STR("Strict-Transport-Security"), { NULL, 0 } };
}

/* RFC 6455 4: HTTP/2 has other means to know that both sides mean it, the target does not. */
static void
set_key(struct exchange *x)
{
	static const char suffix[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	uint8_t raw[16], digest[SHA1_SIZE];
	char text[KEY_SIZE + sizeof(suffix)];
	int n;

	randombytes_buf(raw, sizeof(raw));
	(void)sodium_bin2base64(x->ws_key, sizeof(x->ws_key), raw, sizeof(raw), sodium_base64_VARIANT_ORIGINAL);	/* fits */
	n = snprintf(text, sizeof(text), "%s%s", x->ws_key, suffix);
	sha1(digest, text, (size_t)n);
	(void)sodium_bin2base64(x->ws_accept, sizeof(x->ws_accept), digest, sizeof(digest),
	    sodium_base64_VARIANT_ORIGINAL);	/* fits */
	x->conf.ws_key = str_of(x->ws_key);
	x->conf.ws_accept = str_of(x->ws_accept);
}

static void
add_via(struct exchange *x)
{
	struct wr w;

	wr_init(&w, x->via, sizeof(x->via) - 1);	/* the name fits */
	wr_text(&w, "1.1 ");
	wr_text(&w, proxy_table_name(x->table));
	x->via[wr_len(&w)] = '\0';
	add(x, "Via", (struct str){ x->via, wr_len(&w) });
}

static void
tell(struct exchange *x, const struct gateway_visitor *v)
{
	const struct http_head *h = http_req_head(x->rq);

	(void)addr_text(v->peer, x->peer);	/* returns it */
	x->conf.hide = wall_cookies;
	x->conf.body_max = x->route->body_max;
	x->conf.websocket = x->route->websocket;
	x->conf.refuse = on_refuse;
	if (!x->route->preserve_host)
		set_host(x);
	set_rules(x);
	if (h->connect)
		set_key(x);
	add_forwarded(x, v->peer, h->host);
	identify(x, v);
	add_via(x);
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
	struct exchange *x = arg;

	give_back(x);
	x->pooled = http_pool_take(x->gateway->pool, &x->server, 0);
	return x->pooled == NULL ? NULL : http_pooled_link(x->pooled);
}

static void
relay(struct exchange *x)
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
set_server(struct exchange *x, const struct addr *a)
{
	const struct proxy_route *r = x->route;

	x->server.at = (struct addr_port){ .addr = *a, .port = r->port };
	x->server.tls = r->tls ? gateway_tls(x->gateway, r->tls_verify) : NULL;
	if (x->server.tls != NULL)
		(void)io_tls_client_ref(x->server.tls);	/* others may be trusted before the answer is there; returns it */
	x->server.name = r->target;
}

static void
fail(struct exchange *x, const char *why)
{
	log_failure(x, 502, why);
	on_refuse(x, x->rq, 502, why);
	exchange_free(x);
}

static void
go_on(struct exchange *x, const struct addr *a)
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
	struct exchange *x = exchange_new(g, rq, t, route);
	struct addr a = route->addr;

	if (x == NULL) {
		gateway_refuse(rq, 503, v->stranger, NULL);
		return;
	}
	x->zone = v->zone;
	x->from = *v->peer;
	x->stranger = v->stranger;
	x->hint = *v->hint;
	tell(x, v);
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
	struct exchange *x = arg;

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
	struct exchange *x = arg;

	x->relay = NULL;
	if (why != NULL)
		log_failure(x, status, why);
	exchange_free(x);
}
