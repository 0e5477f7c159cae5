/* Stamping of revs. Values of a wrong type are left alone: conf_build() will name them. */
#include "conf/rev.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "conf/draft.h"
#include "conf/schema.h"

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

static json_t *
index_new(const json_t *array, const char *key)
{
	json_t *index = json_object(), *record;
	size_t i;

	for (i = 0; index != NULL && i < json_array_size(array); i++) {
		record = json_array_get(array, i);
		if (json_object_set(index, json_string_value(json_object_get(record, key)), record) < 0) {
			json_decref(index);
			return NULL;
		}
	}
	return index;
}

static int
stamp_records(const struct conf_row *row, const json_t *now, json_t *next, uint64_t generation)
{
	const char *key = conf_row_key(row)->key, *name;
	struct conf_draft_walk same = { .base = now };
	json_t *index = NULL, *record, *before;
	size_t i;
	int r = 0;

	for (i = 0; i < json_array_size(next) && r == 0; i++) {
		record = json_array_get(next, i);
		if (conf_draft_is_same(&same, record))
			continue;
		if ((record = conf_draft_record(next, i)) == NULL)
			return -ENOMEM;
		name = json_string_value(json_object_get(record, key));
		before = json_array_get(now, i);	/* where many of them still are */
		if (name != NULL && !json_equal(json_object_get(before, key), json_object_get(record, key))) {
			if (index == NULL && (index = index_new(now, key)) == NULL)
				return -ENOMEM;
			before = json_object_get(index, name);
		}
		r = stamp_one(row->rows, name == NULL ? NULL : before, record, generation);
	}
	json_decref(index);
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
