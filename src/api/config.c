/* The configuration as documents: handlers turn requests into edits of a
 * draft; what a draft may hold is judged by conf/. */
#include "api/config.h"

#include <stdlib.h>
#include <string.h>

#include "api/change.h"
#include "api/config_shape.h"
#include "api/domain.h"
#include "api/request.h"
#include "api/wg_key.h"
#include "conf/credential.h"
#include "conf/diff.h"
#include "conf/import.h"
#include "conf/json.h"
#include "conf/draft.h"
#include "conf/patch.h"
#include "conf/place.h"
#include "conf/public.h"
#include "conf/schema.h"
#include "conf/store.h"
#include "conf/txn.h"

/* --- reading -------------------------------------------------------------------- */

/* What people look for first, beside the sections. */
static int
flat_add(json_t *doc, const struct conf *c)
{
	static const char *const same[] = { "cell_name", "domain",
		"domain_mode", "domain_name", "ip_range", "timezone" };
	const json_t *identity = json_object_get(doc, "identity");
	size_t i;
	int r = 0;

	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		r |= json_object_set(doc, same[i],
		    json_object_get(identity, same[i]));
	return r | json_object_set_new(doc, "effective_domain",
	    json_string(c->identity.domain_name));
}

static void
config_get(struct api_req *rq)
{
	json_t *doc;

	if (api_unchanged(rq, 'g', rq->conf->generation))
		return;
	doc = conf_public(rq->conf->doc);
	if (doc == NULL || flat_add(doc, rq->conf) < 0 ||
	    api_domain_flags(rq, rq->conf, json_object_get(doc, "ddns")) < 0) {
		json_decref(doc);
		api_no_memory(rq);
		return;
	}
	api_ok(rq, doc);
}

/* The settings section of that name, or NULL after a 404. */
static const struct conf_section *
section_find(struct api_req *rq)
{
	const struct conf_section *s = conf_section_find(api_param(rq,
	    "section"));

	if (s != NULL && s->settings)
		return s;
	api_refuse(rq, 404, "not-found", "there is no such section");
	return NULL;
}

/* A section without the arrays that have paths of their own. */
static json_t *
section_json(struct api_req *rq, const struct conf_section *s)
{
	json_t *j = conf_public(json_object_get(rq->conf->doc, s->name));
	const struct conf_row *row;

	for (row = s->row->rows; row->key != NULL; row++)
		if (row->path != NULL)
			(void)json_object_del(j, row->key); /* may be absent */
	if (strcmp(s->name, "ddns") == 0)
		(void)api_domain_flags(rq, rq->conf, j); /* out of memory: without */
	return j;
}

static void
section_get(struct api_req *rq)
{
	const struct conf_section *s = section_find(rq);
	const json_t *j;

	if (s == NULL)
		return;
	j = json_object_get(rq->conf->doc, s->name);
	if (!api_unchanged(rq, 'r', api_rev(j)))
		api_ok(rq, section_json(rq, s));
}

static void
pending_get(struct api_req *rq)
{
	api_ok(rq, json_pack("{s:b, s:b, s:[], s:[], s:n, s:n}",
	    "pending", 0, "needs_restart", 0, "changes", "containers",
	    "changed_at", "lease"));
}

static void
export_get(struct api_req *rq)
{
	json_t *doc = conf_public(rq->conf->doc);
	char *text = doc != NULL ? conf_json_pretty(doc) : NULL;

	json_decref(doc);
	if (text == NULL) {
		api_no_memory(rq);
		return;
	}
	api_header(rq, "Content-Disposition",
	    "attachment; filename=\"%s-%llu.json\"",
	    rq->conf->identity.cell_name,
	    (unsigned long long)rq->conf->generation);
	api_reply_bytes(rq, 200, "application/json", str_of(text));
	free(text);
}

/* --- generations ------------------------------------------------------------------ */

static void
generations_get(struct api_req *rq)
{
	if (!api_unchanged(rq, 'g', rq->conf->generation))
		api_ok(rq, conf_store_list(conf_txn_store(rq->deps->txn)));
}

