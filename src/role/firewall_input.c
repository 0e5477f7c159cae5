/* What the firewall is to enforce; see firewall_input.h. */
#include "role/firewall_input.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "fw/index.h"
#include "ingress/zone.h"
#include "role/doors_plan.h"
#include "sys/net.h"

struct draft {
	const struct conf *c;
	const struct firewall_host *h;
	struct fw_input *in;
	struct arena *a;
	bool failed;			/* no memory */
	struct ingress zones;		/* the same table that tells the edges who is at home (ingress/zone.h) */
};

static void *
array(struct draft *d, size_t n, size_t size)
{
	void *p = arena_array(d->a, n, size);

	d->failed = d->failed || p == NULL;
	return p;
}

static void
copy_if(char out[FW_IF_NAME_MAX], const char *name)
{
	if (!str_copy(str_of(name), out, FW_IF_NAME_MAX))
		out[0] = '\0';		/* longer than the kernel has them: there is no such interface */
}

/* --- home and uplink -------------------------------------------------------------------- */

static bool
starts(const char *name, const char *with)
{
	return strncmp(name, with, strlen(with)) == 0;
}

/* Docker names a network by twelve digits; br-lan is somebody's home. */
static bool
is_docker_bridge(const char *name)
{
	return starts(name, "br-") && strlen(name) == 15 && strspn(name + 3, "0123456789abcdef") == 12;
}

/* Bridges and cables of engines and virtual machines. What they forward is theirs: nobody asked us to route for them or to
 * stop it, until lan_interfaces names one. */
static bool
is_engines(const char *name)
{
	static const char *const theirs[] = { "docker", "podman", "cni", "veth", "virbr", "vnet", "lxcbr", "lxdbr", "incusbr" };
	size_t i;

	for (i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++)
		if (starts(name, theirs[i]))
			return true;
	return is_docker_bridge(name);
}

static bool
is_candidate(const struct draft *d, const struct net_ifaddr *f)
{
	if (f->loopback || f->ifindex == 0 || strcmp(f->name, d->c->wireguard.interface) == 0)
		return false;
	return d->c->network.lan_interfaces.n > 0 || !is_engines(f->name);
}

static void
add_lan_if(struct draft *d, const char *name)
{
	struct fw_input *in = d->in;

	if (in->nlan_ifs == FW_INTERFACES_MAX || (in->nlan_ifs > 0 && strcmp(in->lan_ifs[in->nlan_ifs - 1], name) == 0))
		return;			/* addresses come by interface */
	copy_if(in->lan_ifs[in->nlan_ifs++], name);
}

/* Every interface has an address of the link; that alone makes nobody's home of it. */
static bool
makes_home(const struct ingress_net *n)
{
	return n->zone == CONF_ZONE_LAN && !addr_is_linklocal(&n->prefix.addr);
}

static bool
is_home(const struct ingress *z, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < z->nnets; i++)
		if (makes_home(&z->nets[i]) && (z->nets[i].ifindex == ifindex || z->nets[i].ifindex == 0))
			return true;
	return false;
}

static void
home(struct draft *d)
{
	struct addr_prefix *nets = array(d, FW_PREFIXES_MAX, sizeof(*nets));
	const struct ingress *z = &d->zones;
	size_t i, k;

	d->in->lan_ifs = array(d, FW_INTERFACES_MAX, sizeof(*d->in->lan_ifs));
	d->in->lan_nets = nets;
	if (d->failed)
		return;
	for (i = 0; i < d->h->nifs; i++)
		if (is_candidate(d, &d->h->ifs[i]) && is_home(z, d->h->ifs[i].ifindex))
			add_lan_if(d, d->h->ifs[i].name);
	for (i = 0; i < z->nnets && d->in->nlan_nets < FW_PREFIXES_MAX; i++) {
		if (z->nets[i].zone != CONF_ZONE_LAN)
			continue;
		for (k = 0; k < d->h->nifs && d->h->ifs[k].ifindex != z->nets[i].ifindex; k++)
			;
		if (z->nets[i].ifindex == 0 || (k < d->h->nifs && is_candidate(d, &d->h->ifs[k])))
			nets[d->in->nlan_nets++] = z->nets[i].prefix;
	}
}

static bool
is_at_home(const struct draft *d, const struct fw_way *w)
{
	uint32_t ifindex = 0;
	size_t i;

	for (i = 0; i < d->h->nifs && ifindex == 0; i++)
		if (strcmp(d->h->ifs[i].name, w->interface) == 0)
			ifindex = d->h->ifs[i].ifindex;
	for (i = 0; i < d->zones.nnets; i++) {
		const struct ingress_net *n = &d->zones.nets[i];

		if (n->zone == CONF_ZONE_LAN && (n->ifindex == 0 || n->ifindex == ifindex) && w->net.bits >= n->prefix.bits &&
		    addr_in(&w->net.addr, &n->prefix))
			return true;
	}
	return false;
}

