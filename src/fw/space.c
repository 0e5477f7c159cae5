/* Statements about a space of connections; see space.h. */
#include "fw/space.h"

#include <string.h>

#include "base/arena.h"
#include "fw/asked.h"
#include "fw/flow.h"
#include "fw/index.h"
#include "fw/space_parts.h"

struct judging {
	struct fw_space *s;
	const struct fw_assertion *a;

	uint64_t breaking[SPACE_RULE_WORDS];	/* the rules that say what breaks it */

	const struct space_plain *plain;	/* of the group and the kind of destination in work */
	uint64_t about[SPACE_RULE_WORDS];	/* the rules that are about any of the group */
	size_t lo, hi;			/* words of the group */
	bool given_up;			/* there is no memory, or it would take too long */

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
	memset(s->wanted, 0, SPACE_WORDS(s->npoints) * sizeof(*s->wanted));
	for (i = 0; i < s->npoints; i++)
		if (is_wanted(j, i))
			fw_space_set(s->wanted, i);
	s->steps += s->nplaces + s->npoints;
}

static void
pick_rules(struct judging *j)
{
	size_t i;

	for (i = 0; i < j->s->in->nrules; i++)
		if ((j->s->in->rules[i].action == FW_ACCEPT) != j->a->allow)
			fw_space_set(j->breaking, i);
}

/* --- what is said ---------------------------------------------------------------------------------- */

enum said { LET_THROUGH, REFUSED, NOT_NAMED };

