/* Two ways in: a request, which is refused where it names what it may not, and
 * an import, which carries such members along because an export has them. */
#include "conf/patch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/draft.h"
#include "conf/migrate.h"
#include "conf/names.h"
#include "conf/rollback.h"
#include "conf/schema.h"

struct patch {
	bool import;
	json_t *before;		/* what an import replaces, as it was, by the names of its arrays; else NULL */
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
	char field[2 * ERR_FIELD_MAX];

	(void)snprintf(field, sizeof(field), "%s.%s", p->path, key);	/* cut is fine */
	return err_field(p->e, ERR_VALIDATION, field, "%s%s", rule, path);
}

/* One step on; what it returns is where the way back ends. */
static size_t
enter(struct patch *p, const char *key)
{
	const size_t here = strlen(p->path);

	(void)snprintf(p->path + here, sizeof(p->path) - here, "%s%s", here > 0 ? "." : "", key);	/* names of rows */
	return here;
}

static int patch_object(struct patch *p, const struct conf_row *row, json_t *target, const json_t *patch);
static int patch_members(struct patch *p, const struct conf_row *rows, json_t *target, const json_t *patch);

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

/* A new record with what only the cell may set taken from the given one, but for its rev and its secret:
 * that is the one which had, the record of this key before everything was replaced, has. NULL: no memory. */
static json_t *
new_record(json_t *target, const json_t *record, const json_t *had)
{
	json_t *t = json_deep_copy(record), *ref = json_object_get(had, "secret_ref");

	(void)json_object_del(t, "secret_ref");	/* all three may be absent */
	(void)json_object_del(t, "has_secret");
	(void)json_object_del(t, "rev");
	if (ref != NULL && json_object_set(t, "secret_ref", ref) < 0) {
		json_decref(t);
		return NULL;
	}
	return json_array_append_new(target, t) < 0 ? NULL : t;
}

struct records {
	const struct conf_row *row;
	json_t *array;
	json_t *here, *had;	/* by their key: what is in the array; what an import replaces */
};

/* Number i of those given. */
static int
import_record(struct patch *p, const struct records *x, const json_t *record, size_t i)
{
	const json_t *key = json_object_get(record, conf_row_key(x->row)->key);
	json_t *to = conf_names_find(x->here, key);
	char name[ERR_FIELD_MAX];
	size_t back;
	int r;

	if (to == NULL)
		to = new_record(x->array, record, conf_names_find(x->had, key));
	if (to == NULL)
		return no_memory(p);
	if (!json_is_object(to) || !json_is_object(record))	/* conf_build() says so */
		return 0;
	(void)snprintf(name, sizeof(name), "%s[%zu]", x->row->key, i);	/* names of rows are short */
	back = enter(p, name);
	r = patch_members(p, x->row->rows, to, record);
	p->path[back] = '\0';
	return r;
}

static int
import_array(struct patch *p, const struct records *x, json_t *records)
{
	json_t *record;
	size_t i;
	int r = 0, one;

	if (x->here == NULL || x->had == NULL)
		return no_memory(p);
	json_array_foreach(records, i, record) {
		one = import_record(p, x, record, i);
		r = r < 0 ? r : one;
	}
	return r;
}

