/* An nftables table as data; see table.h. */
#include "fw/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { SORT_IN = 4 };	/* so few are put in their places one by one */

struct fw_table *
fw_table_new(void)
{
	struct fw_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->sets = calloc(FW_SETS_MAX, sizeof(struct fw_set *));
	t->chains = calloc(FW_CHAINS_MAX, sizeof(struct fw_chain *));
	if (t->sets != NULL && t->chains != NULL)
		return t;
	fw_table_free(t);
	return NULL;
}

void
fw_table_free(struct fw_table *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->nsets; i++) {
		free(t->sets[i]->elems);
		free(t->sets[i]);
	}
	for (i = 0; i < t->nchains; i++) {
		free(t->chains[i]->lines);
		free(t->chains[i]);
	}
	free(t->sets);
	free(t->chains);
	free(t);
}

struct fw_set *
fw_set_add(struct fw_table *t, const char *name, enum fw_type type, bool interval)
{
	struct fw_set *s = t->nsets < FW_SETS_MAX ? calloc(1, sizeof(*s)) : NULL;

	if (s == NULL || !str_copy(str_of(name), s->name, sizeof(s->name))) {
		free(s);
		t->failed = true;
		return NULL;
	}
	s->type = type;
	s->interval = interval;
	t->sets[t->nsets++] = s;
	return s;
}

/* Room for one more of size at *v. */
static bool
grow(void **v, size_t n, size_t *room, size_t size)
{
	size_t want = *room == 0 ? 16 : *room * 2;
	void *p;

	if (n < *room)
		return true;
	p = realloc(*v, want * size);
	if (p == NULL)
		return false;
	*v = p;
	*room = want;
	return true;
}

void
fw_set_put(struct fw_table *t, struct fw_set *s, const uint8_t *lo, const uint8_t *hi)
{
	void *v = s == NULL ? NULL : s->elems;

	if (s == NULL || s->nelems == FW_SET_ELEMS_MAX || !grow(&v, s->nelems, &s->room, sizeof(*s->elems))) {
		t->failed = true;
		return;
	}
	s->elems = v;
	memcpy(s->elems[s->nelems].lo, lo, 16);
	memcpy(s->elems[s->nelems].hi, hi, 16);
	s->nelems++;
}

void
fw_set_put_addr(struct fw_table *t, struct fw_set *s, const struct addr *a)
{
	fw_set_put(t, s, a->b, a->b);
}

void
fw_set_put_prefix(struct fw_table *t, struct fw_set *s, const struct addr_prefix *p)
{
	const struct addr_prefix net = addr_prefix_net(p);
	uint8_t hi[16];
	size_t i;

	memcpy(hi, net.addr.b, sizeof(hi));
	for (i = net.bits; i < 8U * net.addr.len; i++)
		hi[i / 8] |= (uint8_t)(0x80 >> i % 8);
	fw_set_put(t, s, net.addr.b, hi);
}

struct fw_chain *
fw_chain_add(struct fw_table *t, const char *name)
{
	struct fw_chain *c = t->nchains < FW_CHAINS_MAX ? calloc(1, sizeof(*c)) : NULL;

	if (c == NULL || !str_copy(str_of(name), c->name, sizeof(c->name))) {
		free(c);
		t->failed = true;
		return NULL;
	}
	t->chains[t->nchains++] = c;
	return c;
}

struct fw_line *
fw_line_add(struct fw_table *t, struct fw_chain *c)
{
	void *v = c == NULL ? NULL : c->lines;

	if (c == NULL || c->nlines == FW_CHAIN_LINES_MAX || !grow(&v, c->nlines, &c->room, sizeof(*c->lines))) {
		t->failed = true;
		return NULL;
	}
	c->lines = v;
	memset(&c->lines[c->nlines], 0, sizeof(*c->lines));
	return &c->lines[c->nlines++];
}

