/* Custom records: rows of the configuration. */
#include "api/record.h"

#include "api/account.h"
#include "api/change.h"
#include "api/dns_shape.h"
#include "api/request.h"
#include "api/row.h"
#include "conf/public.h"
#include "conf/txn.h"
#include "dns/list.h"

/* --- reading ------------------------------------------------------------------------ */

static json_t *
record_json(const struct api_req *rq, const json_t *record)
{
	json_t *out = conf_public(record);

	(void)rq;
	if (out != NULL && json_object_set_new(out, "generated", json_false()) < 0) {
		json_decref(out);
		return NULL;
	}
	return out;
}

static const struct api_rows records = { .section = "dns", .array = "records", .key = "id", .path = "/api/dns/records",
	.noun = "dns.record", .none = "there is no such record", .show = record_json };

json_t *
api_record_listed(const struct dns_list_record *r)
{
	return json_pack("{s:s*, s:s, s:s, s:s, s:s, s:I, s:o, s:I, s:b}", "id", r->id, "zone", r->zone,
	    "name", r->name, "type", r->type, "value", r->value, "ttl", (json_int_t)r->ttl,
	    "views", api_zones_json(r->views), "rev", (json_int_t)r->rev, "generated", r->generated);
}

static json_t *
all_records(const struct dns_list *l)
{
	json_t *list = json_array();
	const struct dns_list_record *r;
	size_t n, i;

	r = dns_list_records(l, &n);
	for (i = 0; i < n; i++)
		if (json_array_append_new(list, api_record_listed(&r[i])) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static void
records_get(struct api_req *rq)
{
	const struct api_live *live = &rq->deps->live;
	struct dns_list *l;

	if (!api_bool(rq->query, "generated", false)) {
		if (!api_unchanged(rq, 'g', rq->conf->generation))
			api_rows_get(rq, &records);
		return;
	}
	l = dns_list_new(rq->conf, live->dns_host(live->arg));
	api_ok(rq, l != NULL ? all_records(l) : NULL);
	dns_list_free(l);
}

/* --- one record ---------------------------------------------------------------------- */

static void
records_post(struct api_req *rq)
{
	api_row_post(rq, &records, api_text(rq->body, "name"), api_row_post_edit);
}

static void
record_put(struct api_req *rq)
{
	api_row_put(rq, &records);
}

static void
record_delete(struct api_req *rq)
{
	api_row_delete(rq, &records);
}

/* --- records by name ------------------------------------------------------------------ */

struct by_name {
	const char *name, *type;	/* type NULL: any */
	size_t count;
};

static bool
is_named(const struct by_name *b, const json_t *record)
{
	return str_ieq(api_str(record, "name"), str_of(b->name)) &&
	    (b->type == NULL || str_ieq(api_str(record, "type"), str_of(b->type)));
}

static int
names_delete_edit(struct api_req *rq, json_t *draft, struct err *e)
{
	struct by_name *b = rq->state;
	json_t *list = api_rows(&records, draft);
	size_t i;

	for (i = json_array_size(list), b->count = 0; i-- > 0;)
		if (is_named(b, json_array_get(list, i))) {
			(void)json_array_remove(list, i); /* it is there */
			b->count++;
		}
	return b->count > 0 ? 0 : err_set(e, ERR_NOT_FOUND, "there is no such record");
}

static void
names_deleted(struct api_req *rq, const struct conf_result *r)
{
	const struct by_name *b = rq->state;

	(void)r;
	api_ok(rq, json_pack("{s:I}", "deleted", (json_int_t)b->count));
}

/* Some clients cannot send a body with DELETE: the query will do. */
static const char *
either(const struct api_req *rq, const char *member)
{
	const char *s = api_text(rq->body, member);

	return s != NULL ? s : api_text(rq->query, member);
}

static void
records_delete(struct api_req *rq)
{
	struct api_change c = { .record = true, .edit = names_delete_edit, .done = names_deleted };
	struct by_name *b = arena_alloc(rq->arena, sizeof(*b));
	struct err e = { 0 };

	if (b == NULL) {
		api_no_memory(rq);
		return;
	}
	*b = (struct by_name){ either(rq, "name"), either(rq, "type"), 0 };
	rq->state = b;
	if (b->name == NULL) {
		(void)err_field(&e, ERR_VALIDATION, "name", "is missing"); /* answered */
		api_fail(rq, &e);
		return;
	}
	c.summary = arena_printf(rq->arena, "dns.record.delete %.100s", b->name);
	api_change(rq, &c);
}

const struct api_route api_record_routes[] = {
	{ HTTP_GET, "/api/dns/records", AUTH_WHO_ADMIN, 0, records_get, "Custom records", API_REV, 200,
	    &api_records_query_shape, NULL, &api_records_shape, "304" },
	{ HTTP_POST, "/api/dns/records", AUTH_WHO_ADMIN, KIB(16), records_post, "Add a record", API_CHANGES, 201,
	    NULL, &api_record_new_shape, &api_record_shape, "409 507" },
	{ HTTP_DELETE, "/api/dns/records", AUTH_WHO_ADMIN, KIB(1), records_delete, "Remove records by name",
	    API_CHANGES, 200, &api_record_name_shape, &api_record_name_shape, &api_count_shape, "404 507" },
	{ HTTP_PUT, "/api/dns/records/<id>", AUTH_WHO_ADMIN, KIB(16), record_put, "Change a record",
	    API_CHANGES | API_REV, 200, NULL, &api_record_in_shape, &api_record_shape, "404 409 412 507" },
	{ HTTP_DELETE, "/api/dns/records/<id>", AUTH_WHO_ADMIN, 0, record_delete, "Remove a record",
	    API_CHANGES | API_REV, 200, NULL, NULL, &api_deleted_shape, "404 412 507" },
	{ .path = NULL }
};
