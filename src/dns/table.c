/* Looking up finished answers; see table.h. Everything that a lookup relies on
 * is checked once, in dns_table_open() and dns_table_check(). */
#include "dns/table.h"

#include <string.h>

#include "conf/conf.h"
#include "dns/name.h"
#include "dns/wire.h"

const char dns_table_magic[8] = { 'P', 'I', 'C', 'D', 'N', 'S', '0', '2' };

enum {
	ALIGN = 8,
	BODY_MAX = DNS_MESSAGE_MAX - DNS_HEADER - DNS_NAME_MAX - 4 - DNS_OPT_LEN
};

_Static_assert(sizeof(struct dns_answer) == 16, "no padding in the file");
_Static_assert(sizeof(struct dns_part) == 72, "no padding in the file");
_Static_assert(sizeof(struct dns_row) == 8, "no padding in the file");
_Static_assert(sizeof(struct dns_slot) == 8, "no padding in the file");
_Static_assert(sizeof(struct dns_place) == 24, "no padding in the file");
_Static_assert(sizeof(struct dns_view) == 38, "no padding in the file");

/* n objects of size at offset, all inside and aligned? */
static bool
holds(const struct dns_table *t, uint64_t at, uint64_t n, size_t size)
{
	return at % ALIGN == 0 && at >= sizeof(struct dns_table_head) &&
	    at + n * size <= t->size - DNS_TABLE_PAD;
}

static const struct dns_answer *
answer_at(const struct dns_table *t, uint32_t at)
{
	return (const void *)(t->base + at);
}

static const struct dns_row *
rows_of(const struct dns_node *n)
{
	return (const void *)(n->name + ((n->len + 3u) & ~3u));
}

static bool
check_addr(const struct addr *a, uint8_t len)
{
	return a->len == 0 || a->len == len;
}

static bool
check_views(const struct dns_table *t)
{
	size_t i;

	for (i = 0; i < t->nviews; i++)
		if (conf_zone_name((enum conf_zone)t->views[i].zone) == NULL ||
		    !check_addr(&t->views[i].a, 4) || !check_addr(&t->views[i].aaaa, 16))
			return false;
	for (i = 0; i < t->nplaces; i++)
		if (t->places[i].view >= t->nviews)
			return false;
	return true;
}

static bool
check_parts(const struct dns_table *t)
{
	size_t i, v;

	for (i = 0; i < t->nparts; i++) {
		const struct dns_part *p = &t->parts[i];

		if (p->n > DNS_VIEWS_MAX)
			return false;
		for (v = 0; v < DNS_VIEWS_MAX; v++)
			if (p->of[v] >= p->n && p->of[v] != DNS_VIEW_NONE)
				return false;
	}
	return true;
}

static bool
check_fixes(const struct dns_answer *a)
{
	size_t i;

	for (i = 0; i < a->nfix; i++)
		if (dns_answer_fixes(a)[i] + 2 > a->len)
			return false;
	return true;
}

/* An answer that stands in the row of a name of len octets. */
static bool
check_answer(const struct dns_table *t, uint32_t at, uint8_t len)
{
	const struct dns_answer *a;
	unsigned labels;

	if (!holds(t, at, 1, sizeof(*a)))
		return false;
	a = answer_at(t, at);
	if (a->len > BODY_MAX || a->kind >= DNS_ANSWER_KINDS || a->rcode > DNS_RCODE || a->base > len ||
	    at + sizeof(*a) + ((a->len + 1u) & ~1u) + a->nfix * sizeof(uint16_t) > t->size - DNS_TABLE_PAD ||
	    !check_fixes(a))
		return false;
	if (a->kind == DNS_ANSWER_CHASE || a->kind == DNS_ANSWER_DNAME)
		return a->aux <= a->len &&
		    dns_name_scan(dns_answer_body(a) + a->aux, a->len - (size_t)a->aux, &labels) > 0;
	return true;
}

static bool
check_row(const struct dns_table *t, const struct dns_row *r, uint8_t len)
{
	size_t part = r->part & DNS_PARTS_MAX, i;

	if (part >= t->nparts)
		return false;
	if ((r->part & DNS_PART_SINGLE) != 0)
		return t->parts[part].n == 1 && check_answer(t, r->at, len);
	if (!holds(t, r->at, t->parts[part].n, sizeof(uint32_t)))
		return false;
	for (i = 0; i < t->parts[part].n; i++)
		if (!check_answer(t, ((const uint32_t *)(const void *)(t->base + r->at))[i], len))
			return false;
	return true;
}

