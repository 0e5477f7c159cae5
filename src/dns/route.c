/* Upstreams and forwards; see route.h. */
#include "dns/route.h"

#include "conf/conf.h"
#include "dns/plan.h"
#include "sys/net.h"

struct own {
	const struct conf *c;
	const struct dns_host *host;
	uint16_t port;
};

static bool
is_of_host(const struct own *own, const struct addr *a)
{
	size_t i;

	for (i = 0; i < own->host->nifs; i++)
		if (addr_eq(&own->host->ifs[i].prefix.addr, a))
			return true;
	return addr_is_loopback(a) || addr_eq(&own->c->wireguard.address.addr, a) ||
	    addr_eq(&own->c->wireguard.address6.addr, a);
}

static bool
listens(const struct conf *c, const struct addr *a)
{
	const struct conf_texts *l = &c->network.listen_addresses;
	struct addr b;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (str_eqz(str_of(l->v[i]), "*") || (addr_read(str_of(l->v[i]), &b) && addr_eq(a, &b)))
			return true;
	return addr_eq(a, &c->wireguard.address.addr) || addr_eq(a, &c->wireguard.address6.addr);
}

/* A question sent to ourselves would come back for ever (DNL-10). */
static bool
is_own(const struct own *own, const struct addr_port *at)
{
	return at->port == own->port && is_of_host(own, &at->addr) && listens(own->c, &at->addr);
}

static void
plan_hop(struct dns_hop *h, const struct addr_port *at, enum conf_transport transport,
    const struct own *own, bool opportunistic)
{
	h->configured = h->at = *at;
	h->transport = (uint8_t)transport;
	h->mode = transport == CONF_TRANSPORT_TCP ? DNS_HOP_TCP : DNS_HOP_UDP;
	if (transport == CONF_TRANSPORT_DOT) {
		h->at.port = DNS_PORT;
		h->fallback = opportunistic;
		if (!opportunistic)
			h->mode = DNS_HOP_NONE;
	}
	if (is_own(own, &h->at))
		h->mode = DNS_HOP_NONE;
}

static void
plan_forward(struct dns_route *r, const struct conf_forward *f, const struct own *own)
{
	size_t i;

	_Static_assert(sizeof(f->servers) / sizeof(f->servers[0]) <= DNS_ROUTE_HOPS, "every server gets a hop");
	for (i = 0; i < f->nservers && i < sizeof(f->servers) / sizeof(f->servers[0]); i++) {
		struct addr_port at = { .addr = f->servers[i], .port = DNS_PORT };

		plan_hop(&r->hops[r->nhops++], &at, CONF_TRANSPORT_UDP, own, false);
	}
}

size_t
dns_routes_plan(struct dns_route *out, const struct conf *c, const struct dns_host *host)
{
	const struct own own = { c, host, host->port != 0 ? host->port : c->network.ports.dns };
	const struct conf_dns *d = &c->dns;
	size_t i, n = 1;

	for (i = 0; i < d->nupstreams && i < DNS_ROUTE_HOPS; i++)
		plan_hop(&out[0].hops[out[0].nhops++], &d->upstreams[i].at,
		    d->upstreams[i].transport, &own,
		    d->upstream_policy == CONF_UPSTREAM_OPPORTUNISTIC);
	for (i = 0; i < d->nforwards && n < DNS_ROUTES_MAX; i++)
		plan_forward(&out[n++], &d->forwards[i], &own);
	return n;
}

bool
dns_routes_check(const struct dns_route *v, size_t n)
{
	size_t i, h;

	if (n == 0 || n > DNS_ROUTES_MAX)
		return false;
	for (i = 0; i < n; i++) {
		if (v[i].nhops > DNS_ROUTE_HOPS)
			return false;
		for (h = 0; h < v[i].nhops; h++)
			if (v[i].hops[h].mode > DNS_HOP_TCP ||
			    (v[i].hops[h].at.addr.len != 4 && v[i].hops[h].at.addr.len != 16))
				return false;
	}
	return true;
}
