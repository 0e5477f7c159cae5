/* Statements about a space of connections; see space.h. */
#include "fw/space.h"

#include <string.h>

#include "base/arena.h"
#include "fw/asked.h"
#include "fw/flow.h"
#include "fw/index.h"
#include "fw/space_parts.h"

/* What is decided without rules. */
enum { ALLOWED = 1, FIXED = 2 /* whatever they say */, OUTSIDE = 4 /* no connection of the statement */ };

struct judging {
	struct fw_space *s;
	const struct fw_assertion *a;

	const uint8_t *plain;		/* by point: of the group and the kind of destination in work */
	size_t lo, hi;			/* words of the group */

	size_t src, dst, point;		/* classes, and the point, of a connection that breaks it */
};

/* --- whom and what it names ----------------------------------------------------------------- */

static bool
is_wide(const struct addr_prefix *p)
{
	return p->bits < 8 * p->addr.len;
}

/* Has the place addresses of p? */
static bool
meets(const struct fw_space *s, const struct space_place *p, const struct addr_prefix *net)
{
	const struct addr first = addr_prefix_net(net).addr;
	const struct space_place *next = p + 1;

	if (p->forward != NULL || addr_in(&p->first, net))
		return addr_in(fw_space_end(p), net);
	return addr_cmp(&p->first, &first) < 0 && p->first.len == first.len &&
	    (next == s->places + s->nplaces || next->forward != NULL || addr_cmp(&next->first, &first) > 0);
}

/* For the edges, to whom everybody is in one. 0: nobody comes from there. */
static unsigned
zone_of(const struct fw_asked *a)
{
	static const enum fw_zone all[] = { FW_VPN, FW_CELL, FW_LAN, FW_PUBLIC };
	const struct fw_way *way = a->from_vpn || a->f.iif[0] == '\0' ? NULL : fw_index_way(a->x, &a->f.src);
	size_t i;

	if (way != NULL && way->home)
		return FW_LAN;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (fw_asked_from(a, &(struct fw_end){ .kind = FW_END_ZONE, .zone = all[i] }))
			return all[i];
	return way != NULL ? FW_PUBLIC : 0;
}

static bool
is_from(const struct judging *j, const struct space_place *p)
{
	const struct fw_end *e = &j->a->from;
	struct fw_asked a;

	if (p->nobody || p->forward != NULL)
		return false;
	fw_space_asked(j->s, p, &a);
	if (j->a->zones != 0 && (zone_of(&a) & j->a->zones) == 0)
		return false;
	if (fw_index_own(j->s->x, &p->first))
		return e->kind == FW_END_CIDR && !is_wide(&e->cidr) && addr_in(&p->first, &e->cidr);
	if (e->kind == FW_END_ZONE && e->zone == FW_CONTAINER)
		return fw_index_service_net(j->s->x, &p->first);
	return e->kind == FW_END_CIDR ? meets(j->s, p, &e->cidr) : fw_asked_from(&a, e);
}

/* What a forward leads to is reached by it, but need not be: it is nothing that has to be let through. */
static bool
is_to(const struct judging *j, const struct space_place *p)
{
	const struct fw_end *e = &j->a->to;
	struct fw_asked a;

	if (p->nobody || (p->forward != NULL && j->a->allow))
		return false;
	fw_space_asked(j->s, p, &a);
	if (e->kind == FW_END_CIDR)
		return meets(j->s, p, &e->cidr) && !fw_index_service_net(j->s->x, fw_space_end(p));
	return fw_asked_to(&a, e);
}

static void
pick(const struct judging *j, struct space_pick *p, size_t place)
{
	const struct space_place *all = j->s->places;

	if (p->place == SPACE_NOWHERE)
		p->place = place;
	else if (p->other == SPACE_NOWHERE && all[p->place].party != all[place].party)
		p->other = place;
}

static bool
offers(const struct fw_service *s, const struct space_point *p)
{
	size_t i;

	for (i = 0; i < s->nports; i++)
		if (s->ports[i].proto == p->proto && p->port >= s->ports[i].ports.lo && p->port <= s->ports[i].ports.hi)
			return true;
	return false;
}

