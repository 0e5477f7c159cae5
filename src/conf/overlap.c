#include "conf/overlap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/err.h"
#include "conf/conf.h"

/* In the order in which the later of two is told to give way. */
enum kind { HOME, RANGE, VPN, SUBNET, ROUTE };

struct net {
	struct addr_prefix p;		/* host bits cleared */
	enum kind kind;
	size_t index, sub;		/* of the peer and its subnet, of the route, of the VPN's address */
};

struct nets {
	struct net *v;
	size_t n;
};

static void
add(struct nets *s, const struct addr_prefix *p, enum kind kind, size_t index, size_t sub)
{
	if (p->addr.len != 0)
		s->v[s->n++] = (struct net){ addr_prefix_net(p), kind, index, sub };
}

static size_t
count(const struct conf *c)
{
	size_t i, n = 4 + c->network.lan_cidrs.n + c->routing.nstatic_routes;

	for (i = 0; i < c->npeers; i++)
		n += c->peers[i].subnets.n;
	return n;
}

static void
collect(const struct conf *c, struct nets *s)
{
	size_t i, k;

	add(s, &c->identity.ip_range, RANGE, 0, 0);
	add(s, &c->wireguard.address, VPN, 0, 0);
	add(s, &c->wireguard.address6, VPN, 1, 0);
	for (i = 0; i < c->network.lan_cidrs.n; i++)
		add(s, &c->network.lan_cidrs.v[i], HOME, i, 0);
	for (i = 0; i < c->npeers; i++)
		for (k = 0; k < c->peers[i].subnets.n; k++)
			add(s, &c->peers[i].subnets.v[k], SUBNET, i, k);
	for (i = 0; i < c->routing.nstatic_routes; i++)
		add(s, &c->routing.static_routes[i].destination, ROUTE, i, 0);
}

/* By address, the wider one first: what a network lies in stands before it. */
static int
compare(const void *pa, const void *pb)
{
	const struct net *a = pa, *b = pb;
	int d = addr_cmp(&a->p.addr, &b->p.addr);

	if (d == 0)
		d = (a->p.bits > b->p.bits) - (a->p.bits < b->p.bits);
	return d != 0 ? d : (int)a->kind - (int)b->kind;
}

static bool
may_share(const struct net *a, const struct net *b)
{
	/* A part of the home network may be behind another router in it, a part of that behind the next. */
	return (a->kind == HOME || a->kind == ROUTE) && (b->kind == HOME || b->kind == ROUTE);
}

static const char *
name_of(const struct conf *c, const struct net *n, char *buf, size_t size)
{
	char text[ADDR_TEXT_MAX];

	(void)addr_prefix_text(&n->p, text);
	switch (n->kind) {
	case HOME:
		(void)snprintf(buf, size, "the home network %s (network.lan_cidrs)", text);	/* fits, as below */
		break;
	case VPN:
		(void)snprintf(buf, size, "the VPN's network %s", text);
		break;
	case SUBNET:
		(void)snprintf(buf, size, "%s behind %s", text, c->peers[n->index].name);
		break;
	case ROUTE:
		(void)snprintf(buf, size, "the static route to %s", text);
		break;
	default:
		(void)snprintf(buf, size, "identity.ip_range %s", text);
	}
	return buf;
}

static void
tell(const struct conf *c, const struct net *a, const struct net *b, struct err *e)
{
	const struct net *later = a->kind > b->kind || (a->kind == b->kind && a->index > b->index) ? a : b;
	const struct net *other = later == a ? b : a;
	char field[ERR_FIELD_MAX], name[ERR_MESSAGE_MAX - 16];

	if (later->kind == RANGE)
		(void)snprintf(field, sizeof(field), "identity.ip_range");	/* fits, as below */
	else if (later->kind == VPN)
		(void)snprintf(field, sizeof(field), "wireguard.%s", later->index == 0 ? "address" : "address6");
	else if (later->kind == SUBNET)
		(void)snprintf(field, sizeof(field), "peers[%zu].subnets[%zu]", later->index, later->sub);
	else
		(void)snprintf(field, sizeof(field), "routing.static_routes[%zu].destination", later->index);
	if (!err_has_field(e, field))
		(void)err_field(e, ERR_CONFLICT, field, "overlaps %s", name_of(c, other, name, sizeof(name)));	/* told in e */
}

/* Prefixes do not cross: what holds the next network is in the chain of those that hold the last one. */
static void
sweep(const struct conf *c, const struct nets *s, struct err *e)
{
	const struct net *chain[129];	/* as long as addresses have bits */
	size_t i, k, depth = 0;

	for (i = 0; i < s->n; i++) {
		const struct net *n = &s->v[i];

		while (depth > 0 && !addr_prefix_overlap(&chain[depth - 1]->p, &n->p))
			depth--;
		for (k = 0; k < depth; k++)
			if (!may_share(chain[k], n))
				tell(c, chain[k], n, e);
		if (depth == 0 || chain[depth - 1]->p.bits < n->p.bits)
			chain[depth++] = n;
	}
}

int
conf_overlap_conflicts(const struct conf *c, struct err *e)
{
	struct nets s = { .v = calloc(count(c), sizeof(*s.v)) };

	if (s.v == NULL)
		return -ENOMEM;
	collect(c, &s);
	qsort(s.v, s.n, sizeof(*s.v), compare);
	sweep(c, &s, e);
	free(s.v);
	return 0;
}
