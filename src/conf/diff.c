/* Difference of documents, by the rows of the schema as far as they reach:
 * they say which arrays hold records, by which key, and which members have a rev. */
#include "conf/diff.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "conf/schema.h"

static json_t *
writable(const json_t *j)
{
	return (json_t *)(uintptr_t)j;	/* iterators and references want it so, and do not write */
}

static bool
is_rev(const struct conf_row *rows, const char *key)
{
	return rows != NULL && strcmp(key, "rev") == 0 && conf_row_find(rows, key) != NULL;
}

/* Take rev out of a value and of everything in it. */
static void
strip(const struct conf_row *row, json_t *v)
{
	const struct conf_row *r;
	json_t *element;
	size_t i;

	if (row == NULL || row->rows == NULL)
		return;
	if (json_is_object(v)) {
		if (is_rev(row->rows, "rev"))
			(void)json_object_del(v, "rev");	/* it may be absent */
		for (r = row->rows; r->key != NULL; r++)
			strip(r, json_object_get(v, r->key));
	}
	json_array_foreach(v, i, element)
		strip(row, element);
}

static json_t *
bare(const struct conf_row *row, const json_t *v)
{
	json_t *copy = v == NULL ? json_null() : json_deep_copy(v);

	if (copy != NULL)
		strip(row, copy);
	return copy;
}

static int
emit(json_t *out, const char *path, const char *op, json_t *old, json_t *new)
{
	json_t *change = json_pack("{s:s, s:s, s:o, s:o}", "path", path, "op", op, "old", old, "new", new);

	return json_array_append_new(out, change) < 0 ? -ENOMEM : 0;
}

/* path/key, with ~ and / of the key written as in RFC 6901. NULL when out of memory. */
static char *
path_new(const char *path, const char *key)
{
	size_t n = strlen(path);
	char *p = malloc(n + 2 + 2 * strlen(key));

	if (p == NULL)
		return NULL;
	memcpy(p, path, n);
	p[n++] = '/';
	for (; *key != '\0'; key++) {
		if (*key == '~' || *key == '/') {
			p[n++] = '~';
			p[n++] = *key == '~' ? '0' : '1';
		} else {
			p[n++] = *key;
		}
	}
	p[n] = '\0';
	return p;
}

/* The records of an array by their key, as a borrowed look-up; NULL when one has no key, or two the same. */
static json_t *
index_new(const struct conf_row *key, const json_t *array)
{
	json_t *index = json_object(), *record;
	size_t i;

	if (key == NULL || !json_is_array(array))
		goto none;
	for (i = 0; i < json_array_size(array); i++) {
		record = json_array_get(array, i);
		const char *name = json_string_value(json_object_get(record, key->key));

		if (name == NULL || json_object_get(index, name) != NULL || json_object_set(index, name, record) < 0)
			goto none;
	}
	return index;
none:
	json_decref(index);
	return NULL;
}

static int diff_value(json_t *out, const char *path, const struct conf_row *row, const json_t *a, const json_t *b);

static int
diff_member(json_t *out, const char *path, const struct conf_row *row, const char *key, const json_t *a, const json_t *b)
{
	char *p;
	int r;

	if (a == b || (a != NULL && b != NULL && json_equal(a, b)))
		return 0;
	if ((p = path_new(path, key)) == NULL)
		return -ENOMEM;
	if (a != NULL && b != NULL)
		r = diff_value(out, p, row, a, b);
	else
		r = emit(out, p, a == NULL ? "add" : "remove", bare(row, a), bare(row, b));
	free(p);
	return r;
}

static int
diff_object(json_t *out, const char *path, const struct conf_row *rows, const json_t *a, const json_t *b)
{
	const struct conf_row *row;
	const char *key;
	json_t *v;
	int r = 0;

	for (row = rows; row != NULL && row->key != NULL && r == 0; row++)
		if (!is_rev(rows, row->key))
			r = diff_member(out, path, row, row->key, json_object_get(a, row->key), json_object_get(b, row->key));
	json_object_foreach(writable(a), key, v)
		if (r == 0 && conf_row_find(rows, key) == NULL)
			r = diff_member(out, path, NULL, key, v, json_object_get(b, key));
	json_object_foreach(writable(b), key, v)
		if (r == 0 && conf_row_find(rows, key) == NULL && json_object_get(a, key) == NULL)
			r = diff_member(out, path, NULL, key, NULL, v);
	return r;
}

