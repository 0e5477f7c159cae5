/* The chains about service networks and port forwards, and address translation. */
#include <stdio.h>

#include "fw/plan_parts.h"

struct wanted { const struct fw_service *service; const struct fw_service_port *port; };

static void
service_port(struct fw_line *l, const struct wanted *w, int family)
{
	fw_line_addr(l, FW_DST, &w->service->addr[family == 4 ? 0 : 1]);
	fw_line_proto(l, w->port->proto);
	fw_line_ports(l, w->port->ports.lo, w->port->ports.hi);
	fw_line_do(l, FW_DO_ACCEPT);
	fw_line_comment(l, "service", w->service->name);
}

static void
fill_service(struct fw_draft *d, struct fw_line *l, int family, const void *arg)
{
	(void)d;
	service_port(l, arg, family);
}

static bool
has_family(const struct fw_service *s, int family)
{
	return s->addr[family == 4 ? 0 : 1].len != 0;
}

/* Whoever needs no access word, because of where it comes from. */
static void
service_zones(struct fw_draft *d, struct fw_chain *c, const struct wanted *w)
{
	static const enum fw_zone zones[] = { FW_LAN, FW_PUBLIC };
	struct fw_line *l;
	int family;
	size_t i;

	for (i = 0; i < 2; i++)
		for (family = 4; (w->port->zones & zones[i]) != 0 && family <= 6; family += 2) {
			if (!has_family(w->service, family) || !fw_plan_is_source(d, zones[i]))
				continue;
			l = fw_line_add(d->t, c);
			fw_plan_from_zone(d, l, zones[i], family);
			service_port(l, w, family);
		}
}

static void
to_service(struct fw_draft *d, struct fw_chain *c, const struct fw_service *s)
{
	char right[FW_NAME_MAX];
	size_t i;

	(void)snprintf(right, sizeof(right), "may_%s", s->name);	/* the set of that name could be added */
	for (i = 0; i < s->nports; i++) {
		const struct wanted w = { s, &s->ports[i] };

		fw_plan_allow(d, c, right, fill_service, &w);
		service_zones(d, c, &w);
	}
}

static void
egress(struct fw_draft *d, struct fw_chain *c, const struct fw_service *s)
{
	struct fw_line *l;
	int family;

	for (family = 4; s->egress && d->in->uplink[0] != '\0' && family <= 6; family += 2) {
		if (!has_family(s, family))
			continue;
		l = fw_line_add(d->t, c);
		fw_line_if(l, FW_KEY_OIF, FW_EQ, d->in->uplink);
		fw_line_addr(l, FW_SRC, &s->addr[family == 4 ? 0 : 1]);
		fw_line_addrs(l, FW_DST, FW_NOT_IN, "inner", family);
		fw_line_do(l, FW_DO_ACCEPT);
		fw_line_comment(l, "service", s->name);
	}
}

static int
family_of(const struct fw_forward *f)
{
	return f->to.len == 4 ? 4 : 6;
}

static void
forward_target(struct fw_line *l, const struct fw_forward *f)
{
	fw_line_bits(l, FW_KEY_CT_STATUS, FW_DNAT_BITS);
	fw_line_addr(l, FW_DST, &f->to);
	fw_line_proto(l, f->proto);
	fw_line_ports(l, f->to_port, f->to_port);
	fw_line_comment(l, "forward", f->id);
}

static void
forwards(struct fw_draft *d)
{
	struct fw_chain *c = fw_chain_add(d->t, "forwards");
	size_t i;

	for (i = 0; i < d->in->nforwards; i++) {
		const struct fw_forward *f = &d->in->forwards[i];
		struct fw_line *l;

		if (!fw_plan_is_source(d, f->zone))
			continue;
		l = fw_line_add(d->t, c);
		fw_plan_from_zone(d, l, f->zone, family_of(f));
		forward_target(l, f);
		fw_line_do(l, FW_DO_ACCEPT);
	}
}