static bool
has_way(const struct fw_input *in, const struct addr_prefix *net)
{
	size_t i;

	for (i = 0; i < in->nways; i++)
		if (addr_prefix_eq(&in->ways[i].net, net))
			return true;
	return false;
}

static void
add_way(struct draft *d, struct fw_way *ways, const struct addr_prefix *net, const char *interface)
{
	struct fw_way *w = &ways[d->in->nways];

	if (d->in->nways == FW_WAYS_MAX || strcmp(interface, d->in->vpn_if) == 0)
		return;
	*w = (struct fw_way){ .net = *net };
	copy_if(w->interface, interface);
	w->home = is_at_home(d, w);
	d->in->nways++;
}

/* Where the next hop of a route of the configuration is; NULL: nowhere now. */
static const char *
interface_of(const struct draft *d, const struct conf_static_route *r)
{
	const struct fw_way *best = NULL;
	size_t i;

	if (r->interface != NULL)
		return r->interface;
	for (i = 0; i < d->h->nways; i++)
		if (addr_in(&r->via, &d->h->ways[i].net) && (best == NULL || d->h->ways[i].net.bits > best->net.bits))
			best = &d->h->ways[i];
	return best == NULL ? NULL : best->interface;
}

static void
ways(struct draft *d)
{
	struct fw_way *ways = array(d, FW_WAYS_MAX, sizeof(*ways));
	const struct conf_routing *r = &d->c->routing;
	const char *interface;
	size_t i;

	d->in->ways = ways;
	for (i = 0; ways != NULL && i < d->h->nways; i++)
		add_way(d, ways, &d->h->ways[i].net, d->h->ways[i].interface);
	for (i = 0; ways != NULL && d->c->setup_complete && i < r->nstatic_routes; i++) {
		const struct addr_prefix net = addr_prefix_net(&r->static_routes[i].destination);

		interface = interface_of(d, &r->static_routes[i]);
		if (interface != NULL && net.bits > 0 && !has_way(d->in, &net))	/* somebody else's was there before */
			add_way(d, ways, &net, interface);
	}
}

static void
own(struct draft *d)
{
	struct addr *own = array(d, d->h->nifs, sizeof(*own));
	size_t i;

	d->in->own = own;
	for (i = 0; own != NULL && i < d->h->nifs; i++)
		own[d->in->nown++] = d->h->ifs[i].prefix.addr;
}

static void
uplink(struct draft *d)
{
	const char *name = d->c->network.uplink;

	copy_if(d->in->uplink, strcmp(name, "auto") == 0 ? d->h->uplink : name);
}

static void
vpn(struct draft *d)
{
	const struct conf_wireguard *w = &d->c->wireguard;

	if (!d->c->setup_complete || !w->enabled || d->h->vpn_foreign)
		return;
	copy_if(d->in->vpn_if, w->interface);
	d->in->vpn_net[0] = addr_prefix_net(&w->address);
	if (w->address6.addr.len == 0)
		return;
	d->in->vpn_net[1] = addr_prefix_net(&w->address6);
	d->in->masquerade6 = addr_is_private(&w->address6.addr);
}

/* --- doors -------------------------------------------------------------------------------- */

static void
add_door(struct draft *d, struct fw_door *doors, const struct fw_door *door)
{
	size_t i;

	for (i = 0; i < d->in->ndoors; i++)
		if (doors[i].proto == door->proto && doors[i].port == door->port) {
			doors[i].zones |= door->zones;
			return;
		}
	if (d->in->ndoors < FW_DOORS_MAX)
		doors[d->in->ndoors++] = *door;
}

/* Servers of others fetch what is public over the same door. */
static unsigned
zones_of(const struct conf *c, enum door_kind kind)
{
	const bool dns = kind == DOOR_DNS_UDP || kind == DOOR_DNS_TCP;

	return doors_zones(c, kind) | (dns && c->dns.nsecondaries > 0 ? (unsigned)CONF_ZONE_PUBLIC : 0);
}