static bool
is_wanted(const struct judging *j, size_t k)
{
	const struct space_point *p = &j->s->points[k], *next = p + 1;
	const struct fw_assertion *a = j->a;

	if (a->proto != FW_ANY)
		return p->proto == a->proto && p->port <= a->port &&
		    (k + 1 == j->s->npoints || next->proto != p->proto || next->port > a->port);
	if (a->to.kind == FW_END_DNS)
		return fw_is_dns(&(struct fw_flow){ .proto = p->proto, .port = p->port });
	return a->to.kind != FW_END_SERVICE || !a->allow || offers(&j->s->in->services[a->to.index], p);
}

static size_t
first_pick(const struct space_pick *p, size_t n)
{
	while (n > 0 && p->place == SPACE_NOWHERE) {
		p++;
		n--;
	}
	return n > 0 ? p->place : SPACE_NOWHERE;
}

static void
no_pick(struct space_pick *p, size_t n)
{
	for (; n > 0; n--)
		*p++ = (struct space_pick){ SPACE_NOWHERE, SPACE_NOWHERE };
}

static void
pick_all(const struct judging *j)
{
	struct fw_space *s = j->s;
	size_t i;

	no_pick(s->from, s->src.n);
	no_pick(s->to, s->dst.n);
	for (i = 0; i < s->nplaces; i++) {
		if (is_from(j, &s->places[i]))
			pick(j, &s->from[s->places[i].src], i);
		if (is_to(j, &s->places[i]))
			pick(j, &s->to[s->places[i].dst], i);
	}
	for (i = 0; i < s->npoints; i++)
		s->wanted[i] = is_wanted(j, i);
}

/* --- without rules --------------------------------------------------------------------------- */

static struct fw_flow
flow_of(const struct fw_space *s, size_t src, size_t dst, size_t point)
{
	const struct space_place *to = &s->places[dst];
	const struct space_point *p = &s->points[point];
	struct fw_flow f = { .src = s->places[src].first, .dst = to->first, .proto = p->proto, .port = p->port };

	if (to->forward != NULL)
		f.port = to->forward->port;
	fw_flow_route(s->x, &f);
	return f;
}

static uint8_t
judge_plain(const struct fw_space *s, size_t src, size_t dst, size_t point)
{
	const struct fw_forward *w = s->places[dst].forward;
	const struct space_point *p = &s->points[point];
	const struct fw_flow f = flow_of(s, src, dst, point);
	struct fw_verdict v;
	struct fw_asked a;

	fw_asked_make(&a, s->x, &f);
	if (a.forward != w || (w != NULL && (p->proto != w->proto || p->port != w->to_port)))
		return OUTSIDE;
	if (fw_asked_fixed(&a, &v))
		return FIXED | v.allow;
	fw_asked_default(&a, &v);
	return v.allow;
}

/* For all of the group and the kind alike. Without memory to keep it, it is made again. */
static const uint8_t *
plain_of(struct fw_space *s, size_t src, size_t dst, uint8_t **known)
{
	const struct space_point *p = s->points;
	uint8_t *all;
	size_t k;

	if (*known != NULL)
		return *known;
	*known = arena_alloc(s->arena, s->npoints);
	all = *known != NULL ? *known : s->scratch;
	for (k = 0; k < s->npoints; k++)
		all[k] = p[k].by_default ? judge_plain(s, s->src.all[src].place, s->dst.all[dst].place, k) : all[k - 1];
	return all;
}

/* --- with them ---------------------------------------------------------------------------------- */

enum said { LET_THROUGH, REFUSED, NOT_NAMED };

/* Is a refusal none of the statement's, for the cell does not open that port to who asks? */
static bool
not_opened(const struct judging *j, uint8_t plain)
{
	return j->a->to.kind == FW_END_DNS && j->a->allow && (plain & ALLOWED) == 0;
}

static enum said
said_by_rule(const struct judging *j, const struct fw_rule *r, uint8_t plain)
{
	if (r->action == FW_ACCEPT)
		return LET_THROUGH;
	return not_opened(j, plain) ? NOT_NAMED : REFUSED;
}

static enum said
said_plainly(const struct judging *j, const struct space_class *dst, uint8_t plain)
{
	if (dst->trait.own && j->a->to.kind == FW_END_CIDR && is_wide(&j->a->to.cidr))
		return NOT_NAMED;	/* what the cell itself serves is no way into the network */
	if ((plain & ALLOWED) != 0)
		return LET_THROUGH;
	return not_opened(j, plain) ? NOT_NAMED : REFUSED;
}