/* Keys in the order that removals and additions make of from; those of to when they are all there. */
static json_t *
keys_after(const struct conf_row *key, const json_t *from, const json_t *to, const json_t *in_from, const json_t *in_to)
{
	json_t *keys = json_array();
	size_t i;

	for (i = 0; i < json_array_size(from); i++) {
		json_t *k = json_object_get(json_array_get(from, i), key->key);

		if (json_object_get(in_to, json_string_value(k)) != NULL && json_array_append(keys, k) < 0)
			goto fail;
	}
	for (i = 0; i < json_array_size(to); i++) {
		json_t *k = json_object_get(json_array_get(to, i), key->key);

		if (json_object_get(in_from, json_string_value(k)) == NULL && json_array_append(keys, k) < 0)
			goto fail;
	}
	return keys;
fail:
	json_decref(keys);
	return NULL;
}

static int
diff_order(json_t *out, const char *path, const struct conf_row *key, const json_t *a, const json_t *b,
    const json_t *in_a, const json_t *in_b)
{
	json_t *after = keys_after(key, a, b, in_a, in_b);
	json_t *wanted = keys_after(key, b, b, in_b, in_b);
	int r = after == NULL || wanted == NULL ? -ENOMEM : 0;

	if (r == 0 && !json_equal(after, wanted))
		r = emit(out, path, "replace", json_incref(after), json_incref(wanted));
	json_decref(after);
	json_decref(wanted);
	return r;
}

static int
diff_records(json_t *out, const char *path, const struct conf_row *row, const json_t *a, const json_t *b,
    const json_t *in_a, const json_t *in_b)
{
	const struct conf_row *key = conf_row_key(row);
	const char *name;
	json_t *v;
	size_t i;
	int r = 0;

	json_object_foreach(writable(in_a), name, v)
		if (r == 0 && json_object_get(in_b, name) == NULL)
			r = diff_member(out, path, row, name, v, NULL);
	for (i = 0; i < json_array_size(b) && r == 0; i++) {
		v = json_array_get(b, i);
		name = json_string_value(json_object_get(v, key->key));
		r = diff_member(out, path, row, name, json_object_get(in_a, name), v);
	}
	return r < 0 ? r : diff_order(out, path, key, a, b, in_a, in_b);
}

static int
diff_array(json_t *out, const char *path, const struct conf_row *row, const json_t *a, const json_t *b)
{
	const struct conf_row *key = row == NULL ? NULL : conf_row_key(row);
	json_t *in_a = index_new(key, a), *in_b = index_new(key, b);
	int r;

	if (in_a != NULL && in_b != NULL)
		r = diff_records(out, path, row, a, b, in_a, in_b);
	else
		r = emit(out, path, "replace", bare(row, a), bare(row, b));
	json_decref(in_a);
	json_decref(in_b);
	return r;
}

/* a and b differ, be it by rev alone. */
static int
diff_value(json_t *out, const char *path, const struct conf_row *row, const json_t *a, const json_t *b)
{
	if (json_is_object(a) && json_is_object(b))
		return diff_object(out, path, row == NULL ? NULL : row->rows, a, b);
	if (json_is_array(a) && json_is_array(b))
		return diff_array(out, path, row, a, b);
	return emit(out, path, "replace", bare(row, a), bare(row, b));
}

json_t *
conf_diff(const json_t *from, const json_t *to)
{
	const struct conf_section *s;
	json_t *out = json_array();
	int r = out == NULL ? -ENOMEM : 0;

	for (s = conf_sections; s->name != NULL && r == 0; s++)
		r = diff_member(out, "", s->row, s->name, json_object_get(from, s->name), json_object_get(to, s->name));
	if (r < 0) {
		json_decref(out);
		return NULL;
	}
	return out;
}

bool
conf_diff_same(const json_t *a, const json_t *b)
{
	json_t *changes = conf_diff(a, b);
	bool same = changes != NULL && json_array_size(changes) == 0 &&
	    json_equal(json_object_get(a, "setup"), json_object_get(b, "setup"));

	json_decref(changes);
	return same;
}

/* --- applying ---------------------------------------------------------------------- */

/* The next step of a path, unescaped. False at the end or on a broken path. */
static bool
path_step(struct str *path, char *key, size_t size)
{
	size_t n = 0;

	if (path->n == 0 || path->p[0] != '/')
		return false;
	for (path->p++, path->n--; path->n > 0 && path->p[0] != '/'; path->p++, path->n--) {
		char c = path->p[0];

		if (c == '~' && path->n > 1) {
			path->p++;
			path->n--;
			c = path->p[0] == '0' ? '~' : '/';
		}
		if (n + 1 >= size)
			return false;
		key[n++] = c;
	}
	key[n] = '\0';
	return true;
}

/* Index of the record in the array, or the array's size. */
static size_t
record_at(const struct conf_row *row, const json_t *array, const char *name)
{
	const struct conf_row *key = conf_row_key(row);
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		const char *have = key == NULL ? NULL :
		    json_string_value(json_object_get(json_array_get(array, i), key->key));

		if (have != NULL && strcmp(have, name) == 0)
			break;
	}
	return i;
}

