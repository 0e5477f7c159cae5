/* Two ways in: a request, which is refused where it names what it may not, and
 * an import (import.h), which carries such members along because an export has them. */
#include "conf/patch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "conf/conf.h"
#include "conf/patch_walk.h"
#include "conf/schema.h"

int
conf_patch_no_memory(struct conf_patch *p)
{
	return err_sys(p->e, -ENOMEM, "configuration");
}

static int
refuse(struct conf_patch *p, const char *key, const char *rule, const char *path)
{
	char field[2 * ERR_FIELD_MAX];

	(void)snprintf(field, sizeof(field), "%s.%s", p->path, key);	/* cut is fine */
	return err_field(p->e, ERR_VALIDATION, field, "%s%s", rule, path);
}

static int patch_members(struct conf_patch *p, const struct conf_row *rows, json_t *target, const json_t *patch);

static int
patch_value(struct conf_patch *p, const struct conf_row *row, json_t *target, json_t *v)
{
	json_t *t = json_object_get(target, row->key);

	if (json_is_null(v) && !(row->flags & CONF_F_NULLABLE)) {
		(void)json_object_del(target, row->key);	/* completion puts the default there */
		return 0;
	}
	if (row->type != CONF_T_OBJECT || !json_is_object(v))
		return json_object_set_new(target, row->key, json_deep_copy(v)) < 0 ? conf_patch_no_memory(p) : 0;
	if (!json_is_object(t)) {
		t = json_object();
		if (json_object_set_new(target, row->key, t) < 0)
			return conf_patch_no_memory(p);
	}
	return conf_patch_object(p, row->key, row->rows, t, v);
}

/* What a reply says in place of a secret. */
static bool
is_flag(const struct conf_row *rows, const char *key)
{
	const struct conf_row *row = strncmp(key, "has_", 4) == 0 ? conf_row_find(rows, key + 4) : NULL;

	return strcmp(key, "has_secret") == 0 || (row != NULL && (row->flags & CONF_F_SECRET));
}

static int
patch_member(struct conf_patch *p, const struct conf_row *rows, json_t *target, const char *key, json_t *v)
{
	const struct conf_row *row = conf_row_find(rows, key);

	if (p->records != NULL && is_flag(rows, key))
		return 0;
	if (row == NULL)
		return refuse(p, key, "is not known", "");
	if (row->flags & CONF_F_READONLY)
		return p->records != NULL ? 0 : refuse(p, key, "is set by the cell", "");
	if (conf_row_key(row) == NULL)
		return patch_value(p, row, target, v);
	return p->records != NULL ? p->records(p, row, target, v) : refuse(p, key, "is changed by way of ", row->path);
}

static int
patch_members(struct conf_patch *p, const struct conf_row *rows, json_t *target, const json_t *patch)
{
	json_t *from = (json_t *)(uintptr_t)patch;	/* the iterator wants it writable, and does not write */
	const char *key;
	json_t *v;
	int r = 0, one;

	json_object_foreach(from, key, v) {
		one = patch_member(p, rows, target, key, v);
		r = r < 0 ? r : one;	/* all of them are told, the first one counts */
	}
	return r;
}

int
conf_patch_object(struct conf_patch *p, const char *name, const struct conf_row *rows, json_t *target, const json_t *patch)
{
	const size_t here = strlen(p->path);
	int r;

	(void)snprintf(p->path + here, sizeof(p->path) - here, "%s%s", here > 0 ? "." : "", name);	/* names of rows */
	r = patch_members(p, rows, target, patch);
	p->path[here] = '\0';
	return r;
}

int
conf_patch_settings(struct conf_patch *p, const struct conf_section *s, json_t *draft, const json_t *patch)
{
	json_t *target = json_object_get(draft, s->name);

	if (!json_is_object(patch))
		return err_field(p->e, ERR_VALIDATION, s->name, "must be an object");
	if (target == NULL) {
		target = json_object();
		if (json_object_set_new(draft, s->name, target) < 0)
			return conf_patch_no_memory(p);
	}
	return conf_patch_object(p, s->row->key, s->row->rows, target, patch);
}

int
conf_patch_section(json_t *draft, const char *section, const json_t *patch, struct err *e)
{
	const struct conf_section *s = conf_section_find(section);
	struct conf_patch p = { .e = e };

	if (s == NULL || !s->settings)
		return err_set(e, ERR_NOT_FOUND, "there is no such section");
	return conf_patch_settings(&p, s, draft, patch);
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
	json_t *from = (json_t *)(uintptr_t)patch;	/* as in patch_members() */
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