static bool
check_node(const struct dns_table *t, uint32_t at)
{
	const struct dns_node *n = (const void *)(t->base + at);
	unsigned labels;
	size_t end, i;

	if (!holds(t, at, 1, sizeof(*n)))
		return false;
	end = at + sizeof(*n) + ((n->len + 3u) & ~3u) + n->nrows * sizeof(struct dns_row);
	if (end > t->size - DNS_TABLE_PAD || n->nrows < DNS_ROW_TYPES ||
	    dns_name_scan(n->name, n->len, &labels) != n->len)
		return false;
	for (i = 0; i < n->nrows; i++)
		if (!check_row(t, &rows_of(n)[i], n->len))
			return false;
	return true;
}

/* A free slot must be left, where the search for an absent name ends. */
static bool
check_slots(const struct dns_table *t)
{
	size_t i, nfree = 0;

	for (i = 0; i <= t->mask; i++) {
		if (t->slots[i].node == 0)
			nfree++;
		else if (!check_node(t, t->slots[i].node))
			return false;
	}
	return nfree > 0;
}

static bool
open_head(struct dns_table *t, const struct dns_table_head *h, size_t n)
{
	if (n < sizeof(*h) + DNS_TABLE_PAD || h->size > n || n - h->size >= ALIGN ||
	    h->size < sizeof(*h) + DNS_TABLE_PAD ||
	    memcmp(h->magic, dns_table_magic, sizeof(h->magic)) != 0)
		return false;
	t->base = (const void *)h;
	t->size = h->size;
	if (h->nviews > DNS_VIEWS_MAX || h->nparts > DNS_PARTS_MAX ||
	    h->nslots == 0 || (h->nslots & (h->nslots - 1)) != 0 ||
	    h->maxlabels > DNS_NAME_MAX / 2 ||
	    !holds(t, h->views, h->nviews, sizeof(struct dns_view)) ||
	    !holds(t, h->places, h->nplaces, sizeof(struct dns_place)) ||
	    !holds(t, h->parts, h->nparts, sizeof(struct dns_part)) ||
	    !holds(t, h->slots, h->nslots, sizeof(struct dns_slot)))
		return false;
	t->views = (const void *)(t->base + h->views);
	t->nviews = h->nviews;
	t->places = (const void *)(t->base + h->places);
	t->nplaces = h->nplaces;
	t->parts = (const void *)(t->base + h->parts);
	t->nparts = h->nparts;
	t->slots = (const void *)(t->base + h->slots);
	t->mask = h->nslots - 1;
	t->maxlabels = h->maxlabels;
	t->any = answer_at(t, h->any);
	return check_answer(t, h->any, 0) && t->any->kind == DNS_ANSWER_FINAL;
}

bool
dns_table_open(struct dns_table *t, const void *p, size_t n)
{
	memset(t, 0, sizeof(*t));
	return (uintptr_t)p % ALIGN == 0 && open_head(t, p, n) && check_views(t);
}

bool
dns_table_check(const struct dns_table *t)
{
	return check_parts(t) && check_slots(t);
}

static bool
same_addr(const struct addr *a, const struct addr *b)
{
	return a->len == b->len && memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

int
dns_table_view(const struct dns_table *t, unsigned zone,
    const struct addr *local, uint32_t ifindex)
{
	int by_interface = -1;
	size_t i;

	for (i = 0; i < t->nplaces; i++) {
		const struct dns_place *p = &t->places[i];

		if (p->zone != zone)
			continue;
		if (same_addr(&p->local, local) && (ifindex == 0 || p->ifindex == ifindex))
			return p->view;
		if (by_interface < 0 && p->ifindex == ifindex)
			by_interface = p->view;
	}
	if (by_interface >= 0)
		return by_interface;
	for (i = 0; i < t->nviews; i++)
		if (t->views[i].zone == zone)
			return (int)i;
	return -1;
}

/* Both are padded with zeros, so that they can be compared in words. */
static bool
same_name(const uint8_t *a, const uint8_t *b, size_t len)
{
	uint32_t x, y;
	size_t i;

	for (i = 0; i < len; i += sizeof(x)) {
		memcpy(&x, a + i, sizeof(x));
		memcpy(&y, b + i, sizeof(y));
		if (x != y)
			return false;
	}
	return true;
}

static const struct dns_node *
node_find(const struct dns_table *t, const uint8_t *name, size_t len, uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);
	uint64_t i;

	for (i = hash & t->mask; t->slots[i].node != 0; i = (i + 1) & t->mask) {
		const struct dns_node *n = (const void *)(t->base + t->slots[i].node);

		if (t->slots[i].tag == tag && n->len == len && same_name(n->name, name, len))
			return n;
	}
	return NULL;
}

