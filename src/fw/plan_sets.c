/* The sets of the plan: who may what, and which networks are whose. */
#include <stdio.h>
#include <string.h>

#include "fw/index.h"
#include "fw/plan_parts.h"

/* Whether a party is in a set; bit is for those of services and groups. */
typedef bool member_cb(const struct fw_party *p, uint64_t bit);


static bool
is_peer(const struct fw_party *p, uint64_t bit)
{
	(void)bit;
	return !p->link;
}

static bool
is_link(const struct fw_party *p, uint64_t bit)
{
	(void)bit;
	return p->link;
}

static bool
is_any(const struct fw_party *p, uint64_t bit)
{
	(void)p, (void)bit;
	return true;
}

static bool
may_internet(const struct fw_party *p, uint64_t bit)
{
	(void)bit;
	return p->internet;
}

static bool
may_lan(const struct fw_party *p, uint64_t bit)
{
	(void)bit;
	return p->lan;
}

static bool
may_meet(const struct fw_party *p, uint64_t bit)
{
	(void)bit;
	return p->peers && !p->link;
}

static bool
may_use(const struct fw_party *p, uint64_t bit)
{
	return (p->services & bit) != 0;
}

static bool
in_group(const struct fw_party *p, uint64_t bit)
{
	return (p->groups & bit) != 0;
}

static struct fw_set *
set_of(struct fw_draft *d, const char *name, int family, bool interval)
{
	char full[FW_NAME_MAX];

	if ((size_t)snprintf(full, sizeof(full), "%s%d", name, family) >= sizeof(full)) {
		d->t->failed = true;
		return NULL;
	}
	return fw_set_add(d->t, full, family == 4 ? FW_TYPE_ADDR4 : FW_TYPE_ADDR6, interval);
}

static void
close_set(struct fw_set *s)
{
	if (s != NULL)
		fw_set_close(s);
}

struct choice { member_cb *member; uint64_t bit; bool hosts, nets; };

static void
put_party(struct fw_draft *d, struct fw_set *s, const struct fw_party *p, int family, const struct choice *ch)
{
	const struct addr *a = &p->addr[family == 4 ? 0 : 1];
	const uint8_t len = family == 4 ? 4 : 16;
	size_t i;

	if (a->len == len && (p->link ? ch->nets : ch->hosts))
		fw_set_put_addr(d->t, s, a);
	for (i = 0; ch->nets && i < p->nnets; i++)
		if (p->nets[i].addr.len == len)
			fw_set_put_prefix(d->t, s, &p->nets[i]);
}

static void
fill_set(struct fw_draft *d, const char *name, int family, const struct choice *ch)
{
	struct fw_set *s = set_of(d, name, family, ch->nets);
	size_t i;

	for (i = 0; i < d->in->nparties; i++)
		if (d->in->parties[i].enabled && ch->member(&d->in->parties[i], ch->bit))
			put_party(d, s, &d->in->parties[i], family, ch);
	close_set(s);
}

/* NAME4 and NAME6 for hosts, and net_NAME4 and net_NAME6 where there are nets. */
static void
right_sets(struct fw_draft *d, const char *name, member_cb *member, uint64_t bit)
{
	char net[FW_NAME_MAX];
	int family;

	(void)snprintf(net, sizeof(net), "net_%s", name);	/* set_of() refuses what does not fit */
	for (family = 4; family <= 6; family += 2) {
		fill_set(d, name, family, &(struct choice){ member, bit, true, false });
		if (d->nets)
			fill_set(d, net, family, &(struct choice){ member, bit, false, true });
	}
}

static void
service_sets(struct fw_draft *d)
{
	char name[FW_NAME_MAX];
	size_t i;

	for (i = 0; i < d->in->nservices && i < FW_SERVICES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "may_%s", d->in->services[i].name);	/* as above */
		right_sets(d, name, may_use, UINT64_C(1) << i);
	}
}

/* Groups are looked at by rules only. */
static void
group_sets(struct fw_draft *d)
{
	uint64_t used = 0;
	char name[FW_NAME_MAX];
	size_t i;
	int family;

	for (i = 0; i < d->in->nrules; i++)
		if (d->in->rules[i].from.kind == FW_END_GROUP)
			used |= UINT64_C(1) << d->in->rules[i].from.index;
	for (i = 0; i < d->in->ngroups && i < FW_GROUPS_MAX; i++)
		for (family = 4; (used >> i & 1) != 0 && family <= 6; family += 2) {
			(void)snprintf(name, sizeof(name), "group_%s", d->in->groups[i]);	/* as above */
			fill_set(d, name, family, &(struct choice){ in_group, UINT64_C(1) << i, true, true });
		}
}

static void
put_prefixes(struct fw_draft *d, struct fw_set *s, const struct addr_prefix *p, size_t n)
{
	for (; n > 0; n--, p++)
		if (s != NULL && p->addr.len == fw_type_size(s->type))
			fw_set_put_prefix(d->t, s, p);
}

