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

/* The records of an array by their key, but for the first ones; NULL when one has no key, or two the same. */
static json_t *
index_new(const struct conf_row *key, const json_t *array, size_t first)
{
	json_t *index = json_object();
	size_t i;

	for (i = first; index != NULL && i < json_array_size(array); i++) {
		json_t *record = json_array_get(array, i);
		const char *name = json_string_value(json_object_get(record, key->key));

		if (name == NULL || json_object_get(index, name) != NULL || json_object_set(index, name, record) < 0) {
			json_decref(index);
			return NULL;
		}
	}
	return index;
}

struct pair {
	const json_t *a, *b;
};

static int diff_value(json_t *out, const char *path, const struct conf_row *row, struct pair v);

static int
diff_member(json_t *out, const char *path, const struct conf_row *row, const char *key, struct pair v)
{
	char *p;
	int r;

	if (v.a == v.b || (v.a != NULL && v.b != NULL && json_equal(v.a, v.b)))
		return 0;
	if ((p = path_new(path, key)) == NULL)
		return -ENOMEM;
	if (v.a != NULL && v.b != NULL)
		r = diff_value(out, p, row, v);
	else
		r = emit(out, p, v.a == NULL ? "add" : "remove", bare(row, v.a), bare(row, v.b));
	free(p);
	return r;
}

static struct pair
members(struct pair v, const char *key)
{
	return (struct pair){ json_object_get(v.a, key), json_object_get(v.b, key) };
}

static int
diff_object(json_t *out, const char *path, const struct conf_row *rows, struct pair v)
{
	const struct conf_row *row;
	const char *key;
	json_t *m;
	int r = 0;

	for (row = rows; row != NULL && row->key != NULL && r == 0; row++)
		if (!is_rev(rows, row->key))
			r = diff_member(out, path, row, row->key, members(v, row->key));
	json_object_foreach(writable(v.a), key, m)
		if (r == 0 && conf_row_find(rows, key) == NULL)
			r = diff_member(out, path, NULL, key, members(v, key));
	json_object_foreach(writable(v.b), key, m)
		if (r == 0 && conf_row_find(rows, key) == NULL && json_object_get(v.a, key) == NULL)
			r = diff_member(out, path, NULL, key, members(v, key));
	return r;
}

static json_t *
key_at(const struct conf_row *key, const json_t *array, size_t i)
{
	return json_object_get(json_array_get(array, i), key->key);
}

/* How many records at the beginning have the same keys in both. Mostly all of them. */
static size_t
aligned(const struct conf_row *key, struct pair v)
{
	size_t i = 0;

	while (json_array_get(v.a, i) != NULL && (json_array_get(v.a, i) == json_array_get(v.b, i) ||
	    (json_is_string(key_at(key, v.a, i)) && json_equal(key_at(key, v.a, i), key_at(key, v.b, i)))))
		i++;
	return i;
}

/* Two arrays of records; the first ones are aligned, the others are found by index. */
struct records {
	struct pair v, index;
	const struct conf_row *row, *key;
	size_t first;
};

/* Keys from number first on, in the order that removals from a and additions from b leave them in. NULL when out of memory. */
static json_t *
keys_after(const struct records *d, struct pair v, struct pair index, size_t first)
{
	json_t *keys = json_array(), *k;
	size_t i;
	int r = keys == NULL ? -1 : 0;

	for (i = first; i < json_array_size(v.a) && r == 0; i++) {
		k = key_at(d->key, v.a, i);
		if (i < d->first || json_object_get(index.b, json_string_value(k)) != NULL)
			r = json_array_append(keys, k);
	}
	for (i = d->first; i < json_array_size(v.b) && r == 0; i++) {
		k = key_at(d->key, v.b, i);
		if (json_object_get(index.a, json_string_value(k)) == NULL)
			r = json_array_append(keys, k);
	}
	if (r < 0) {
		json_decref(keys);
		return NULL;
	}
	return keys;
}

struct orders { json_t *after, *wanted; };

static struct orders
orders_new(const struct records *d, size_t first)
{
	const struct pair v = { d->v.b, d->v.b }, index = { d->index.b, d->index.b };

	return (struct orders){ keys_after(d, d->v, d->index, first), keys_after(d, v, index, first) };
}

static void
orders_free(struct orders o)
{
	json_decref(o.after);
	json_decref(o.wanted);
}

/* What is aligned is in the same order. */
static int
diff_order(json_t *out, const char *path, const struct records *d)
{
	struct orders o = orders_new(d, d->first);
	int r = 0;

	if (o.after != NULL && o.wanted != NULL && !json_equal(o.after, o.wanted)) {
		orders_free(o);
		o = orders_new(d, 0);
		r = emit(out, path, "replace", json_incref(o.after), json_incref(o.wanted));
	}
	if (o.after == NULL || o.wanted == NULL)
		r = -ENOMEM;
	orders_free(o);
	return r;
}

static int
diff_records(json_t *out, const char *path, const struct records *d)
{
	const char *name;
	json_t *record;
	size_t i;
	int r = 0;

	json_object_foreach(writable(d->index.a), name, record)
		if (r == 0 && json_object_get(d->index.b, name) == NULL)
			r = diff_member(out, path, d->row, name, (struct pair){ record, NULL });
	for (i = 0; i < json_array_size(d->v.b) && r == 0; i++) {
		struct pair one = { json_array_get(d->v.a, i), json_array_get(d->v.b, i) };

		if (i < d->first && one.a == one.b)
			continue;
		name = json_string_value(key_at(d->key, d->v.b, i));
		r = diff_member(out, path, d->row, name, i < d->first ? one : members(d->index, name));
	}
	return r;
}

static int
diff_array(json_t *out, const char *path, const struct conf_row *row, struct pair v)
{
	struct records d = { .v = v, .row = row, .key = row == NULL ? NULL : conf_row_key(row) };
	json_t *in_a, *in_b;
	int r;

	if (d.key == NULL)
		return emit(out, path, "replace", bare(row, v.a), bare(row, v.b));
	d.first = aligned(d.key, v);
	in_a = index_new(d.key, v.a, d.first);
	in_b = index_new(d.key, v.b, d.first);
	d.index = (struct pair){ in_a, in_b };
	if (in_a == NULL || in_b == NULL)
		r = emit(out, path, "replace", bare(row, v.a), bare(row, v.b));
	else if ((r = diff_records(out, path, &d)) == 0 && json_object_size(in_b) > 0)
		r = diff_order(out, path, &d);
	json_decref(in_a);
	json_decref(in_b);
	return r;
}

/* a and b differ, be it by rev alone. */
static int
diff_value(json_t *out, const char *path, const struct conf_row *row, struct pair v)
{
	if (json_is_object(v.a) && json_is_object(v.b))
		return diff_object(out, path, row == NULL ? NULL : row->rows, v);
	if (json_is_array(v.a) && json_is_array(v.b))
		return diff_array(out, path, row, v);
	return emit(out, path, "replace", bare(row, v.a), bare(row, v.b));
}

json_t *
conf_diff(const json_t *from, const json_t *to)
{
	const struct conf_section *s;
	json_t *out = json_array();
	int r = out == NULL ? -ENOMEM : 0;

	for (s = conf_sections; s->name != NULL && r == 0; s++)
		r = diff_member(out, "", s->row, s->name, members((struct pair){ from, to }, s->name));
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
