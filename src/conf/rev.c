/* Stamping of revs. Values of a wrong type are left alone: conf_build() will name them. */
#include "conf/rev.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "conf/draft.h"
#include "conf/names.h"
#include "conf/schema.h"

enum { SCANS = 4 };

/* Is everything that the rev of these rows is about the same? */
static bool
is_same(const struct conf_row *rows, const json_t *a, const json_t *b)
{
	for (; rows->key != NULL; rows++) {
		const json_t *x = json_object_get(a, rows->key), *y = json_object_get(b, rows->key);

		if (strcmp(rows->key, "rev") == 0 || conf_row_key(rows) != NULL)
			continue;
		if (x != y && !json_equal(x, y))	/* two absent ones are not equal to the library */
			return false;
	}
	return true;
}

static int
stamp_one(const struct conf_row *rows, const json_t *now, json_t *next, uint64_t generation)
{
	const json_t *rev = json_object_get(now, "rev");

	if (!json_is_object(next) || conf_row_find(rows, "rev") == NULL)
		return 0;
	if (rev != NULL && is_same(rows, now, next))
		generation = (uint64_t)json_integer_value(rev);
	return json_object_set_new(next, "rev", json_integer((json_int_t)generation)) < 0 ? -ENOMEM : 0;
}

/* Records of now by their key. What next shares with it has its name there already, so only the others are looked through; and an
 * index of ten thousand costs more than that for one or two. */
struct finder {
	const json_t *now, *next;
	const char *key;
	json_t *others, *index;		/* NULL: none yet */
	unsigned asked;
};

static int
others_add(struct finder *f, size_t from, size_t to)
{
	for (; from < to; from++)
		if (json_array_append(f->others, json_array_get(f->now, from)) < 0)
			return -ENOMEM;
	return 0;
}

/* Those that the walk of stamp_records() passes over, too. */
static int
others_make(struct finder *f)
{
	struct conf_draft_walk same = { .base = f->now };
	size_t i, done = 0;
	int r;

	f->others = json_array();
	r = f->others == NULL ? -ENOMEM : 0;
	for (i = 0; i < json_array_size(f->next) && r == 0; i++)
		if (conf_draft_is_same(&same, json_array_get(f->next, i))) {
			r = others_add(f, done, same.at - 1);
			done = same.at;
		}
	return r < 0 ? r : others_add(f, done, json_array_size(f->now));
}

static int
index_make(struct finder *f)
{
	json_t *record;
	size_t i;

	f->index = json_object();
	json_array_foreach(f->others, i, record)
		if (json_object_set(f->index, json_string_value(json_object_get(record, f->key)), record) < 0)
			return -ENOMEM;
	return f->index == NULL ? -ENOMEM : 0;
}

static json_t *
scan(const struct finder *f, const json_t *name)
{
	json_t *record;
	size_t i;

	json_array_foreach(f->others, i, record)
		if (json_equal(conf_names_key(record, f->key), name))
			return record;
	return NULL;
}

/* The record of that name, or NULL: none. i: where it is, if it is where many of them still are. 0 or -ENOMEM. */
static int
find(struct finder *f, const json_t *name, size_t i, json_t **out)
{
	int r;

	*out = json_array_get(f->now, i);
	if (json_equal(json_object_get(*out, f->key), name))
		return 0;
	if (f->others == NULL && (r = others_make(f)) < 0)
		return r;
	r = 0;
	if (f->index == NULL && f->asked++ < SCANS)
		*out = scan(f, name);
	else if (f->index != NULL || (r = index_make(f)) == 0)
		*out = json_object_get(f->index, json_string_value(name));
	return r;
}

static int
stamp_records(const struct conf_row *row, const json_t *now, json_t *next, uint64_t generation)
{
	struct finder f = { .now = now, .next = next, .key = conf_row_key(row)->key };
	struct conf_draft_walk same = { .base = now };
	json_t *record, *before;
	const json_t *name;
	size_t i;
	int r = 0;

	for (i = 0; i < json_array_size(next) && r == 0; i++) {
		if (conf_draft_is_same(&same, json_array_get(next, i)))
			continue;
		if ((record = conf_draft_record(next, i)) == NULL)
			return -ENOMEM;
		before = NULL;
		name = json_object_get(record, f.key);
		if (json_is_string(name))
			r = find(&f, name, i, &before);
		if (r == 0)
			r = stamp_one(row->rows, before, record, generation);
	}
	json_decref(f.others);
	json_decref(f.index);
	return r;
}

static int
stamp_section(const struct conf_row *row, const json_t *now, json_t *next, uint64_t generation)
{
	const struct conf_row *m;
	int r;

	if (conf_row_key(row) != NULL)
		return stamp_records(row, now, next, generation);
	r = stamp_one(row->rows, now, next, generation);
	for (m = row->rows; m->key != NULL && r == 0; m++)
		if (conf_row_key(m) != NULL)
			r = stamp_records(m, json_object_get(now, m->key), json_object_get(next, m->key), generation);
	return r;
}

int
conf_rev_stamp(const json_t *now, json_t *next, uint64_t generation)
{
	const struct conf_section *s;
	int r = 0;

	for (s = conf_sections; s->name != NULL && r == 0; s++)
		r = stamp_section(s->row, json_object_get(now, s->name), json_object_get(next, s->name), generation);
	return r;
}