/* array with its records in the order of keys; NULL when keys are not those of its records. */
static json_t *
reordered(const struct conf_row *row, const json_t *array, const json_t *keys)
{
	json_t *out;
	size_t i, n = json_array_size(array);

	if (row == NULL || conf_row_key(row) == NULL || !json_is_array(array) || json_array_size(keys) != n || n == 0)
		return NULL;
	out = json_array();
	for (i = 0; i < n; i++) {
		const char *name = json_string_value(json_array_get(keys, i));
		size_t at = name == NULL ? n : record_at(row, array, name);

		if (at == n || json_array_append(out, json_array_get(array, at)) < 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static int
apply_object(json_t *obj, const struct conf_row *row, const char *key, const char *op, json_t *new)
{
	json_t *v;

	if (strcmp(op, "remove") == 0)
		return json_object_del(obj, key) < 0 ? -EINVAL : 0;
	v = reordered(row, json_object_get(obj, key), new);
	if (v == NULL)
		v = json_deep_copy(new);
	return json_object_set_new(obj, key, v) < 0 ? -EINVAL : 0;
}

static int
apply_array(json_t *array, const struct conf_row *row, const char *key, const char *op, const json_t *new)
{
	size_t at = record_at(row, array, key);
	bool there = at < json_array_size(array);

	if (strcmp(op, "add") == 0)
		return there || json_array_append_new(array, json_deep_copy(new)) < 0 ? -EINVAL : 0;
	if (!there)
		return -EINVAL;
	if (strcmp(op, "remove") == 0)
		return json_array_remove(array, at) < 0 ? -EINVAL : 0;
	return json_array_set_new(array, at, json_deep_copy(new)) < 0 ? -EINVAL : 0;
}

/* What the rows say about a member of at, which the row is about. */
static const struct conf_row *
row_of(const struct conf_row *row, bool top, const json_t *at, const char *key)
{
	const struct conf_section *s = top ? conf_section_find(key) : NULL;

	if (top)
		return s == NULL ? NULL : s->row;
	/* Of an array the steps are records, which the same row is about. */
	return row == NULL || json_is_array(at) ? row : conf_row_find(row->rows, key);
}

static int
apply(json_t *doc, struct str path, const char *op, json_t *new)
{
	const struct conf_row *row = NULL, *next;
	char key[1024];
	json_t *at = doc;

	while (path_step(&path, key, sizeof(key))) {
		next = row_of(row, at == doc, at, key);
		if (path.n == 0)
			return json_is_array(at) ? apply_array(at, row, key, op, new) : apply_object(at, next, key, op, new);
		if (json_is_array(at))
			at = row == NULL ? NULL : json_array_get(at, record_at(row, at, key));
		else
			at = json_object_get(at, key);
		if (at == NULL)
			return -EINVAL;
		row = next;
	}
	return -EINVAL;
}

int
conf_diff_apply(json_t *doc, const json_t *changes)
{
	size_t i;
	int r = json_is_array(changes) ? 0 : -EINVAL;

	for (i = 0; i < json_array_size(changes) && r == 0; i++) {
		const json_t *c = json_array_get(changes, i);
		const char *op = json_string_value(json_object_get(c, "op"));
		const char *path = json_string_value(json_object_get(c, "path"));
		json_t *new = json_object_get(c, "new");

		r = op == NULL || path == NULL || new == NULL ? -EINVAL : apply(doc, str_of(path), op, new);
	}
	return r;
}

static bool
has_lease(const struct conf_row *row)
{
	const struct conf_row *r;

	if (row->flags & CONF_F_LEASE)
		return true;
	for (r = row->rows; r != NULL && r->key != NULL; r++)
		if (has_lease(r))
			return true;
	return false;
}

static bool
path_needs_lease(struct str path)
{
	const struct conf_section *s;
	const struct conf_row *row;
	char key[1024];

	if (!path_step(&path, key, sizeof(key)) || (s = conf_section_find(key)) == NULL)
		return false;
	row = s->row;
	while (row != NULL && !(row->flags & CONF_F_LEASE) && path_step(&path, key, sizeof(key)))
		if (row->type != CONF_T_RECORDS)
			row = conf_row_find(row->rows, key);
	return row != NULL && has_lease(row);
}

bool
conf_diff_needs_lease(const json_t *changes)
{
	size_t i;

	for (i = 0; i < json_array_size(changes); i++) {
		const char *path = json_string_value(json_object_get(json_array_get(changes, i), "path"));

		if (path != NULL && path_needs_lease(str_of(path)))
			return true;
	}
	return false;
}
