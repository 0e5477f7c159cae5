/* A table of prefixes with open addressing; see allowed.h. */
#include "wg/allowed.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"

enum { SLOTS_MIN = 64, NETS_MIN = 2, FAMILIES = 2, BITS_MAX = 128 };

struct slot {
	struct addr net;		/* len 0: free */
	uint8_t bits;
	struct wg_holder *holder;
};

struct wg_allowed {
	struct slot *slots;
	size_t mask, n;
	uint32_t with_bits[FAMILIES][BITS_MAX + 1];	/* prefixes of each length */
	uint8_t lengths[FAMILIES][BITS_MAX + 1];	/* those that occur, longest first */
	unsigned nlengths[FAMILIES];
};

static unsigned
family_of(const struct addr *x)
{
	return x->len == 4 ? 0 : 1;
}

/* Prefixes are the administrator's choice, so this need not withstand anybody. */
static size_t
hash_of(const struct addr *net, unsigned bits)
{
	uint64_t a, b;

	memcpy(&a, net->b, sizeof(a));
	memcpy(&b, net->b + 8, sizeof(b));
	a = (a ^ bits ^ (uint64_t)net->len << 8) * UINT64_C(0x9e3779b97f4a7c15);
	a ^= a >> 32;
	a = (a ^ b) * UINT64_C(0xd6e8feb86659fd93);
	a ^= a >> 32;
	a *= UINT64_C(0x9e3779b97f4a7c15);	/* hosts of one network differ in the upper bits of b: those must come down */
	return (size_t)(a ^ a >> 32);
}

/* The slot of a prefix, or the free one where it would stand. */
static struct slot *
slot_of(const struct wg_allowed *a, const struct addr *net, unsigned bits)
{
	struct slot *s;
	size_t at = hash_of(net, bits) & a->mask;

	for (;; at = (at + 1) & a->mask) {
		s = &a->slots[at];
		if (s->net.len == 0 || (s->bits == bits && addr_eq(&s->net, net)))
			return s;
	}
}

static int
grow(struct wg_allowed *a, size_t slots)
{
	struct wg_allowed wide = *a;
	size_t i;

	wide.slots = calloc(slots, sizeof(*wide.slots));
	if (wide.slots == NULL)
		return -ENOMEM;
	wide.mask = slots - 1;
	for (i = 0; a->slots != NULL && i <= a->mask; i++)
		if (a->slots[i].net.len != 0)
			*slot_of(&wide, &a->slots[i].net, a->slots[i].bits) = a->slots[i];
	free(a->slots);
	*a = wide;
	return 0;
}

/* Count one more or less of a length, and list those that occur. */
static void
note_length(struct wg_allowed *a, unsigned family, unsigned bits, bool more)
{
	unsigned i, n = 0;

	a->with_bits[family][bits] += more ? 1 : (uint32_t)-1;
	for (i = BITS_MAX + 1; i-- > 0;)
		if (a->with_bits[family][i] > 0)
			a->lengths[family][n++] = (uint8_t)i;
	a->nlengths[family] = n;
}

struct wg_allowed *
wg_allowed_new(void)
{
	struct wg_allowed *a = calloc(1, sizeof(*a));

	if (a != NULL && grow(a, SLOTS_MIN) < 0) {
		free(a);
		return NULL;
	}
	return a;
}

void
wg_allowed_free(struct wg_allowed *a)
{
	if (a != NULL)
		free(a->slots);
	free(a);
}

/* --- what a holder has ---------------------------------------------------------------- */

static bool
holder_has_room(struct wg_holder *h)
{
	const uint32_t room = h->room == 0 ? NETS_MIN : 2 * h->room;
	struct addr_prefix *nets;

	if (h->n < h->room)
		return true;
	nets = reallocarray(h->nets, room, sizeof(*nets));
	if (nets == NULL)
		return false;
	h->nets = nets;
	h->room = room;
	return true;
}

/* The last ones are looked at first: taking all away goes from there. */
static void
holder_lose(struct wg_holder *h, const struct slot *s)
{
	uint32_t i = h->n;

	while (i-- > 0)
		if (h->nets[i].bits == s->bits && addr_eq(&h->nets[i].addr, &s->net)) {
			h->nets[i] = h->nets[--h->n];
			return;
		}
}

/* --- prefixes ----------------------------------------------------------------------------- */

int
wg_allowed_put(struct wg_allowed *a, const struct addr_prefix *p, struct wg_holder *h)
{
	struct slot *s;

	if (a->n >= WG_ALLOWED_MAX)
		return -ENOSPC;
	if ((2 * (a->n + 1) > a->mask && grow(a, 2 * (a->mask + 1)) < 0) || !holder_has_room(h))
		return -ENOMEM;
	s = slot_of(a, &p->addr, p->bits);
	if (s->net.len == 0) {
		note_length(a, family_of(&p->addr), p->bits, true);
		a->n++;
	} else {
		holder_lose(s->holder, s);
	}
	*s = (struct slot){ p->addr, p->bits, h };
	h->nets[h->n++] = *p;
	return 0;
}

/* What stands behind a free slot and could have stood in it moves there. */
static void
close_gap(struct wg_allowed *a, size_t gap)
{
	size_t at = gap, home;

	for (;;) {
		at = (at + 1) & a->mask;
		if (a->slots[at].net.len == 0)
			break;
		home = hash_of(&a->slots[at].net, a->slots[at].bits) & a->mask;
		if (((at - home) & a->mask) < ((at - gap) & a->mask))
			continue;
		a->slots[gap] = a->slots[at];
		gap = at;
	}
	memset(&a->slots[gap], 0, sizeof(a->slots[gap]));
}

static void
take_out(struct wg_allowed *a, const struct slot *s)
{
	holder_lose(s->holder, s);
	note_length(a, family_of(&s->net), s->bits, false);
	a->n--;
	close_gap(a, (size_t)(s - a->slots));
}

void
wg_allowed_del(struct wg_allowed *a, const struct addr_prefix *p, struct wg_holder *h)
{
	const struct slot *s = slot_of(a, &p->addr, p->bits);

	if (s->net.len != 0 && s->holder == h)
		take_out(a, s);
}

void
wg_allowed_del_all(struct wg_allowed *a, struct wg_holder *h)
{
	while (h->n > 0)
		take_out(a, slot_of(a, &h->nets[h->n - 1].addr, h->nets[h->n - 1].bits));
	free(h->nets);
	h->nets = NULL;
	h->room = 0;
}

struct wg_peer *
wg_allowed_find(const struct wg_allowed *a, const struct addr *x)
{
	const unsigned family = family_of(x);
	struct addr_prefix net = { .addr = *x };
	struct slot *s;
	unsigned i;

	for (i = 0; i < a->nlengths[family]; i++) {
		net.bits = a->lengths[family][i];
		net = addr_prefix_net(&net);
		s = slot_of(a, &net.addr, net.bits);
		if (s->net.len != 0)
			return s->holder->peer;
	}
	return NULL;
}

bool
wg_allowed_next(const struct wg_allowed *a, size_t *it, struct addr_prefix *p, struct wg_peer **peer)
{
	while (*it <= a->mask && a->slots[*it].net.len == 0)
		(*it)++;
	if (*it > a->mask)
		return false;
	*p = (struct addr_prefix){ a->slots[*it].net, a->slots[*it].bits };
	*peer = a->slots[(*it)++].holder->peer;
	return true;
}

size_t
wg_allowed_count(const struct wg_allowed *a)
{
	return a->n;
}