static void
doors(struct draft *d)
{
	const struct doors_want w = { d->c, d->h->user_mode, d->h->ifs, d->h->nifs };
	struct fw_door *doors = array(d, FW_DOORS_MAX, sizeof(*doors));
	struct door_plan plan[DOORS_MAX];
	size_t i, n = doors_plan(plan, &w);

	d->in->doors = doors;
	if (doors == NULL)
		return;
	for (i = 0; i < n; i++)
		if (plan[i].kind != DOOR_API)	/* on loopback only */
			add_door(d, doors, &(struct fw_door){ door_kind_is_udp(plan[i].kind) ? FW_UDP : FW_TCP,
			    plan[i].at.port, zones_of(d->c, plan[i].kind) });
	if (d->in->vpn_if[0] != '\0')
		add_door(d, doors, &(struct fw_door){ FW_UDP, d->c->wireguard.port, FW_PUBLIC });
}

/* --- peers ---------------------------------------------------------------------------------- */

static void
groups(struct draft *d)
{
	const char **names = array(d, d->c->ngroups, sizeof(*names));
	size_t i;

	d->in->groups = names;
	for (i = 0; names != NULL && i < d->c->ngroups && i < FW_GROUPS_MAX; i++)
		names[d->in->ngroups++] = d->c->groups[i].name;
}

static uint64_t
groups_of(const struct conf *c, const struct conf_peer *p)
{
	const struct conf_group *g;
	uint64_t set = 0;
	size_t i;

	for (i = 0; i < p->groups.n; i++) {
		g = conf_group_find(c, p->groups.v[i]);
		if (g != NULL && g - c->groups < FW_GROUPS_MAX)
			set |= UINT64_C(1) << (g - c->groups);
	}
	return set;
}

static void
peers(struct draft *d)
{
	struct fw_party *parties = array(d, d->c->npeers, sizeof(*parties));
	size_t i;

	d->in->parties = parties;
	d->in->nparties = parties == NULL ? 0 : d->c->npeers;
	for (i = 0; i < d->in->nparties; i++) {
		const struct conf_peer *p = &d->c->peers[i];

		parties[i] = (struct fw_party){ .name = p->name, .enabled = p->enabled, .internet = p->internet_access,
		    .lan = p->lan_access, .peers = p->peer_access, .addr = { p->ip, p->ip6 }, .nets = p->subnets.v,
		    .nnets = p->subnets.n < FW_NETS_MAX ? p->subnets.n : FW_NETS_MAX, .groups = groups_of(d->c, p) };
	}
}

/* --- rules ------------------------------------------------------------------------------------ */

bool
firewall_is_admin(const struct conf_end *side)
{
	return side->target != NULL && strcmp(side->target, "admin") == 0;
}

static void
target(const char *name, struct fw_end *out)
{
	out->kind = strcmp(name, "internet") == 0 ? FW_END_INTERNET : strcmp(name, "dns") == 0 ? FW_END_DNS : FW_END_ZONE;
	out->zone = FW_LOCAL;		/* admin; the others do not look at it */
}

bool
firewall_end(const struct conf *c, const struct conf_end *side, struct fw_end *out)
{
	const struct conf_peer *p;
	const struct conf_group *g;

	*out = (struct fw_end){ .cidr = side->cidr, .zone = (enum fw_zone)side->zone };
	switch (conf_end_kind(side)) {
	case CONF_END_PEER:
		p = conf_peer_find(c, side->peer);
		out->kind = FW_END_PARTY;
		out->index = p == NULL ? 0 : (size_t)(p - c->peers);
		return p != NULL;
	case CONF_END_GROUP:
		g = conf_group_find(c, side->group);
		out->kind = FW_END_GROUP;
		out->index = g == NULL ? 0 : (size_t)(g - c->groups);
		return g != NULL && out->index < FW_GROUPS_MAX;
	case CONF_END_ZONE:
		out->kind = FW_END_ZONE;
		return true;
	case CONF_END_CIDR:
		out->kind = FW_END_CIDR;
		return true;
	case CONF_END_TARGET:
		target(side->target, out);
		return true;
	default:
		return false;
	}
}

static uint8_t
proto_of(enum conf_proto p)
{
	static const uint8_t protos[] = {
		[CONF_PROTO_TCP] = FW_TCP, [CONF_PROTO_UDP] = FW_UDP, [CONF_PROTO_ANY] = FW_ANY, [CONF_PROTO_ICMP] = FW_ICMP
	};

	return protos[p];
}

static enum fw_action
action_of(enum conf_action a)
{
	return a == CONF_ACCEPT ? FW_ACCEPT : a == CONF_REJECT ? FW_REJECT : FW_DROP;
}

