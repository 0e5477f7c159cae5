/* Which places of a space fw_decide() tells apart. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "fw/asked.h"
#include "fw/flow.h"
#include "fw/index.h"
#include "fw/space.h"
#include "fw/space_parts.h"

/* --- which of them are told apart -------------------------------------------------------------- */

void
fw_space_asked(const struct fw_space *s, const struct space_place *p, struct fw_asked *a)
{
	struct fw_flow f = { .src = *fw_space_end(p), .dst = *fw_space_end(p) };

	if (p->party == NULL) {
		fw_flow_route(s->x, &f);
		fw_asked_make(a, s->x, &f);
		return;
	}
	memcpy(f.iif, s->in->vpn_if, sizeof(f.iif));	/* no search for whom we know */
	memcpy(f.oif, s->in->vpn_if, sizeof(f.oif));
	*a = (struct fw_asked){ .x = s->x, .in = s->in, .f = f, .from_vpn = true, .to_vpn = true, .src = p->party,
	    .dst = p->party };
}

static void
trait_of(const struct fw_asked *a, struct space_trait *t)
{
	const struct addr *at = &a->f.dst;

	t->here = a->f.oif[0] == '\0';
	t->by_vpn = a->to_vpn;
	t->by_uplink = !t->here && strcmp(a->f.oif, a->in->uplink) == 0;
	t->by_lan = fw_index_lan_if(a->x, a->f.oif);
	t->len = at->len;
	t->own = fw_index_own(a->x, at);
	t->lan = fw_index_lan(a->x, at);
	t->service_net = fw_index_service_net(a->x, at);
	if (a->dst == NULL)
		return;
	t->party = true;
	t->link = a->dst->link;
	t->peers = a->dst->peers;
}

static void
add_source(struct fw_space *s, const struct fw_asked *a, size_t place)
{
	struct space_class *c = &s->src.all[s->src.n++];
	const struct fw_service *v = fw_index_service(a->x, &a->f.src);
	size_t i;

	trait_of(a, &c->trait);
	c->place = place;
	c->trait.egress = v != NULL && v->egress;
	if (a->src != NULL) {
		c->trait.internet = a->src->internet;
		c->trait.home = a->src->lan;
		c->services = a->src->services;
	}
	for (i = 0; i < s->in->nrules; i++)
		if (fw_asked_from(a, &s->in->rules[i].from))
			fw_space_set(c->rules, i);
}

static void
add_destination(struct fw_space *s, const struct fw_asked *a, size_t place)
{
	struct space_class *c = &s->dst.all[s->dst.n++];
	size_t i;

	trait_of(a, &c->trait);
	c->place = place;
	c->trait.inner = fw_index_inner(a->x, &a->f.dst);
	c->trait.service = fw_index_service(a->x, &a->f.dst);
	c->trait.forward = s->places[place].forward;
	for (i = 0; i < s->in->nrules; i++)
		if (fw_asked_to(a, &s->in->rules[i].to))
			fw_space_set(c->rules, i);
}

static int
by_class(const void *a, const void *b)
{
	const struct space_class *x = a, *y = b;
	int d = memcmp(&x->trait, &y->trait, sizeof(x->trait));

	d = d != 0 ? d : memcmp(x->rules, y->rules, sizeof(x->rules));
	return d != 0 ? d : (x->services > y->services) - (x->services < y->services);
}

static bool
one_kind(const struct space_class *a, const struct space_class *b)
{
	return memcmp(&a->trait, &b->trait, sizeof(a->trait)) == 0;
}

/* Each class once. */
static void
merge(struct fw_space *s, struct space_classes *c, bool src)
{
	const size_t all = c->n;
	size_t i;

	qsort(c->all, all, sizeof(*c->all), by_class);
	for (i = 0, c->n = 0; i < all; i++) {
		struct space_place *p = &s->places[c->all[i].place];

		if (c->n == 0 || by_class(&c->all[c->n - 1], &c->all[i]) != 0) {
			c->all[c->n] = c->all[i];
			if (c->n == 0 || !one_kind(&c->all[c->n - 1], &c->all[c->n]))
				c->kinds[c->nkinds++] = c->n;
			c->n++;
		}
		*(src ? &p->src : &p->dst) = c->n - 1;
	}
	c->kinds[c->nkinds] = c->n;
}

static bool
room(struct fw_space *s, struct space_classes *c)
{
	c->all = arena_array(s->arena, s->nplaces, sizeof(*c->all));
	c->kinds = arena_array(s->arena, s->nplaces + 1, sizeof(*c->kinds));
	return c->all != NULL && c->kinds != NULL;
}

static bool
make_classes(struct fw_space *s)
{
	struct fw_asked a;
	size_t i;

	if (!room(s, &s->src) || !room(s, &s->dst))
		return false;
	for (i = 0; i < s->nplaces; i++) {
		fw_space_asked(s, &s->places[i], &a);
		s->places[i].nobody = a.to_vpn && a.dst == NULL;
		if (s->places[i].nobody)
			continue;
		if (s->places[i].forward == NULL)
			add_source(s, &a, i);
		add_destination(s, &a, i);
	}
	merge(s, &s->src, true);
	merge(s, &s->dst, false);
	s->from = arena_array(s->arena, s->src.n, sizeof(*s->from));
	s->to = arena_array(s->arena, s->dst.n, sizeof(*s->to));
	s->plain = arena_array(s->arena, 2 * s->src.nkinds * s->dst.nkinds, sizeof(*s->plain));
	return s->from != NULL && s->to != NULL && s->plain != NULL;
}

/* The sources that have the bit of each of n. */
static void
put_sets(const struct fw_space *s, uint64_t *sets, size_t n, const uint64_t *bits, size_t source)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((bits[i / 64] >> i % 64 & 1) != 0)
			fw_space_set(sets + i * s->nwords, source);
}

static bool
make_sets(struct fw_space *s)
{
	uint64_t **const sets[] = { &s->group, &s->asking, &s->rest, &s->reached };
	size_t i;

	s->nwords = (s->src.n + 63) / 64;
	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		*sets[i] = arena_array(s->arena, s->nwords, sizeof(**sets[i]));
		if (*sets[i] == NULL)
			return false;
	}
	s->by_rule = arena_array(s->arena, s->in->nrules * s->nwords, sizeof(*s->by_rule));
	s->by_word = arena_array(s->arena, s->in->nservices * s->nwords, sizeof(*s->by_word));
	if (s->by_rule == NULL || s->by_word == NULL)
		return false;
	for (i = 0; i < s->src.n; i++) {
		put_sets(s, s->by_rule, s->in->nrules, s->src.all[i].rules, i);
		put_sets(s, s->by_word, s->in->nservices, &s->src.all[i].services, i);
	}
	return true;
}

/* --- life ------------------------------------------------------------------------------------------- */

struct fw_space *
fw_space_new(const struct fw_index *x)
{
	struct fw_space *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->x = x;
	s->in = fw_index_input(x);
	s->arena = arena_new(0);
	if (s->arena != NULL && fw_space_places(s) && make_classes(s) && make_sets(s) && fw_space_points(s))
		return s;
	fw_space_free(s);
	return NULL;
}

void
fw_space_free(struct fw_space *s)
{
	if (s == NULL)
		return;
	arena_free(s->arena);
	free(s);
}
