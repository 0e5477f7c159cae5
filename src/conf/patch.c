/* Two ways in: a request, which is refused where it names what it may not, and
 * an import, which carries such members along because an export has them. */
#include "conf/patch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "conf/migrate.h"
#include "conf/schema.h"

struct patch {
	bool import;
	json_t *before;		/* the section that an import replaces, as it was; else NULL */
	struct err *e;
	char path[ERR_FIELD_MAX];
};

static int
no_memory(struct patch *p)
{
	return err_sys(p->e, -ENOMEM, "configuration");
}

static int
refuse(struct patch *p, const char *key, const char *rule, const char *path)
{
	char field[ERR_FIELD_MAX];

	(void)snprintf(field, sizeof(field), "%s.%s", p->path, key);	/* cut is fine */
	return err_field(p->e, ERR_VALIDATION, field, "%s%s", rule, path);
}

static int patch_object(struct patch *p, const struct conf_row *row, json_t *target, const json_t *patch);

static int
patch_value(struct patch *p, const struct conf_row *row, json_t *target, json_t *v)
{
	json_t *t = json_object_get(target, row->key);

	if (json_is_null(v) && !(row->flags & CONF_F_NULLABLE)) {
		(void)json_object_del(target, row->key);	/* completion puts the default there */
		return 0;
	}
	if (row->type != CONF_T_OBJECT || !json_is_object(v))
		return json_object_set_new(target, row->key, json_deep_copy(v)) < 0 ? no_memory(p) : 0;
	if (!json_is_object(t)) {
		t = json_object();
		if (json_object_set_new(target, row->key, t) < 0)
			return no_memory(p);
	}
	return patch_object(p, row, t, v);
}

/* The record of the list with the same key as the given one, or NULL. */
static json_t *
same_record(const struct conf_row *row, const json_t *list, const json_t *record)
{
	const struct conf_row *key = conf_row_key(row);
	const json_t *name = json_object_get(record, key->key);
	json_t *t;
	size_t i;

	json_array_foreach(list, i, t)
		if (json_equal(json_object_get(t, key->key), name))
			return t;
	return NULL;
}

/* A new record with what only the cell may set taken from the given one, but for its rev and its secret:
 * that is the one which the record of this key had before everything was replaced. */
static json_t *
new_record(const struct patch *p, const struct conf_row *row, json_t *target, json_t *record)
{
	json_t *t = json_deep_copy(record), *had = same_record(row, json_object_get(p->before, row->key), record);
	json_t *ref = json_object_get(had, "secret_ref");

	(void)json_object_del(t, "secret_ref");	/* all three may be absent */
	(void)json_object_del(t, "has_secret");
	(void)json_object_del(t, "rev");
	if (ref != NULL && json_object_set(t, "secret_ref", ref) < 0) {
		json_decref(t);
		return NULL;
	}
	return json_array_append_new(target, t) < 0 ? NULL : t;
}

static int
import_records(struct patch *p, const struct conf_row *row, json_t *target, json_t *records)
{
	json_t *t = json_object_get(target, row->key), *record, *to;
	size_t i;
	int r = 0;

	if (!json_is_array(records) || !json_is_array(t))	/* conf_build() says so */
		return json_object_set(target, row->key, records) < 0 ? no_memory(p) : 0;
	json_array_foreach(records, i, record) {
		to = same_record(row, t, record);
		if (to == NULL)
			to = new_record(p, row, t, record);
		if (to == NULL)
			return no_memory(p);
		if (r == 0 && json_is_object(to) && json_is_object(record))
			r = patch_object(p, row, to, record);
	}
	return r;
}

/* What a reply says in place of a secret. */
static bool
is_flag(const struct conf_row *rows, const char *key)
{
	const struct conf_row *row = strncmp(key, "has_", 4) == 0 ? conf_row_find(rows, key + 4) : NULL;

	return strcmp(key, "has_secret") == 0 || (row != NULL && (row->flags & CONF_F_SECRET));
}

static int
patch_member(struct patch *p, const struct conf_row *rows, json_t *target, const char *key, json_t *v)
{
	const struct conf_row *row = conf_row_find(rows, key);

	if (p->import && is_flag(rows, key))
		return 0;
	if (row == NULL)
		return refuse(p, key, "is not known", "");
	if (row->flags & CONF_F_READONLY)
		return p->import ? 0 : refuse(p, key, "is set by the cell", "");
	if (conf_row_key(row) == NULL)
		return patch_value(p, row, target, v);
	return p->import ? import_records(p, row, target, v) : refuse(p, key, "is changed by way of ", row->path);
}

static int
patch_object(struct patch *p, const struct conf_row *row, json_t *target, const json_t *patch)
{
	json_t *from = (json_t *)(uintptr_t)patch;	/* the iterator wants it writable, and does not write */
	size_t here = strlen(p->path);
	const char *key;
	json_t *v;
	int r = 0, one;

	(void)snprintf(p->path + here, sizeof(p->path) - here, "%s%s", here > 0 ? "." : "", row->key);	/* names of rows */
	json_object_foreach(from, key, v) {
		one = patch_member(p, row->rows, target, key, v);
		r = r < 0 ? r : one;	/* all of them are told, the first one counts */
	}
	p->path[here] = '\0';
	return r;
}

