/* From one table to another; see diff.h. In the order in which the kernel can follow: what is referred to comes first
 * and goes last. */
#include "fw/diff.h"

#include <string.h>

#include "base/wr.h"
#include "fw/plan.h"
#include "fw/table.h"
#include "fw/wire.h"

enum { RUN = 512 };			/* elements that go into one message */

struct diff {
	const struct fw_table *have, *want;
	struct wr *w;
	struct fw_change *c;
	bool other;			/* it may be narrower by more than c->gone can tell */
};

static bool
same_kind(const struct fw_set *a, const struct fw_set *b)
{
	return a->type == b->type && a->interval == b->interval;
}

/* What cannot be changed in place: the type of a set, the hook of a chain, and what nobody here ever wrote. */
static bool
must_be_whole(const struct fw_table *have, const struct fw_table *want)
{
	const struct fw_chain *c;
	const struct fw_set *s;
	size_t i;

	for (i = 0; i < want->nsets; i++) {
		s = fw_set_find(have, want->sets[i]->name);
		if (s != NULL && !same_kind(s, want->sets[i]))
			return true;
	}
	for (i = 0; i < want->nchains; i++) {
		c = fw_chain_find(have, want->chains[i]->name);
		if (c != NULL && !fw_chain_same_base(c, want->chains[i]))
			return true;
	}
	return !have->found || have->odd;
}

struct run {				/* elements of one kind on their way into a message */
	struct diff *d;
	const struct fw_set *set;
	bool add;
	size_t n, total;
	struct fw_elem e[RUN];
};

static void
run_end(struct run *r)
{
	if (r->n > 0 && r->d->w != NULL)
		fw_wire_elems(r->d->w, r->set, r->e, r->n, r->add);
	r->total += r->n;
	r->n = 0;
}

static void
run_put(struct run *r, const struct fw_elem *e)
{
	if (r->n == RUN)
		run_end(r);
	r->e[r->n++] = *e;
}

static bool
same_elem(const struct fw_elem *a, const struct fw_elem *b)
{
	uint64_t x[4], y[4];

	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) == 0;
}

/* Where two sets differ: behind head elements that are the same, before tail. Of ten thousand peers mostly one has changed. */
struct middle { size_t head, tail; };

static struct middle
middle_of(const struct fw_set *a, const struct fw_set *b)
{
	const size_t n = a->nelems < b->nelems ? a->nelems : b->nelems;
	struct middle m = { 0, 0 };

	while (m.head < n && same_elem(&a->elems[m.head], &b->elems[m.head]))
		m.head++;
	while (m.tail < n - m.head && same_elem(&a->elems[a->nelems - 1 - m.tail], &b->elems[b->nelems - 1 - m.tail]))
		m.tail++;
	return m;
}

/* Those who are peers in t, of the family of e, which is in s; NULL: it is more than one address, or none. */
static const struct fw_set *
peers_of(const struct fw_table *t, const struct fw_set *s, const struct fw_elem *e)
{
	if ((s->type != FW_TYPE_ADDR4 && s->type != FW_TYPE_ADDR6) || memcmp(e->lo, e->hi, sizeof(e->lo)) != 0)
		return NULL;
	return fw_set_find(t, s->type == FW_TYPE_ADDR4 ? FW_PLAN_PEERS4 : FW_PLAN_PEERS6);
}

/* An element of s goes. With a peer's address go all that it is in: what counts is that nobody has it any more. */
static void
lose(struct diff *d, const struct fw_set *s, const struct fw_elem *e)
{
	const struct fw_set *had = peers_of(d->have, s, e), *has = peers_of(d->want, s, e);
	struct addr *a;

	if (d->other)
		return;
	d->other = had == NULL || has == NULL || !fw_set_has(had, e->lo) || fw_set_has(has, e->lo) ||
	    (s == had && d->c->ngone == FW_GONE_MAX);
	if (d->other || s != had)
		return;
	a = &d->c->gone[d->c->ngone++];
	a->len = (uint8_t)fw_type_size(s->type);
	memcpy(a->b, e->lo, sizeof(a->b));
}

/* What only lets more through: rights, doors, and who there is. */
static bool
widens(const struct fw_set *s)
{
	const size_t n = strlen(s->name);

	return strncmp(s->name, "may_", 4) == 0 || strcmp(s->name, FW_PLAN_PEERS4) == 0 || strcmp(s->name, FW_PLAN_PEERS6) == 0 ||
	    (n > 4 && (strcmp(s->name + n - 4, "_tcp") == 0 || strcmp(s->name + n - 4, "_udp") == 0));
}

/* An element of s comes. A rule that refuses may go by any other set: who is in a group now has lost by it. But for an address
 * that nobody had there is no connection. */
static void
gain(struct diff *d, const struct fw_set *s, const struct fw_elem *e)
{
	const struct fw_set *had = peers_of(d->have, s, e);

	if (!widens(s) && (had == NULL || fw_set_has(had, e->lo)))
		d->other = true;
}

