/* Connections that stand for a question; see flow.h. */
#include "fw/flow.h"

#include <string.h>

#include "base/str.h"
#include "fw/index.h"

static void
name_if(char *to, size_t size, const char *name)
{
	if (to[0] == '\0')
		(void)str_copy(str_of(name), to, size);	/* arrays of one size */
}

static const char *
interface_of(const struct fw_index *x, const struct addr *a)
{
	const struct fw_input *in = fw_index_input(x);
	const struct fw_way *way;

	if (fw_index_own(x, a))
		return "";
	if (fw_index_vpn_net(x, a))
		return in->vpn_if[0] != '\0' ? in->vpn_if : "nowhere";	/* "" would be the cell itself, here and below */
	if (fw_index_service_net(x, a))
		return "service";
	way = fw_index_way(x, a);
	if (way != NULL)
		return way->interface;
	if (fw_index_lan(x, a) && in->nlan_ifs > 0)
		return in->lan_ifs[0];
	return in->uplink[0] != '\0' ? in->uplink : "nowhere";
}

void
fw_flow_route(const struct fw_index *x, struct fw_flow *f)
{
	name_if(f->iif, sizeof(f->iif), interface_of(x, &f->src));
	name_if(f->oif, sizeof(f->oif), interface_of(x, &f->dst));
}

/* Documentation addresses (RFC 5737, 3849): of the Internet, and nobody's. */
static const struct addr outside[2][2] = {
	{ { 4, { 198, 51, 100, 77 } }, { 16, { 0x20, 0x01, 0x0d, 0xb8, [15] = 0x77 } } },
	{ { 4, { 198, 51, 100, 88 } }, { 16, { 0x20, 0x01, 0x0d, 0xb8, [15] = 0x88 } } },
};

/* The first address of a net that is neither the net's own nor one of the cell's nor avoid. */
static bool
address_in(const struct fw_index *x, const struct addr_prefix *p, const struct addr *avoid, struct addr *out)
{
	const struct addr_prefix net = addr_prefix_net(p);
	unsigned i;

	*out = net.addr;
	for (i = net.bits == 8 * net.addr.len ? 0 : 1; i < 255; i++) {
		out->b[out->len - 1] = (uint8_t)(net.addr.b[out->len - 1] + i);
		if (!addr_in(out, &net))
			return false;
		if (!fw_index_own(x, out) && !addr_eq(out, avoid))
			return true;
	}
	return false;
}

static bool
address_of_family(const struct fw_index *x, const struct addr_prefix *p, size_t n, const struct addr *avoid,
    struct addr *out)
{
	const uint8_t len = out->len;
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i].addr.len == len && address_in(x, &p[i], avoid, out))
			return true;
	return false;
}

static bool
address_of_party(const struct fw_index *x, const struct fw_party *p, struct addr *out)
{
	static const struct addr none;
	const struct addr *a = &p->addr[out->len == 4 ? 0 : 1];

	if (p->enabled && a->len != 0) {
		*out = *a;
		return true;
	}
	return p->enabled && address_of_family(x, p->nets, p->nnets, &none, out);
}

static bool
is_member(const struct fw_party *p, const struct fw_end *e)
{
	if (e->kind == FW_END_GROUP)
		return p->enabled && (p->groups >> e->index & 1) != 0;
	return p->enabled && p->link == (e->zone == FW_CELL);
}

/* The first of those that the end stands for. */
static bool
address_of_member(const struct fw_index *x, const struct fw_end *e, struct addr *out)
{
	const struct fw_input *in = fw_index_input(x);
	size_t i;

	for (i = 0; i < in->nparties; i++)
		if (is_member(&in->parties[i], e))
			return address_of_party(x, &in->parties[i], out);
	return false;
}

static bool
address_of_zone(const struct fw_index *x, const struct fw_end *e, const struct addr *avoid, struct addr *out)
{
	const struct fw_input *in = fw_index_input(x);
	const uint8_t len = out->len;
	size_t i;

	switch (e->zone) {
	case FW_VPN:
	case FW_CELL:
		return address_of_member(x, e, out);
	case FW_LAN:
		return address_of_family(x, in->lan_nets, in->nlan_nets, avoid, out);
	case FW_CONTAINER:
		return address_of_family(x, in->service_nets, in->nservice_nets, avoid, out);
	case FW_PUBLIC:
		*out = outside[avoid->len != 0][len == 4 ? 0 : 1];
		return true;
	case FW_LOCAL:
		break;
	}
	for (i = 0; i < in->nown; i++)
		if (in->own[i].len == len) {
			*out = in->own[i];
			return true;
		}
	return false;
}

/* out->len says which family is wanted. */
static bool
address_of(const struct fw_index *x, const struct fw_end *e, const struct addr *avoid, struct addr *out)
{
	const struct fw_input *in = fw_index_input(x);
	const struct fw_end internet = { .kind = FW_END_ZONE, .zone = FW_PUBLIC };
	const struct fw_end local = { .kind = FW_END_ZONE, .zone = FW_LOCAL };

	switch (e->kind) {
	case FW_END_PARTY:
		return address_of_party(x, &in->parties[e->index], out);
	case FW_END_GROUP:
		return address_of_member(x, e, out);
	case FW_END_ZONE:
		return address_of_zone(x, e, avoid, out);
	case FW_END_CIDR:
		return address_of_family(x, &e->cidr, 1, avoid, out);
	case FW_END_INTERNET:
		return address_of_zone(x, &internet, avoid, out);
	case FW_END_DNS:
		return address_of_zone(x, &local, avoid, out);
	case FW_END_SERVICE:
		if (in->services[e->index].addr[out->len == 4 ? 0 : 1].len == 0)
			return false;
		*out = in->services[e->index].addr[out->len == 4 ? 0 : 1];
		return true;
	}
	return false;
}

static void
port_of(const struct fw_index *x, const struct fw_end *to, struct fw_flow *f)
{
	const struct fw_input *in = fw_index_input(x);

	if (f->proto != FW_ANY)
		return;
	f->proto = FW_TCP;
	f->port = 443;
	if (to->kind == FW_END_DNS) {
		f->proto = FW_UDP;
		f->port = 53;
	} else if (to->kind == FW_END_SERVICE && in->services[to->index].nports > 0) {
		f->proto = in->services[to->index].ports[0].proto;
		f->port = in->services[to->index].ports[0].ports.lo;
	}
}

/* What stands for the Internet is there, whatever network this host has at such an address. */
static void
name_outside(const struct fw_index *x, const struct fw_end *e, char *interface, size_t size)
{
	const char *uplink = fw_index_input(x)->uplink;

	if (e->kind == FW_END_INTERNET || (e->kind == FW_END_ZONE && e->zone == FW_PUBLIC))
		name_if(interface, size, uplink[0] != '\0' ? uplink : "nowhere");
}

bool
fw_flow_between(const struct fw_index *x, const struct fw_end *from, const struct fw_end *to, struct fw_flow *f)
{
	static const struct addr none;
	static const uint8_t lens[] = { 4, 16 };
	size_t i;

	for (i = 0; i < 2; i++) {
		f->src = (struct addr){ .len = lens[i] };
		f->dst = (struct addr){ .len = lens[i] };
		if (!address_of(x, from, &none, &f->src) || !address_of(x, to, &f->src, &f->dst))
			continue;
		f->iif[0] = f->oif[0] = '\0';
		port_of(x, to, f);
		name_outside(x, from, f->iif, sizeof(f->iif));
		name_outside(x, to, f->oif, sizeof(f->oif));
		fw_flow_route(x, f);
		return true;
	}
	return false;
}
