/* The chains that packets meet first; see plan.h. */
#include "fw/plan.h"

#include <stdio.h>

#include "fw/plan_parts.h"

enum { PRIORITY = -10, SYNC_PORT = 3000 };	/* ten before `filter`; the cells' own API, which is between cells only */

bool
fw_plan_is_source(const struct fw_draft *d, enum fw_zone zone)
{
	switch (zone) {
	case FW_VPN:
		return d->in->vpn_if[0] != '\0';
	case FW_CELL:
		return d->in->vpn_if[0] != '\0' && d->links;
	case FW_PUBLIC:
		return d->in->uplink[0] != '\0';
	default:
		return zone == FW_LAN;
	}
}

void
fw_plan_from_zone(const struct fw_draft *d, struct fw_line *l, enum fw_zone zone, int family)
{
	switch (zone) {
	case FW_VPN:
	case FW_CELL:
		fw_line_if(l, FW_KEY_IIF, FW_EQ, d->in->vpn_if);
		if (d->links)
			fw_line_addrs(l, FW_SRC, zone == FW_CELL ? FW_IN : FW_NOT_IN, "link", family);
		break;
	case FW_PUBLIC:
		fw_line_if(l, FW_KEY_IIF, FW_EQ, d->in->uplink);
		fw_line_addrs(l, FW_SRC, FW_NOT_IN, "lan", family);
		break;
	default:
		fw_line_set(l, FW_KEY_IIF, FW_IN, "lan_if");
		fw_line_addrs(l, FW_SRC, FW_IN, "lan", family);
	}
}

static void
drop(const struct fw_draft *d, struct fw_line *l)
{
	if (l == NULL)
		return;
	l->counter = true;
	l->log_group = d->in->log_group;
	l->what = FW_DO_DROP;
}

void
fw_plan_drop(const struct fw_draft *d, struct fw_chain *c)
{
	drop(d, fw_line_add(d->t, c));
}

static void
allow_one(struct fw_draft *d, struct fw_chain *c, const char *set, int family, fw_fill_cb *fill, const void *arg)
{
	struct fw_line *l = fw_line_add(d->t, c);

	if (l == NULL)
		return;
	fw_line_if(l, FW_KEY_IIF, FW_EQ, d->in->vpn_if);
	fw_line_addrs(l, FW_SRC, FW_IN, set, family);
	fill(d, l, family, arg);
}

void
fw_plan_allow(struct fw_draft *d, struct fw_chain *c, const char *right, fw_fill_cb *fill, const void *arg)
{
	char net[FW_NAME_MAX];
	int family;

	(void)snprintf(net, sizeof(net), "net_%s", right);	/* a set of that name could be added */
	for (family = 4; d->in->vpn_if[0] != '\0' && family <= 6; family += 2) {
		allow_one(d, c, right, family, fill, arg);
		if (d->nets)
			allow_one(d, c, net, family, fill, arg);
	}
}

/* Back to the caller when an enabled party has the address. */
static void
known(struct fw_draft *d, const char *name, enum fw_side side)
{
	struct fw_chain *c = fw_chain_add(d->t, name);
	struct fw_line *l;
	int family;

	for (family = 4; family <= 6; family += 2) {
		l = fw_line_add(d->t, c);
		fw_line_addrs(l, side, FW_IN, "peer", family);
		fw_line_do(l, FW_DO_RETURN);
		if (!d->nets)
			continue;
		l = fw_line_add(d->t, c);
		fw_line_addrs(l, side, FW_IN, "net", family);
		fw_line_do(l, FW_DO_RETURN);
	}
	fw_plan_drop(d, c);
}

static void
established(struct fw_draft *d, struct fw_chain *c)
{
	struct fw_line *l = fw_line_add(d->t, c);

	fw_line_bits(l, FW_KEY_CT_STATE, FW_ESTABLISHED_BITS);
	fw_line_do(l, FW_DO_ACCEPT);
}