/* The administration has no port of its own: a rule about it is one about those of the edge. */
static bool
admin_ports(const struct draft *d, struct fw_rule *r)
{
	const struct conf_ports *p = &d->c->network.ports;
	const uint16_t http = doors_port(p->http, d->h->user_mode), https = doors_port(p->https, d->h->user_mode);

	if (r->proto != FW_ANY && r->proto != FW_TCP)
		return false;
	r->proto = FW_TCP;
	if (r->nports > 0)
		return true;
	r->ports[r->nports++] = (struct fw_ports){ http, http };
	r->ports[r->nports++] = (struct fw_ports){ https, https };
	return true;
}

/* False: it has no effect. */
static bool
rule(const struct draft *d, const struct conf_fw_rule *from, struct fw_rule *r)
{
	size_t i;

	*r = (struct fw_rule){ .id = from->id, .action = action_of(from->action), .proto = proto_of(from->proto) };
	if (!from->enabled || !firewall_end(d->c, &from->from, &r->from) || !firewall_end(d->c, &from->to, &r->to))
		return false;
	for (i = 0; i < from->ports.n && r->nports < FW_PORTS_MAX; i++)
		if (conf_ports_read(from->ports.v[i], &r->ports[r->nports].lo, &r->ports[r->nports].hi))
			r->nports++;
	return !firewall_is_admin(&from->to) || admin_ports(d, r);
}

static void
rules(struct draft *d)
{
	const struct conf_firewall *f = &d->c->firewall;
	struct fw_rule *out = array(d, f->nrules, sizeof(*out));
	size_t i;

	d->in->rules = out;
	for (i = 0; out != NULL && i < f->nrules && i < FW_RULES_MAX; i++)
		if (rule(d, &f->rules[i], &out[d->in->nrules]))
			d->in->nrules++;
}

/* --- forwards ------------------------------------------------------------------------------- */

/* Behind the very interface that the Internet is reached by, hosts answer to the router there, not to the cell: they have
 * to see the cell's own address. */
static bool
answers_elsewhere(const struct draft *d, const struct addr *to)
{
	size_t i;

	for (i = 0; i < d->h->nifs; i++)
		if (strcmp(d->h->ifs[i].name, d->in->uplink) == 0 && addr_in(to, &d->h->ifs[i].prefix))
			return true;
	return false;
}

static void
forwards(struct draft *d)
{
	const struct conf_firewall *f = &d->c->firewall;
	struct fw_forward *out = array(d, f->nforwards, sizeof(*out));
	size_t i;

	d->in->forwards = out;
	for (i = 0; out != NULL && i < f->nforwards && i < FW_FORWARDS_MAX; i++) {
		const struct conf_fw_forward *w = &f->forwards[i];

		if (!w->enabled)
			continue;
		out[d->in->nforwards++] = (struct fw_forward){ .id = w->id, .zone = (enum fw_zone)w->zone,
		    .proto = proto_of(w->proto), .port = w->port, .to_port = w->to_port, .to = w->to_ip,
		    .masquerade = answers_elsewhere(d, &w->to_ip) };
	}
}

/* --- life --------------------------------------------------------------------------------------- */

static void
fill(struct draft *d)
{
	const struct conf_firewall *f = &d->c->firewall;

	d->in->client_ports = d->h->client_ports;
	uplink(d);
	vpn(d);
	ingress_plan(&d->zones, d->c, d->h->ifs, d->h->nifs);
	home(d);
	ways(d);
	own(d);
	doors(d);
	groups(d);
	peers(d);
	rules(d);
	forwards(d);
	d->in->vpn_default_accept = f->vpn_default == CONF_ACCEPT;
	d->in->forward_default_accept = f->forward_default == CONF_ACCEPT;
	d->in->host_guard = f->host_guard == CONF_ON;
	d->in->log_group = f->log_drops ? d->h->log_group : 0;
}

struct firewall_input *
firewall_input_new(const struct conf *c, const struct firewall_host *h)
{
	struct firewall_input *f = calloc(1, sizeof(*f));
	struct draft d = { .c = c, .h = h };

	if (f == NULL)
		return NULL;
	/* the snapshot counts its users; whoever holds it may add one */
	f->conf = conf_ref((struct conf *)(uintptr_t)c);
	f->https_port = doors_port(c->network.ports.https, h->user_mode);
	f->arena = d.a = arena_new(0);
	d.in = &f->in;
	d.failed = f->arena == NULL;
	if (!d.failed)
		fill(&d);
	f->index = d.failed ? NULL : fw_index_new(&f->in);
	if (f->index != NULL)
		return f;
	firewall_input_free(f);
	return NULL;
}

void
firewall_input_free(struct firewall_input *f)
{
	if (f == NULL)
		return;
	fw_index_free(f->index);
	arena_free(f->arena);
	conf_unref(f->conf);
	free(f);
}