/* Is a refusal none of the statement's, for the cell does not open that port to who asks? */
static bool
not_opened(const struct judging *j, uint8_t plain)
{
	return j->a->to.kind == FW_END_DNS && j->a->allow && (plain & SPACE_ALLOWED) == 0;
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
	if ((plain & SPACE_ALLOWED) != 0)
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

/* Of rules that are about a point, those up to the last that could break the statement. */
static void
cut_off(const struct judging *j, uint64_t rules[SPACE_RULE_WORDS])
{
	size_t i = SPACE_RULE_WORDS;

	while (i > 0 && (rules[i - 1] & j->breaking[i - 1]) == 0)
		rules[--i] = 0;
	if (i > 0)
		rules[i - 1] &= UINT64_MAX >> __builtin_clzll(rules[i - 1] & j->breaking[i - 1]);
}

/* Where neither the default nor a rule could break it, nobody is looked at; but who is to get the cell's names must. */
static bool
point_holds(struct judging *j, const struct space_class *dst, const uint64_t about[SPACE_RULE_WORDS], uint8_t plain)
{
	struct fw_space *s = j->s;
	const enum said said = said_plainly(j, dst, plain);
	const bool all = said == (j->a->allow ? REFUSED : LET_THROUGH) || (j->a->allow && j->a->to.kind == FW_END_DNS);
	uint64_t rules[SPACE_RULE_WORDS], left;
	size_t i, r;

	memcpy(rules, about, sizeof(rules));
	if (!all)
		cut_off(j, rules);
	memcpy(s->rest + j->lo, s->asking + j->lo, (j->hi - j->lo) * sizeof(*s->rest));
	for (i = 0; i < SPACE_RULE_WORDS; i++)
		for (left = rules[i]; left != 0; left &= left - 1) {
			r = 64 * i + (size_t)__builtin_ctzll(left);
			if (!say_to(j, s->by_rule + r * s->nwords, said_by_rule(j, &s->in->rules[r], plain)))
				return false;
		}
	return !all || say_to(j, NULL, said);
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

	for (j->point = 0; (s->wanted[j->point / 64] >> j->point % 64 & 1) == 0; j->point++)
		;
	for (w = j->lo; w < j->hi; w++)
		if ((s->asking[w] & ~s->reached[w]) != 0)
			return break_first(j, w, s->asking[w] & ~s->reached[w]);
	return true;
}

/* The rules that are about d, the point and any of the group. */
static void
rules_of(const struct judging *j, const struct space_class *d, uint64_t out[SPACE_RULE_WORDS])
{
	const struct space_point *p = &j->s->points[j->point];
	size_t i;

	for (i = 0; i < SPACE_RULE_WORDS; i++)
		out[i] = (j->plain->said[j->point] & SPACE_FIXED) != 0 ? 0 :
		    d->rules[i] & p->rules[d->trait.len != 4][i] & j->about[i];
}

/* The next point from j->point on that is named, and at which something may be another than before. False: none, or it has
 * taken too long. */
static bool
next_point(struct judging *j, const uint64_t *changes)
{
	struct fw_space *s = j->s;
	uint64_t first, left;
	size_t w;

	for (; j->point < s->npoints && s->steps <= SPACE_STEPS_MAX; j->point = 64 * (w + 1)) {
		w = j->point / 64;
		first = s->wanted[w] & ~(s->wanted[w] << 1 | (w > 0 ? s->wanted[w - 1] >> 63 : 0));
		left = (j->plain->changes[w] | changes[w] | first) & s->wanted[w] & UINT64_MAX << j->point % 64;
		s->steps++;
		if (left != 0) {
			j->point = 64 * w + (size_t)__builtin_ctzll(left);
			return true;
		}
	}
	return false;
}

/* Is there a default or a rule that could? */
static bool
could_break(const struct judging *j, const struct space_class *d)
{
	bool could = j->a->allow ? j->plain->refuses || j->a->to.kind == FW_END_DNS : j->plain->allows;
	size_t i;

	for (i = 0; i < SPACE_RULE_WORDS; i++)
		could = could || (d->rules[i] & j->about[i] & j->breaking[i]) != 0;
	return could;
}

/* The group with one class of destinations: does the statement hold for all ports? */
static bool
class_holds(struct judging *j, size_t dst)
{
	struct space_class *d = &j->s->dst.all[dst];
	/* a forward has one point; all others are outside */
	const uint64_t *changes = d->trait.forward != NULL ? j->plain->changes : fw_space_changes(j->s, d);
	uint64_t rules[SPACE_RULE_WORDS], before[SPACE_RULE_WORDS] = { 0 };
	uint8_t last = SPACE_OUTSIDE;

	j->s->steps++;
	if (!could_break(j, d))
		return true;
	j->dst = dst;
	ask_all(j, dst);
	for (j->point = 0; changes != NULL && next_point(j, changes); j->point++) {
		const uint8_t plain = j->plain->said[j->point];

		if ((plain & SPACE_OUTSIDE) != 0)
			continue;
		rules_of(j, d, rules);
		if (plain == last && memcmp(rules, before, sizeof(rules)) == 0)
			continue;	/* as it was at the point before */
		if (!point_holds(j, d, rules, plain))
			return false;
		memcpy(before, rules, sizeof(rules));
		last = plain;
	}
	j->given_up = changes == NULL || j->s->steps > SPACE_STEPS_MAX;
	return !j->given_up && (j->a->to.kind != FW_END_DNS || !j->a->allow || all_reached(j));
}

/* Which of the group a rule is about, is of no matter: whether any. */
static void
pick_about(struct judging *j)
{
	struct fw_space *s = j->s;
	size_t r, w;

	memset(j->about, 0, sizeof(j->about));
	for (r = 0; r < s->in->nrules; r++) {
		for (w = j->lo; w < j->hi && (s->by_rule[r * s->nwords + w] & s->group[w]) == 0; w++)
			;
		s->steps += w - j->lo + 1;
		if (w < j->hi)
			fw_space_set(j->about, r);
	}
}

/* The sources of a kind that are named and have access to the service, or have not (NULL: either). The first; or
 * SPACE_NOWHERE. */
static size_t
make_group(struct judging *j, size_t kind, const struct fw_service *v, bool word)
{
	struct fw_space *s = j->s;
	const size_t end = s->src.kinds[kind + 1];
	size_t i, first = SPACE_NOWHERE;

	j->lo = s->src.kinds[kind] / 64;
	j->hi = SPACE_WORDS(end);
	memset(s->group + j->lo, 0, (j->hi - j->lo) * sizeof(*s->group));
	for (i = s->src.kinds[kind]; i < end; i++) {
		if (s->from[i].place == SPACE_NOWHERE)
			continue;
		if (v != NULL && (s->src.all[i].services >> (v - s->in->services) & 1) != word)
			continue;
		fw_space_set(s->group, i);
		first = first == SPACE_NOWHERE ? i : first;
	}
	s->steps += end - s->src.kinds[kind];
	if (first != SPACE_NOWHERE)
		pick_about(j);
	return first;
}

static bool
is_named(const struct fw_space *s, size_t dst_kind)
{
	const size_t first = s->dst.kinds[dst_kind];

	return first_pick(s->to + first, s->dst.kinds[dst_kind + 1] - first) != SPACE_NOWHERE;
}

/* The group, which src stands for, with a kind of destinations. */
static bool
group_holds(struct judging *j, size_t src_kind, size_t dst_kind, size_t src, bool word)
{
	struct fw_space *s = j->s;
	const size_t dst = s->dst.kinds[dst_kind], end = s->dst.kinds[dst_kind + 1];
	size_t i;

	if (src == SPACE_NOWHERE)
		return true;
	j->plain = fw_space_plain(s, src, dst, &s->plain[2 * (src_kind * s->dst.nkinds + dst_kind) + word]);
	j->given_up = j->plain == NULL;
	for (i = dst; i < end && !j->given_up; i++)
		if (s->to[i].place != SPACE_NOWHERE && !class_holds(j, i))
			return false;
	return !j->given_up;
}

/* A kind of sources with all destinations. It is made a group of for each service, else once: of services NULL comes
 * first in the order of traits. */
static bool
kind_holds(struct judging *j, size_t kind)
{
	const struct fw_space *s = j->s;
	size_t k, all = make_group(j, kind, NULL, false);

	for (k = 0; k < s->dst.nkinds; k++) {
		const struct space_trait *t = &s->dst.all[s->dst.kinds[k]].trait;

		if (s->src.all[s->src.kinds[kind]].trait.len != t->len || !is_named(s, k))
			continue;
		if (t->service == NULL) {
			if (!group_holds(j, kind, k, all, false))
				return false;
		} else if (!group_holds(j, kind, k, make_group(j, kind, t->service, false), false) ||
		    !group_holds(j, kind, k, make_group(j, kind, t->service, true), true)) {
			return false;
		}
	}
	return true;
}

static bool
all_hold(struct judging *j)
{
	size_t i;

	for (i = 0; i < j->s->src.nkinds; i++)
		if (!kind_holds(j, i))
			return false;
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
	return fw_space_flow(s, src, dst, j->point);
}

bool
fw_space_holds(struct fw_space *s, const struct fw_assertion *a, struct fw_flow *f, struct fw_verdict *v)
{
	struct judging j = { .s = s, .a = a };
	size_t from;

	pick_all(&j);
	pick_rules(&j);
	from = first_pick(s->from, s->src.n);
	if (a->allow && from != SPACE_NOWHERE && first_pick(s->to, s->dst.n) == SPACE_NOWHERE) {
		*f = (struct fw_flow){ .src = s->places[from].first };
		*v = (struct fw_verdict){ .why = FW_NOTHING_THERE };
		return false;
	}
	if (all_hold(&j))
		return true;
	if (j.given_up) {
		*f = (struct fw_flow){ .src = s->places[from].first };
		*v = (struct fw_verdict){ .why = FW_TOO_MANY };
		return false;
	}
	*f = breaking_flow(&j);
	fw_decide(s->x, f, v);
	return false;
}
