/* Views; see view.h. */
#include "dns/view.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "conf/conf.h"
#include "dns/plan.h"
#include "dns/zones.h"
#include "sys/net.h"

static const struct addr loopback4 = { 4, { 127, 0, 0, 1 } };
static const struct addr loopback6 = { 16, { [15] = 1 } };

static void
add_view(struct dns_zones *z, unsigned zone, bool resolves, const struct addr *a, const struct addr *aaaa)
{
	struct dns_view *v = &z->views[z->nviews++];

	v->zone = (uint8_t)zone;
	v->resolves = resolves;
	v->a = *a;
	v->aaaa = *aaaa;
}

static bool
is_container(const struct dns_host *host, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < host->ncontainers; i++)
		if (host->containers[i] == ifindex)
			return true;
	return false;
}

/* The interface's address of a family that others should be given: an IPv6 one
 * that needs no interface name, and rather one that survives a new provider. */
static struct addr
address_of(const struct dns_host *host, uint32_t ifindex, uint8_t len)
{
	struct addr found = { 0 };
	size_t i;

	for (i = 0; i < host->nifs; i++) {
		const struct addr *a = &host->ifs[i].prefix.addr;

		if (host->ifs[i].ifindex != ifindex || a->len != len || (len == 16 && addr_is_linklocal(a)))
			continue;
		if (found.len == 0 || (len == 16 && !addr_is_private(&found) && addr_is_private(a)))
			found = *a;
	}
	return found;
}

static int
find_view(const struct dns_zones *z, unsigned zone, const struct addr *a, const struct addr *aaaa)
{
	size_t i;

	for (i = 0; i < z->nviews; i++)
		if (z->views[i].zone == zone && addr_eq(&z->views[i].a, a) && addr_eq(&z->views[i].aaaa, aaaa))
			return (int)i;
	return -1;
}

static int
view_of_interface(const struct dns_zones *z, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < z->nplaces; i++)
		if (z->places[i].ifindex == ifindex)
			return z->places[i].view;
	return -1;
}

/* What someone on f's network sees who asks at this very address of it. */
static void
plan_address(struct dns_zones *z, const struct conf *c, const struct dns_host *host, const struct net_ifaddr *f)
{
	unsigned zone = is_container(host, f->ifindex) ? CONF_ZONE_CONTAINER : CONF_ZONE_LAN;
	struct addr a = address_of(host, f->ifindex, 4);
	struct addr aaaa = address_of(host, f->ifindex, 16);
	const struct addr *asked = &f->prefix.addr;
	int view;

	if (asked->len == 4)
		a = *asked;
	else if (!addr_is_linklocal(asked))
		aaaa = *asked;
	if (!c->network.ipv6)
		memset(&aaaa, 0, sizeof(aaaa));
	view = find_view(z, zone, &a, &aaaa);
	if (view < 0 && z->nviews < DNS_VIEWS_MAX - 1) {
		add_view(z, zone, true, &a, &aaaa);
		view = (int)z->nviews - 1;
	}
	if (view < 0)
		view = view_of_interface(z, f->ifindex);
	if (view < 0)
		return;
	z->places[z->nplaces++] = (struct dns_place){
		.local = *asked, .zone = (uint8_t)zone, .view = (uint8_t)view, .ifindex = f->ifindex
	};
}

int
dns_view_plan(struct dns_zones *z, const struct conf *c, const struct dns_host *host)
{
	const struct conf_wireguard *wg = &c->wireguard;
	size_t i;

	add_view(z, CONF_ZONE_VPN, true, &wg->address.addr, &wg->address6.addr);
	add_view(z, CONF_ZONE_CELL, false, &wg->address.addr, &wg->address6.addr);
	add_view(z, CONF_ZONE_LOCAL, true, &loopback4, &loopback6);
	z->places = arena_array(z->arena, host->nifs + 1, sizeof(*z->places));
	if (z->places == NULL)
		return -ENOMEM;
	for (i = 0; i < host->nifs; i++) {
		const struct net_ifaddr *f = &host->ifs[i];

		if (!f->loopback && strcmp(f->name, wg->interface) != 0)
			plan_address(z, c, host, f);
	}
	return 0;
}