static void
invalid(struct fw_draft *d, struct fw_chain *c)
{
	struct fw_line *l = fw_line_add(d->t, c);

	fw_line_bits(l, FW_KEY_CT_STATE, FW_INVALID_BITS);
	fw_line_do(l, FW_DO_DROP);
}

static void
doors(struct fw_draft *d, struct fw_chain *c, const char *tcp, const char *udp)
{
	struct fw_line *l = fw_line_add(d->t, c);

	fw_line_proto(l, FW_TCP);
	fw_line_set(l, FW_KEY_DPORT, FW_IN, tcp);
	fw_line_do(l, FW_DO_ACCEPT);
	l = fw_line_add(d->t, c);
	fw_line_proto(l, FW_UDP);
	fw_line_set(l, FW_KEY_DPORT, FW_IN, udp);
	fw_line_do(l, FW_DO_ACCEPT);
}

static void
icmp(struct fw_draft *d, struct fw_chain *c)
{
	static const uint8_t proto[] = { FW_ICMP, FW_ICMP6 };
	size_t i;

	for (i = 0; i < sizeof(proto); i++) {
		struct fw_line *l = fw_line_add(d->t, c);

		fw_line_proto(l, proto[i]);
		fw_line_do(l, FW_DO_ACCEPT);
	}
}

/* What the cell itself asked for; all else that goes on meets the rules again, so that a new one ends it. Who began is not
 * always what the kernel says: an entry may have been made in the middle, by a packet of the cell (nf_conntrack_tcp_loose,
 * or after the entry before it expired). So the port must be one that only clients have; of ICMP only requests make
 * an entry. */
static void
answers(struct fw_draft *d, struct fw_chain *c)
{
	static const struct { uint8_t proto; const char *ports; } of[] = {
		{ FW_TCP, "client_tcp" }, { FW_UDP, "client_udp" }, { FW_ICMP, NULL }, { FW_ICMP6, NULL }
	};
	size_t i;

	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct fw_line *l = fw_line_add(d->t, c);

		fw_line_proto(l, of[i].proto);
		if (of[i].ports != NULL)
			fw_line_set(l, FW_KEY_DPORT, FW_IN, of[i].ports);
		fw_line_answers(l);
		fw_line_do(l, FW_DO_ACCEPT);
	}
}

static void
jump(struct fw_draft *d, struct fw_chain *c, enum fw_do how, const char *to)
{
	fw_line_to(fw_line_add(d->t, c), how, to);
}

static void
via(struct fw_draft *d, struct fw_chain *c, enum fw_key key, enum fw_do how, const char *to)
{
	struct fw_line *l;

	if (d->in->vpn_if[0] == '\0')
		return;
	l = fw_line_add(d->t, c);
	fw_line_if(l, key, FW_EQ, d->in->vpn_if);
	fw_line_to(l, how, to);
}

static void
about(struct fw_draft *d, struct fw_chain *c, enum fw_side side, const char *set, const char *to)
{
	struct fw_line *l;
	int family;

	for (family = 4; family <= 6; family += 2) {
		l = fw_line_add(d->t, c);
		fw_line_addrs(l, side, FW_IN, set, family);
		fw_line_to(l, FW_DO_GOTO, to);
	}
}

/* Sources of the VPN that come from elsewhere, sources of a service network from outside. */
static void
forged(struct fw_draft *d, struct fw_chain *c)
{
	struct fw_line *l;
	int family;

	for (family = 4; family <= 6; family += 2) {
		l = fw_line_add(d->t, c);
		if (d->in->vpn_if[0] != '\0')
			fw_line_if(l, FW_KEY_IIF, FW_NE, d->in->vpn_if);
		fw_line_addrs(l, FW_SRC, FW_IN, "vpn", family);
		drop(d, l);
		l = fw_line_add(d->t, c);
		fw_line_set(l, FW_KEY_IIF, FW_IN, "outer_if");
		fw_line_addrs(l, FW_SRC, FW_IN, "service", family);
		drop(d, l);
	}
}

