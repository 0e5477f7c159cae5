/* Where the addresses of a space are cut. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "fw/index.h"
#include "fw/space_parts.h"

/* The last address of it. */
static struct addr
end_of(const struct addr_prefix *p)
{
	struct addr a = addr_prefix_net(p).addr;
	unsigned bit;

	for (bit = p->bits; bit < 8u * a.len; bit++)
		a.b[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return a;
}

static void
cut(struct fw_space *s, const struct addr_prefix *p)
{
	struct addr after = end_of(p);
	int i;

	if (p->addr.len == 0)
		return;
	s->places[s->nplaces++].first = addr_prefix_net(p).addr;
	for (i = after.len - 1; i >= 0 && ++after.b[i] == 0; i--)
		;
	if (i >= 0)			/* else it ends where all addresses end */
		s->places[s->nplaces++].first = after;
}

static void
cut_all(struct fw_space *s, const struct addr_prefix *p, size_t n)
{
	for (; n > 0; n--, p++)
		cut(s, p);
}

static void
cut_at(struct fw_space *s, const struct addr *a)
{
	cut(s, &(struct addr_prefix){ *a, (uint8_t)(8 * a->len) });
}

static void
cut_parties(struct fw_space *s)
{
	size_t i;

	for (i = 0; i < s->in->nparties; i++) {
		const struct fw_party *p = &s->in->parties[i];

		if (!p->enabled)
			continue;
		cut_at(s, &p->addr[0]);
		cut_at(s, &p->addr[1]);
		cut_all(s, p->nets, p->nnets);
	}
}

static void
cut_addresses(struct fw_space *s)
{
	static const struct addr_prefix all[] = {
		{ { .len = 4 }, 0 }, { { .len = 16 }, 0 },
		{ { 16, { [15] = 1 } }, 128 }, { { 16, { [10] = 0xff, 0xff, 127 } }, 104 },	/* loopback */
	};
	const struct fw_input *in = s->in;
	size_t i;

	cut_all(s, all, sizeof(all) / sizeof(all[0]));
	cut_all(s, fw_index_never_outside, FW_INDEX_NEVER_OUTSIDE);
	cut_all(s, in->vpn_net, 2);
	cut_all(s, in->lan_nets, in->nlan_nets);
	cut_all(s, in->service_nets, in->nservice_nets);
	for (i = 0; i < in->nways; i++)
		cut(s, &in->ways[i].net);
	cut_parties(s);
	for (i = 0; i < in->nown; i++)
		cut_at(s, &in->own[i]);
	for (i = 0; i < in->nservices; i++) {
		cut_at(s, &in->services[i].addr[0]);
		cut_at(s, &in->services[i].addr[1]);
	}
	for (i = 0; i < in->nforwards; i++)
		cut_at(s, &in->forwards[i].to);
	for (i = 0; i < in->nrules; i++) {
		cut_all(s, &in->rules[i].from.cidr, in->rules[i].from.kind == FW_END_CIDR);
		cut_all(s, &in->rules[i].to.cidr, in->rules[i].to.kind == FW_END_CIDR);
	}
}

static int
by_address(const void *a, const void *b)
{
	const struct space_place *x = a, *y = b;

	return addr_cmp(&x->first, &y->first);
}

/* What is forwarded is a destination of its own, at each address of the cell alike. */
static void
add_forwards(struct fw_space *s)
{
	size_t i, k;

	for (i = 0; i < s->in->nforwards; i++) {
		const struct fw_forward *w = &s->in->forwards[i];

		for (k = 0; k < s->in->nown && s->in->own[k].len != w->to.len; k++)
			;
		if (k < s->in->nown)
			s->places[s->nplaces++] = (struct space_place){ .first = s->in->own[k], .forward = w };
	}
}

/* Room for all ends of all that is cut. */
static size_t
places_most(const struct fw_input *in)
{
	size_t n = 64 + in->nlan_nets + in->nservice_nets + in->nways + in->nown;
	size_t i;

	n += 2 * in->nservices + in->nforwards + 2 * in->nrules;
	for (i = 0; i < in->nparties; i++)
		n += 2 + in->parties[i].nnets;
	return 2 * n + in->nforwards;
}

const struct addr *
fw_space_end(const struct space_place *p)
{
	return p->forward != NULL ? &p->forward->to : &p->first;
}

bool
fw_space_places(struct fw_space *s)
{
	size_t i, n = 0;

	s->places = arena_array(s->arena, places_most(s->in), sizeof(*s->places));
	if (s->places == NULL)
		return false;
	cut_addresses(s);
	qsort(s->places, s->nplaces, sizeof(*s->places), by_address);
	for (i = 0; i < s->nplaces; i++)
		if (n == 0 || !addr_eq(&s->places[n - 1].first, &s->places[i].first))
			s->places[n++] = s->places[i];
	s->nplaces = n;
	add_forwards(s);
	for (i = 0; i < s->nplaces && s->in->vpn_if[0] != '\0'; i++)
		s->places[i].party = fw_index_party(s->x, fw_space_end(&s->places[i]));
	return true;
}