static void
generation_get(struct api_req *rq)
{
	struct err e = { 0 };
	uint64_t n;
	json_t *doc = NULL, *out;

	if (!str_u64(str_of(api_param(rq, "n")), INT64_MAX, &n)) {
		api_refuse(rq, 404, "not-found", "there is no such generation");
		return;
	}
	doc = conf_store_read(conf_txn_store(rq->deps->txn), n, &e);
	if (doc == NULL) {
		api_fail(rq, &e);
		return;
	}
	out = conf_public(doc);
	json_decref(doc);
	api_ok(rq, out);
}

static json_t *
diff_json(struct api_req *rq, uint64_t from, uint64_t to, struct err *e)
{
	struct conf_store *store = conf_txn_store(rq->deps->txn);
	json_t *a, *b = NULL, *raw = NULL, *out = NULL;

	a = conf_store_read(store, from, e);
	if (a != NULL)
		b = conf_store_read(store, to, e);
	if (b != NULL) {
		(void)err_set(e, ERR_INTERNAL, "out of memory"); /* unless all goes well */
		raw = conf_diff(a, b);
	}
	if (raw != NULL)
		out = conf_public_changes(raw);
	json_decref(a);
	json_decref(b);
	json_decref(raw);
	return out;
}

static void
diff_get(struct api_req *rq)
{
	int64_t now = (int64_t)rq->conf->generation;
	int64_t to = api_int(rq->query, "to", now);
	int64_t from = api_int(rq->query, "from", now > 0 ? now - 1 : 0);
	struct err e = { 0 };
	json_t *out = diff_json(rq, (uint64_t)from, (uint64_t)to, &e);

	if (out != NULL)
		api_ok(rq, out);
	else
		api_fail(rq, &e);
}

/* --- changing ---------------------------------------------------------------------- */

static void
answer_changed(struct api_req *rq, const struct conf_result *r, json_t *out)
{
	api_domain_warn(rq, json_object_get(out, "warnings"));
	api_header(rq, "ETag", "\"g%llu\"", (unsigned long long)r->generation);
	api_ok(rq, out);
}

static void
changed(struct api_req *rq, const struct conf_result *r)
{
	answer_changed(rq, r, api_change_json(r, "applied"));
}

/* Other changes need no try before. */
static bool
is_about_name(const json_t *body)
{
	return json_object_get(body, "identity") != NULL || json_object_get(body, "ddns") != NULL ||
	    json_object_get(body, "cell_name") != NULL || json_object_get(body, "domain_mode") != NULL;
}

static void
change(struct api_req *rq, json_t *given, const struct api_change *c)
{
	const struct api_domain d = { .given = given, .release = api_bool(rq->body, "release_name", false),
		.name_field = "identity.cell_name" };

	api_domain_change(rq, &d, c);
}

static int
document_match(struct api_req *rq, const json_t *draft, struct err *e)
{
	return api_precondition(rq, 'g',
	    (uint64_t)api_int(draft, "generation", 0), e);
}

static int
member_put(json_t *draft, const char *name, const json_t *v, struct err *e)
{
	const struct conf_section *s = conf_section_find(name);

	if (s != NULL && !s->settings)
		return err_field(e, ERR_VALIDATION, name,
		    "is changed by way of %s", s->row->path);
	return conf_patch_section(draft, name, v, e);
}

static int
config_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	json_t *flat = json_object(), *v;
	const char *name;
	int r = 0, one = document_match(rq, draft, e);

	if (flat == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	json_object_foreach(rq->body, name, v) {
		if (one < 0 && r == 0)
			r = one;
		if (strcmp(name, "release_name") == 0)
			one = 0;	/* no setting */
		else if (conf_patch_is_flat(name))
			one = json_object_set(flat, name, v);
		else
			one = member_put(draft, name, v, e);
	}
	r = r == 0 ? one : r;
	if (json_object_size(flat) > 0)
		one = conf_patch_flat(draft, flat, e);
	json_decref(flat);
	r = r == 0 ? one : r;
	return r < 0 ? r : api_wg_key_put(rq, draft, e);
}

static const char *
summary_of(struct api_req *rq)
{
	const char *name, *text = "config.update";
	json_t *v;

	json_object_foreach(rq->body, name, v)
		if (text != NULL && strlen(text) < 120)
			text = arena_printf(rq->arena, "%s %s", text, name);
	return text;
}