static const struct dns_answer *
row_answer(const struct dns_table *t, const struct dns_row *r, unsigned view)
{
	uint8_t v = t->parts[r->part & DNS_PARTS_MAX].of[view];
	uint32_t at = r->at;

	if (v == DNS_VIEW_NONE)
		return NULL;
	if ((r->part & DNS_PART_SINGLE) == 0)
		at = ((const uint32_t *)(const void *)(t->base + at))[v];
	return answer_at(t, at);
}

/* Does the view see records of the name? */
static bool
has_records(const struct dns_table *t, const struct dns_node *n, unsigned view)
{
	size_t i;

	for (i = DNS_ROW_TYPES; i < n->nrows; i++)
		if (row_answer(t, &rows_of(n)[i], view) != NULL)
			return true;
	return false;
}

/* The answer of this very name; NULL: it does not exist in the view. ANY gets
 * no records, but says that there are some; not where others answer. */
static const struct dns_answer *
node_answer(const struct dns_table *t, const struct dns_node *n, unsigned view, uint16_t type)
{
	const struct dns_row *rows = rows_of(n);
	const struct dns_answer *a;
	size_t i;

	for (i = DNS_ROW_TYPES; i < n->nrows; i++)
		if (rows[i].type == type) {
			a = row_answer(t, &rows[i], view);
			if (a != NULL)
				return a;
		}
	a = row_answer(t, &rows[DNS_ROW_NODATA], view);
	if (type != DNS_ANY || a == NULL || (a->kind != DNS_ANSWER_FINAL && a->kind != DNS_ANSWER_CHASE) ||
	    (a->kind == DNS_ANSWER_FINAL && a->aux != 0))	/* whether there are any is for its guard to say */
		return a;
	return has_records(t, n, view) ? t->any : a;
}

/* The source of synthesis (RFC 4592 3.3.1): "*" right below the encloser. */
static const struct dns_answer *
wildcard_answer(const struct dns_table *t, unsigned view,
    const uint8_t *encloser, size_t len, uint16_t type)
{
	uint8_t name[DNS_NAME_ROOM] = { 1, '*' };
	const struct dns_node *n;

	memcpy(name + 2, encloser, len);
	n = node_find(t, name, len + 2, dns_name_hash(name, len + 2));
	return n == NULL ? NULL : node_answer(t, n, view, type);
}

/* The name is not there: what its closest encloser says about that. */
static const struct dns_answer *
encloser_answer(const struct dns_table *t, unsigned view, const struct dns_key *k, uint16_t type)
{
	const struct dns_answer *a;
	const struct dns_node *n;
	unsigned labels = k->labels;
	size_t at = 0;

	while (labels-- > 1) {
		at += (size_t)k->name[at] + 1;
		if (labels > t->maxlabels)
			continue;
		n = node_find(t, k->name + at, k->len - at,
		    dns_name_hash(k->name + at, k->len - at));
		if (n == NULL || (a = row_answer(t, &rows_of(n)[DNS_ROW_BELOW], view)) == NULL)
			continue;
		if ((n->flags & DNS_NODE_WILD) != 0) {
			const struct dns_answer *w = wildcard_answer(t, view,
			    k->name + at, k->len - at, type);

			if (w != NULL)
				return w;
		}
		return a;
	}
	return NULL;
}

const struct dns_answer *
dns_table_find(const struct dns_table *t, unsigned view, const struct dns_key *k, uint16_t type)
{
	const struct dns_node *n = node_find(t, k->name, k->len, k->hash);
	const struct dns_answer *a = n == NULL ? NULL : node_answer(t, n, view, type);

	return a != NULL ? a : encloser_answer(t, view, k, type);
}