static int
patch_section(struct patch *p, const struct conf_section *s, json_t *draft, const json_t *patch)
{
	json_t *target = json_object_get(draft, s->name);

	if (!json_is_object(patch))
		return err_field(p->e, ERR_VALIDATION, s->name, "must be an object");
	if (target == NULL) {
		target = json_object();
		if (json_object_set_new(draft, s->name, target) < 0)
			return no_memory(p);
	}
	return patch_object(p, s->row, target, patch);
}

int
conf_patch_section(json_t *draft, const char *section, const json_t *patch, struct err *e)
{
	const struct conf_section *s = conf_section_find(section);
	struct patch p = { .e = e };

	if (s == NULL || !s->settings)
		return err_set(e, ERR_NOT_FOUND, "there is no such section");
	return patch_section(&p, s, draft, patch);
}

bool
conf_patch_is_flat(const char *key)
{
	static const char *const flat[] = { "cell_name", "domain_mode", "domain_name", "timezone", "ip_range" };
	size_t i;

	for (i = 0; i < sizeof(flat) / sizeof(flat[0]); i++)
		if (strcmp(key, flat[i]) == 0)
			return true;
	return false;
}

int
conf_patch_flat(json_t *draft, const json_t *patch, struct err *e)
{
	json_t *from = (json_t *)(uintptr_t)patch;	/* as in patch_object() */
	const char *key;
	json_t *v;
	int r = 0;

	if (!json_is_object(patch))
		return err_set(e, ERR_VALIDATION, "the request must be an object");
	json_object_foreach(from, key, v)
		if (!conf_patch_is_flat(key))
			r = err_field(e, ERR_VALIDATION, key, "is not known");
	return r < 0 ? r : conf_patch_section(draft, "identity", patch, e);
}

/* Back to what completion makes of nothing, but for what the cell sets itself. */
static void
reset_settings(const struct conf_section *s, json_t *draft)
{
	json_t *section = json_object_get(draft, s->name);
	const struct conf_row *row;

	for (row = s->row->rows; row->key != NULL; row++) {
		if (conf_row_key(row) != NULL)
			(void)json_array_clear(json_object_get(section, row->key));	/* it is an array */
		else if (!(row->flags & CONF_F_READONLY))
			(void)json_object_del(section, row->key);	/* it may be absent */
	}
}

static bool
is_importable(const struct conf_section *s)
{
	return s->settings && strcmp(s->name, "auth") != 0;
}

/* Members of the document that are nothing we know. */
static int
import_unknown(const json_t *document, struct err *e)
{
	json_t *from = (json_t *)(uintptr_t)document;	/* as in patch_object() */
	const char *key;
	json_t *v;
	int r = 0;

	json_object_foreach(from, key, v)
		if (conf_row_find(conf_envelope, key) == NULL && conf_section_find(key) == NULL)
			r = err_field(e, ERR_VALIDATION, key, "is not known");
	return r;
}

static int
import_sections(struct patch *p, json_t *draft, const json_t *document, bool replace)
{
	const struct conf_section *s;
	int r = import_unknown(document, p->e), one;

	for (s = conf_sections; s->name != NULL; s++) {
		const json_t *from = json_object_get(document, s->name);

		if (!is_importable(s))
			continue;
		p->before = replace ? json_deep_copy(json_object_get(draft, s->name)) : NULL;
		if (replace)
			reset_settings(s, draft);
		one = from == NULL ? 0 : patch_section(p, s, draft, from);
		json_decref(p->before);
		r = r < 0 ? r : one;	/* all of them are told, the first one counts */
	}
	return r;
}

int
conf_patch_import(json_t *draft, const json_t *document, bool replace, struct err *e)
{
	struct patch p = { .import = true, .e = e };
	json_t *copy;
	int r;

	if (!json_is_object(document))
		return err_set(e, ERR_VALIDATION, "the document must be an object");
	copy = json_deep_copy(document);
	if (copy == NULL)
		return no_memory(&p);
	r = conf_migrate(copy, &conf_schema_steps, e);
	if (r == 0)
		r = import_sections(&p, draft, copy, replace);
	json_decref(copy);
	return r;
}

void
conf_patch_err_record(struct err *e)
{
	size_t i, n;
	char *rest;

	for (i = 0; i < e->nfields && i < ERR_FIELDS_MAX; i++) {
		rest = strstr(e->fields[i].field, "].");
		if (rest == NULL)
			continue;
		n = strlen(rest + 2);
		memmove(e->fields[i].field, rest + 2, n + 1);
		if (i == 0)
			(void)snprintf(e->detail, sizeof(e->detail), "%s: %s", e->fields[0].field,
			    e->fields[0].message);	/* both fit together */
	}
}