/* Sets of ten thousand peers are compared at every change: eight octets at a time, which not every libc's memcmp() does. */
static uint64_t
word(const uint8_t *p)
{
	return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 | (uint64_t)p[3] << 32 |
	    (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 | (uint64_t)p[6] << 8 | p[7];
}

static int
value_cmp(const uint8_t *a, const uint8_t *b)
{
	const uint64_t a0 = word(a), b0 = word(b), a1 = word(a + 8), b1 = word(b + 8);

	if (a0 != b0)
		return a0 < b0 ? -1 : 1;
	return a1 == b1 ? 0 : a1 < b1 ? -1 : 1;
}

int
fw_elem_cmp(const void *a, const void *b)
{
	const struct fw_elem *x = a, *y = b;
	int c = value_cmp(x->lo, y->lo);

	return c != 0 ? c : value_cmp(x->hi, y->hi);
}

/* Element n among those before it, which are in order. */
static void
sort_in(struct fw_set *s, size_t n)
{
	const struct fw_elem e = s->elems[n];
	size_t at = n;

	while (at > 0 && fw_elem_cmp(&s->elems[at - 1], &e) > 0)
		at--;
	memmove(&s->elems[at + 1], &s->elems[at], (n - at) * sizeof(e));
	s->elems[at] = e;
}

/* They mostly come in order already, but for a device or two that took an address which was free. */
static void
sort(struct fw_set *s)
{
	size_t i = 1;

	while (i < s->nelems && fw_elem_cmp(&s->elems[i - 1], &s->elems[i]) < 0)
		i++;
	if (i + SORT_IN < s->nelems)
		qsort(s->elems, s->nelems, sizeof(*s->elems), fw_elem_cmp);
	else
		for (; i < s->nelems; i++)
			sort_in(s, i);
}

void
fw_set_close(struct fw_set *s)
{
	size_t i, n = 0;

	sort(s);
	for (i = 0; i < s->nelems; i++) {
		struct fw_elem *last = n == 0 ? NULL : &s->elems[n - 1];

		if (last == NULL || value_cmp(s->elems[i].lo, last->hi) > 0)
			s->elems[n++] = s->elems[i];
		else if (value_cmp(s->elems[i].hi, last->hi) > 0)
			memcpy(last->hi, s->elems[i].hi, 16);
	}
	s->nelems = n;
}

size_t
fw_type_size(enum fw_type type)
{
	return type == FW_TYPE_ADDR4 ? 4 : type == FW_TYPE_PORT ? 2 : 16;
}

bool
fw_set_has(const struct fw_set *s, const uint8_t *value)
{
	size_t lo = 0, hi = s->nelems;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (value_cmp(s->elems[mid].hi, value) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->nelems && value_cmp(s->elems[lo].lo, value) <= 0;
}

const struct fw_set *
fw_set_find(const struct fw_table *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->nsets; i++)
		if (strcmp(t->sets[i]->name, name) == 0)
			return t->sets[i];
	return NULL;
}

const struct fw_chain *
fw_chain_find(const struct fw_table *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->nchains; i++)
		if (strcmp(t->chains[i]->name, name) == 0)
			return t->chains[i];
	return NULL;
}

static bool
test_eq(const struct fw_test *a, const struct fw_test *b)
{
	return a->key == b->key && a->op == b->op && memcmp(a->a, b->a, sizeof(a->a)) == 0 &&
	    memcmp(a->b, b->b, sizeof(a->b)) == 0 && strcmp(a->set, b->set) == 0;
}

bool
fw_line_eq(const struct fw_line *a, const struct fw_line *b)
{
	size_t i;

	if (a->ntests != b->ntests || a->what != b->what || a->counter != b->counter || a->log_group != b->log_group ||
	    strcmp(a->chain, b->chain) != 0 || strcmp(a->comment, b->comment) != 0 || !addr_eq(&a->to, &b->to) ||
	    a->to_port != b->to_port)
		return false;
	for (i = 0; i < a->ntests; i++)
		if (a->tests[i].key == FW_KEY_UNKNOWN || !test_eq(&a->tests[i], &b->tests[i]))
			return false;
	return true;
}

bool
fw_chain_same_base(const struct fw_chain *a, const struct fw_chain *b)
{
	return a->hook == b->hook && a->nat == b->nat && a->priority == b->priority;
}

bool
fw_chain_eq(const struct fw_chain *a, const struct fw_chain *b)
{
	size_t i;

	if (a->nlines != b->nlines || !fw_chain_same_base(a, b))
		return false;
	for (i = 0; i < a->nlines; i++)
		if (!fw_line_eq(&a->lines[i], &b->lines[i]))
			return false;
	return true;
}
