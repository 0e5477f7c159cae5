/* Upstreams and forwards; see route.h. */
#include "dns/route.h"

#include <string.h>

#include "conf/conf.h"
#include "dns/plan.h"
#include "sys/net.h"

struct own {
	const struct conf *c;
	const struct dns_host *host;
};

static bool
is_of_host(const struct conf *c, const struct dns_host *host, const struct addr *a)
{
	size_t i;

	for (i = 0; i < host->nifs; i++)
		if (addr_eq(&host->ifs[i].prefix.addr, a))
			return true;
	return addr_is_loopback(a) || addr_eq(&c->wireguard.address.addr, a) || addr_eq(&c->wireguard.address6.addr, a);
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

bool
dns_hop_is_own(const struct addr_port *at, const struct conf *c, const struct dns_host *host)
{
	const uint16_t port = host->port != 0 ? host->port : c->network.ports.dns;

	return (at->port == port || at->port == c->network.ports.dot) && is_of_host(c, host, &at->addr) &&
	    listens(c, &at->addr);
}

static void
plan_upstream(struct dns_hop *h, const struct conf_upstream *u, const struct own *own)
{
	static const uint8_t modes[] = {
		[CONF_TRANSPORT_UDP] = DNS_HOP_UDP, [CONF_TRANSPORT_TCP] = DNS_HOP_TCP, [CONF_TRANSPORT_DOT] = DNS_HOP_DOT
	};
	const struct addr_port plain = { .addr = u->at.addr, .port = DNS_PORT };
	size_t n = u->tls_name == NULL ? 0 : strlen(u->tls_name);

	h->at = u->at;
	h->mode = dns_hop_is_own(&u->at, own->c, own->host) ? DNS_HOP_NONE : modes[u->transport];
	if (h->mode != DNS_HOP_DOT)
		return;
	if (n == 0 || n >= sizeof(h->tls_name)) {	/* the configuration's rules forbid it */
		h->mode = DNS_HOP_NONE;
		return;
	}
	memcpy(h->tls_name, u->tls_name, n);
	h->opportunistic = own->c->dns.upstream_policy == CONF_UPSTREAM_OPPORTUNISTIC && !dns_hop_is_own(&plain, own->c, own->host);
}

static void
plan_forward(struct dns_route *r, const struct conf_forward *f, const struct own *own)
{
	size_t i;

	_Static_assert(sizeof(f->servers) / sizeof(f->servers[0]) <= DNS_ROUTE_HOPS, "every server gets a hop");
	for (i = 0; i < f->nservers && i < sizeof(f->servers) / sizeof(f->servers[0]); i++) {
		const struct conf_upstream u = { .at = { .addr = f->servers[i], .port = DNS_PORT } };

		plan_upstream(&r->hops[r->nhops++], &u, own);
	}
}

size_t
dns_routes_plan(struct dns_route *out, const struct conf *c, const struct dns_host *host)
{
	const struct own own = { c, host };
	const struct conf_dns *d = &c->dns;
	size_t i, n = 1;

	for (i = 0; i < d->nupstreams && i < DNS_ROUTE_HOPS; i++)
		plan_upstream(&out[0].hops[out[0].nhops++], &d->upstreams[i], &own);
	for (i = 0; i < d->nforwards && n < DNS_ROUTES_MAX; i++)
		plan_forward(&out[n++], &d->forwards[i], &own);
	return n;
}

static bool
hop_ok(const struct dns_hop *h)
{
	if (h->mode > DNS_HOP_DOT || (h->at.addr.len != 4 && h->at.addr.len != 16) ||
	    h->tls_name[DNS_HOP_NAME - 1] != '\0')
		return false;
	return (h->tls_name[0] != '\0') == (h->mode == DNS_HOP_DOT);
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
			if (!hop_ok(&v[i].hops[h]))
				return false;
	}
	return true;
}
