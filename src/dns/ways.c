/* Live routes; see ways.h. */
#include "dns/ways.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "dns/server.h"
#include "dns/upstream.h"

int
dns_ways_open(struct dns_ways *w, struct io_loop *l, struct dns_stats *stats, struct io_tls_client *tls)
{
	w->carriage = (struct dns_carriage){ l, &w->random, dns_inbox_new(), stats, tls };
	return w->carriage.inbox == NULL ? -ENOMEM : 0;
}

struct dns_way *
dns_way_ref(struct dns_way *w)
{
	w->refs++;
	return w;
}

/* Upstreams are only let go of: this may run inside a callback of one of them,
 * so they are freed by a sweep. */
void
dns_way_unref(struct dns_way *w)
{
	size_t i;

	if (w == NULL || --w->refs > 0)
		return;
	for (i = 0; i < w->n; i++)
		w->hops[i]->refs--;
	free(w);
}

void
dns_ways_close(struct dns_ways *w)
{
	struct dns_upstream *u;
	size_t i;

	for (i = 0; i < w->n; i++)
		dns_way_unref(w->v[i]);
	w->n = 0;
	while ((u = w->upstreams) != NULL) {
		w->upstreams = u->next;
		dns_upstream_free(u);
	}
	dns_inbox_free(w->carriage.inbox);
}

static bool
same_hop(const struct dns_hop *a, const struct dns_hop *b)
{
	return a->mode == b->mode && a->opportunistic == b->opportunistic &&
	    a->at.port == b->at.port && addr_eq(&a->at.addr, &b->at.addr) && a->at.scope == b->at.scope &&
	    strcmp(a->tls_name, b->tls_name) == 0;
}

static struct dns_upstream *
upstream_of(struct dns_ways *w, const struct dns_hop *hop)
{
	struct dns_upstream *u;

	for (u = w->upstreams; u != NULL; u = u->next)
		if (same_hop(&u->hop, hop))
			return u;
	u = dns_upstream_new(&w->carriage, hop);
	if (u != NULL) {
		u->next = w->upstreams;
		w->upstreams = u;
	}
	return u;
}

static struct dns_way *
way_new(struct dns_ways *w, const struct dns_route *from)
{
	struct dns_way *way = calloc(1, sizeof(*way));
	size_t i;

	if (way == NULL)
		return NULL;
	way->refs = 1;
	for (i = 0; i < from->nhops; i++) {
		struct dns_upstream *u = upstream_of(w, &from->hops[i]);

		if (u == NULL) {
			dns_way_unref(way);
			return NULL;
		}
		u->refs++;
		way->hops[way->n++] = u;
	}
	return way;
}

static bool
same_routes(const struct dns_ways *w, const struct dns_routes *routes)
{
	size_t i, h;

	if (w->n != routes->n)
		return false;
	for (i = 0; i < routes->n; i++) {
		if (w->v[i]->n != routes->v[i].nhops)
			return false;
		for (h = 0; h < w->v[i]->n; h++)
			if (!same_hop(&w->v[i]->hops[h]->hop, &routes->v[i].hops[h]))
				return false;
	}
	return true;
}

static void
drop(struct dns_way **v, size_t n)
{
	while (n-- > 0)
		dns_way_unref(v[n]);
}

int
dns_ways_swap(struct dns_ways *w, const struct dns_routes *routes, bool *changed)
{
	struct dns_way *fresh[DNS_ROUTES_MAX];
	size_t i;

	*changed = !same_routes(w, routes);
	if (!*changed)
		return 0;
	for (i = 0; i < routes->n; i++) {
		fresh[i] = way_new(w, &routes->v[i]);
		if (fresh[i] == NULL) {
			drop(fresh, i);
			return -ENOMEM;
		}
	}
	drop(w->v, w->n);
	memcpy(w->v, fresh, routes->n * sizeof(struct dns_way *));
	w->n = routes->n;
	return 0;
}

bool
dns_way_usable(const struct dns_way *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (dns_upstream_usable(w->hops[i]))
			return true;
	return false;
}

bool
dns_way_rests(const struct dns_way *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (dns_upstream_usable(w->hops[i]) && !dns_upstream_rests(w->hops[i]))
			return false;
	return true;
}

bool
dns_ways_sweep(struct dns_ways *w)
{
	struct dns_upstream **at, *u;
	bool open = false;

	for (at = &w->upstreams; (u = *at) != NULL;) {
		if (u->refs == 0) {
			*at = u->next;
			dns_upstream_free(u);
			continue;
		}
		open |= dns_upstream_sweep(u);
		at = &u->next;
	}
	return open;
}

static uint8_t
transport_of(const struct dns_hop *h)
{
	if (h->mode == DNS_HOP_DOT)
		return CONF_TRANSPORT_DOT;
	return h->mode == DNS_HOP_TCP ? CONF_TRANSPORT_TCP : CONF_TRANSPORT_UDP;
}

size_t
dns_ways_states(const struct dns_ways *w, struct dns_upstream_state *out, size_t max)
{
	size_t i, h, n = 0;

	for (i = 0; i < w->n; i++)
		for (h = 0; h < w->v[i]->n && n < max; h++) {
			const struct dns_upstream *u = w->v[i]->hops[h];

			out[n++] = (struct dns_upstream_state){
				.at = u->hop.at, .transport = transport_of(&u->hop),
				.up = dns_upstream_is_up(u),
				.fallback = dns_upstream_is_fallback(u), .rtt_ms = u->rtt_ms, .heard_ms = u->heard_ms
			};
		}
	return n;
}
