/* Zones: those that the cell makes are shown; extra zones are rows of the
 * configuration, and texts in files of their own. */
#include "api/zone.h"

#include <stdlib.h>
#include <string.h>

#include "api/account.h"
#include "api/change.h"
#include "api/dns_shape.h"
#include "api/request.h"
#include "api/row.h"
#include "conf/txn.h"
#include "dns/extra.h"
#include "dns/list.h"

enum { ZONE_BODY = 20 << 20 };

struct zone_change {
	const char *name;		/* in lower case */
	struct api_zone_kept kept;	/* hash "" = the text stays */
	struct api_zone_put *put;	/* being read; NULL: it is not */
	struct api_change change;
};

static int no_such_zone(struct api_req *rq, const char *name, struct err *e);

static const struct api_rows zones = { .section = "dns", .array = "zones", .key = "name", .path = "/api/dns/zones",
	.noun = "dns.zone", .missing = no_such_zone };

/* --- reading ---------------------------------------------------------------------- */

static json_t *
zone_json(const struct dns_list_zone *z)
{
	return json_pack("{s:s, s:s, s:I, s:I, s:o, s:b}", "name", z->name, "kind", dns_zone_kind_name(z->kind),
	    "serial", (json_int_t)z->serial, "records", (json_int_t)z->records, "views", api_zones_json(z->views),
	    "served", z->served);
}

static void
zones_get(struct api_req *rq)
{
	struct dns_list *l = dns_list_new(rq->conf, rq->deps->live.dns_host(rq->deps->live.arg));
	const struct dns_list_zone *z;
	json_t *list = NULL;
	size_t n = 0, i;

	if (l != NULL) {
		list = json_array();
		z = dns_list_zones(l, &n);
		for (i = 0; i < n; i++)
			(void)json_array_append_new(list, zone_json(&z[i])); /* counted below */
	}
	if (json_array_size(list) != n) {
		json_decref(list);
		list = NULL;
	}
	api_ok(rq, list);
	dns_list_free(l);
}

/* The zone as GET /zones lists it. NULL: there is none, or no memory. */
static json_t *
listed(struct api_req *rq, const struct conf *c, const char *name)
{
	struct dns_list *l = dns_list_new(c, rq->deps->live.dns_host(rq->deps->live.arg));
	const struct dns_list_zone *z;
	json_t *out = NULL;
	size_t n = 0, i;

	z = l == NULL ? NULL : dns_list_zones(l, &n);
	for (i = 0; i < n && out == NULL; i++)
		if (str_ieq(str_of(z[i].name), str_of(name)))
			out = zone_json(&z[i]);
	dns_list_free(l);
	return out;
}

/* With its text; an empty one when that is missing. */
static json_t *
with_text(struct api_req *rq, json_t *zone, const char *sha256)
{
	const struct api_live *live = &rq->deps->live;
	json_t *text = NULL;
	char *p = NULL;
	size_t n = 0;

	(void)live->zone_text(live->arg, sha256, &p, &n, NULL);	/* "served" tells */
	text = json_stringn(p == NULL ? "" : p, n);
	free(p);
	if (zone == NULL || json_object_set_new(zone, "zonefile", text) < 0) {
		json_decref(zone);
		return NULL;
	}
	return zone;
}

/* The zone with its text; its ETag is set. */
static json_t *
zone_body(struct api_req *rq, const struct conf *c, const char *name)
{
	const json_t *row = api_row_find(&zones, c->doc, name);

	api_header(rq, "ETag", "\"r%llu\"", (unsigned long long)api_rev(row));
	return with_text(rq, listed(rq, c, name), row == NULL ? "" : api_text(row, "sha256"));
}

/* 400 for a zone that the cell makes, 404 for none. */
static int
no_such_zone(struct api_req *rq, const char *name, struct err *e)
{
	json_t *other = listed(rq, rq->conf, name);

	json_decref(other);
	if (other != NULL)
		return err_field(e, ERR_VALIDATION, "name", "is a zone that the cell makes: it has no text");
	return err_set(e, ERR_NOT_FOUND, "there is no such zone");
}

static void
zone_get(struct api_req *rq)
{
	const char *name = api_param(rq, "name");
	struct err e = { 0 };
	const json_t *row = api_row_find(&zones, rq->conf->doc, name);

	if (row == NULL) {
		(void)no_such_zone(rq, name, &e); /* answered */
		api_fail(rq, &e);
	} else if (!api_unchanged(rq, 'r', api_rev(row))) {
		api_ok(rq, zone_body(rq, rq->conf, name));
	}
}

/* --- changing --------------------------------------------------------------------- */

/* The text is not a member of the row. */
static int
put_views(struct api_req *rq, json_t *row, struct err *e)
{
	json_t *views = json_pack("{s:O*}", "views", json_object_get(rq->body, "views"));
	int r = api_row_merge(row, views, e);

	json_decref(views);
	return r;
}

static int
zone_create_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	const struct zone_change *z = rq->state;
	json_t *row;

	if (api_row_find(&zones, draft, z->name) != NULL)
		return err_field(e, ERR_CONFLICT, "name", "is a zone already");
	row = json_pack("{s:s, s:s}", "name", z->name, "sha256", z->kept.sha256);
	if (json_array_append_new(api_rows(&zones, draft), row) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	return put_views(rq, row, e);
}

static int
zone_update_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	const struct zone_change *z = rq->state;
	json_t *row = api_row_edit(rq, &zones, draft, e);

	if (row == NULL)
		return err_errno(e->kind);
	if (z->kept.sha256[0] != '\0' && json_object_set_new(row, "sha256", json_string(z->kept.sha256)) < 0)
		return err_set(e, ERR_INTERNAL, "out of memory");
	return put_views(rq, row, e);
}