static void
network_sets(struct fw_draft *d, int family)
{
	const struct fw_input *in = d->in;
	struct fw_set *lan = set_of(d, "lan", family, true), *not_out = set_of(d, "inner", family, true);
	struct fw_set *vpn = set_of(d, "vpn", family, true), *service = set_of(d, "service", family, true);
	struct fw_set *hidden = set_of(d, "masquerade", family, true);
	size_t i;

	put_prefixes(d, lan, in->lan_nets, in->nlan_nets);
	put_prefixes(d, not_out, fw_index_never_outside, FW_INDEX_NEVER_OUTSIDE);
	put_prefixes(d, not_out, in->lan_nets, in->nlan_nets);
	put_prefixes(d, vpn, in->vpn_net, 2);
	for (i = 0; i < in->nparties; i++)
		if (in->parties[i].enabled)
			put_prefixes(d, vpn, in->parties[i].nets, in->parties[i].nnets);
	put_prefixes(d, service, in->service_nets, in->nservice_nets);
	if (family == 4 || in->masquerade6) {
		put_prefixes(d, hidden, in->vpn_net, 2);
		put_prefixes(d, hidden, in->service_nets, in->nservice_nets);
		for (i = 0; i < in->nparties; i++)
			if (in->parties[i].enabled)
				put_prefixes(d, hidden, in->parties[i].nets, in->parties[i].nnets);
	}
	close_set(lan);
	close_set(not_out);
	close_set(vpn);
	close_set(service);
	close_set(hidden);
}

static void
put_if(struct fw_draft *d, struct fw_set *s, const char *name)
{
	uint8_t v[16] = { 0 };

	memcpy(v, name, strnlen(name, sizeof(v) - 1));
	if (v[0] != 0)
		fw_set_put(d->t, s, v, v);
}

static void
interface_sets(struct fw_draft *d)
{
	struct fw_set *lan = fw_set_add(d->t, "lan_if", FW_TYPE_IFNAME, false);
	struct fw_set *outer = fw_set_add(d->t, "outer_if", FW_TYPE_IFNAME, false);
	size_t i;

	for (i = 0; i < d->in->nlan_ifs; i++) {
		put_if(d, lan, d->in->lan_ifs[i]);
		put_if(d, outer, d->in->lan_ifs[i]);
	}
	put_if(d, outer, d->in->uplink);
	close_set(lan);
	close_set(outer);
}

static void
door_set(struct fw_draft *d, const char *name, uint8_t proto, unsigned zone)
{
	struct fw_set *s = fw_set_add(d->t, name, FW_TYPE_PORT, false);
	size_t i;

	for (i = 0; i < d->in->ndoors; i++) {
		const struct fw_door *o = &d->in->doors[i];
		const uint8_t port[16] = { (uint8_t)(o->port >> 8), (uint8_t)o->port };

		if (o->proto == proto && (o->zones & zone) != 0)
			fw_set_put(d->t, s, port, port);
	}
	close_set(s);
}

/* The first from there on where somebody may listen: a door, or what leads inside. */
static unsigned
next_taken(const struct fw_input *in, uint8_t proto, unsigned from)
{
	unsigned next = UINT16_MAX + 1;
	size_t i;

	for (i = 0; i < in->ndoors; i++)
		if (in->doors[i].proto == proto && in->doors[i].port >= from && in->doors[i].port < next)
			next = in->doors[i].port;
	for (i = 0; i < in->nforwards; i++)
		if (in->forwards[i].proto == proto && in->forwards[i].port >= from && in->forwards[i].port < next)
			next = in->forwards[i].port;
	return next;
}

/* Ports that nobody has but clients of this host. */
static void
client_set(struct fw_draft *d, const char *name, uint8_t proto)
{
	struct fw_set *s = fw_set_add(d->t, name, FW_TYPE_PORT, true);
	const unsigned last = d->in->client_ports.hi;
	unsigned lo = d->in->client_ports.lo, taken, hi;

	for (; lo <= last; lo = taken + 1) {
		uint8_t first[16] = { (uint8_t)(lo >> 8), (uint8_t)lo }, end[16] = { 0 };

		taken = next_taken(d->in, proto, lo);
		hi = taken > last ? last : taken - 1;
		end[0] = (uint8_t)(hi >> 8);
		end[1] = (uint8_t)hi;
		if (taken > lo)
			fw_set_put(d->t, s, first, end);
	}
	close_set(s);
}

void
fw_plan_sets(struct fw_draft *d)
{
	static const struct { const char *tcp, *udp; unsigned zone; } doors[] = {
		{ "vpn_tcp", "vpn_udp", FW_VPN }, { "cell_tcp", "cell_udp", FW_CELL },
		{ "container_tcp", "container_udp", FW_CONTAINER }, { "public_tcp", "public_udp", FW_PUBLIC },
	};
	int family;
	size_t i;

	interface_sets(d);
	for (i = 0; i < sizeof(doors) / sizeof(doors[0]); i++) {
		door_set(d, doors[i].tcp, FW_TCP, doors[i].zone);
		door_set(d, doors[i].udp, FW_UDP, doors[i].zone);
	}
	client_set(d, "client_tcp", FW_TCP);
	client_set(d, "client_udp", FW_UDP);
	for (family = 4; family <= 6; family += 2) {
		network_sets(d, family);
		fill_set(d, "peer", family, &(struct choice){ is_peer, 0, true, false });
		if (d->nets)
			fill_set(d, "net", family, &(struct choice){ is_any, 0, false, true });
		if (d->links)
			fill_set(d, "link", family, &(struct choice){ is_link, 0, false, true });
	}
	right_sets(d, "may_internet", may_internet, 0);
	right_sets(d, "may_lan", may_lan, 0);
	right_sets(d, "may_meet", may_meet, 0);
	service_sets(d);
	group_sets(d);
}
