/* An export put back; see import.h. */
#include "conf/import.h"

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
#include "conf/patch_walk.h"
#include "conf/rollback.h"
#include "conf/schema.h"

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
import_record(struct conf_patch *p, const struct records *x, const json_t *record, size_t i)
{
	const json_t *key = json_object_get(record, conf_row_key(x->row)->key);
	json_t *to = conf_names_find(x->here, key);
	char name[ERR_FIELD_MAX];

	if (to == NULL)
		to = new_record(x->array, record, conf_names_find(x->had, key));
	if (to == NULL)
		return conf_patch_no_memory(p);
	if (!json_is_object(to) || !json_is_object(record))	/* conf_build() says so */
		return 0;
	(void)snprintf(name, sizeof(name), "%s[%zu]", x->row->key, i);	/* names of rows are short */
	return conf_patch_object(p, name, x->row->rows, to, record);
}

static int
import_array(struct conf_patch *p, const struct records *x, json_t *records)
{
	json_t *record;
	size_t i;
	int r = 0, one;

	if (x->here == NULL || x->had == NULL)
		return conf_patch_no_memory(p);
	json_array_foreach(records, i, record) {
		one = import_record(p, x, record, i);
		r = r < 0 ? r : one;
	}
	return r;
}

static int
import_records(struct conf_patch *p, const struct conf_row *row, json_t *target, json_t *records)
{
	const char *key = conf_row_key(row)->key;
	struct records x = { .row = row, .array = json_object_get(target, row->key) };
	int r;

	if (!json_is_array(records) || !json_is_array(x.array))	/* as above */
		return json_object_set(target, row->key, records) < 0 ? conf_patch_no_memory(p) : 0;
	if (conf_draft_records(x.array) < 0)
		return conf_patch_no_memory(p);
	x.here = conf_names_new(x.array, key);
	x.had = conf_names_new(json_object_get(p->before, row->key), key);
	r = import_array(p, &x, records);
	json_decref(x.here);
	json_decref(x.had);
	return r;
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
	json_t *from = (json_t *)(uintptr_t)document;	/* the iterator wants it writable, and does not write */
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
import_section(struct conf_patch *p, const struct conf_section *s, json_t *draft, json_t *from, bool replace)
{
	int r;

	p->before = replace ? take_away(s, draft) : NULL;
	if (replace && p->before == NULL)
		return conf_patch_no_memory(p);
	if (from == NULL)
		r = 0;
	else
		r = s->settings ? conf_patch_settings(p, s, draft, from) : import_records(p, s->row, draft, from);
	json_decref(p->before);
	return r;
}

static int
import_sections(struct conf_patch *p, json_t *draft, const json_t *document, bool replace)
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
import_document(struct conf_patch *p, json_t *draft, const json_t *document, bool replace)
{
	json_t *was = json_copy(json_object_get(draft, "peers"));
	const bool elsewhere = is_elsewhere(draft, document);
	int r = was == NULL ? conf_patch_no_memory(p) : import_sections(p, draft, document, replace);

	if (r == 0 && (conf_rollback_peers(json_object_get(draft, "peers"), was, json_object_get(draft, "users"),
	    CONF_PEERS_BARE | (elsewhere ? 0 : CONF_PEERS_OFF)) < 0 || (elsewhere && renumber(draft) < 0)))
		r = conf_patch_no_memory(p);
	json_decref(was);
	return r;
}

int
conf_import(json_t *draft, const json_t *document, bool replace, struct err *e)
{
	struct conf_patch p = { .records = import_records, .e = e };
	json_t *copy;
	int r;

	if (!json_is_object(document))
		return err_set(e, ERR_VALIDATION, "the document must be an object");
	copy = json_deep_copy(document);
	if (copy == NULL)
		return conf_patch_no_memory(&p);
	r = conf_migrate(copy, &conf_schema_steps, e);
	if (r == 0)
		r = import_document(&p, draft, copy, replace);
	json_decref(copy);
	return r;
}