static void
vpn_default(struct fw_draft *d, struct fw_chain *c)
{
	if (d->in->vpn_default_accept)
		fw_line_do(fw_line_add(d->t, c), FW_DO_ACCEPT);
	else
		fw_plan_drop(d, c);
}

/* host_guard: everybody but the home network is let in by the open doors only (FWL-7). */
static void
guard(struct fw_draft *d, struct fw_chain *c)
{
	enum { DHCP_CLIENT = 68, DHCP6_CLIENT = 546 };
	struct fw_line *l;
	int family;

	established(d, c);
	icmp(d, c);
	for (family = 4; family <= 6; family += 2) {
		l = fw_line_add(d->t, c);
		fw_plan_from_zone(d, l, FW_LAN, family);
		fw_line_do(l, FW_DO_ACCEPT);
		l = fw_line_add(d->t, c);
		fw_line_family(l, family);
		fw_line_proto(l, FW_UDP);
		fw_line_ports(l, family == 4 ? DHCP_CLIENT : DHCP6_CLIENT, family == 4 ? DHCP_CLIENT : DHCP6_CLIENT);
		fw_line_do(l, FW_DO_ACCEPT);
	}
	doors(d, c, "public_tcp", "public_udp");
	fw_plan_drop(d, c);
}

static void
input(struct fw_draft *d)
{
	struct fw_chain *c = fw_chain_add(d->t, "input");
	struct fw_line *l = fw_line_add(d->t, c);

	fw_line_if(l, FW_KEY_IIF, FW_EQ, "lo");
	fw_line_do(l, FW_DO_ACCEPT);
	via(d, c, FW_KEY_IIF, FW_DO_GOTO, "input_vpn");
	forged(d, c);
	about(d, c, FW_SRC, "service", "input_service");
	answers(d, c);
	jump(d, c, FW_DO_JUMP, "rules_input");
	if (d->in->host_guard)
		guard(d, c);
	if (c == NULL)
		return;
	c->hook = FW_HOOK_INPUT;
	c->priority = PRIORITY;
}

static void
input_parts(struct fw_draft *d)
{
	struct fw_chain *vpn = fw_chain_add(d->t, "input_vpn"), *service = fw_chain_add(d->t, "input_service");
	struct fw_chain *link = d->links ? fw_chain_add(d->t, "input_link") : NULL;

	jump(d, vpn, FW_DO_JUMP, "known_source");
	established(d, vpn);
	jump(d, vpn, FW_DO_JUMP, "rules_input");
	icmp(d, vpn);
	if (d->links) {
		about(d, vpn, FW_SRC, "link", "input_link");
		doors(d, link, "cell_tcp", "cell_udp");
		vpn_default(d, link);
	}
	doors(d, vpn, "vpn_tcp", "vpn_udp");
	vpn_default(d, vpn);
	established(d, service);
	icmp(d, service);		/* without it no neighbour of IPv6 finds the cell */
	doors(d, service, "container_tcp", "container_udp");
	fw_plan_drop(d, service);
	fw_plan_rules(d, fw_chain_add(d->t, "rules_input"), FW_IN_INPUT);
}

static void
fill_lan(struct fw_draft *d, struct fw_line *l, int family, const void *arg)
{
	(void)d, (void)arg;
	fw_line_addrs(l, FW_DST, FW_IN, "lan", family);
	fw_line_do(l, FW_DO_ACCEPT);
}

static void
fill_internet(struct fw_draft *d, struct fw_line *l, int family, const void *arg)
{
	(void)arg;
	fw_line_if(l, FW_KEY_OIF, FW_EQ, d->in->uplink);
	fw_line_addrs(l, FW_DST, FW_NOT_IN, "inner", family);
	fw_line_do(l, FW_DO_ACCEPT);
}

static void
fill_meet(struct fw_draft *d, struct fw_line *l, int family, const void *arg)
{
	(void)d;
	fw_line_addrs(l, FW_DST, FW_IN, arg, family);
	fw_line_do(l, FW_DO_ACCEPT);
}

