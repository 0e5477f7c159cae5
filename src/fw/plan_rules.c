/* The rules of the owner (data.md 4.7) as lines. */
#include <stdio.h>
#include <string.h>

#include "fw/plan_parts.h"

/* Of a set of a single rule, without its 4 or 6. It has the id of the rule, for a line is another when its set has another
 * name, and counts anew: the place of a rule changes with those before it. */
enum { RULE_NAME_MAX = FW_NAME_MAX - 1 };

struct part {				/* one line of a rule to be */
	struct fw_draft *d;
	struct fw_chain *chain;
	const struct fw_rule *rule;
	int family;
};

/* A party with nets is a set of its own, made with the first line that needs it. */
static void
party_set(struct part *p, const char name[RULE_NAME_MAX], const struct fw_party *party)
{
	char full[FW_NAME_MAX];
	const uint8_t len = p->family == 4 ? 4 : 16;
	struct fw_set *s;
	size_t i;

	(void)snprintf(full, sizeof(full), "%.*s%d", RULE_NAME_MAX - 1, name, p->family);	/* fits */
	if (fw_set_find(p->d->t, full) != NULL)
		return;
	s = fw_set_add(p->d->t, full, p->family == 4 ? FW_TYPE_ADDR4 : FW_TYPE_ADDR6, true);
	if (s == NULL)
		return;
	if (party->addr[p->family == 4 ? 0 : 1].len != 0)
		fw_set_put_addr(p->d->t, s, &party->addr[p->family == 4 ? 0 : 1]);
	for (i = 0; i < party->nnets; i++)
		if (party->nets[i].addr.len == len)
			fw_set_put_prefix(p->d->t, s, &party->nets[i]);
	fw_set_close(s);
}

static bool
party_test(struct part *p, struct fw_line *l, enum fw_side side, const struct fw_end *end)
{
	const struct fw_party *party = &p->d->in->parties[end->index];
	const struct addr *a = &party->addr[p->family == 4 ? 0 : 1];
	char name[RULE_NAME_MAX];

	if (!party->enabled || p->d->in->vpn_if[0] == '\0' || (party->nnets == 0 && a->len == 0))
		return false;
	fw_line_if(l, side == FW_SRC ? FW_KEY_IIF : FW_KEY_OIF, FW_EQ, p->d->in->vpn_if);
	if (party->nnets == 0) {
		fw_line_addr(l, side, a);
		return true;
	}
	(void)snprintf(name, sizeof(name), "rule_%s_%s", p->rule->id, side == FW_SRC ? "from" : "to");	/* an id is short */
	party_set(p, name, party);
	fw_line_addrs(l, side, FW_IN, name, p->family);
	return true;
}

static bool
cidr_test(const struct part *p, struct fw_line *l, enum fw_side side, const struct addr_prefix *cidr)
{
	if ((cidr->addr.len == 4) != (p->family == 4))
		return false;
	fw_line_prefix(l, side, cidr);
	return true;
}

static bool
from_test(struct part *p, struct fw_line *l)
{
	const struct fw_end *end = &p->rule->from;
	char name[FW_NAME_MAX];

	switch (end->kind) {
	case FW_END_PARTY:
		return party_test(p, l, FW_SRC, end);
	case FW_END_GROUP:
		if (p->d->in->vpn_if[0] == '\0')
			return false;
		(void)snprintf(name, sizeof(name), "group_%s", p->d->in->groups[end->index]);	/* a set of that name is there */
		fw_line_if(l, FW_KEY_IIF, FW_EQ, p->d->in->vpn_if);
		fw_line_addrs(l, FW_SRC, FW_IN, name, p->family);
		return true;
	case FW_END_ZONE:
		if (!fw_plan_is_source(p->d, end->zone))
			return false;
		fw_plan_from_zone(p->d, l, end->zone, p->family);
		return true;
	case FW_END_CIDR:
		return cidr_test(p, l, FW_SRC, &end->cidr);
	default:
		return false;
	}
}

static bool
to_vpn_test(const struct part *p, struct fw_line *l, enum fw_op link)
{
	if (p->d->in->vpn_if[0] == '\0' || (link == FW_IN && !p->d->links))
		return false;
	fw_line_if(l, FW_KEY_OIF, FW_EQ, p->d->in->vpn_if);
	if (p->d->links)
		fw_line_addrs(l, FW_DST, link, "link", p->family);
	return true;
}

static bool
to_internet_test(const struct part *p, struct fw_line *l)
{
	if (p->d->in->uplink[0] == '\0')
		return false;
	fw_line_if(l, FW_KEY_OIF, FW_EQ, p->d->in->uplink);
	fw_line_addrs(l, FW_DST, FW_NOT_IN, "inner", p->family);
	return true;
}

static bool
to_lan_test(const struct part *p, struct fw_line *l)
{
	if (p->d->in->vpn_if[0] != '\0')
		fw_line_if(l, FW_KEY_OIF, FW_NE, p->d->in->vpn_if);
	fw_line_addrs(l, FW_DST, FW_IN, "lan", p->family);
	return true;
}

static bool
to_zone_test(const struct part *p, struct fw_line *l, enum fw_zone zone)
{
	switch (zone) {
	case FW_LOCAL:
	case FW_CONTAINER:
		return true;		/* the chain is the test */
	case FW_VPN:
		return to_vpn_test(p, l, FW_NOT_IN);
	case FW_CELL:
		return to_vpn_test(p, l, FW_IN);
	case FW_LAN:
		return to_lan_test(p, l);
	case FW_PUBLIC:
		return to_internet_test(p, l);
	}
	return false;
}