/* Those of a that b does not have. */
static size_t
only_in(struct diff *d, const struct fw_set *a, const struct fw_set *b, bool add)
{
	static const struct fw_set none;
	struct middle m;
	struct run r;			/* large: its elements are not cleared */
	size_t i, k;

	r.d = d;
	r.set = a;
	r.add = add;
	r.n = r.total = 0;
	if (b == NULL)
		b = &none;
	m = middle_of(a, b);
	for (i = k = m.head; i < a->nelems - m.tail; i++) {
		while (k < b->nelems && fw_elem_cmp(&b->elems[k], &a->elems[i]) < 0)
			k++;
		if (k < b->nelems && fw_elem_cmp(&b->elems[k], &a->elems[i]) == 0)
			continue;
		run_put(&r, &a->elems[i]);
		(add ? gain : lose)(d, a, &a->elems[i]);
	}
	run_end(&r);
	return r.total;
}

static void
add_sets(struct diff *d)
{
	size_t i;

	for (i = 0; i < d->want->nsets; i++)
		if (fw_set_find(d->have, d->want->sets[i]->name) == NULL) {
			d->c->sets++;
			if (d->w != NULL)
				fw_wire_set(d->w, d->want->sets[i], true);
		}
}

static void
add_chains(struct diff *d)
{
	size_t i;

	for (i = 0; i < d->want->nchains; i++)
		if (fw_chain_find(d->have, d->want->chains[i]->name) == NULL && d->w != NULL)
			fw_wire_chain(d->w, d->want->chains[i], true);
}

static void
empty_chains(struct diff *d)
{
	size_t i;

	for (i = 0; i < d->have->nchains; i++) {
		const struct fw_chain *c = d->have->chains[i], *to = fw_chain_find(d->want, c->name);

		if (to != NULL && fw_chain_eq(c, to))
			continue;
		d->c->chains++;
		if (d->w != NULL && c->nlines > 0)
			fw_wire_empty(d->w, c);
	}
}

/* Elements go before others come: an interval may be replaced by one that overlaps it. */
static void
change_elems(struct diff *d)
{
	size_t i;

	for (i = 0; i < d->have->nsets; i++) {
		const struct fw_set *to = fw_set_find(d->want, d->have->sets[i]->name);

		if (to != NULL)
			d->c->elems_removed += only_in(d, d->have->sets[i], to, false);
	}
	for (i = 0; i < d->want->nsets; i++)
		d->c->elems_added += only_in(d, d->want->sets[i], fw_set_find(d->have, d->want->sets[i]->name), true);
}

static void
fill_chains(struct diff *d)
{
	size_t i, k;

	for (i = 0; i < d->want->nchains; i++) {
		const struct fw_chain *c = d->want->chains[i], *from = fw_chain_find(d->have, c->name);

		if (from != NULL && fw_chain_eq(from, c))
			continue;
		if (from == NULL)
			d->c->chains++;
		for (k = 0; d->w != NULL && k < c->nlines; k++)
			fw_wire_line(d->w, c, &c->lines[k]);
	}
}

static void
remove_rest(struct diff *d)
{
	size_t i;

	for (i = 0; i < d->have->nchains; i++)
		if (fw_chain_find(d->want, d->have->chains[i]->name) == NULL && d->w != NULL)
			fw_wire_chain(d->w, d->have->chains[i], false);
	for (i = 0; i < d->have->nsets; i++)
		if (fw_set_find(d->want, d->have->sets[i]->name) == NULL) {
			d->c->sets++;
			if (d->w != NULL)
				fw_wire_set(d->w, d->have->sets[i], false);
		}
}

static void
begin_anew(struct diff *d)
{
	d->c->whole = true;
	if (d->w == NULL)
		return;
	fw_wire_table(d->w, false);
	fw_wire_table(d->w, true);
}

void
fw_diff(const struct fw_table *have, const struct fw_table *want, struct wr *w, struct fw_change *c)
{
	static const struct fw_table nothing;
	struct diff d = { have, want, w, c, false };

	memset(c, 0, sizeof(*c));
	if (w != NULL)
		fw_wire_table(w, true);
	if (must_be_whole(have, want)) {
		begin_anew(&d);
		d.have = &nothing;
	}
	add_sets(&d);
	add_chains(&d);
	empty_chains(&d);
	change_elems(&d);
	fill_chains(&d);
	remove_rest(&d);
	c->any = c->whole || c->sets > 0 || c->chains > 0 || c->elems_added > 0 || c->elems_removed > 0;
	c->narrower = c->any && (c->whole || c->chains > 0 || c->elems_removed > 0 || d.other);
	if (c->whole || c->chains > 0 || c->sets > 0 || d.other)
		c->ngone = 0;
}

size_t
fw_diff_size(const struct fw_table *have, const struct fw_table *want)
{
	const struct fw_table *both[] = { have, want };
	size_t n = 4 * FW_WIRE_SIZE_OTHER, i, k;

	for (k = 0; k < 2; k++) {
		for (i = 0; i < both[k]->nsets; i++)
			n += 2 * FW_WIRE_SIZE_OTHER + fw_wire_size_elems(both[k]->sets[i]->nelems);
		for (i = 0; i < both[k]->nchains; i++)
			n += 2 * FW_WIRE_SIZE_OTHER + both[k]->chains[i]->nlines * FW_WIRE_SIZE_LINE;
	}
	return n;
}