static void
config_put(struct api_req *rq)
{
	const struct api_change c = { .summary = summary_of(rq),
		.edit = config_edit, .done = changed };

	if (!api_wg_key_take(rq, json_object_get(rq->body, "wireguard")))
		return;
	if (is_about_name(rq->body))
		change(rq, conf_credential_take(json_object_get(rq->body, "ddns")), &c);
	else
		api_change(rq, &c);
}

static int
section_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	const char *name = api_param(rq, "section");
	int r = api_precondition(rq, 'r',
	    api_rev(json_object_get(draft, name)), e);

	if (r < 0 || (r = conf_patch_section(draft, name, rq->body, e)) < 0)
		return r;
	return api_wg_key_put(rq, draft, e);
}

static void
section_changed(struct api_req *rq, const struct conf_result *r)
{
	const json_t *j = json_object_get(r->conf->doc,
	    api_param(rq, "section"));

	json_t *out = api_change_json(r, "applied");

	api_domain_warn(rq, json_object_get(out, "warnings"));
	api_header(rq, "ETag", "\"r%llu\"", (unsigned long long)api_rev(j));
	api_ok(rq, out);
}

static void
section_put(struct api_req *rq)
{
	const struct conf_section *s = section_find(rq);
	struct api_change c = { .edit = section_edit, .done = section_changed };

	if (s == NULL)
		return;
	c.summary = arena_printf(rq->arena, "config.update %s", s->name);
	if (strcmp(s->name, "ddns") == 0)
		change(rq, conf_credential_take(rq->body), &c);
	else if (strcmp(s->name, "identity") == 0)
		change(rq, NULL, &c);
	else if (strcmp(s->name, "wireguard") != 0 || api_wg_key_take(rq, rq->body))
		api_change(rq, &c);
}

static int
rollback_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	int r = document_match(rq, draft, e);

	return r < 0 ? r : conf_txn_rollback_edit(rq->deps->txn, draft,
	    (uint64_t)api_int(rq->body, "generation", 0), e);
}

static void
rollback_post(struct api_req *rq)
{
	const struct api_change c = {
		.summary = arena_printf(rq->arena, "config.rollback %lld",
		    (long long)api_int(rq->body, "generation", 0)),
		.edit = rollback_edit, .done = changed };

	change(rq, NULL, &c);
}

static int
import(const struct api_req *rq, json_t *draft, struct err *e)
{
	const char *mode = api_text(rq->body, "mode");

	return conf_import(draft, json_object_get(rq->body, "document"), mode != NULL && strcmp(mode, "replace") == 0, e);
}

static int
import_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	int r = document_match(rq, draft, e);

	return r < 0 ? r : import(rq, draft, e);
}

/* What import() itself refuses is said of the document already. */
static void
import_place(struct api_req *rq, const json_t *refused, struct err *e)
{
	json_t *draft = refused != NULL ? NULL : conf_draft_new(conf_txn_current(rq->deps->txn)->doc);
	struct err own;

	err_clear(&own);
	if (draft != NULL)
		(void)import(rq, draft, &own);
	conf_place(e, own.nfields, draft != NULL ? draft : refused, json_object_get(rq->body, "document"));
	json_decref(draft);
}

static void
import_warn(json_t *warnings, size_t n, const char *what)
{
	if (n > 0)
		(void)json_array_append_new(warnings, json_sprintf("%zu %s", n, what));	/* a hint */
}

/* What an export cannot bring: keys, and people. */
static void
imported(struct api_req *rq, const struct conf_result *r)
{
	const json_t *given = json_object_get(json_object_get(rq->body, "document"), "peers"), *row;
	json_t *out = api_change_json(r, "applied"), *warnings = json_object_get(out, "warnings");
	size_t bare = 0, off = 0, nobodys = 0, i;

	json_array_foreach(given, i, row) {
		const struct conf_peer *p = conf_peer_find(r->conf, api_text(row, "name"));

		if (p == NULL)
			continue;
		bare += p->installed == NULL;
		off += !p->enabled && !json_is_false(json_object_get(row, "enabled"));
		nobodys += p->owner == NULL && api_text(row, "owner") != NULL;
	}
	import_warn(warnings, bare, "of the devices have no client file of this cell yet: give each its file, or a new key");
	import_warn(warnings, off, "of the devices are off, for their keys were taken away here: switch on what is in good hands");
	import_warn(warnings, nobodys, "of the devices are nobody's, for their owners are no users here");
	answer_changed(rq, r, out);
}