static void
zone_created(struct api_req *rq, const struct conf_result *r)
{
	const struct zone_change *z = rq->state;

	api_header(rq, "Location", "/api/dns/zones/%s", z->name);
	api_ok(rq, zone_body(rq, r->conf, z->name));
}

static void
zone_warn(struct api_req *rq, json_t *warnings)
{
	const struct api_zone_kept *k = &((const struct zone_change *)rq->state)->kept;

	if (k->stays)
		(void)json_array_append_new(warnings, json_sprintf("the serial %u is not higher than %u, the one before: "
		    "secondaries stay with the zone that they have until it is", k->serial, k->before)); /* a hint */
}

static void
zone_updated(struct api_req *rq, const struct conf_result *r)
{
	json_t *zone = zone_body(rq, r->conf, api_param(rq, "name")), *warnings = json_array();

	zone_warn(rq, warnings);
	if (zone != NULL && json_object_set(zone, "warnings", warnings) < 0) {
		json_decref(zone);
		zone = NULL;
	}
	json_decref(warnings);
	api_ok(rq, zone);
}

/* What a zone begins with when nobody says more. */
static const char *
first_text(struct api_req *rq)
{
	const char *own = rq->conf->identity.domain_name;

	return arena_printf(rq->arena, "$TTL 300\n@\tSOA ns.%s. hostmaster.%s. 1 3600 600 604800 60\n@\tNS ns.%s.\n",
	    own, own, own);
}

static void
on_cancel(struct api_req *rq)
{
	const struct zone_change *z = rq->state;

	rq->deps->live.zone_cancel(z->put);
}

static void
on_kept(void *arg, const struct api_zone_kept *k, const struct err *e)
{
	struct api_req *rq = arg;
	struct zone_change *z = rq->state;

	z->put = NULL;
	rq->cancel = NULL;
	if (e != NULL) {
		api_fail(rq, e);
		return;
	}
	z->kept = *k;
	api_change(rq, &z->change);
}

/* Have the text of the body read and kept, if there is one; then the change itself. */
static void
change(struct api_req *rq, const char *name, bool fresh, const struct api_change *c)
{
	const struct api_live *live = &rq->deps->live;
	const json_t *given = json_object_get(rq->body, "zonefile");
	struct str text = { json_string_value(given), json_string_length(given) };
	struct zone_change *z = arena_alloc(rq->arena, sizeof(*z));
	struct err e = { 0 };

	if (fresh && text.p == NULL)
		text = str_of(first_text(rq));
	if (z == NULL || (fresh && text.p == NULL)) {
		api_no_memory(rq);
		return;
	}
	z->name = name;
	z->change = *c;
	rq->state = z;
	if (text.p == NULL) {
		api_change(rq, c);
		return;
	}
	z->put = live->zone_put(live->arg, name, text, on_kept, rq, &e);
	if (z->put == NULL)
		api_fail(rq, &e);
	else
		rq->cancel = on_cancel;
}

static void
zones_post(struct api_req *rq)
{
	char *name = arena_strdup(rq->arena, api_text(rq->body, "name")), *p;
	const struct api_change c = { .summary = arena_printf(rq->arena, "dns.zone.create %.100s", name),
		.record = true, .edit = zone_create_edit, .done = zone_created };

	for (p = name; p != NULL && *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p | 0x20);
	if (name == NULL)
		api_no_memory(rq);
	else
		change(rq, name, true, &c);
}

static void
zone_put(struct api_req *rq)
{
	const struct api_change c = { .summary = arena_printf(rq->arena, "dns.zone.update %.100s", api_param(rq, "name")),
		.record = true, .edit = zone_update_edit, .warn = zone_warn, .done = zone_updated };
	struct err e = { 0 };

	/* before the text is read: it may be long */
	if (api_row_find(&zones, rq->conf->doc, api_param(rq, "name")) == NULL) {
		(void)no_such_zone(rq, api_param(rq, "name"), &e); /* answered */
		api_fail(rq, &e);
		return;
	}
	change(rq, api_param(rq, "name"), false, &c);
}

static void
zone_delete(struct api_req *rq)
{
	api_row_delete(rq, &zones);
}

const struct api_route api_zone_routes[] = {
	{ HTTP_GET, "/api/dns/zones", AUTH_WHO_ADMIN, 0, zones_get, "Zones that are answered without asking", 0, 200,
	    NULL, NULL, &api_zones_shape, NULL },
	{ HTTP_POST, "/api/dns/zones", AUTH_WHO_ADMIN, ZONE_BODY, zones_post, "Add a zone from master-file text",
	    API_CHANGES, 201, NULL, &api_zone_new_shape, &api_zone_shape, "409 503 507" },
	{ HTTP_GET, "/api/dns/zones/<name>", AUTH_WHO_ADMIN, 0, zone_get, "An extra zone with its text", API_REV, 200,
	    NULL, NULL, &api_zone_shape, "304 404" },
	{ HTTP_PUT, "/api/dns/zones/<name>", AUTH_WHO_ADMIN, ZONE_BODY, zone_put, "Change the text or the views of a zone",
	    API_CHANGES | API_REV, 200, NULL, &api_zone_in_shape, &api_zone_changed_shape, "404 409 412 503 507" },
	{ HTTP_DELETE, "/api/dns/zones/<name>", AUTH_WHO_ADMIN, 0, zone_delete, "Remove an extra zone",
	    API_CHANGES | API_REV, 200, NULL, NULL, &api_deleted_shape, "404 412 507" },
	{ .path = NULL }
};