static bool
to_test(struct part *p, struct fw_line *l)
{
	const struct fw_end *end = &p->rule->to;
	const struct addr *a;

	switch (end->kind) {
	case FW_END_PARTY:
		return party_test(p, l, FW_DST, end);
	case FW_END_ZONE:
		return to_zone_test(p, l, end->zone);
	case FW_END_CIDR:
		return cidr_test(p, l, FW_DST, &end->cidr);
	case FW_END_INTERNET:
		return to_internet_test(p, l);
	case FW_END_SERVICE:
		a = &p->d->in->services[end->index].addr[p->family == 4 ? 0 : 1];
		if (a->len != 0)
			fw_line_addr(l, FW_DST, a);
		return a->len != 0;
	case FW_END_DNS:
		return true;		/* its ports are the test */
	default:
		return false;
	}
}

static void
write_line(struct part *p, uint8_t proto, const struct fw_ports *ports, const char *port_set)
{
	static const enum fw_do action[] = { [FW_ACCEPT] = FW_DO_ACCEPT, [FW_DROP] = FW_DO_DROP, [FW_REJECT] = FW_DO_REJECT };
	struct fw_line line = { 0 }, *l;

	if (!from_test(p, &line) || !to_test(p, &line))
		return;
	fw_line_family(&line, p->family);
	if (proto != FW_ANY)
		fw_line_proto(&line, proto == FW_ICMP && p->family == 6 ? FW_ICMP6 : proto);
	if (ports != NULL)
		fw_line_ports(&line, ports->lo, ports->hi);
	else if (port_set != NULL)
		fw_line_set(&line, FW_KEY_DPORT, FW_IN, port_set);
	fw_line_do(&line, action[p->rule->action]);
	line.counter = true;
	if (p->rule->action != FW_ACCEPT)
		line.log_group = p->d->in->log_group;
	fw_line_comment(&line, "rule", p->rule->id);
	l = fw_line_add(p->d->t, p->chain);
	if (l != NULL)
		*l = line;
}

static void
dns_lines(struct part *p)
{
	static const struct { uint8_t proto; struct fw_ports ports; } dns[] = {
		{ FW_UDP, { 53, 53 } }, { FW_TCP, { 53, 53 } }, { FW_TCP, { 853, 853 } }
	};
	size_t i;

	for (i = 0; i < sizeof(dns) / sizeof(dns[0]); i++)
		if (p->rule->proto == FW_ANY || p->rule->proto == dns[i].proto)
			write_line(p, dns[i].proto, &dns[i].ports, NULL);
}

static void
port_set(struct part *p, const char *name)
{
	struct fw_set *s;
	size_t i;

	if (fw_set_find(p->d->t, name) != NULL)
		return;
	s = fw_set_add(p->d->t, name, FW_TYPE_PORT, true);
	for (i = 0; s != NULL && i < p->rule->nports; i++) {
		const struct fw_ports *r = &p->rule->ports[i];
		const uint8_t lo[16] = { (uint8_t)(r->lo >> 8), (uint8_t)r->lo };
		const uint8_t hi[16] = { (uint8_t)(r->hi >> 8), (uint8_t)r->hi };

		fw_set_put(p->d->t, s, lo, hi);
	}
	if (s != NULL)
		fw_set_close(s);
}

/* With other ports it is another rule, which counts anew. */
static uint32_t
digest(const struct fw_rule *r)
{
	uint32_t sum = 2166136261u;	/* FNV-1a */
	size_t i;

	for (i = 0; i < r->nports; i++) {
		sum = (sum ^ r->ports[i].lo) * 16777619u;
		sum = (sum ^ r->ports[i].hi) * 16777619u;
	}
	return sum;
}

static void
rule_lines(struct part *p)
{
	char name[RULE_NAME_MAX];

	if (p->rule->to.kind == FW_END_DNS) {
		dns_lines(p);
	} else if (p->rule->nports > 1) {
		(void)snprintf(name, sizeof(name), "rule_%s_port_%x", p->rule->id, digest(p->rule));	/* as above */
		port_set(p, name);
		write_line(p, p->rule->proto, NULL, name);
	} else {
		write_line(p, p->rule->proto, p->rule->nports == 1 ? p->rule->ports : NULL, NULL);
	}
}

static bool
belongs(const struct fw_end *to, enum fw_in_chain where)
{
	const bool zone = to->kind == FW_END_ZONE;
	const bool service = to->kind == FW_END_SERVICE || (zone && to->zone == FW_CONTAINER);
	const bool local = to->kind == FW_END_DNS || (zone && to->zone == FW_LOCAL);

	if (where == FW_IN_SERVICE)
		return service;
	if (where == FW_IN_INPUT)
		return local || to->kind == FW_END_CIDR;
	return !service && !local;
}

void
fw_plan_rules(struct fw_draft *d, struct fw_chain *c, enum fw_in_chain where)
{
	struct part p = { .d = d, .chain = c };
	size_t i;

	for (i = 0; i < d->in->nrules && i < FW_RULES_MAX; i++) {
		p.rule = &d->in->rules[i];
		for (p.family = 4; belongs(&p.rule->to, where) && p.family <= 6; p.family += 2)
			rule_lines(&p);
	}
}