static int
import_records(struct patch *p, const struct conf_row *row, json_t *target, json_t *records)
{
	const char *key = conf_row_key(row)->key;
	struct records x = { .row = row, .array = json_object_get(target, row->key) };
	int r;

	if (!json_is_array(records) || !json_is_array(x.array))	/* as above */
		return json_object_set(target, row->key, records) < 0 ? no_memory(p) : 0;
	if (conf_draft_records(x.array) < 0)
		return no_memory(p);
	x.here = conf_names_new(x.array, key);
	x.had = conf_names_new(json_object_get(p->before, row->key), key);
	r = import_array(p, &x, records);
	json_decref(x.here);
	json_decref(x.had);
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
patch_members(struct patch *p, const struct conf_row *rows, json_t *target, const json_t *patch)
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

static int
patch_object(struct patch *p, const struct conf_row *row, json_t *target, const json_t *patch)
{
	const size_t here = enter(p, row->key);
	const int r = patch_members(p, row->rows, target, patch);

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

/* What is replaced, for new_record(); the draft is left without. NULL: no memory. */
static json_t *
take_away(const struct conf_section *s, json_t *draft)
{
	json_t *v = json_object_get(draft, s->name), *before;

	if (s->settings) {
		before = json_deep_copy(v);
		reset_settings(s, draft);
		return before;
	}
	before = json_pack("{s:o}", s->name, json_copy(v));
	(void)json_array_clear(v);	/* it is an array */
	return before;
}

static int
import_section(struct patch *p, const struct conf_section *s, json_t *draft, json_t *from, bool replace)
{
	int r;

	p->before = replace ? take_away(s, draft) : NULL;
	if (replace && p->before == NULL)
		return no_memory(p);
	if (from == NULL)
		r = 0;
	else
		r = s->settings ? patch_section(p, s, draft, from) : import_records(p, s->row, draft, from);
	json_decref(p->before);
	return r;
}

static int
import_sections(struct patch *p, json_t *draft, const json_t *document, bool replace)
{
	const struct conf_section *s;
	int r = import_unknown(document, p->e), one;

	for (s = conf_sections; s->name != NULL; s++) {
		if (!conf_rollback_returns(s->name))
			continue;
		one = import_section(p, s, draft, json_object_get(document, s->name), replace);
		r = r < 0 ? r : one;	/* all of them are told, the first one counts */
	}
	return r;
}

static bool
is_other(const json_t *draft, const json_t *document, const char *section, const char *member)
{
	const json_t *here = json_object_get(json_object_get(draft, section), member);
	const json_t *there = json_object_get(json_object_get(document, section), member);

	return json_is_string(there) && !json_equal(here, there);
}

/* Of a cell with another key: its devices reach this one with a new file only. One that was not said to be that is an
 * earlier document of this cell, whose key may have been renewed since, but not the prefix that it drew. */
static bool
is_elsewhere(const json_t *draft, const json_t *document)
{
	return is_other(draft, document, "wireguard", "public_key") && is_other(draft, document, "identity", "ula_prefix");
}

static bool
is_within(const json_t *ip6, const struct addr_prefix *net)
{
	struct addr a;

	return !json_is_string(ip6) || !addr_read(str_of(json_string_value(ip6)), &a) || addr_in(&a, net);
}

/* Cells have prefixes of their own: what is left of another one's becomes what completion gives. */
static int
renumber(json_t *draft)
{
	json_t *peers = json_object_get(draft, "peers"), *peer;
	struct addr_prefix net;
	const char *s = json_string_value(json_object_get(json_object_get(draft, "wireguard"), "address6"));
	size_t i;

	if (s == NULL || !addr_prefix_read(str_of(s), &net))
		return 0;
	for (i = 0; i < json_array_size(peers); i++) {
		if (is_within(json_object_get(json_array_get(peers, i), "ip6"), &net))
			continue;
		peer = conf_draft_record(peers, i);
		if (peer == NULL)
			return -ENOMEM;
		(void)json_object_del(peer, "ip6");	/* it is there */
	}
	return 0;
}

static int
import_document(struct patch *p, json_t *draft, const json_t *document, bool replace)
{
	json_t *was = json_copy(json_object_get(draft, "peers"));
	const bool elsewhere = is_elsewhere(draft, document);
	int r = was == NULL ? no_memory(p) : import_sections(p, draft, document, replace);

	if (r == 0 && (conf_rollback_peers(json_object_get(draft, "peers"), was, json_object_get(draft, "users"),
	    CONF_PEERS_BARE | (elsewhere ? 0 : CONF_PEERS_OFF)) < 0 || (elsewhere && renumber(draft) < 0)))
		r = no_memory(p);
	json_decref(was);
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
		r = import_document(&p, draft, copy, replace);
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