/* Peer to peer, and peer to what is behind a link (FWL-3, FWL-6). */
static void
within(struct fw_draft *d)
{
	struct fw_chain *c = fw_chain_add(d->t, "within"), *link;
	struct fw_line *l;
	int family;

	if (d->links)
		about(d, c, FW_DST, "link", "to_link");
	fw_plan_allow(d, c, "may_meet", fill_meet, "may_meet");
	if (d->nets)
		fw_plan_allow(d, c, "may_meet", fill_meet, "net_may_meet");
	fw_plan_drop(d, c);
	if (!d->links)
		return;
	link = fw_chain_add(d->t, "to_link");
	for (family = 4; family <= 6; family += 2) {
		l = fw_line_add(d->t, link);
		fw_line_addrs(l, FW_SRC, FW_IN, "link", family);
		fw_line_do(l, FW_DO_DROP);
	}
	l = fw_line_add(d->t, link);
	fw_line_proto(l, FW_TCP);
	fw_line_ports(l, SYNC_PORT, SYNC_PORT);
	fw_line_do(l, FW_DO_DROP);
	fw_line_do(fw_line_add(d->t, link), FW_DO_ACCEPT);
}

static void
forward(struct fw_draft *d)
{
	struct fw_chain *c = fw_chain_add(d->t, "forward");
	struct fw_line *l;

	via(d, c, FW_KEY_IIF, FW_DO_JUMP, "known_source");
	via(d, c, FW_KEY_OIF, FW_DO_JUMP, "known_target");
	forged(d, c);
	established(d, c);
	about(d, c, FW_DST, "service", "to_service");
	about(d, c, FW_SRC, "service", "from_service");
	via(d, c, FW_KEY_IIF, FW_DO_GOTO, "from_vpn");
	via(d, c, FW_KEY_OIF, FW_DO_GOTO, "to_vpn");
	jump(d, c, FW_DO_JUMP, "rules");
	jump(d, c, FW_DO_JUMP, "forwards");
	if (c == NULL)
		return;
	c->hook = FW_HOOK_FORWARD;
	c->priority = PRIORITY;
	if (d->in->forward_default_accept)
		return;
	l = fw_line_add(d->t, c);
	fw_line_set(l, FW_KEY_IIF, FW_IN, "outer_if");
	fw_line_set(l, FW_KEY_OIF, FW_IN, "outer_if");
	drop(d, l);
}

static void
forward_parts(struct fw_draft *d)
{
	struct fw_chain *from = fw_chain_add(d->t, "from_vpn"), *to = fw_chain_add(d->t, "to_vpn");

	invalid(d, from);
	jump(d, from, FW_DO_JUMP, "rules");
	via(d, from, FW_KEY_OIF, FW_DO_GOTO, "within");
	fw_plan_allow(d, from, "may_lan", fill_lan, NULL);
	if (d->in->uplink[0] != '\0')
		fw_plan_allow(d, from, "may_internet", fill_internet, NULL);
	vpn_default(d, from);
	jump(d, to, FW_DO_JUMP, "rules");
	jump(d, to, FW_DO_JUMP, "forwards");
	vpn_default(d, to);
	fw_plan_rules(d, fw_chain_add(d->t, "rules"), FW_IN_FORWARD);
}

struct fw_table *
fw_plan(const struct fw_input *in)
{
	struct fw_draft d = { .in = in, .t = fw_table_new() };
	size_t i;

	if (d.t == NULL)
		return NULL;
	for (i = 0; i < in->nparties; i++)
		if (in->parties[i].enabled) {
			d.nets = d.nets || in->parties[i].link || in->parties[i].nnets > 0;
			d.links = d.links || in->parties[i].link;
		}
	fw_plan_sets(&d);
	input(&d);
	input_parts(&d);
	forward(&d);
	forward_parts(&d);
	within(&d);
	known(&d, "known_source", FW_SRC);
	known(&d, "known_target", FW_DST);
	fw_plan_services(&d);
	fw_plan_nat(&d);
	if (!d.t->failed)
		return d.t;
	fw_table_free(d.t);
	return NULL;
}
