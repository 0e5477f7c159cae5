/* Connections to the HTTP face of an edge; see front.h. */
#include "role/front_set.h"

#include <stdlib.h>
#include <unistd.h>

#include "conf/conf.h"
#include "ingress/who.h"
#include "io/listen.h"
#include "role/doh.h"
#include "role/gateway.h"
#include "role/snapshot.h"
#include "role/stats.h"
#include "role/wall.h"
#include "sys/ifindex.h"

struct front_door {
	struct front *front;
	struct io_listen *listen;
	bool tls;
};

static void on_accept(void *arg, int fd, const struct addr_port *peer, const struct addr_port *local);
static void on_closed(void *arg);

static const struct http_conn_ops conn_ops = { front_request, on_closed };

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
