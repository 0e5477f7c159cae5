/* Row by row into the struct. Types are checked once more on the way, because
 * documents with mistakes come here as well. Texts stay in the document, which the struct holds. */
#include "conf/fill.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/wgkey.h"
#include "conf/conf.h"
#include "conf/draft.h"
#include "conf/schema.h"
#include "sys/clk.h"

struct fill {
	struct arena *arena;
	bool failed;			/* out of memory */
	const struct conf *c, *base;	/* base NULL: nothing is shared */
	const json_t *section;		/* of base, beside that which is filled */
};

static struct str
text(const json_t *v)
{
	return (struct str){ json_string_value(v), json_string_length(v) };
}

static void *
take(struct fill *f, size_t n, size_t size)
{
	void *p = arena_array(f->arena, n, size);

	if (p == NULL)
		f->failed = true;
	return p;
}

static void
fill_int(const struct conf_row *row, const json_t *v, char *at)
{
	json_int_t n = json_integer_value(v);

	if (n < row->min || n > row->max)
		return;
	switch (row->size) {
	case sizeof(uint16_t):
		*(uint16_t *)(void *)at = (uint16_t)n;
		break;
	case sizeof(uint32_t):	/* and int: the row's maximum fits both */
		*(uint32_t *)(void *)at = (uint32_t)n;
		break;
	default:
		*(uint64_t *)(void *)at = (uint64_t)n;
	}
}

/* Position in choices; 0 where there is none. */
static unsigned
choice(const struct conf_row *row, const json_t *v)
{
	unsigned i;

	for (i = 0; row->choices[i] != NULL; i++)
		if (json_is_string(v) && strcmp(row->choices[i], json_string_value(v)) == 0)
			return i;
	return 0;
}

static unsigned
zone(const json_t *v)
{
	return json_is_string(v) ? conf_zone_read(json_string_value(v)) : 0;
}

static unsigned
zones(const struct conf_row *row, const json_t *array)
{
	unsigned set = row->flags & CONF_F_LOCAL ? CONF_ZONE_LOCAL : 0;
	size_t i;

	for (i = 0; i < json_array_size(array); i++)
		set |= zone(json_array_get(array, i));
	return set;
}

/* What is beyond the row's limit has been refused; it must not cost memory either. */
static size_t
size(const struct conf_row *row, const json_t *array)
{
	size_t n = json_array_size(array);

	return n < (size_t)row->max ? n : (size_t)row->max;
}

static void
fill_texts(struct fill *f, const struct conf_row *row, const json_t *array, struct conf_texts *to)
{
	size_t i, n = size(row, array);

	to->v = take(f, n, sizeof(*to->v));
	for (i = 0; i < n && to->v != NULL; i++) {
		const char *s = json_string_value(json_array_get(array, i));

		if (s != NULL)
			to->v[to->n++] = s;
	}
}

static void
fill_prefixes(struct fill *f, const struct conf_row *row, const json_t *array, struct conf_prefixes *to)
{
	size_t i, n = size(row, array);

	to->v = take(f, n, sizeof(*to->v));
	for (i = 0; i < n && to->v != NULL; i++)
		if (addr_prefix_read(text(json_array_get(array, i)), &to->v[to->n]))
			to->n++;
}

static void
fill_addrs(const struct conf_row *row, const json_t *array, struct addr *to, size_t *count)
{
	size_t i;

	for (i = 0; i < json_array_size(array) && *count < (size_t)row->max; i++)
		if (addr_read(text(json_array_get(array, i)), &to[*count]))
			(*count)++;
}

static void fill_rows(struct fill *f, const struct conf_row *rows, const json_t *obj, char *base);

/* The list at from, in this arena: mostly that of the record before is like it. Lists of texts and of networks differ in what
 * v points to. */
