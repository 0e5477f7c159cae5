/* What lines have counted; see count.h. */
#include "fw/count.h"

#include <stdlib.h>
#include <string.h>

#include "fw/line.h"
#include "fw/table.h"

/* --- kept ------------------------------------------------------------------------------ */

/* The same line of c, looked for from *at on, since most follow each other there as here; *at is behind it then. */
static const struct fw_line *
same_line(const struct fw_chain *c, const struct fw_line *l, size_t *at)
{
	size_t i;

	for (i = 0; c != NULL && i < c->nlines; i++) {
		const size_t k = (*at + i) % c->nlines;

		if (c->lines[k].counter && fw_line_eq(&c->lines[k], l)) {
			*at = k + 1;
			return &c->lines[k];
		}
	}
	return NULL;
}

static void
keep_chain(struct fw_chain *c, const struct fw_chain *from)
{
	size_t i, at = 0;

	for (i = 0; i < c->nlines; i++) {
		const struct fw_line *l = c->lines[i].counter ? same_line(from, &c->lines[i], &at) : NULL;

		c->lines[i].packets = l == NULL ? 0 : l->packets;
		c->lines[i].bytes = l == NULL ? 0 : l->bytes;
	}
}

void
fw_count_keep(struct fw_table *want, const struct fw_table *have)
{
	size_t i;

	for (i = 0; i < want->nchains; i++)
		keep_chain(want->chains[i], fw_chain_find(have, want->chains[i]->name));
}

static bool
counts(const struct fw_chain *c)
{
	size_t i = 0;

	while (i < c->nlines && !c->lines[i].counter)
		i++;
	return i < c->nlines;
}

bool
fw_count_endangered(const struct fw_table *have, const struct fw_table *want)
{
	size_t i;

	for (i = 0; have->found && i < want->nchains; i++) {
		const struct fw_chain *c = fw_chain_find(have, want->chains[i]->name);

		if (c != NULL && counts(c) && (have->odd || !fw_chain_eq(c, want->chains[i])))
			return true;
	}
	return false;
}

/* --- added up ------------------------------------------------------------------------- */

struct sum { char comment[FW_COMMENT_MAX]; struct fw_count n; };

struct fw_counts {
	size_t n;
	struct sum sums[];		/* sorted, each comment once; as many as lines at most */
};

static int
by_comment(const void *a, const void *b)
{
	const struct sum *x = a, *y = b;

	return strcmp(x->comment, y->comment);
}

static void
take(struct fw_counts *c, const struct fw_line *l)
{
	struct sum *s = &c->sums[c->n];

	if (!l->counter || l->comment[0] == '\0')
		return;
	memcpy(s->comment, l->comment, sizeof(s->comment));
	s->n = (struct fw_count){ l->packets, l->bytes };
	c->n++;
}

static void
join(struct fw_counts *c)
{
	size_t i, n = 0;

	if (c->n > 0)
		qsort(c->sums, c->n, sizeof(c->sums[0]), by_comment);
	for (i = 0; i < c->n; i++)
		if (n > 0 && by_comment(&c->sums[n - 1], &c->sums[i]) == 0) {
			c->sums[n - 1].n.packets += c->sums[i].n.packets;
			c->sums[n - 1].n.bytes += c->sums[i].n.bytes;
		} else {
			c->sums[n++] = c->sums[i];
		}
	c->n = n;
}

struct fw_counts *
fw_counts_new(const struct fw_table *t)
{
	struct fw_counts *c;
	size_t i, k, n = 0;

	for (i = 0; i < t->nchains; i++)
		n += t->chains[i]->nlines;
	c = calloc(1, sizeof(*c) + n * sizeof(c->sums[0]));
	if (c == NULL)
		return NULL;
	for (i = 0; i < t->nchains; i++)
		for (k = 0; k < t->chains[i]->nlines; k++)
			take(c, &t->chains[i]->lines[k]);
	join(c);
	return c;
}

void
fw_counts_free(struct fw_counts *c)
{
	free(c);
}

struct fw_count
fw_counts_of(const struct fw_counts *c, const char *kind, const char *name)
{
	struct fw_line l = { 0 };
	const struct sum *s;
	struct sum key;

	fw_line_comment(&l, kind, name);
	memcpy(key.comment, l.comment, sizeof(key.comment));
	s = c->n == 0 ? NULL : bsearch(&key, c->sums, c->n, sizeof(c->sums[0]), by_comment);
	return s == NULL ? (struct fw_count){ 0, 0 } : s->n;
}
