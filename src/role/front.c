/* The HTTP face of an edge; see front.h. */
#include "role/front.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "conf/conf.h"
#include "http/reply.h"
#include "http/server.h"
#include "ingress/who.h"
#include "ingress/zone.h"
#include "io/listen.h"
#include "io/tls.h"
#include "proxy/decide.h"
#include "proxy/page.h"
#include "proxy/table.h"
#include "role/ca_files.h"
#include "role/calls.h"
#include "role/doh.h"
#include "role/gateway.h"
#include "role/message.h"
#include "role/snapshot.h"
#include "role/stats.h"
#include "role/wall.h"
#include "sys/ifindex.h"
#include "ui/assets.h"
#include "ui/serve.h"

enum { HEADERS_MAX = 12, LOCATION_MAX = 9000 };

struct visitor {
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
	struct visitor from;		/* as the ingress knows it under the tables in force */
	struct visitor who;		/* of the newest request: the same, or who stands behind a trusted proxy */
	bool tls;
	struct calls_own calls;		/* to core */
	struct doh *doh;		/* once it has asked, else NULL */
};

struct front_door {
	struct front *front;
	struct io_listen *listen;
	bool tls;
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

static void on_accept(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local);
static void on_request(void *arg, struct http_req *rq);
static void on_closed(void *arg);

static const struct http_conn_ops conn_ops = { on_request, on_closed };

/* --- connections ------------------------------------------------------------ */

struct front *
front_new(struct io_loop *l, struct edge_stats *stats, unsigned edges, front_api *api, void *arg)
{
	struct front *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->loop = l;
	f->stats = stats;
	f->budget.max = FRONT_HTTP2_BYTES / (edges == 0 ? 1 : edges);
	f->conns_max = FRONT_CONNECTIONS / (edges == 0 ? 1 : edges);
	f->calls = calls_new(l, FRONT_LINKS / (edges == 0 ? 1 : edges), api, arg);
	if (f->calls == NULL) {
		free(f);
		return NULL;
	}
	stats->http_connections = 0;	/* the page may have had another writer, who died */
	return f;
}

static void
conn_free(struct front_conn *c)
{
	struct front *f = c->front;

	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		f->conns = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	f->nconns--;
	f->stats->http_connections = f->nconns;
	calls_close(f->calls, &c->calls);
	doh_free(c->doh);
	free(c);
}

void
front_free(struct front *f)
{
	if (f == NULL)
		return;
	while (f->conns != NULL) {
		struct front_conn *c = f->conns;

		calls_close(f->calls, &c->calls);
		http_conn_close(c->http);
		conn_free(c);
	}
	calls_free(f->calls);
	free(f);
}

static size_t
count_of(const struct front *f, const struct addr *peer)
{
	const struct addr key = addr_limit_key(peer);
	const struct front_conn *c;
	struct addr k;
	size_t n = 0;

	for (c = f->conns; c != NULL; c = c->next) {
		k = addr_limit_key(&c->from.peer.addr);
		n += addr_eq(&k, &key);
	}
	return n;
}

static bool
may_connect(const struct front *f, unsigned zone, const struct addr *peer)
{
	if (f->snap == NULL || f->draining || zone == 0 || f->nconns >= f->conns_max)
		return false;
	return zone == CONF_ZONE_LOCAL || count_of(f, peer) < FRONT_PER_ADDRESS;
}

static struct front_conn *
conn_new(struct front_door *d, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	struct front *f = d->front;
	struct front_conn *c = calloc(1, sizeof(*c));
	struct http_conn_conf conf = { .ops = &conn_ops };

	if (c == NULL)
		return NULL;
	c->front = f;
	c->from.peer = *peer;
	c->local = local->addr;
	c->tls = d->tls;
	conf.arg = c;
	conf.budget = &f->budget;
	conf.tls = d->tls ? f->snap->tls : NULL;
	c->http = http_conn_new(f->loop, fd, &conf);
	if (c->http == NULL) {
		free(c);
		return NULL;
	}
	c->next = f->conns;
	if (c->next != NULL)
		c->next->prev = c;
	f->conns = c;
	f->stats->http_connections = ++f->nconns;
	return c;
}

static void
on_accept(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local)
{
	struct front_door *d = arg;
	struct front *f = d->front;
	struct front_conn *c = NULL;
	const uint32_t ifindex = ifindex_of_conn(fd);
	uint32_t number = 0;
	unsigned zone = 0;

	if (f->snap != NULL)
		zone = ingress_identify(&f->snap->ingress, &f->snap->who, ifindex, &peer->addr, &number);
	if (may_connect(f, zone, &peer->addr) && (!d->tls || f->snap->tls != NULL))
		c = conn_new(d, fd, peer, local);
	if (c == NULL) {
		f->stats->http_refused++;
		(void)close(fd);	/* nothing was said on it */
		return;
	}
	c->from.zone = zone;
	c->from.number = number;
	c->ifindex = ifindex;
}

static void
on_closed(void *arg)
{
	struct front_conn *c = arg;

	c->front->stats->tls_errors += !http_conn_opened(c->http);
	conn_free(c);
}

struct front_door *
front_open(struct front *f, int fd, bool tls)
{
	struct front_door *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->front = f;
	d->tls = tls;
	d->listen = io_listen_new(f->loop, fd, on_accept, d);
	if (d->listen != NULL)
		return d;
	free(d);
	return NULL;
}

void
front_close(struct front_door *d)
{
	if (d == NULL)
		return;
	io_listen_free(d->listen);
	free(d);
}

/* Who is nobody under the new tables is not heard any more (ACC-11). */
static void
identify_anew(struct front *f)
{
	struct front_conn *c, *next;

	for (c = f->conns; c != NULL; c = next) {
		next = c->next;
		c->from.zone = ingress_identify(&f->snap->ingress, &f->snap->who, c->ifindex, &c->from.peer.addr,
		    &c->from.number);
		if (c->from.zone != 0)
			continue;
		calls_close(f->calls, &c->calls);
		http_conn_close(c->http);
		conn_free(c);
	}
}

static void
use_rights(struct front *f)
{
	if (f->gateway != NULL)
		gateway_use(f->gateway,
		    &(struct gateway_rights){ f->snap->routes, wall_tickets(f->wall), &f->snap->who });
}

void
front_swap(struct front *f, const struct snapshot *s)
{
	f->snap = s;
	if (s == NULL)
		return;
	identify_anew(f);
	use_rights(f);
}

void
front_tickets(struct front *f, struct proxy_tickets *t)
{
	wall_use(f->wall, t);
	if (f->snap != NULL)
		use_rights(f);
}

void
front_drain(struct front *f)
{
	struct front_conn *c, *next;

	f->draining = true;
	for (c = f->conns; c != NULL; c = next) {
		next = c->next;
		http_conn_drain(c->http);	/* an idle one goes at once, through on_closed() */
	}
}

bool
front_idle(const struct front *f)
{
	return f->conns == NULL;
}

void
front_serve_dns(struct front *f, struct dns_server *dns)
{
	f->dns = dns;
}

void
front_serve_routes(struct front *f, struct gateway *g, struct wall *w)
{
	f->gateway = g;
	f->wall = w;
}

/* --- requests ----------------------------------------------------------------- */

static void
answer_ui(struct http_req *rq, struct str path)
{
	const struct http_head *h = http_req_head(rq);
	struct http_header headers[HEADERS_MAX];
	struct http_answer a = { .headers = headers, .own = HTTP_CONST };
	const struct ui_header *p;
	struct ui_reply r;

	ui_serve(&r, path, http_header_get(h, "if-none-match"), http_header_get(h, "accept-encoding"));
	if (r.status == 404 || r.status == 406) {
		http_reply_problem(rq, r.status, r.status == 404 ? "there is no such file" :
		    "the interface is sent gzip-compressed only");
		return;
	}
	a.status = r.status;
	headers[a.nheaders++] = (struct http_header){ STR("ETag"), str_of(r.asset->etag) };
	headers[a.nheaders++] = (struct http_header){ STR("Cache-Control"), str_of(r.cache) };
	headers[a.nheaders++] = (struct http_header){ STR("X-Content-Type-Options"), STR("nosniff") };
	headers[a.nheaders++] = (struct http_header){ STR("Vary"), STR("Accept-Encoding") };
	if (r.status == 200) {
		headers[a.nheaders++] = (struct http_header){ STR("Content-Type"), str_of(r.asset->type) };
		headers[a.nheaders++] = (struct http_header){ STR("Content-Encoding"), STR("gzip") };
		a.body = (struct str){ (const char *)r.asset->gz, (size_t)(r.asset->gz_end - r.asset->gz) };
	}
	for (p = ui_page_headers; r.page && p->name != NULL; p++)
		headers[a.nheaders++] = (struct http_header){ str_of(p->name), str_of(p->value) };
	http_reply(rq, &a);
}

static void
redirect(struct http_req *rq, int status, const char *location)
{
	const struct http_header headers[] = {
		{ STR("Location"), str_of(location) },
		{ STR("Cache-Control"), STR("no-store") },
	};
	const struct http_answer a = { .status = status, .headers = headers, .nheaders = 2 };

	http_reply(rq, &a);
}

static void
redirect_https(struct http_req *rq, struct str host, uint16_t port)
{
	const struct str target = http_req_head(rq)->target;
	char url[LOCATION_MAX], tail[8] = "";

	if (port != 443)
		(void)snprintf(tail, sizeof(tail), ":%u", port);	/* five digits fit */
	if ((size_t)snprintf(url, sizeof(url), "https://%.*s%s%.*s", (int)host.n, host.p, tail,
	    (int)target.n, target.p) >= sizeof(url))
		http_reply_problem(rq, 414, "the address is too long");
	else
		redirect(rq, 308, url);
}

static void
answer_api(struct front_conn *c, struct http_req *rq)
{
	const struct message_api m = { c->who.peer, c->local, (uint8_t)c->who.zone, c->tls };

	calls_request(c->front->calls, &c->calls, rq, &m);
}

static void
answer_doh(struct front_conn *c, struct http_req *rq)
{
	const struct doh_client who = { c->ifindex, &c->local, &c->from.peer };

	if (c->who.zone != c->from.zone || !addr_eq(&c->who.peer.addr, &c->from.peer.addr)) {
		http_reply_problem(rq, 403, "DNS is not served through another proxy");
		return;
	}
	if (c->doh == NULL && c->front->dns != NULL)
		c->doh = doh_new(c->front->dns, &who);
	if (c->doh != NULL)
		doh_request(c->doh, rq);
	else
		http_reply_problem(rq, 503, "there is no name service here");
}

/* A name in SNI that is not the one in Host is a request for somebody else (RFC
 * 9110 7.4). SNI never has the final dot that Host may have. */
static bool
is_misdirected(const struct front_conn *c, struct str host)
{
	const char *sni = http_conn_server_name(c->http);

	if (host.n > 1 && host.p[host.n - 1] == '.')
		host.n--;
	return sni != NULL && !str_ieq(host, str_of(sni));
}

/* RFC 9110 15.5.6. */
static void
refuse_method(struct http_req *rq)
{
	static const struct http_header headers[] = {
		{ STR("Allow"), STR("GET, HEAD") },
		{ STR("Content-Type"), STR("text/plain; charset=utf-8") },
	};
	const struct http_answer a = { .status = 405, .headers = headers, .nheaders = 2,
	    .body = STR("only GET and HEAD are served here\n"), .own = HTTP_CONST };

	http_reply(rq, &a);
}

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

/* To whom asks for WebSocket in HTTP/2 any 2xx would mean that he has it. */
static void
refuse_websocket(struct http_req *rq)
{
	http_reply_problem(rq, 501, "WebSocket is not spoken at this address");
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
		refuse_websocket(rq);
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

/* Stateless: the account's key is what proves something, and whoever asks has the token from there. */
static void
answer_challenge(struct http_req *rq, const struct proxy_site *site, struct str token)
{
	static const struct http_header headers[] = { { STR("Content-Type"), STR("application/octet-stream") } };
	char text[PROXY_TOKEN_MAX + 1 + PROXY_ACME_MAX];
	const int n = snprintf(text, sizeof(text), "%.*s.%s", (int)token.n, token.p, site->acme);	/* both fit */

	http_reply(rq, &(struct http_answer){ .status = 200, .headers = headers, .nheaders = 1, .body = { text, (size_t)n } });
}

/* The host is that of a route: answered, or sent to HTTPS. False: it is not. */
static bool
answer_route(struct front_conn *c, struct http_req *rq, struct str host)
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
		redirect_https(rq, host, f->snap->site.https_port);
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

/* The last one that X-Forwarded-For names, over all its lines. */
static bool
read_forwarded(const struct http_head *h, struct addr *out)
{
	struct str line, last = { NULL, 0 }, item;
	struct addr_port at;
	size_t i;

	for (i = 0; (line = http_header_nth(h, "X-Forwarded-For", i)).p != NULL; i++)
		while (str_cut(&line, ',', &item))
			last = str_trim(item);
	if (addr_read(last, out))
		return true;
	if (!addr_port_read(last, &at))
		return false;
	*out = at.addr;
	return true;
}

/* Who asks: the peer, unless that is a trusted proxy. Who stands behind one is at home or a stranger, nothing else, and
 * a stranger when the proxy does not say. */
static void
identify(struct front_conn *c, const struct http_head *h)
{
	const struct snapshot *s = c->front->snap;
	struct addr a;

	c->who = c->from;
	if (!proxy_table_trusts(s->routes, &c->from.peer.addr))
		return;
	c->who.zone = CONF_ZONE_PUBLIC;
	c->who.number = 0;
	if (!read_forwarded(h, &a))
		return;
	c->who.peer = (struct addr_port){ .addr = a };
	if (ingress_zone(&s->ingress, c->ifindex, &a) == CONF_ZONE_LAN)
		c->who.zone = CONF_ZONE_LAN;
}

/* RFC 6797, WEB-7: 180 days. Where somebody has to trust the cell first it would lock out who has not. */
static const struct http_header hsts = { { "Strict-Transport-Security", 25 }, { "max-age=15552000", 16 } };

static void
answer_own(struct front_conn *c, struct http_req *rq, const struct proxy_ask *ask)
{
	const struct proxy_site *site = &c->front->snap->site;
	const struct http_head *h = http_req_head(rq);

	switch (proxy_decide(site, ask)) {
	case PROXY_UI:
		answer_ui(rq, h->path);
		break;
	case PROXY_API:
		answer_api(c, rq);
		break;
	case PROXY_CA:
		ca_files_answer(rq, c->front->snap, h->path, c->who.zone);
		break;
	case PROXY_DOH:
		answer_doh(c, rq);
		break;
	case PROXY_HTTPS:
		redirect_https(rq, ask->host, site->https_port);
		break;
	case PROXY_SETUP:
		redirect(rq, 302, "/setup");
		break;
	case PROXY_NOTHING:
		http_reply_problem(rq, 404, "DNS is not served over HTTPS here");
		break;
	case PROXY_METHOD:
		refuse_method(rq);
		break;
	case PROXY_MISDIRECTED:
		http_reply_problem(rq, 421, "the cell does not have that name");
		break;
	}
}

static void
on_request(void *arg, struct http_req *rq)
{
	struct front_conn *c = arg;
	const struct proxy_site *site = &c->front->snap->site;
	const struct http_head *h = http_req_head(rq);
	struct proxy_ask ask = { .tls = c->tls, .host = h->host_name, .path = h->path, .local = &c->local,
	    .get = h->method == HTTP_GET || h->method == HTTP_HEAD };
	struct str token;

	c->front->stats->http_requests++;
	identify(c, h);
	if (ask.host.n == 0 || is_misdirected(c, ask.host)) {
		http_reply_problem(rq, 421, "this connection is not for that host name");
		return;
	}
	if (c->tls && site->hsts && io_tls_config_is_public(c->front->snap->tls, ask.host))
		http_req_also(rq, &hsts);
	if (!c->tls && ask.get && proxy_challenge(site, ask.path, &token)) {
		answer_challenge(rq, site, token);
		return;
	}
	if (answer_route(c, rq, ask.host))
		return;
	if (h->connect)
		refuse_websocket(rq);
	else
		answer_own(c, rq, &ask);
}
