/* Who is asking; see zone.h. */
#include "ingress/zone.h"

#include <string.h>

#include "base/rd.h"
#include "base/wr.h"
#include "conf/conf.h"
#include "sys/net.h"

static void
add_net(struct ingress *in, uint32_t ifindex, const struct addr_prefix *p, unsigned zone)
{
	struct ingress_net *n;

	if (in->nnets == INGRESS_NETS_MAX)
		return;
	n = &in->nets[in->nnets++];
	n->ifindex = ifindex;
	n->prefix = addr_prefix_net(p);
	n->zone = (uint8_t)zone;
}

/* lan_interfaces empty means every interface that is not somebody else's. */
static bool
is_lan_interface(const struct conf_network *net, const char *name)
{
	size_t i;

	for (i = 0; i < net->lan_interfaces.n; i++)
		if (strcmp(net->lan_interfaces.v[i], name) == 0)
			return true;
	return net->lan_interfaces.n == 0;
}

static bool
is_vpn(const struct conf *c, const struct net_ifaddr *f)
{
	return f->ifindex != 0 && !f->loopback && strcmp(f->name, c->wireguard.interface) == 0;
}

uint32_t
ingress_vpn_ifindex(const struct conf *c, const struct net_ifaddr *ifs, size_t nifs)
{
	size_t i;

	for (i = 0; i < nifs && !is_vpn(c, &ifs[i]); i++)
		;
	return i < nifs ? ifs[i].ifindex : 0;
}

static void
plan_interface(struct ingress *in, const struct conf *c, const struct net_ifaddr *f)
{
	struct addr_prefix host = f->prefix;

	host.bits = (uint8_t)(f->prefix.addr.len * 8);
	add_net(in, 0, &host, CONF_ZONE_LOCAL);	/* the host speaking to itself */
	if (f->ifindex == 0)
		return;		/* it went while it was looked at; 0 would mean any */
	if (f->loopback) {
		in->loopback_ifindex = f->ifindex;
		return;
	}
	if (is_vpn(c, f))
		return;
	if (is_lan_interface(&c->network, f->name) && addr_is_private(&f->prefix.addr))
		add_net(in, f->ifindex, &f->prefix, CONF_ZONE_LAN);
}

static bool
has_cidr_on(const struct ingress *in, uint32_t ifindex, const struct addr_prefix *p)
{
	const struct addr_prefix net = addr_prefix_net(p);
	size_t i;

	for (i = 0; i < in->nnets; i++)
		if (in->nets[i].ifindex == ifindex && in->nets[i].zone == CONF_ZONE_LAN &&
		    addr_prefix_eq(&in->nets[i].prefix, &net))
			return true;
	return false;
}

/* lan_cidrs are at home behind the interfaces of the LAN, and nowhere else. */
static void
plan_cidr(struct ingress *in, const struct conf *c, const struct net_ifaddr *ifs, size_t nifs,
    const struct addr_prefix *p)
{
	size_t i;

	if (c->network.lan_interfaces.n == 0) {
		add_net(in, 0, p, CONF_ZONE_LAN);
		return;
	}
	for (i = 0; i < nifs; i++)
		if (!ifs[i].loopback && ifs[i].ifindex != 0 && is_lan_interface(&c->network, ifs[i].name) &&
		    !has_cidr_on(in, ifs[i].ifindex, p))
			add_net(in, ifs[i].ifindex, p, CONF_ZONE_LAN);
}

void
ingress_plan(struct ingress *in, const struct conf *c,
    const struct net_ifaddr *ifs, size_t nifs)
{
	size_t i;

	memset(in, 0, sizeof(*in));
	in->vpn_ifindex = ingress_vpn_ifindex(c, ifs, nifs);
	for (i = 0; i < nifs; i++)
		plan_interface(in, c, &ifs[i]);
	for (i = 0; i < c->network.lan_cidrs.n; i++)
		plan_cidr(in, c, ifs, nifs, &c->network.lan_cidrs.v[i]);
	if (in->vpn_ifindex == 0)
		return;
	add_net(in, in->vpn_ifindex, &c->wireguard.address, CONF_ZONE_VPN);
	if (c->wireguard.address6.addr.len != 0)
		add_net(in, in->vpn_ifindex, &c->wireguard.address6, CONF_ZONE_VPN);
}

/* An own address is a proof of being local only where the kernel says the
 * packet never left the host; elsewhere it is somebody's forgery. */
static bool
row_applies(const struct ingress *in, const struct ingress_net *n, uint32_t ifindex)
{
	if (n->zone == CONF_ZONE_LOCAL)
		return ifindex == 0 || ifindex == in->loopback_ifindex;
	return n->ifindex == 0 || ifindex == 0 || n->ifindex == ifindex;
}

unsigned
ingress_zone(const struct ingress *in, uint32_t ifindex, const struct addr *peer)
{
	bool vpn = in->vpn_ifindex != 0 && ifindex == in->vpn_ifindex;
	size_t i;

	if (addr_is_loopback(peer))
		return ifindex == 0 || ifindex == in->loopback_ifindex ? CONF_ZONE_LOCAL : 0;
	for (i = 0; i < in->nnets; i++) {
		const struct ingress_net *n = &in->nets[i];

		if (vpn && n->zone != CONF_ZONE_VPN)
			continue;
		if (row_applies(in, n, ifindex) && addr_in(peer, &n->prefix))
			return n->zone;
	}
	return vpn ? 0 : CONF_ZONE_PUBLIC;
}

void
ingress_write(struct wr *w, const struct ingress *in)
{
	size_t i;

	wr_be32(w, in->vpn_ifindex);
	wr_be32(w, in->loopback_ifindex);
	wr_be16(w, (uint16_t)in->nnets);
	for (i = 0; i < in->nnets; i++) {
		const struct ingress_net *n = &in->nets[i];

		wr_be32(w, n->ifindex);
		wr_u8(w, n->zone);
		wr_u8(w, n->prefix.bits);
		wr_u8(w, n->prefix.addr.len);
		wr_bytes(w, n->prefix.addr.b, n->prefix.addr.len);
	}
}

static bool
net_read(struct rd *r, struct ingress_net *n)
{
	n->ifindex = rd_be32(r);
	n->zone = rd_u8(r);
	n->prefix.bits = rd_u8(r);
	n->prefix.addr.len = rd_u8(r);
	if (n->prefix.addr.len != 4 && n->prefix.addr.len != 16)
		return rd_fail(r);
	if (n->prefix.bits > n->prefix.addr.len * 8 ||
	    conf_zone_name((enum conf_zone)n->zone) == NULL)
		return rd_fail(r);
	rd_copy(r, n->prefix.addr.b, n->prefix.addr.len);
	return addr_prefix_is_net(&n->prefix) || rd_fail(r);
}

bool
ingress_read(struct rd *r, struct ingress *in)
{
	size_t i;

	memset(in, 0, sizeof(*in));
	in->vpn_ifindex = rd_be32(r);
	in->loopback_ifindex = rd_be32(r);
	in->nnets = rd_be16(r);
	if (in->nnets > INGRESS_NETS_MAX)
		return rd_fail(r);
	for (i = 0; i < in->nnets; i++)
		if (!net_read(r, &in->nets[i]))
			return false;
	return rd_ok(r);
}