void
fw_plan_services(struct fw_draft *d)
{
	struct fw_chain *to = fw_chain_add(d->t, "to_service"), *from = fw_chain_add(d->t, "from_service");
	size_t i;

	fw_plan_rules(d, to, FW_IN_SERVICE);
	for (i = 0; i < d->in->nservices; i++) {
		to_service(d, to, &d->in->services[i]);
		egress(d, from, &d->in->services[i]);
	}
	fw_line_to(fw_line_add(d->t, to), FW_DO_JUMP, "forwards");
	fw_plan_drop(d, to);
	fw_plan_drop(d, from);
	forwards(d);
}

static struct fw_chain *
base_chain(struct fw_draft *d, const char *name, enum fw_hook hook, int priority)
{
	struct fw_chain *c = fw_chain_add(d->t, name);

	if (c == NULL)
		return NULL;
	c->hook = hook;
	c->priority = priority;
	return c;
}

static void
translate(struct fw_draft *d, struct fw_chain *c, const struct fw_forward *f)
{
	struct fw_line *l = fw_plan_is_source(d, f->zone) ? fw_line_add(d->t, c) : NULL;

	if (l == NULL)
		return;
	fw_plan_from_zone(d, l, f->zone, family_of(f));
	fw_line_family(l, family_of(f));
	fw_line_local(l);
	fw_line_proto(l, f->proto);
	fw_line_ports(l, f->port, f->port);
	l->counter = true;		/* here each connection comes by once */
	fw_line_do(l, FW_DO_DNAT);
	l->to = f->to;
	l->to_port = f->to_port;
	fw_line_comment(l, "forward", f->id);
}

static void
masquerade(struct fw_draft *d, struct fw_chain *c)
{
	struct fw_line *l;
	int family;
	size_t i;

	for (family = 4; d->in->uplink[0] != '\0' && family <= 6; family += 2) {
		l = fw_line_add(d->t, c);
		fw_line_if(l, FW_KEY_OIF, FW_EQ, d->in->uplink);
		fw_line_addrs(l, FW_SRC, FW_IN, "masquerade", family);
		fw_line_do(l, FW_DO_MASQUERADE);
	}
	for (i = 0; i < d->in->nforwards; i++) {
		if (!d->in->forwards[i].masquerade)
			continue;
		l = fw_line_add(d->t, c);
		forward_target(l, &d->in->forwards[i]);
		fw_line_do(l, FW_DO_MASQUERADE);
	}
}

/* A tunnel is narrower than what is before and behind it, and not everybody tells so (VPN-10). */
static void
clamp(struct fw_draft *d, struct fw_chain *c, enum fw_key key)
{
	struct fw_line *l = fw_line_add(d->t, c);
	const uint32_t syn = 2;

	fw_line_if(l, key, FW_EQ, d->in->vpn_if);
	fw_line_proto(l, FW_TCP);
	fw_line_bits(l, FW_KEY_TCP_FLAGS, syn);
	fw_line_do(l, FW_DO_CLAMP);
}

void
fw_plan_nat(struct fw_draft *d)
{
	enum { BEFORE = 10, DSTNAT = -100, SRCNAT = 100, MANGLE = -150 };
	struct fw_chain *pre = base_chain(d, "prerouting", FW_HOOK_PREROUTING, DSTNAT - BEFORE);
	struct fw_chain *post = base_chain(d, "postrouting", FW_HOOK_POSTROUTING, SRCNAT - BEFORE);
	struct fw_chain *mss = base_chain(d, "clamp", FW_HOOK_FORWARD, MANGLE - BEFORE);
	size_t i;

	if (pre == NULL || post == NULL || mss == NULL)
		return;
	pre->nat = post->nat = true;
	for (i = 0; i < d->in->nforwards; i++)
		translate(d, pre, &d->in->forwards[i]);
	masquerade(d, post);
	if (d->in->vpn_if[0] == '\0')
		return;
	clamp(d, mss, FW_KEY_IIF);
	clamp(d, mss, FW_KEY_OIF);
}