static bool
break_first(struct judging *j, size_t word, uint64_t bits)
{
	j->src = 64 * word + (size_t)__builtin_ctzll(bits);
	return false;
}

/* It is said to those of who (NULL: all) that nothing was said to yet. False: that breaks the statement. */
static bool
say_to(struct judging *j, const uint64_t *who, enum said said)
{
	const bool breaks = said == (j->a->allow ? REFUSED : LET_THROUGH);
	struct fw_space *s = j->s;
	uint64_t hit;
	size_t w;

	s->steps += j->hi - j->lo;
	for (w = j->lo; w < j->hi; w++) {
		hit = s->rest[w] & (who == NULL ? UINT64_MAX : who[w]);
		s->rest[w] &= ~hit;
		if (hit != 0 && breaks)
			return break_first(j, w, hit);
		if (said == LET_THROUGH)
			s->reached[w] |= hit;
	}
	return true;
}

static bool
point_holds(struct judging *j, const struct space_class *dst, const uint64_t rules[SPACE_RULE_WORDS], uint8_t plain)
{
	struct fw_space *s = j->s;
	uint64_t left;
	size_t i, r;

	memcpy(s->rest + j->lo, s->asking + j->lo, (j->hi - j->lo) * sizeof(*s->rest));
	for (i = 0; i < SPACE_RULE_WORDS; i++)
		for (left = rules[i]; left != 0; left &= left - 1) {
			r = 64 * i + (size_t)__builtin_ctzll(left);
			if (!say_to(j, s->by_rule + r * s->nwords, said_by_rule(j, &s->in->rules[r], plain)))
				return false;
		}
	return say_to(j, NULL, said_plainly(j, dst, plain));
}

/* The group but for who is at dst itself. */
static void
ask_all(const struct judging *j, size_t dst)
{
	const struct fw_space *s = j->s;
	const struct space_pick *to = &s->to[dst];
	const struct fw_party *only = to->other == SPACE_NOWHERE ? s->places[to->place].party : NULL;
	size_t i;

	memcpy(s->asking + j->lo, s->group + j->lo, (j->hi - j->lo) * sizeof(*s->asking));
	memset(s->reached + j->lo, 0, (j->hi - j->lo) * sizeof(*s->reached));
	for (i = 64 * j->lo; only != NULL && i < 64 * j->hi && i < s->src.n; i++)
		if (s->from[i].place != SPACE_NOWHERE && s->from[i].other == SPACE_NOWHERE &&
		    s->places[s->from[i].place].party == only)
			s->asking[i / 64] &= ~(UINT64_C(1) << i % 64);
}

/* Everybody who asks for the cell's names gets them somehow. */
static bool
all_reached(struct judging *j)
{
	const struct fw_space *s = j->s;
	size_t w;

	for (j->point = 0; !s->wanted[j->point]; j->point++)
		;
	for (w = j->lo; w < j->hi; w++)
		if ((s->asking[w] & ~s->reached[w]) != 0)
			return break_first(j, w, s->asking[w] & ~s->reached[w]);
	return true;
}

/* The rules that are about d and the point. */
static void
rules_of(const struct judging *j, const struct space_class *d, uint64_t out[SPACE_RULE_WORDS])
{
	const struct space_point *p = &j->s->points[j->point];
	size_t i;

	for (i = 0; i < SPACE_RULE_WORDS; i++)
		out[i] = (j->plain[j->point] & FIXED) != 0 ? 0 : d->rules[i] & p->rules[d->trait.len != 4][i];
}

/* The group with one class of destinations: does the statement hold for all ports? */
static bool
class_holds(struct judging *j, size_t dst)
{
	const struct space_class *d = &j->s->dst.all[dst];
	uint64_t rules[SPACE_RULE_WORDS], before[SPACE_RULE_WORDS] = { 0 };
	uint8_t last = OUTSIDE;

	j->dst = dst;
	ask_all(j, dst);
	for (j->point = 0; j->point < j->s->npoints; j->point++) {
		const uint8_t plain = j->plain[j->point];

		if (!j->s->wanted[j->point] || (plain & OUTSIDE) != 0)
			continue;
		rules_of(j, d, rules);
		if (plain == last && memcmp(rules, before, sizeof(rules)) == 0)
			continue;	/* as it was at the port before */
		if (!point_holds(j, d, rules, plain))
			return false;
		memcpy(before, rules, sizeof(rules));
		last = plain;
	}
	return j->a->to.kind != FW_END_DNS || !j->a->allow || all_reached(j);
}