static void
share_list(struct fill *f, const struct conf_row *row, const char *from, const char *before, char *to)
{
	const size_t size = row->type == CONF_T_TEXTS ? sizeof(char *) : sizeof(struct addr_prefix);
	struct conf_texts was, last = { NULL, 0 };
	void *v;

	memcpy(&was, from + row->offset, sizeof(was));
	if (before != NULL)
		memcpy(&last, before + row->offset, sizeof(last));
	if (last.v != NULL && last.n == was.n && memcmp(last.v, was.v, was.n * size) == 0) {
		v = (void *)(uintptr_t)last.v;	/* const for everybody else */
	} else {
		v = take(f, was.n, size);
		if (v == NULL)
			return;
		memcpy(v, was.v, was.n * size);
	}
	memcpy(to + row->offset + offsetof(struct conf_texts, v), &v, sizeof(v));
}

/* Number i of to, of the same record: as it was. */
static void
share_record(struct fill *f, const struct conf_row *row, const void *was, void *to, size_t i)
{
	char *at = (char *)to + i * row->size;
	const struct conf_row *r;

	memcpy(at, was, row->size);
	for (r = row->rows; r->key != NULL; r++)
		if (r->type == CONF_T_TEXTS || r->type == CONF_T_PREFIXES)
			share_list(f, r, was, i == 0 ? NULL : at - row->size, at);
}

/* What base has in the place of to, which is a pointer in the struct. */
static const char *
records_before(const struct fill *f, const void *to)
{
	const char *was;

	memcpy(&was, (const char *)f->base + ((const char *)to - (const char *)f->c), sizeof(was));
	return was;
}

/* One for each element, also a wrong one, so that rules can name them by their index. */
static void
fill_records(struct fill *f, const struct conf_row *row, const json_t *array, void *to, size_t *count)
{
	bool shares = f->base != NULL && (row->flags & CONF_F_SHARED);
	struct conf_draft_walk same = { .base = shares ? json_object_get(f->section, row->key) : NULL };
	const char *was = shares ? records_before(f, to) : NULL;
	size_t i, n = size(row, array);
	char *records = take(f, n, row->size);

	if (records == NULL)
		return;
	for (i = 0; i < n; i++)
		if (was != NULL && conf_draft_is_same(&same, json_array_get(array, i)))
			share_record(f, row, was + (same.at - 1) * row->size, records, i);
		else
			fill_rows(f, row->rows, json_array_get(array, i), records + i * row->size);
	memcpy(to, &records, sizeof(records));	/* the field is a pointer to any one of the record types */
	*count = n;
}

static void
fill_value(struct fill *f, const struct conf_row *row, const json_t *v, char *base)
{
	void *at = base + row->offset;
	size_t *count = (size_t *)(void *)(base + row->count_offset);
	int64_t t;

	switch (row->type) {
	case CONF_T_BOOL:
		*(bool *)at = json_is_true(v);
		break;
	case CONF_T_INT:
		fill_int(row, v, at);
		break;
	case CONF_T_TEXT:
		*(const char **)at = json_string_value(v);
		break;
	case CONF_T_CHOICE:
		*(unsigned *)at = choice(row, v);
		break;
	case CONF_T_TIME:
		*(int64_t *)at = json_is_string(v) && clk_read(json_string_value(v), &t) == 0 ? t : 0;
		break;
	case CONF_T_PREFIX:
		if (!addr_prefix_read(text(v), at))
			memset(at, 0, sizeof(struct addr_prefix));
		break;
	case CONF_T_ADDR:
		if (!addr_read(text(v), at))
			memset(at, 0, sizeof(struct addr));
		break;
	case CONF_T_ZONE:
		*(unsigned *)at = zone(v);
		break;
	case CONF_T_ZONES:
		*(unsigned *)at = zones(row, v);
		break;
	case CONF_T_TEXTS:
		fill_texts(f, row, v, at);
		break;
	case CONF_T_PREFIXES:
		fill_prefixes(f, row, v, at);
		break;
	case CONF_T_ADDRS:
		fill_addrs(row, v, at, count);
		break;
	case CONF_T_OBJECT:
		fill_rows(f, row->rows, v, at);
		break;
	case CONF_T_RECORDS:
		fill_records(f, row, v, at, count);
		break;
	}
}

/* Members of a complete document stand in the order of the rows: then the next one is the one that is wanted, and needs no
 * search. */
