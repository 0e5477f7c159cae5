/* Which doors there are to be; see doors_plan.h. */
#include "role/doors_plan.h"

#include "conf/conf.h"
#include "sys/net.h"

/* PRC-9: the standard port and the one that needs no privilege. */
static const uint16_t user_ports[][2] = {
	{ 53, 5353 }, { 853, 8853 }, { 80, 8080 }, { 443, 8443 }, { 123, 1123 }
};

static const struct {
	const char *name, *port;
} kinds[DOOR_KINDS] = {
	{ "dns/udp", "network.ports.dns" }, { "dns/tcp", "network.ports.dns" }, { "dns/tls", "network.ports.dot" },
	{ "http", "network.ports.http" }, { "https", "network.ports.https" }, { "ntp/udp", "network.ports.ntp" },
	{ "api", "network.ports.api" }
};

uint16_t
doors_port(uint16_t configured, bool user_mode)
{
	size_t i;

	for (i = 0; user_mode && i < sizeof(user_ports) / sizeof(user_ports[0]); i++)
		if (user_ports[i][0] == configured)
			return user_ports[i][1];
	return configured;
}

bool
door_kind_is_udp(enum door_kind k)
{
	return k == DOOR_DNS_UDP || k == DOOR_NTP;
}

const char *
door_kind_name(enum door_kind k)
{
	return k < DOOR_KINDS ? kinds[k].name : "unknown";
}

const char *
door_kind_port(enum door_kind k)
{
	return k < DOOR_KINDS ? kinds[k].port : "";
}

unsigned
doors_zones(const struct conf *c, enum door_kind kind)
{
	switch (kind) {
	case DOOR_DNS_UDP:
	case DOOR_DNS_TCP:
	case DOOR_DNS_TLS:
		return c->dns.serve_zones | CONF_ZONE_LOCAL;
	case DOOR_NTP:
		return c->ntp.serve_zones | CONF_ZONE_LOCAL;
	case DOOR_API:
		return CONF_ZONE_LOCAL;
	default:
		return CONF_ZONE_LOCAL | CONF_ZONE_VPN | CONF_ZONE_LAN | CONF_ZONE_PUBLIC;
	}
}

/* --- the host -------------------------------------------------------------------- */

/* Where the kernel has no IPv6, or it is switched off, there is no such address. */
bool
doors_have_ipv6(const struct doors_want *w)
{
	size_t i;

	for (i = 0; i < w->nifs; i++)
		if (w->ifs[i].prefix.addr.len == 16)
			return true;
	return false;
}

static bool
has_address(const struct doors_want *w, const struct addr *a)
{
	size_t i;

	for (i = 0; i < w->nifs; i++)
		if (addr_eq(&w->ifs[i].prefix.addr, a))
			return true;
	return false;
}

/* A link-local address means nothing without its interface. */
static uint32_t
scope_of(const struct doors_want *w, const struct addr *a)
{
	size_t i;

	for (i = 0; a->len == 16 && addr_is_linklocal(a) && i < w->nifs; i++)
		if (addr_eq(&w->ifs[i].prefix.addr, a))
			return w->ifs[i].ifindex;
	return 0;
}

/* --- the list ---------------------------------------------------------------------- */

struct list {
	struct door_plan *v;
	size_t n;
	const struct doors_want *w;
};

static bool
same_place(const struct addr_port *a, const struct addr_port *b)
{
	return a->port == b->port && a->scope == b->scope && addr_eq(&a->addr, &b->addr);
}

static void
want(struct list *l, enum door_kind kind, const struct addr *a, uint16_t configured)
{
	const struct addr_port at = { *a, doors_port(configured, l->w->user_mode), scope_of(l->w, a) };
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].kind == kind && same_place(&l->v[i].at, &at))
			return;
	if (l->n < DOORS_MAX)
		l->v[l->n++] = (struct door_plan){ kind, at };
}

static void
want_address(struct list *l, const struct addr *a)
{
	const struct conf_ports *p = &l->w->conf->network.ports;

	want(l, DOOR_DNS_UDP, a, p->dns);
	want(l, DOOR_DNS_TCP, a, p->dns);
	if (l->w->conf->dns.dot)
		want(l, DOOR_DNS_TLS, a, p->dot);
	want(l, DOOR_HTTP, a, p->http);
	want(l, DOOR_HTTPS, a, p->https);
	if (l->w->conf->setup_complete && l->w->conf->ntp.enabled)
		want(l, DOOR_NTP, a, p->ntp);
}

size_t
doors_plan(struct door_plan v[DOORS_MAX], const struct doors_want *w)
{
	const struct addr any4 = { .len = 4 }, any6 = { .len = 16 };
	const struct addr lo4 = { 4, { 127, 0, 0, 1 } }, lo6 = { 16, { [15] = 1 } };
	const struct conf_network *net = &w->conf->network;
	struct list l = { v, 0, w };
	struct addr a;
	size_t i;

	want(&l, DOOR_API, &lo4, net->ports.api);
	if (has_address(w, &lo6))
		want(&l, DOOR_API, &lo6, net->ports.api);
	for (i = 0; i < net->listen_addresses.n; i++) {
		if (addr_read(str_of(net->listen_addresses.v[i]), &a)) {
			want_address(&l, &a);
			continue;
		}
		want_address(&l, &any4);	/* "*" */
		if (net->ipv6 && doors_have_ipv6(w))
			want_address(&l, &any6);
	}
	return l.n;
}