/* The sources of a kind that are named and have access to the service, or have not (NULL: either). The first; or
 * SPACE_NOWHERE. */
static size_t
make_group(struct judging *j, size_t kind, const struct fw_service *v, bool word)
{
	const struct fw_space *s = j->s;
	const size_t end = s->src.kinds[kind + 1];
	size_t i, first = SPACE_NOWHERE;

	j->lo = s->src.kinds[kind] / 64;
	j->hi = (end + 63) / 64;
	memset(s->group + j->lo, 0, (j->hi - j->lo) * sizeof(*s->group));
	for (i = s->src.kinds[kind]; i < end; i++) {
		if (s->from[i].place == SPACE_NOWHERE)
			continue;
		if (v != NULL && (s->src.all[i].services >> (v - s->in->services) & 1) != word)
			continue;
		s->group[i / 64] |= UINT64_C(1) << i % 64;
		first = first == SPACE_NOWHERE ? i : first;
	}
	return first;
}

static bool
is_named(const struct fw_space *s, size_t dst_kind)
{
	const size_t first = s->dst.kinds[dst_kind];

	return first_pick(s->to + first, s->dst.kinds[dst_kind + 1] - first) != SPACE_NOWHERE;
}

static bool
group_holds(struct judging *j, size_t src_kind, size_t dst_kind, bool word)
{
	struct fw_space *s = j->s;
	const size_t dst = s->dst.kinds[dst_kind], end = s->dst.kinds[dst_kind + 1];
	const size_t src = make_group(j, src_kind, s->dst.all[dst].trait.service, word);
	size_t i;

	if (src == SPACE_NOWHERE)
		return true;
	j->plain = plain_of(s, src, dst, &s->plain[2 * (src_kind * s->dst.nkinds + dst_kind) + word]);
	for (i = dst; i < end; i++)
		if (s->to[i].place != SPACE_NOWHERE && !class_holds(j, i))
			return false;
	return true;
}

static bool
all_hold(struct judging *j)
{
	const struct fw_space *s = j->s;
	size_t i, k;

	for (k = 0; k < s->dst.nkinds; k++) {
		const struct space_trait *t = &s->dst.all[s->dst.kinds[k]].trait;

		if (!is_named(s, k))
			continue;
		for (i = 0; i < s->src.nkinds; i++)
			if (s->src.all[s->src.kinds[i]].trait.len == t->len &&
			    (!group_holds(j, i, k, false) || (t->service != NULL && !group_holds(j, i, k, true))))
				return false;
	}
	return true;
}

/* --- what is found ------------------------------------------------------------------------------ */

/* Of two places of the classes that are not of one party. */
static struct fw_flow
breaking_flow(const struct judging *j)
{
	const struct fw_space *s = j->s;
	const struct space_pick *from = &s->from[j->src], *to = &s->to[j->dst];
	size_t src = from->place, dst = to->place;

	if (s->places[src].party != NULL && s->places[src].party == s->places[dst].party) {
		if (to->other != SPACE_NOWHERE)
			dst = to->other;
		else
			src = from->other;
	}
	return flow_of(s, src, dst, j->point);
}

bool
fw_space_holds(struct fw_space *s, const struct fw_assertion *a, struct fw_flow *f, struct fw_verdict *v)
{
	struct judging j = { .s = s, .a = a };
	size_t from;

	pick_all(&j);
	from = first_pick(s->from, s->src.n);
	if (a->allow && from != SPACE_NOWHERE && first_pick(s->to, s->dst.n) == SPACE_NOWHERE) {
		*f = (struct fw_flow){ .src = s->places[from].first };
		*v = (struct fw_verdict){ .why = FW_NOTHING_THERE };
		return false;
	}
	if (all_hold(&j))
		return true;
	*f = breaking_flow(&j);
	fw_decide(s->x, f, v);
	return false;
}