static const json_t *
next_member(json_t *obj, void **at, const char *key)
{
	const char *here = *at == NULL ? NULL : json_object_iter_key(*at);
	const json_t *v;

	if (here == NULL || strcmp(here, key) != 0)
		return json_object_get(obj, key);
	v = json_object_iter_value(*at);
	*at = json_object_iter_next(obj, *at);
	return v;
}

static void
fill_rows(struct fill *f, const struct conf_row *rows, const json_t *obj, char *base)
{
	json_t *from = (json_t *)(uintptr_t)obj;	/* the iterator wants it writable, and does not write */
	void *at = json_object_iter(from);

	for (; rows->key != NULL; rows++) {
		const json_t *v = next_member(from, &at, rows->key);

		if (rows->offset != CONF_NO_FIELD)
			fill_value(f, rows, v, base);
	}
}

/* --- devices ------------------------------------------------------------------------------ */

static int
compare_names(const void *a, const void *b)
{
	return strcasecmp((*(const struct conf_peer *const *)a)->name, (*(const struct conf_peer *const *)b)->name);
}

/* Into the first n, which are in order. */
static void
sort_in(struct conf *c, size_t n, const struct conf_peer *p)
{
	const size_t at = conf_peer_place(c, n, p->name);

	memmove(&c->peers_by_name[at + 1], &c->peers_by_name[at], (n - at) * sizeof(*c->peers_by_name));
	c->peers_by_name[at] = p;
}

/* In order of their names; those of base are. now: where those are. */
static void
sort_peers(struct conf *c, const struct conf *base, struct conf_peer *const *now, size_t nshared)
{
	size_t i, n = 0;

	for (i = 0; n < nshared; i++) {
		c->peers_by_name[n] = now[base->peers_by_name[i] - base->peers];
		n += c->peers_by_name[n] != NULL;
	}
	if (c->npeers_new > CONF_PEERS_FEW)
		qsort(c->peers_by_name, c->npeers, sizeof(*c->peers_by_name), compare_names);
	else
		for (i = 0; i < c->npeers_new; i++)
			sort_in(c, n + i, c->peers_new[i]);
}

/* Those that a draft shares with base are as they are there. */
static void
fill_peers(struct fill *f, const struct conf_row *row, const json_t *array, const struct conf *base, struct conf *c)
{
	struct conf_draft_walk same = { .base = base == NULL ? NULL : json_object_get(base->doc, row->key) };
	size_t i, n = size(row, array), nother = 0;
	struct conf_peer **now = take(f, base == NULL ? 0 : base->npeers, sizeof(*now));

	c->peers = take(f, n, sizeof(*c->peers));
	c->peers_by_name = take(f, n, sizeof(*c->peers_by_name));
	if (f->failed)
		return;
	for (c->npeers = n, i = 0; i < n; i++) {
		struct conf_peer *p = &c->peers[i];
		const json_t *record = json_array_get(array, i);

		if (base != NULL && conf_draft_is_same(&same, record)) {
			share_record(f, row, &base->peers[same.at - 1], c->peers, i);
			now[same.at - 1] = p;
			continue;
		}
		fill_rows(f, row->rows, record, (char *)p);
		if (p->name == NULL) /* a wrong one is told, and must be no trap */
			p->name = "";
		if (!wgkey_read(p->public_key, p->key))
			memset(p->key, 0, sizeof(p->key));
		if (nother < CONF_PEERS_FEW)
			c->peers_new[nother] = p;
		c->peers_by_name[n - ++nother] = p;
	}
	c->npeers_new = nother;
	sort_peers(c, base, now, n - nother);
}

int
conf_fill(struct conf *c, const json_t *doc, const struct conf *base)
{
	struct fill f = { .arena = c->arena, .c = c, .base = base };
	const struct conf_section *s;

	fill_rows(&f, conf_envelope, doc, (char *)c);
	for (s = conf_sections; s->name != NULL; s++) {
		f.section = base == NULL ? NULL : json_object_get(base->doc, s->name);
		if (strcmp(s->name, "peers") == 0)
			fill_peers(&f, s->row, json_object_get(doc, s->name), base, c);
		else
			fill_value(&f, s->row, json_object_get(doc, s->name), (char *)c);
	}
	return f.failed ? -ENOMEM : 0;
}