static void
import_post(struct api_req *rq)
{
	const struct api_change c = { .summary = "config.import",
		.edit = import_edit, .place = import_place, .done = imported };

	change(rq, NULL, &c);
}

/* Without leases nothing ever waits to be confirmed. */
static void
none_open(struct api_req *rq)
{
	api_refuse(rq, 409, "conflict", "no change waits to be confirmed");
}

const struct api_route api_config_routes[] = {
	{ HTTP_GET, "/api/config", AUTH_WHO_ADMIN, 0, config_get,
	    "The whole configuration without secrets", API_REV, 200,
	    NULL, NULL, &api_config_shape, "304" },
	{ HTTP_PUT, "/api/config", AUTH_WHO_ADMIN, KIB(1024), config_put,
	    "Change settings", API_CHANGES | API_REV, 200,
	    NULL, &api_config_in_shape, &api_changed_shape, "409 412 507" },
	{ HTTP_GET, "/api/config/sections/<section>", AUTH_WHO_ADMIN, 0,
	    section_get, "The settings of one section", API_REV, 200,
	    NULL, NULL, &api_section_shape, "304 404" },
	{ HTTP_PUT, "/api/config/sections/<section>", AUTH_WHO_ADMIN, KIB(256),
	    section_put, "Change settings of one section",
	    API_CHANGES | API_REV, 200,
	    NULL, &api_section_in_shape, &api_changed_shape, "404 409 412 507" },
	{ HTTP_GET, "/api/config/pending", AUTH_WHO_ADMIN, 0, pending_get,
	    "What waits to be confirmed", 0, 200, NULL, NULL, &api_pending_shape, NULL },
	{ HTTP_DELETE, "/api/config/pending", AUTH_WHO_ADMIN, 0, none_open,
	    "Take back what waits to be confirmed", 0, 200,
	    NULL, NULL, &api_confirmed_shape, "409" },
	{ HTTP_POST, "/api/config/apply", AUTH_WHO_ADMIN, KIB(1), none_open,
	    "Confirm what waits", 0, 200, NULL, &api_confirm_shape, &api_confirmed_shape, "409" },
	{ HTTP_POST, "/api/config/discard", AUTH_WHO_ADMIN, 0, none_open,
	    "Take back what waits to be confirmed", 0, 200,
	    NULL, NULL, &api_confirmed_shape, "409" },
	{ HTTP_GET, "/api/config/generations", AUTH_WHO_ADMIN, 0,
	    generations_get, "The kept generations, newest first", API_REV, 200,
	    NULL, NULL, &api_generations_shape, "304" },
	{ HTTP_GET, "/api/config/generations/<n>", AUTH_WHO_ADMIN, 0,
	    generation_get, "One kept generation without secrets", 0, 200,
	    NULL, NULL, &api_document_shape, "404" },
	{ HTTP_GET, "/api/config/diff", AUTH_WHO_ADMIN, 0, diff_get,
	    "What differs between two generations", 0, 200,
	    &api_diff_query_shape, NULL, &api_changes_shape, "404" },
	{ HTTP_POST, "/api/config/rollback", AUTH_WHO_ADMIN, KIB(1),
	    rollback_post, "Go back to a kept generation",
	    API_CHANGES | API_REV, 200,
	    NULL, &api_rollback_in_shape, &api_changed_shape, "404 409 412 507" },
	{ HTTP_GET, "/api/config/export", AUTH_WHO_ADMIN, 0, export_get,
	    "The configuration as a file, without secrets", API_FILE, 200,
	    NULL, NULL, &api_document_shape, NULL },
	{ HTTP_POST, "/api/config/import", AUTH_WHO_ADMIN, CONF_IMPORT_MAX,
	    import_post, "Take over an exported configuration",
	    API_CHANGES | API_REV, 200,
	    NULL, &api_import_in_shape, &api_changed_shape, "409 412 507" },
	{ .path = NULL }
};
