#include "conf/draft.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "conf/schema.h"

enum { MISSED_MAX = 64 };

/* An array of its own with the same records. What a person put in its place stays as it is, for verify.c to name. */
static json_t *
share(const json_t *array)
{
	json_t *copy;
	size_t i;

	if (!json_is_array(array))
		return json_deep_copy(array);
	copy = json_array();
	for (i = 0; copy != NULL && i < json_array_size(array); i++)
		if (json_array_append(copy, json_array_get(array, i)) < 0) {
			json_decref(copy);
			return NULL;
		}
	return copy;
}

static bool
is_shared(const struct conf_row *row)
{
	return row != NULL && (row->flags & CONF_F_SHARED);
}

static json_t *
copy_section(const struct conf_row *row, const json_t *section)
{
	json_t *copy, *v;
	const char *key;

	if (is_shared(row) || !json_is_object(section))
		return is_shared(row) ? share(section) : json_deep_copy(section);
	copy = json_object();
	json_object_foreach((json_t *)(uintptr_t)section, key, v)	/* the iterator wants it writable, and does not write */
		if (json_object_set_new(copy, key, row != NULL && is_shared(conf_row_find(row->rows, key)) ? share(v) :
		    json_deep_copy(v)) < 0) {
			json_decref(copy);
			return NULL;
		}
	return copy;
}

json_t *
conf_draft_new(const json_t *doc)
{
	json_t *draft = json_object(), *v;
	const struct conf_section *s;
	const char *key;

	json_object_foreach((json_t *)(uintptr_t)doc, key, v) {	/* as above */
		s = conf_section_find(key);
		if (json_object_set_new(draft, key, copy_section(s == NULL ? NULL : s->row, v)) < 0) {
			json_decref(draft);
			return NULL;
		}
	}
	return draft;
}

json_t *
conf_draft_record(json_t *array, size_t i)
{
	json_t *record = json_array_get(array, i), *copy;

	if (record == NULL || record->refcount == 1)
		return record;
	copy = json_deep_copy(record);
	return json_array_set_new(array, i, copy) < 0 ? NULL : copy;
}

int
conf_draft_records(json_t *array)
{
	size_t i;

	for (i = 0; i < json_array_size(array); i++)
		if (conf_draft_record(array, i) == NULL)
			return -ENOMEM;
	return 0;
}

/* Behind those that were changed, removed or put in between, it goes on as before. */
bool
conf_draft_is_same(struct conf_draft_walk *w, const json_t *record)
{
	size_t k;

	for (k = 0; record != NULL && k <= w->missed + 1; k++)
		if (json_array_get(w->base, w->at + k) == record) {
			w->at += k + 1;
			w->missed = 0;
			return true;
		}
	w->missed += w->missed < MISSED_MAX;
	return false;
}

size_t
conf_draft_run(struct conf_draft_walk *w, const json_t *array, size_t i, size_t *from)
{
	size_t n = 1;

	if (!conf_draft_is_same(w, json_array_get(array, i)))
		return 0;
	*from = w->at - 1;
	while (i + n < json_array_size(array) && json_array_get(array, i + n) == json_array_get(w->base, w->at)) {
		w->at++;
		n++;
	}
	return n;
}
